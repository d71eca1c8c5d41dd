// Folders of pictures by class, made in the test.

import { createPicture } from '../../src/image/picture.js';
import { encodePng } from '../../src/image/png.js';
import { RandomGenerator } from '../../src/tensor/random.js';
import type { Fixtures } from './harness.js';

export type Colour = readonly [number, number, number];

/** A picture of one colour under noise. */
export function colourPng(colour: Colour, { width = 12, height = 12, noise = 0, seed = 0 } = {}): Uint8Array {
  const random = new RandomGenerator(seed);
  const data = Float32Array.from({ length: 3 * width * height }, (_, i) =>
    Math.min(1, Math.max(0, colour[i % 3] + noise * random.normal())),
  );
  return encodePng(createPicture(width, height, 3, data));
}

export const colours: Readonly<Record<string, Colour>> = {
  blue: [0.2, 0.2, 0.8],
  green: [0.2, 0.8, 0.2],
  red: [0.8, 0.2, 0.2],
};

/** One subfolder a class, with `count` pictures of its colour. */
export function pictureFolders(count: number, seed = 1, of: Readonly<Record<string, Colour>> = colours): Fixtures {
  return Object.fromEntries(
    Object.entries(of).map(([name, colour], label) => [
      name,
      Object.fromEntries(
        Array.from({ length: count }, (_, i) => [
          `${name}-${String(i).padStart(2, '0')}.png`,
          colourPng(colour, { noise: 0.2, seed: 1000 * seed + 100 * label + i }),
        ]),
      ),
    ]),
  );
}
