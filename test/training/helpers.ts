// What the tests of training share: small labelled images, settings for them, and models to the bit.

import type { AnyModule } from '../../src/nn/module.js';
import { RandomGenerator } from '../../src/tensor/random.js';
import type { Augmentation } from '../../src/training/augmentation.js';
import type { LabelledImages } from '../../src/training/labelled-images.js';
import type { TrainSettings } from '../../src/training/settings.js';

export const plain: Augmentation = { flip: false, crop: 0, cutout: 0, zoom: 1, zoomShare: 0 };

/** Random bytes, labels 0, 1, ... 0, 1, ... */
export function randomImages(count: number, side: number, classes: readonly string[], seed = 1): LabelledImages {
  const random = new RandomGenerator(seed);
  return {
    count,
    side,
    pixels: Uint8Array.from({ length: count * 3 * side * side }, () => random.below(256)),
    labels: Uint16Array.from({ length: count }, (_, i) => i % classes.length),
    classes,
  };
}

/** One image of one colour for each of the colours, with the labels. */
export function colourImages(
  colours: readonly (readonly [number, number, number])[],
  labels: readonly number[],
  side: number,
  classes: readonly string[],
): LabelledImages {
  const plane = side * side;
  const pixels = new Uint8Array(colours.length * 3 * plane);
  colours.forEach((colour, i) =>
    colour.forEach((value, c) => pixels.fill(value, (3 * i + c) * plane, (3 * i + c + 1) * plane)),
  );
  return { count: colours.length, side, pixels, labels: Uint16Array.from(labels), classes };
}

const palette = [
  [200, 60, 60],
  [60, 200, 60],
  [60, 60, 200],
] as const;

/** Red, green and blue images under heavy noise. */
export function noisyImages(count: number, seed: number, side = 8): LabelledImages {
  const random = new RandomGenerator(seed);
  const plane = side * side;
  const labels = Uint16Array.from({ length: count }, (_, i) => i % 3);
  const pixels = Uint8Array.from({ length: count * 3 * plane }, (_, i) => {
    const colour = palette[labels[Math.floor(i / (3 * plane))]][Math.floor(i / plane) % 3];
    return Math.max(0, Math.min(255, Math.round(colour + 60 * random.normal())));
  });
  return { count, side, pixels, labels, classes: ['red', 'green', 'blue'] };
}

/** A few steps an epoch with those images, and all kinds of augmentation. */
export function smallSettings(changes: Partial<TrainSettings> = {}): TrainSettings {
  return {
    model: {
      name: 'vgg',
      options: { cfg: [4, 'M', 4], batchNorm: true, avgpool: 1, hidden: [], classes: 3 },
    },
    epochs: 3,
    batchSize: 16,
    lr: 0.2,
    schedule: 'one-cycle',
    momentum: 0.9,
    weightDecay: 5e-4,
    labelSmoothing: 0.1,
    mapLoss: 0.05,
    average: 0.9,
    seed: 5,
    augmentation: { flip: true, crop: 1, cutout: 2, zoom: 1.5, zoomShare: 0.3 },
    ...changes,
  };
}

/** Parameters and buffers as the bits of their float32 numbers. */
export function bitsOf(module: AnyModule): Record<string, number[]> {
  return Object.fromEntries(
    [...module.stateDict()].map(([name, value]) => [
      name,
      [...new Uint32Array(Float32Array.from(value.dataSync()).buffer)],
    ]),
  );
}
