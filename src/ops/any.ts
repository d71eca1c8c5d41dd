/** Whether some or all values are other than 0 (NaN is): 1 or 0. They have no gradient. */
import { noGrad } from '../autograd/grad-mode.js';
import { tidy } from '../tensor/memory.js';
import { normalizeDims } from '../tensor/shape.js';
import { checkTensor, type Tensor } from '../tensor/tensor.js';
import { eq, gt, ne } from './compare.js';
import { sum, type Dims } from './sum.js';

/** Whether any value over `dims` (default: all) is not 0; `keepdim` keeps them with size 1 (default: false). */
export function any(x: Tensor, dims?: Dims, keepdim = false): Tensor {
  checkTensor('any', x);
  const over = normalizeDims(dims, x.ndim, 'any');
  return noGrad(() => tidy(() => gt(sum(ne(x, 0), over, keepdim), 0)));
}

/** Whether all values over `dims` (default: all) are other than 0; `keepdim` keeps them with size 1 (default: false). */
export function all(x: Tensor, dims?: Dims, keepdim = false): Tensor {
  checkTensor('all', x);
  const over = normalizeDims(dims, x.ndim, 'all');
  return noGrad(() => tidy(() => eq(sum(eq(x, 0), over, keepdim), 0)));
}
