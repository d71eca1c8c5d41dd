/**
 * How far a result may be from what is expected. With B the whole expected tensor, every element must satisfy
 *
 *     |a - b| <= ofLargest * max|B| + ofValue * |b| + absolute
 *
 * The part that grows with max|B| allows for sums in which large terms cancel: what rounding leaves behind there is
 * small beside the terms, not beside the result.
 */
import type { DType } from '../tensor/backend.js';

export interface Tolerance {
  /** Relative to the largest finite expected value. */
  readonly ofLargest: number;
  /** Relative to each expected value. */
  readonly ofValue: number;
  /** Absolute, for results whose full scale is known. Default: 0. */
  readonly absolute?: number;
}

/**
 * The tolerances of the golden tests: 1e-6 and 1e-6 for an implementation that computes in float64 (the golden files
 * store float32), 1e-5 and 1e-4 for one that computes in float32.
 */
export const tolerances: Readonly<Record<DType, Tolerance>> = {
  float64: { ofLargest: 1e-6, ofValue: 1e-6 },
  float32: { ofLargest: 1e-5, ofValue: 1e-4 },
};

/** The distance between neighbours among the smallest float32 numbers. */
const SMALLEST_STEP = 2 ** -149;

/**
 * How far from the finite number `expected` a result may be, in a tensor whose largest finite number is `largest`.
 * Below 1e-38 an expected float32 is itself known only to the spacing of the smallest ones: that much is always
 * allowed, unless nothing is.
 */
export function allowedError(
  { ofLargest, ofValue, absolute = 0 }: Tolerance,
  expected: number,
  largest: number,
): number {
  if (ofLargest === 0 && ofValue === 0) return absolute;
  return Math.max(ofLargest * largest + ofValue * Math.abs(expected) + absolute, SMALLEST_STEP);
}
