/** Functions of angles in radians: d sin x = cos x dx, d cos x = -sin x dx, d tan x = (1 + tan^2 x) dx. */
import { noGrad } from '../autograd/grad-mode.js';
import { record } from '../autograd/record.js';
import { tidy } from '../tensor/memory.js';
import { checkTensor, type Tensor } from '../tensor/tensor.js';
import { div, mul } from './arithmetic.js';
import { affine, neg, unaryKernel } from './unary.js';

export function sin(x: Tensor): Tensor {
  return record('Sin', unaryKernel('sin', x), [x], [x], [(grad, x) => mul(grad, cos(x))]);
}

export function cos(x: Tensor): Tensor {
  return record('Cos', unaryKernel('cos', x), [x], [x], [(grad, x) => neg(mul(grad, sin(x)))]);
}

export function tan(x: Tensor): Tensor {
  checkTensor('tan', x);
  const out = noGrad(() => tidy(() => div(sin(x), cos(x))));
  return record('Tan', out, [x], [out], [(grad, y) => mul(grad, affine(mul(y, y), 1, 1))]);
}
