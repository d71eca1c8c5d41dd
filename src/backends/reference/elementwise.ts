/**
 * One output element from one element of each input.
 *
 * - unary:  out[i] = f(x[i]; p, q)
 * - binary: out[i] = f(a[ia(i)], b[ib(i)]), where broadcasting is a stride of 0 along the repeated dimensions
 * - where:  out[i] = condition[ic(i)] != 0 ? a[ia(i)] : b[ib(i)], likewise
 *
 * Comparisons with NaN are false, so the order of the cases below decides where a NaN goes: `x <= 0 ? 0 : x` keeps it.
 */
import type { BinaryOp, BroadcastDims, HostArray, UnaryOp, WhereDims } from '../../tensor/backend.js';
import { erf, erfc } from './error-function.js';
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

/** x^p as C defines it: unlike JavaScript's, 1 for a base of 1, and for -1 to an infinite power. */
function power(x: number, p: number): number {
  return x === 1 || (x === -1 && Math.abs(p) === Infinity) ? 1 : x ** p;
}

/** The nearest whole number; of two equally near ones the even one. */
function roundHalfToEven(x: number): number {
  return Math.abs(x % 1) === 0.5 ? 2 * Math.round(x / 2) : Math.round(x);
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
  pow: power,
  expm1: Math.expm1,
  log1p: Math.log1p,
  erf,
  erfc,
  floor: Math.floor,
  ceil: Math.ceil,
  round: roundHalfToEven,
  trunc: Math.trunc,
  sin: Math.sin,
  cos: Math.cos,
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
  pow: power,
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

/** out[i0,i1,...] = condition[..] != 0 ? a[..] : b[..], each read with its own strides */
export function where(out: HostArray, condition: HostArray, a: HostArray, b: HostArray, dims: WhereDims): void {
  const { shape, conditionStrides, aStrides, bStrides } = dims;
  const strides = [conditionStrides, aStrides, bStrides];
  const [conditionStep, aStep, bStep] = strides.map((steps) => steps.at(-1) ?? 0);
  forEachRow(shape, strides, (begin, end, [ic, ia, ib]) => {
    for (let i = begin; i < end; i++) {
      out[i] = condition[ic] !== 0 ? a[ia] : b[ib];
      ic += conditionStep;
      ia += aStep;
      ib += bStep;
    }
  });
}
