/**
 * The larger or smaller of two values, NaN if either is. Where both are equal each side gets half the gradient, and
 * where one is NaN each side gets all of it, as in PyTorch.
 */
import { record } from '../autograd/record.js';
import { checkTensors, type Tensor } from '../tensor/tensor.js';
import { add, binaryKernel, mul } from './arithmetic.js';
import { eq, lt } from './compare.js';
import { sumTo } from './sum-to.js';
import { affine } from './unary.js';

/** 1 where a > b, 1/2 where a = b, 0 where a < b; 1 where one of them is NaN. */
function shareOf(a: Tensor, b: Tensor): Tensor {
  return affine(add(lt(a, b), affine(eq(a, b), 0.5, 0)), -1, 1);
}

export function maximum(a: Tensor, b: Tensor): Tensor {
  checkTensors('maximum', [a, b]);
  return record(
    'Maximum',
    binaryKernel('maximum', 'maximum', a, b),
    [a, b],
    [a, b],
    [
      (grad, a, b) => sumTo(mul(grad, shareOf(a, b)), a.shape),
      (grad, a, b) => sumTo(mul(grad, shareOf(b, a)), b.shape),
    ],
  );
}

export function minimum(a: Tensor, b: Tensor): Tensor {
  checkTensors('minimum', [a, b]);
  return record(
    'Minimum',
    binaryKernel('minimum', 'minimum', a, b),
    [a, b],
    [a, b],
    [
      (grad, a, b) => sumTo(mul(grad, shareOf(b, a)), a.shape),
      (grad, a, b) => sumTo(mul(grad, shareOf(a, b)), b.shape),
    ],
  );
}
