/**
 * The mean of each window: with a given kernel, or with windows that divide the input into a given number of parts.
 *
 * A mean over a rectangle is a mean over rows of means over columns, so both are banded maps (see band.ts).
 */
import { check } from '../errors.js';
import { checkList, formatShape } from '../tensor/shape.js';
import { checkTensor, type Tensor } from '../tensor/tensor.js';
import { applyBands, makeBand, type BandRow } from './band.js';
import { partRow } from './resample.js';
import { poolWindows } from './max-pool2d.js';
import { pair, type Pair } from './pair.js';
import { mean } from './sum.js';

export interface AvgPool2dOptions {
  /** Step of the window; a number or [height, width]. Default: the kernel's size. */
  readonly stride?: Pair | null;
  /** Zeros around the input, at most half the kernel. Default: 0. */
  readonly padding?: Pair;
  /** Let the last window hang over the edge. Default: false. */
  readonly ceilMode?: boolean;
  /** Count padded zeros in the mean. Default: true. */
  readonly countIncludePad?: boolean;
  /** Divide each window's sum by this instead of by its number of values. */
  readonly divisorOverride?: number | null;
}

/** x [N,C,H,W] or [C,H,W] -> [..,oH,oW] */
export function avgPool2d(x: Tensor, kernelSize: Pair, options: AvgPool2dOptions = {}): Tensor {
  checkTensor('avgPool2d', x);
  checkImage('avgPool2d', x);
  const kernel = pair(kernelSize, 'avgPool2d: kernelSize', 1);
  const stride = pair(options.stride ?? kernelSize, 'avgPool2d: stride', 1);
  const padding = pair(options.padding ?? 0, 'avgPool2d: padding', 0);
  check(
    2 * padding[0] <= kernel[0] && 2 * padding[1] <= kernel[1],
    () =>
      `avgPool2d: expected a padding of at most half the kernel ${kernel[0]}x${kernel[1]}, got ${padding.join(',')}`,
  );
  const override = options.divisorOverride ?? null;
  check(override !== 0, () => 'avgPool2d: expected a divisorOverride other than 0, got 0');
  const [vertical, horizontal] = [0, 1].map((i) => {
    const size = x.shape[x.ndim - 2 + i];
    const count = poolWindows(size, kernel[i], stride[i], padding[i], options.ceilMode ?? false);
    check(
      count >= 1,
      () =>
        `avgPool2d: expected an input of at least the kernel's size ${kernel.join('x')}, got ${formatShape(x.shape)}`,
    );
    const rows = Array.from({ length: count }, (_, o): BandRow => {
      const first = o * stride[i] - padding[i];
      const end = Math.min(first + kernel[i], size + padding[i]);
      const [from, to] = [Math.max(first, 0), Math.min(end, size)];
      const count = (options.countIncludePad ?? true) ? end - first : to - from;
      const divisor = override === null ? count : i === 0 ? override : 1;
      return { start: from, weights: new Array<number>(Math.max(to - from, 0)).fill(1 / divisor) };
    });
    return makeBand(rows, size);
  });
  return applyBands('AvgPool2d', x, vertical, horizontal);
}

/**
 * Divides the input into outputSize parts that may overlap by one, and takes each part's mean: part o of n runs from
 * floor(o*size/n) to ceil((o+1)*size/n). x [N,C,H,W] or [C,H,W] -> [..,oH,oW]; a null size keeps the input's.
 */
export function adaptiveAvgPool2d(x: Tensor, outputSize: number | readonly [number | null, number | null]): Tensor {
  checkTensor('adaptiveAvgPool2d', x);
  checkImage('adaptiveAvgPool2d', x);
  const [height, width] = x.shape.slice(-2);
  if (typeof outputSize !== 'number') checkList(outputSize, 'adaptiveAvgPool2d', 'two sizes');
  const [outHeight, outWidth] = typeof outputSize === 'number' ? [outputSize, outputSize] : outputSize;
  const target = pair([outHeight ?? height, outWidth ?? width], 'adaptiveAvgPool2d: outputSize', 0);
  // a single part needs no bands, and a plain mean is faster
  if (target[0] === 1 && target[1] === 1) return mean(x, [-2, -1], true);
  const [vertical, horizontal] = [height, width].map((size, i) => {
    const rows = Array.from({ length: target[i] }, (_, o) => partRow(o, size, target[i]));
    return makeBand(rows, size);
  });
  return applyBands('AdaptiveAvgPool2d', x, vertical, horizontal);
}

function checkImage(op: string, x: Tensor): void {
  check(
    (x.ndim === 3 || x.ndim === 4) && x.shape.slice(-2).every((size) => size > 0),
    () => `${op}: expected an input of shape [N,C,H,W] or [C,H,W] that is not empty, got ${formatShape(x.shape)}`,
  );
}
