/** image.json: OpenCV's colour maps, byte for byte, its bilinear resize, and its grey. */
import type { Test } from 'tap';
import { colorMapTable, isColorMapName } from '../../src/image/colormaps.js';
import { createPicture, rgbToGray } from '../../src/image/picture.js';
import { resizeMap } from '../../src/image/resize.js';
import { closeness, type Closeness, type GoldenFile } from '../../src/testing/index.js';

interface ResizeCase {
  readonly name: string;
  readonly from: readonly [number, number];
  readonly to: readonly [number, number];
}

export function runImage(t: Test, file: GoldenFile): void {
  const close = (label: string, report: Closeness) =>
    report.close ? t.pass(label) : t.fail(`${label}: ${report.message}`);
  const exact = { ofLargest: 0, ofValue: 0 };
  for (const name of file.meta<string[]>('colormaps')) {
    if (!isColorMapName(name)) {
      t.fail(`colour map ${name}: there is no such map`);
      continue;
    }
    const values = Array.from(colorMapTable(name), (value) => Math.round(value * 255));
    const expected = file.get(`colormap/${name}`);
    close(`colour map ${name}`, closeness({ shape: [256, 3], values }, expected, { tolerance: exact }));
  }
  for (const { name, from, to } of file.meta<ResizeCase[]>('cases')) {
    const { shape, values } = file.get(`${name}/in`);
    t.same(shape, from, `${name}: the input's shape`);
    const resized = resizeMap(Float32Array.from(values), from[1], from[0], to[1], to[0]);
    // the values are in 0..1: 1e-5 of full scale
    const tolerance = { ofLargest: 0, ofValue: 0, absolute: 1e-5 };
    close(name, closeness({ shape: to, values: resized }, file.get(`${name}/out`), { tolerance }));
  }
  compareGray(t, file);
}

/** rgb/in [H,W,3] and rgb/gray [H,W] are bytes: OpenCV rounds, and its weights have 14 bits. */
function compareGray(t: Test, file: GoldenFile): void {
  const { shape, values } = file.get('rgb/in');
  const [height, width] = shape;
  const picture = createPicture(
    width,
    height,
    3,
    Float32Array.from(values, (value) => value / 255),
  );
  const gray = Array.from(rgbToGray(picture).data, (value) => value * 255);
  const tolerance = { ofLargest: 0, ofValue: 0, absolute: 0.51 };
  const report = closeness({ shape: [height, width], values: gray }, file.get('rgb/gray'), { tolerance });
  t.ok(report.close, 'rgb to gray', { message: report.message });
}
