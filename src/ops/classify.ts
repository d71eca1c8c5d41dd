/** Which values are numbers at all: 1 where it holds, else 0. They have no gradient. */
import { checkTensor, type Tensor } from '../tensor/tensor.js';
import { tidy } from '../tensor/memory.js';
import { binaryKernel } from './arithmetic.js';
import { eq, ne } from './compare.js';
import { unaryKernel } from './unary.js';

/** Where x is not a number. */
export function isNaN(x: Tensor): Tensor {
  checkTensor('isNaN', x);
  return ne(x, x);
}

/** Where x is neither infinite nor NaN: there x - x = 0. */
export function isFinite(x: Tensor): Tensor {
  checkTensor('isFinite', x);
  return tidy(() => eq(binaryKernel('isFinite', 'sub', x, x), 0));
}

/** Where x is infinite, of either sign. */
export function isInf(x: Tensor): Tensor {
  checkTensor('isInf', x);
  return tidy(() => eq(unaryKernel('abs', x), Infinity));
}
