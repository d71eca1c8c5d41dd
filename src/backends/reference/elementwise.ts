/**
 * One output element from one element of each input.
 *
 * - unary:  out[i] = f(x[i]; p, q)
 * - binary: out[i] = f(a[ia(i)], b[ib(i)]), where broadcasting is a stride of 0 along the repeated dimensions
 *
 * Comparisons with NaN are false, so the order of the cases below decides where a NaN goes: `x <= 0 ? 0 : x` keeps it.
 */
import type { BinaryOp, BroadcastDims, HostArray, UnaryOp } from '../../tensor/backend.js';
import { forEachRow } from './rows.js';

/** sigma(x) = 1 / (1 + exp(-x)); for negative x as e / (1 + e) with e = exp(x), which cannot overflow. */
function sigmoid(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const e = Math.exp(x);
  return e / (1 + e);
}

/** min(max(x, low), high), with NaN kept; `high` wins if the bounds are crossed, as in PyTorch. */
function clamp(x: number, low: number, high: number): number {
  const raised = x < low ? low : x;
  return raised > high ? high : raised;
}

const UNARY: Record<UnaryOp, (x: number, p: number, q: number) => number> = {
  neg: (x) => -x,
  abs: Math.abs,
  sign: (x) => (x > 0 ? 1 : x < 0 ? -1 : 0),
  exp: Math.exp,
  log: Math.log,
  sqrt: Math.sqrt,
  rsqrt: (x) => 1 / Math.sqrt(x),
  reciprocal: (x) => 1 / x,
  relu: (x) => (x <= 0 ? 0 : x),
  sigmoid,
  tanh: Math.tanh,
  affine: (x, p, q) => p * x + q,
  clamp,
  inside: (x, p, q) => (p <= x && x <= q ? 1 : 0),
  pow: Math.pow,
};

const BINARY: Record<BinaryOp, (x: number, y: number) => number> = {
  add: (x, y) => x + y,
  sub: (x, y) => x - y,
  mul: (x, y) => x * y,
  div: (x, y) => x / y,
  maximum: Math.max,
  minimum: Math.min,
  eq: (x, y) => (x === y ? 1 : 0),
  ne: (x, y) => (x !== y ? 1 : 0),
  lt: (x, y) => (x < y ? 1 : 0),
  le: (x, y) => (x <= y ? 1 : 0),
  gt: (x, y) => (x > y ? 1 : 0),
  ge: (x, y) => (x >= y ? 1 : 0),
  reluGrad: (g, x) => (x <= 0 ? 0 : g),
};

/** out[i] = f(x[i]; p, q) */
export function unary(op: UnaryOp, out: HostArray, x: HostArray, p: number, q: number): void {
  const f = UNARY[op];
  for (let i = 0; i < out.length; i++) out[i] = f(x[i], p, q);
}

/** out[i0,i1,...] = f(a[i0*aStrides[0] + ...], b[i0*bStrides[0] + ...]) */
export function binary(op: BinaryOp, out: HostArray, a: HostArray, b: HostArray, dims: BroadcastDims): void {
  const f = BINARY[op];
  const { shape, aStrides, bStrides } = dims;
  const aStep = aStrides.at(-1) ?? 0;
  const bStep = bStrides.at(-1) ?? 0;
  forEachRow(shape, [aStrides, bStrides], (begin, end, [ia, ib]) => {
    for (let i = begin; i < end; i++) {
      out[i] = f(a[ia], b[ib]);
      ia += aStep;
      ib += bStep;
    }
  });
}
