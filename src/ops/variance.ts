/** Variance and standard deviation over some dimensions, or all. */
import { record } from '../autograd/record.js';
import { normalizeDims } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { add, mul, sub } from './arithmetic.js';
import { eq, ne } from './compare.js';
import { reshape } from './reshape.js';
import { mean, reducedShape, sum, type Dims } from './sum.js';
import { affine, reciprocal, unaryKernel } from './unary.js';

export interface VarianceOptions {
  /**
   * Taken off the number of values in the denominator: 1 (the default) as PyTorch, 0 for the population's, as NumPy.
   */
  readonly correction?: number;
  /** Keep the reduced dimensions with size 1. Default: false. */
  readonly keepdim?: boolean;
}

/** sum (x - mean)^2 / (n - correction) over `dims` (default: all) */
export function variance(x: Tensor, dims?: Dims, options: VarianceOptions = {}): Tensor {
  return varianceOf('variance', x, dims, options);
}

function varianceOf(op: string, x: Tensor, dims: Dims | undefined, options: VarianceOptions): Tensor {
  const over = normalizeDims(dims, x.ndim, op);
  const count = over.reduce((n, dim) => n * x.shape[dim], 1);
  const centered = sub(x, mean(x, over, true));
  const denominator = Math.max(count - (options.correction ?? 1), 0);
  const out = affine(sum(mul(centered, centered), over, true), 1 / denominator, 0);
  return options.keepdim ? out : reshape(out, reducedShape(x.shape, over, false));
}

/** The square root of the variance. Where all values are equal it is 0 and so are its derivatives, as in PyTorch. */
export function std(x: Tensor, dims?: Dims, options: VarianceOptions = {}): Tensor {
  const spread = varianceOf('std', x, dims, options);
  const out = unaryKernel('sqrt', spread);
  const inverse = (y: Tensor): Tensor => mul(reciprocal(add(y, eq(y, 0))), ne(y, 0));
  return record('Std', out, [spread], [out], [(grad, y) => mul(affine(grad, 0.5, 0), inverse(y))]);
}
