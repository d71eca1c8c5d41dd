/** image.json: OpenCV's colour maps, byte for byte, and its bilinear resize. */
import type { Test } from 'tap';
import { colorMapTable, isColorMapName } from '../../src/image/colormaps.js';
import { resizeMap } from '../../src/image/resize.js';
import { imageNotYet } from './not-yet.js';
import type { GoldenFile } from './read.js';
import { difference } from './tolerance.js';

interface ResizeCase {
  readonly name: string;
  readonly from: readonly [number, number];
  readonly to: readonly [number, number];
}

export function runImage(t: Test, file: GoldenFile): void {
  const close = (label: string, wrong: string | null) =>
    wrong === null ? t.pass(label) : t.fail(`${label}: ${wrong}`);
  const exact = { ofLargest: 0, ofValue: 0 };
  for (const name of file.meta<string[]>('colormaps')) {
    if (!isColorMapName(name)) {
      t.fail(`colour map ${name}: there is no such map`);
      continue;
    }
    const values = Array.from(colorMapTable(name), (value) => Math.round(value * 255));
    close(`colour map ${name}`, difference({ shape: [256, 3], values }, file.get(`colormap/${name}`), exact));
  }
  for (const { name, from, to } of file.meta<ResizeCase[]>('cases')) {
    const { shape, values } = file.get(`${name}/in`);
    t.same(shape, from, `${name}: the input's shape`);
    const resized = resizeMap(Float32Array.from(values), from[1], from[0], to[1], to[0]);
    // the values are in 0..1: 1e-5 of full scale
    const tolerance = { ofLargest: 0, ofValue: 0, absolute: 1e-5 };
    close(name, difference({ shape: to, values: resized }, file.get(`${name}/out`), tolerance));
  }
}

/** Whether a tensor of image.safetensors belongs to a function that does not exist yet. */
export function imageTensorIsNotYet(tensor: string): boolean {
  return imageNotYet.includes('rgb_to_gray') && tensor.startsWith('rgb/');
}
