/** Sine and cosine of angles in radians: d sin x = cos x dx, d cos x = -sin x dx. */
import { record } from '../autograd/record.js';
import type { Tensor } from '../tensor/tensor.js';
import { mul } from './arithmetic.js';
import { neg, unaryKernel } from './unary.js';

export function sin(x: Tensor): Tensor {
  return record('Sin', unaryKernel('sin', x), [x], [x], [(grad, x) => mul(grad, cos(x))]);
}

export function cos(x: Tensor): Tensor {
  return record('Cos', unaryKernel('cos', x), [x], [x], [(grad, x) => neg(mul(grad, sin(x)))]);
}
