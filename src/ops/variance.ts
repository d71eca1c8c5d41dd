/**
 * Variance and standard deviation over some dimensions, or all; with n values,
 *
 *     var = sum (x - mean)^2 / (n - correction)    dvar = sum 2 (x - mean) / (n - correction) dx
 */
import { record } from '../autograd/record.js';
import { noGrad } from '../autograd/grad-mode.js';
import { tidy } from '../tensor/memory.js';
import { normalizeDims } from '../tensor/shape.js';
import { checkTensor, type Tensor } from '../tensor/tensor.js';
import { add, mul, sub } from './arithmetic.js';
import { eq, ne } from './compare.js';
import { reshape } from './reshape.js';
import { mean, reducedShape, sum, type Dims } from './sum.js';
import { affine, reciprocal, unaryKernel } from './unary.js';
import { where } from './where.js';

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
  checkTensor('variance', x);
  return varianceOf('variance', x, dims, options);
}

function varianceOf(op: string, x: Tensor, dims: Dims | undefined, options: VarianceOptions): Tensor {
  checkTensor(op, x);
  const { correction = 1, keepdim = false } = options;
  const over = normalizeDims(dims, x.ndim, op);
  const kept = reducedShape(x.shape, over, true);
  const freedom = over.reduce((n, dim) => n * x.shape[dim], 1) - correction;
  const out = noGrad(() =>
    tidy(() => {
      const centered = centeredOver(x, over);
      return affine(sum(mul(centered, centered), over, keepdim), 1 / Math.max(freedom, 0), 0);
    }),
  );
  const whole = dims === undefined || x.ndim === 0;
  return record(
    'Var',
    out,
    [x],
    [x],
    [(grad, x) => mul(reshape(grad, kept), slope(centeredOver(x, over), freedom, whole))],
  );
}

function centeredOver(x: Tensor, over: readonly number[]): Tensor {
  return sub(x, mean(x, over, true));
}

/** 2 (x - mean) / freedom; what PyTorch makes of it where there is no freedom depends on whether dimensions were named. */
function slope(centered: Tensor, freedom: number, whole: boolean): Tensor {
  if (freedom <= 0 && whole) return where(eq(centered, 0), NaN, Infinity);
  return affine(centered, 2 / freedom, 0);
}

/** The square root of the variance. Where all values are equal it is 0 and so are its derivatives, as in PyTorch. */
export function std(x: Tensor, dims?: Dims, options: VarianceOptions = {}): Tensor {
  checkTensor('std', x);
  const spread = varianceOf('std', x, dims, options);
  const out = unaryKernel('sqrt', spread);
  const inverse = (y: Tensor): Tensor => mul(reciprocal(add(y, eq(y, 0))), ne(y, 0));
  return record('Std', out, [spread], [out], [(grad, y) => mul(affine(grad, 0.5, 0), inverse(y))]);
}
