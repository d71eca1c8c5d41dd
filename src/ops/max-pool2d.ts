/**
 * The largest value in each window. The gradient goes to where it was; of equal values the first takes all; a NaN
 * counts as the largest.
 *
 * Picking by fixed places and putting back to them are linear and each other's transpose, so each is the other's
 * gradient.
 */
import { record } from '../autograd/record.js';
import { check } from '../errors.js';
import type { PlaceDims, Pool2dDims } from '../tensor/backend.js';
import { formatShape } from '../tensor/shape.js';
import { checkTensor, Tensor } from '../tensor/tensor.js';
import { checkPlaces } from './indices.js';
import { pair, type Pair } from './pair.js';

export interface MaxPool2dOptions {
  /** Step of the window; a number or [height, width]. Default: the kernel's size. */
  readonly stride?: Pair | null;
  /** Places around the input that never win; at most half the kernel. Default: 0. */
  readonly padding?: Pair;
  /** Distance between the places of a window. Default: 1. */
  readonly dilation?: Pair;
  /** Let the last window hang over the edge. Default: false. */
  readonly ceilMode?: boolean;
}

/** x [N,C,H,W] or [C,H,W] -> [..,oH,oW] */
export function maxPool2d(x: Tensor, kernelSize: Pair, options: MaxPool2dOptions = {}): Tensor {
  checkTensor('maxPool2d', x);
  return pooled(x, pool2dDims('maxPool2d', x, kernelSize, options));
}

function pooled(x: Tensor, dims: Pool2dDims): Tensor {
  const shape = [...x.shape.slice(0, -2), dims.outHeight, dims.outWidth];
  const inPlanes = { rows: dims.planes, size: dims.height * dims.width, count: dims.outHeight * dims.outWidth };
  const out = new Tensor(x.backend.maxPool2d(x.live(), dims), shape);
  return record(
    'MaxPool2d',
    out,
    [x],
    [x],
    [(grad, x) => putBack(grad, new Tensor(x.backend.maxPool2dIndices(x.live(), dims), shape), inPlanes, x.shape)],
  );
}

/**
 * The same with where each maximum was found: y * W + x in its plane. The indices have no gradient.
 * x [N,C,H,W] or [C,H,W] -> values and indices [..,oH,oW]
 */
export function maxPool2dWithIndices(
  x: Tensor,
  kernelSize: Pair,
  options: MaxPool2dOptions = {},
): { readonly values: Tensor; readonly indices: Tensor } {
  checkTensor('maxPool2dWithIndices', x);
  const dims = pool2dDims('maxPool2dWithIndices', x, kernelSize, options);
  const values = pooled(x, dims);
  return { values, indices: new Tensor(x.backend.maxPool2dIndices(x.live(), dims), values.shape) };
}

/** g [..,oH,oW] -> [..,H,W], each value added at its window's place */
function putBack(g: Tensor, places: Tensor, dims: PlaceDims, shape: readonly number[]): Tensor {
  const out = new Tensor(g.backend.scatterAdd(g.live(), places.live(), dims), shape);
  return record('MaxPool2dGrad', out, [g], [places], [(grad, places) => pick(grad, places, dims)]);
}

/** x [..,H,W] -> [..,oH,oW], the value at each window's place */
function pick(x: Tensor, places: Tensor, dims: PlaceDims): Tensor {
  const out = new Tensor(x.backend.gather(x.live(), places.live(), dims), places.shape);
  const { shape } = x;
  return record('MaxPool2dPick', out, [x], [places], [(grad, places) => putBack(grad, places, dims, shape)]);
}

function pool2dDims(op: string, x: Tensor, kernelSize: Pair, options: MaxPool2dOptions): Pool2dDims {
  check(
    x.ndim === 3 || x.ndim === 4,
    () => `${op}: expected an input of shape [N,C,H,W] or [C,H,W], got ${formatShape(x.shape)}`,
  );
  const [kernelHeight, kernelWidth] = pair(kernelSize, `${op}: kernelSize`, 1);
  const [strideHeight, strideWidth] = pair(options.stride ?? kernelSize, `${op}: stride`, 1);
  const [padHeight, padWidth] = pair(options.padding ?? 0, `${op}: padding`, 0);
  const [dilationHeight, dilationWidth] = pair(options.dilation ?? 1, `${op}: dilation`, 1);
  check(
    2 * padHeight <= kernelHeight && 2 * padWidth <= kernelWidth,
    () =>
      `${op}: expected a padding of at most half the kernel ${kernelHeight}x${kernelWidth}, got ${padHeight},${padWidth}`,
  );
  const [height, width] = x.shape.slice(-2);
  checkPlaces(op, height * width, x.backend);
  const ceil = options.ceilMode ?? false;
  const outHeight = poolWindows(height, dilationHeight * (kernelHeight - 1) + 1, strideHeight, padHeight, ceil);
  const outWidth = poolWindows(width, dilationWidth * (kernelWidth - 1) + 1, strideWidth, padWidth, ceil);
  check(
    outHeight >= 1 && outWidth >= 1,
    () =>
      `${op}: expected an input of at least the kernel's size ${kernelHeight}x${kernelWidth}, got ${formatShape(x.shape)}`,
  );
  return {
    planes: x.shape.slice(0, -2).reduce((a, b) => a * b, 1),
    ...{ height, width, outHeight, outWidth, kernelHeight, kernelWidth },
    ...{ strideHeight, strideWidth, padHeight, padWidth, dilationHeight, dilationWidth },
  };
}

/**
 * How many windows fit along one dimension. With `ceil` the last may hang over the edge, but must begin inside the
 * input or the padding before it.
 */
export function poolWindows(size: number, reach: number, stride: number, padding: number, ceil: boolean): number {
  const room = size + 2 * padding - reach;
  if (!ceil) return Math.floor(room / stride) + 1;
  const count = Math.ceil(room / stride) + 1;
  return (count - 1) * stride >= size + padding ? count - 1 : count;
}
