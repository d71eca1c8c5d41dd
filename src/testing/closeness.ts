/** Compares numbers with what is expected, and says how many are wrong and which is the worst. */
import { BacklightError } from '../errors.js';
import type { DType } from '../tensor/backend.js';
import { formatShape, sameShape, stridesOf, type Shape } from '../tensor/shape.js';
import { valuesOf, type Comparable } from './comparable.js';
import { allowedError, tolerances, type Tolerance } from './tolerance.js';

export interface ClosenessOptions {
  /**
   * A tolerance, or the name of a preset. Default: the preset of the precision that `actual` was computed in, which is
   * float64 for tensors of a float64 backend and for Float64Arrays, and float32 for all else.
   */
  readonly tolerance?: DType | Tolerance;
  /** What messages call the value. */
  readonly name?: string;
}

/** One element of a comparison. */
export interface ComparedElement {
  /** Its place along each dimension. */
  readonly index: readonly number[];
  readonly expected: number;
  readonly got: number;
  /** |got - expected|; Infinity where only one of them is a finite number. */
  readonly error: number;
  readonly allowed: number;
  /** error / allowed: above 1 is wrong. */
  readonly ratio: number;
}

export interface Closeness {
  /** Whether shapes are the same and all values close enough. */
  readonly close: boolean;
  /** How many values are wrong; all of them if there was nothing of the same shape to compare. */
  readonly wrong: number;
  /** How many values are expected. */
  readonly of: number;
  /** The element of the largest ratio; null if no values were compared. */
  readonly worst: ComparedElement | null;
  /** The largest error of all elements; 0 if no values were compared. */
  readonly maxError: number;
  /** All of it in one line. */
  readonly message: string;
}

/**
 * Compares `actual` with `expected` by the rule of {@link Tolerance}.
 *
 * Shapes must be the same: a typed array has the shape [length], so give `{ shape, data }` where there are more
 * dimensions. NaN must meet NaN and an infinity the same infinity; 0 and -0 are equal. What differs, a missing tensor
 * included, is reported and not thrown.
 */
export function closeness(
  actual: Comparable | null | undefined,
  expected: Comparable | null | undefined,
  options: ClosenessOptions = {},
): Closeness {
  const [got, wanted] = [valuesOf(actual), valuesOf(expected)];
  const prefix = options.name === undefined ? '' : `${options.name}: `;
  if (typeof wanted === 'string') return incomparable(0, `${prefix}the expected value is ${wanted}`);
  const count = wanted.values.length;
  if (typeof got === 'string') {
    return incomparable(count, `${prefix}expected shape ${formatShape(wanted.shape)}, got ${got}`);
  }
  if (!sameShape(got.shape, wanted.shape)) {
    return incomparable(count, `${prefix}expected shape ${formatShape(wanted.shape)}, got ${formatShape(got.shape)}`);
  }
  const { tolerance = got.dtype } = options;
  const rule = typeof tolerance === 'string' ? tolerances[tolerance] : tolerance;
  return compare(got.values, wanted.values, wanted.shape, rule, prefix);
}

/** Thrown by {@link expectClose}. */
export class NotCloseError extends BacklightError {
  override readonly name = 'NotCloseError';

  constructor(readonly report: Closeness) {
    super(report.message);
  }
}

/**
 * Throws unless `actual` is close to `expected`; see {@link closeness} for the rule.
 *
 *     expectClose(y, [[1, 2], [3, 4]]);
 *     expectClose(y, golden.get('relu/out'), { name: 'relu' });
 *     expectClose(x.grad, [0.5, 0.25], { tolerance: { ofLargest: 0, ofValue: 1e-12 } });
 *
 * @throws NotCloseError whose message says how many values are wrong, and of the worst one: index, expected, got, error,
 * allowed error, and their ratio. Its `report` has them as numbers
 */
export function expectClose(
  actual: Comparable | null | undefined,
  expected: Comparable | null | undefined,
  options: ClosenessOptions = {},
): void {
  const report = closeness(actual, expected, { name: 'expectClose', ...options });
  if (!report.close) throw new NotCloseError(report);
}

function incomparable(count: number, message: string): Closeness {
  return { close: false, wrong: count, of: count, worst: null, maxError: 0, message };
}

function compare(
  got: ArrayLike<number>,
  wanted: ArrayLike<number>,
  shape: Shape,
  rule: Tolerance,
  prefix: string,
): Closeness {
  let largest = 0;
  for (let i = 0; i < wanted.length; i++) {
    if (Number.isFinite(wanted[i])) largest = Math.max(largest, Math.abs(wanted[i]));
  }
  let [wrong, maxError] = [0, 0];
  let worst = { at: -1, error: 0, allowed: 0, ratio: -1 };
  for (let i = 0; i < wanted.length; i++) {
    const error = errorOf(got[i], wanted[i]);
    const allowed = Number.isFinite(wanted[i]) ? allowedError(rule, wanted[i], largest) : 0;
    const ratio = error === 0 ? 0 : error / allowed;
    if (!(ratio <= 1)) wrong++;
    maxError = Math.max(maxError, error);
    if (ratio > worst.ratio) worst = { at: i, error, allowed, ratio };
  }
  const of = wanted.length;
  if (worst.at < 0)
    return { close: true, wrong, of, worst: null, maxError, message: `${prefix}no values, as expected` };

  const { at, ...numbers } = worst;
  const element = { index: indexOf(at, shape), expected: wanted[at], got: got[at], ...numbers };
  const message =
    `${prefix}${wrong} of ${of} values are wrong; the worst, at ${formatShape(element.index)}: ` +
    `expected ${element.expected}, got ${element.got}, error ${element.error.toPrecision(3)}, ` +
    `allowed ${element.allowed.toPrecision(3)}, ratio ${element.ratio.toPrecision(3)} (largest expected value ${largest})`;
  return { close: wrong === 0, wrong, of, worst: element, maxError, message };
}

/** 0 for equal values, NaN with NaN included; infinite where only one side is a finite number. */
function errorOf(got: number, wanted: number): number {
  if (Object.is(got, wanted) || got === wanted) return 0;
  const error = Math.abs(got - wanted);
  return Number.isNaN(error) ? Infinity : error;
}

/** The index of element `at` along each dimension. */
function indexOf(at: number, shape: Shape): number[] {
  return stridesOf(shape).map((stride, dim) => Math.floor(at / stride) % shape[dim]);
}
