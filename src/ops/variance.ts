/** Variance and standard deviation over some dimensions, or all. */
import { normalizeDims } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { mul, sub } from './arithmetic.js';
import { reshape } from './reshape.js';
import { mean, reducedShape, sum, type Dims } from './sum.js';
import { affine, sqrt } from './unary.js';

export interface VarianceOptions {
  /** Taken off the number of values in the denominator: 1 (the default) as PyTorch, 0 for the population's, as NumPy. */
  readonly correction?: number;
  /** Keep the reduced dimensions with size 1. Default: false. */
  readonly keepdim?: boolean;
}

/** sum (x - mean)^2 / (n - correction) over `dims` (default: all) */
export function variance(x: Tensor, dims?: Dims, options: VarianceOptions = {}): Tensor {
  const over = normalizeDims(dims, x.ndim, 'variance');
  const count = over.reduce((n, dim) => n * x.shape[dim], 1);
  const centered = sub(x, mean(x, over, true));
  const out = affine(sum(mul(centered, centered), over, true), 1 / (count - (options.correction ?? 1)), 0);
  return options.keepdim ? out : reshape(out, reducedShape(x.shape, over, false));
}

/** The square root of the variance. */
export function std(x: Tensor, dims?: Dims, options: VarianceOptions = {}): Tensor {
  return sqrt(variance(x, dims, options));
}
