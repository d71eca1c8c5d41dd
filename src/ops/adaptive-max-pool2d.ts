/**
 * The largest value in each of a given number of parts, which are cut as in adaptiveAvgPool2d.
 *
 * Where the parts differ in size or overlap, their rows and columns are first laid out one part after the other, a
 * smaller part's last one repeated: then all windows are equal and maxPool2d does the rest.
 */
import { check } from '../errors.js';
import { checkList, formatShape } from '../tensor/shape.js';
import { checkTensor, type Tensor } from '../tensor/tensor.js';
import { adaptiveAvgPool2d } from './avg-pool2d.js';
import { applyBand, makeBand, type BandRow } from './band.js';
import { maxPool2d } from './max-pool2d.js';
import { pair } from './pair.js';
import { partRow } from './resample.js';

/** x [N,C,H,W] or [C,H,W] -> [..,oH,oW]; a null size keeps the input's. */
export function adaptiveMaxPool2d(x: Tensor, outputSize: number | readonly [number | null, number | null]): Tensor {
  checkTensor('adaptiveMaxPool2d', x);
  check(
    (x.ndim === 3 || x.ndim === 4) && x.shape.slice(-2).every((size) => size > 0),
    () =>
      `adaptiveMaxPool2d: expected an input of shape [N,C,H,W] or [C,H,W] that is not empty, got ${formatShape(x.shape)}`,
  );
  const sizes = x.shape.slice(-2);
  if (typeof outputSize !== 'number') checkList(outputSize, 'adaptiveMaxPool2d', 'two sizes');
  const [outHeight, outWidth] = typeof outputSize === 'number' ? [outputSize, outputSize] : outputSize;
  const target = pair([outHeight ?? sizes[0], outWidth ?? sizes[1]], 'adaptiveMaxPool2d: outputSize', 0);
  if (target.includes(0)) return adaptiveAvgPool2d(x, target);
  const window = sizes.map((size, i) => largestPart(size, target[i]));
  const parts = sizes.reduce(
    (out, size, i) => (size === target[i] * window[i] ? out : layOut(out, x.ndim - 2 + i, target[i], window[i])),
    x,
  );
  return maxPool2d(parts, [window[0], window[1]]);
}

function largestPart(size: number, count: number): number {
  return Math.max(...Array.from({ length: count }, (_, o) => partRow(o, size, count).weights.length));
}

/** [..,size,..] -> [..,count * window,..], `window` entries for each part */
function layOut(x: Tensor, axis: number, count: number, window: number): Tensor {
  const size = x.shape[axis];
  const rows = Array.from({ length: count * window }, (_, i): BandRow => {
    const { start, weights } = partRow(Math.floor(i / window), size, count);
    return { start: start + Math.min(i % window, weights.length - 1), weights: [1] };
  });
  return applyBand('AdaptiveMaxPool2d', x, makeBand(rows, size), axis);
}
