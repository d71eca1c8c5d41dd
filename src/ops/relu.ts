/**
 * relu(x) = max(x, 0).
 *
 * At 0 the gradient is 0; where x is NaN the result is NaN and the gradient passes, as in PyTorch.
 */
import { record } from '../autograd/record.js';
import type { Tensor } from '../tensor/tensor.js';
import { binaryKernel } from './arithmetic.js';
import { unaryKernel } from './unary.js';

// #region relu
/** x [..] -> [..], negative values set to 0. */
export function relu(x: Tensor): Tensor {
  return record('Relu', unaryKernel('relu', x), [x], [x], [(grad, x) => reluGrad(grad, x)]);
}

/** g where x > 0 (or NaN), else 0, whatever g is there: linear in g, constant in x. g, x [..] -> [..] */
export function reluGrad(g: Tensor, x: Tensor): Tensor {
  return record('ReluGrad', binaryKernel('relu', 'reluGrad', g, x), [g], [x], [(grad, x) => reluGrad(grad, x)]);
}
// #endregion relu
