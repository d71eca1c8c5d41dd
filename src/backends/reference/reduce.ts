/**
 * Reductions along the middle axis of [outer, axis, inner], and the two functions that are made of them.
 *
 * - sum:        out[o,i] = sum_a x[o,a,i]; 0 over an empty axis
 * - max:        out[o,i] = max_a x[o,a,i]; NaN if there is one; -Infinity over an empty axis
 * - softmax:    out[o,a,i] = exp(x[o,a,i] - M) / S, with M = max_a x[o,a,i] and S = sum_a exp(x[o,a,i] - M)
 * - logSoftmax: out[o,a,i] = x[o,a,i] - M - log S
 * - softmaxGrad: out[o,a,i] = y[o,a,i] (g[o,a,i] - s), with s = sum_a g y; for a float32 y, which adds up to 1 only to
 *   1e-7,
 *                s = sum_a g y / sum_a y
 *
 * Subtracting M changes nothing in exact arithmetic and keeps exp from overflowing.
 */
import type { AxisDims, HostArray, ReduceOp } from '../../tensor/backend.js';

function sumAlong(x: HostArray, start: number, end: number, step: number): number {
  let sum = 0;
  for (let i = start; i < end; i += step) sum += x[i];
  return sum;
}

function maxAlong(x: HostArray, start: number, end: number, step: number): number {
  let max = -Infinity;
  for (let i = start; i < end; i += step) max = Math.max(max, x[i]);
  return max;
}

function sumExpAlong(x: HostArray, start: number, end: number, step: number, shift: number): number {
  let sum = 0;
  for (let i = start; i < end; i += step) sum += Math.exp(x[i] - shift);
  return sum;
}

/** x [outer,axis,inner] -> [outer,inner] */
export function reduce(op: ReduceOp, out: HostArray, x: HostArray, dims: AxisDims): void {
  const { outer, axis, inner } = dims;
  const along = op === 'sum' ? sumAlong : maxAlong;
  for (let o = 0; o < outer; o++) {
    const base = o * axis * inner;
    for (let i = 0; i < inner; i++) out[o * inner + i] = along(x, base + i, base + axis * inner, inner);
  }
}

/** x [outer,axis,inner] -> the same shape, each row along the axis summing to 1 */
export function softmax(out: HostArray, x: HostArray, dims: AxisDims): void {
  const { outer, axis, inner } = dims;
  for (let o = 0; o < outer; o++) {
    const end = (o + 1) * axis * inner;
    for (let i = 0; i < inner; i++) {
      const start = o * axis * inner + i;
      const max = maxAlong(x, start, end, inner);
      const sum = sumExpAlong(x, start, end, inner, max);
      for (let at = start; at < end; at += inner) out[at] = Math.exp(x[at] - max) / sum;
    }
  }
}

/** x [outer,axis,inner] -> the same shape, the logarithm of {@link softmax} */
export function logSoftmax(out: HostArray, x: HostArray, dims: AxisDims): void {
  const { outer, axis, inner } = dims;
  for (let o = 0; o < outer; o++) {
    const end = (o + 1) * axis * inner;
    for (let i = 0; i < inner; i++) {
      const start = o * axis * inner + i;
      const max = maxAlong(x, start, end, inner);
      const logSum = Math.log(sumExpAlong(x, start, end, inner, max));
      for (let at = start; at < end; at += inner) out[at] = x[at] - max - logSum;
    }
  }
}

/** g, y [outer,axis,inner] -> the gradient of the input of {@link softmax}, whose result is y */
export function softmaxGrad(out: HostArray, g: HostArray, y: HostArray, dims: AxisDims): void {
  const { outer, axis, inner } = dims;
  for (let o = 0; o < outer; o++) {
    const end = (o + 1) * axis * inner;
    for (let i = 0; i < inner; i++) {
      const start = o * axis * inner + i;
      let sum = 0;
      for (let at = start; at < end; at += inner) sum += g[at] * y[at];
      if (y instanceof Float32Array) sum /= sumAlong(y, start, end, inner);
      for (let at = start; at < end; at += inner) out[at] = y[at] * (g[at] - sum);
    }
  }
}
