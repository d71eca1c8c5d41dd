/**
 * When a result counts as equal to its golden value B: exactly the same shape, and every element within
 *
 *     float64   |a - b| <= 1e-6 max|B| + 1e-6 |b|
 *     float32   |a - b| <= 1e-5 max|B| + 1e-4 |b|
 *
 * where max|B| is taken over the whole expected tensor. NaN and infinities must be matched exactly. The files store
 * float32, so below 1e-38 an expected value is itself known only to the spacing of float32's smallest numbers.
 */
import type { DType } from '../../src/tensor/backend.js';
import { formatShape, sameShape, type Shape } from '../../src/tensor/shape.js';
import type { Golden } from './read.js';

export interface Tolerance {
  /** Relative to the largest expected value. */
  readonly ofLargest: number;
  /** Relative to each expected value. */
  readonly ofValue: number;
  /** Absolute, for results whose full scale is known. Default: 0. */
  readonly absolute?: number;
}

export const tolerances: Record<DType, Tolerance> = {
  float64: { ofLargest: 1e-6, ofValue: 1e-6 },
  float32: { ofLargest: 1e-5, ofValue: 1e-4 },
};

/** The distance between neighbours among the smallest float32 numbers. */
const SMALLEST_STEP = 2 ** -149;

/** What is compared: a tensor, or numbers with a shape. */
export interface Result {
  readonly shape: Shape;
  readonly values: ArrayLike<number>;
}

/** What is wrong with `actual`, worst element first, in one line; null if nothing is. */
export function difference(actual: Result, expected: Golden, tolerance: Tolerance): string | null {
  if (!sameShape(actual.shape, expected.shape)) {
    return `expected shape ${formatShape(expected.shape)}, got ${formatShape(actual.shape)}`;
  }
  const { values: wanted } = expected;
  if (actual.values.length !== wanted.length) {
    return `expected ${wanted.length} values, got ${actual.values.length}`;
  }
  const largest = wanted.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  let wrong = 0;
  let worst = { ratio: 0, at: 0, error: 0, allowed: 0 };
  for (let i = 0; i < wanted.length; i++) {
    const error = errorOf(actual.values[i], wanted[i]);
    const allowed = tolerance.ofLargest * largest + tolerance.ofValue * Math.abs(wanted[i]) + (tolerance.absolute ?? 0);
    if (error <= Math.max(allowed, SMALLEST_STEP)) continue;
    wrong++;
    const ratio = allowed === 0 ? Infinity : error / allowed;
    if (wrong === 1 || ratio > worst.ratio) worst = { ratio, at: i, error, allowed };
  }
  if (wrong === 0) return null;
  return (
    `${wrong} of ${wanted.length} values are wrong; the worst, at ${formatShape(indexOf(worst.at, expected.shape))}: ` +
    `expected ${wanted[worst.at]}, got ${actual.values[worst.at]}, off by ${worst.error.toPrecision(3)}, ` +
    `${worst.ratio.toPrecision(3)} times the ${worst.allowed.toPrecision(3)} allowed (largest expected value ${largest})`
  );
}

/** 0 for equal values, NaN with NaN included; infinite where only one side is finite or a number. */
function errorOf(actual: number, wanted: number): number {
  if (Object.is(actual, wanted) || actual === wanted) return 0;
  const error = Math.abs(actual - wanted);
  return Number.isNaN(error) ? Infinity : error;
}

/** The index of element `at` along each dimension. */
function indexOf(at: number, shape: Shape): number[] {
  const index: number[] = [];
  for (let dim = shape.length - 1, rest = at; dim >= 0; dim--) {
    index.unshift(rest % shape[dim]);
    rest = Math.floor(rest / shape[dim]);
  }
  return index;
}
