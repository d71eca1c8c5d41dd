/**
 * Functions of one number, element by element. Each gradient is written with the result where that is cheaper.
 *
 *     d e^x = e^x dx            d ln x = dx/x             d sqrt(x) = dx / (2 sqrt(x))     d (1/x) = -dx/x^2
 *     d sigmoid = s(1-s) dx     d tanh = (1-tanh^2) dx    d x^(-1/2) = -x^(-3/2)/2 dx
 */
import { record, type GradientOf } from '../autograd/record.js';
import type { UnaryOp } from '../tensor/backend.js';
import { checkTensor, Tensor } from '../tensor/tensor.js';
import { mul } from './arithmetic.js';
import { zerosLike } from './creation.js';

/** Runs a one-input kernel. x [..] -> [..] */
export function unaryKernel(op: UnaryOp, x: Tensor, p?: number, q?: number): Tensor {
  checkTensor(op, x);
  return new Tensor(x.backend.unary(op, x.live(), p, q), x.shape);
}

/** An op whose gradient needs its input. */
function ofInput(name: string, out: Tensor, x: Tensor, gradient: GradientOf): Tensor {
  return record(name, out, [x], [x], [gradient]);
}

/** An op whose gradient needs its result. */
function ofResult(name: string, out: Tensor, x: Tensor, gradient: GradientOf): Tensor {
  return record(name, out, [x], [out], [gradient]);
}

/** scale * x + shift, with two numbers. */
export function affine(x: Tensor, scale: number, shift: number): Tensor {
  return record('Affine', unaryKernel('affine', x, scale, shift), [x], [], [(grad) => affine(grad, scale, 0)]);
}

/** -x */
export function neg(x: Tensor): Tensor {
  return record('Neg', unaryKernel('neg', x), [x], [], [(grad) => neg(grad)]);
}

/** |x|, with the gradient 0 at 0. */
export function abs(x: Tensor): Tensor {
  return ofInput('Abs', unaryKernel('abs', x), x, (grad, x) => mul(grad, sign(x)));
}

/** -1, 0 or 1; 0 for NaN. Its gradient is 0 everywhere. */
export function sign(x: Tensor): Tensor {
  return record('Sign', unaryKernel('sign', x), [x], [], [(grad) => zerosLike(grad)]);
}

/** e^x */
export function exp(x: Tensor): Tensor {
  return ofResult('Exp', unaryKernel('exp', x), x, (grad, y) => mul(grad, y));
}

/** Natural logarithm; -infinity at 0, NaN below. */
export function log(x: Tensor): Tensor {
  return ofInput('Log', unaryKernel('log', x), x, (grad, x) => mul(grad, reciprocal(x)));
}

/** Square root; NaN below 0. */
export function sqrt(x: Tensor): Tensor {
  return ofResult('Sqrt', unaryKernel('sqrt', x), x, (grad, y) => mul(affine(grad, 0.5, 0), reciprocal(y)));
}

/** 1 / sqrt(x) */
export function rsqrt(x: Tensor): Tensor {
  return ofResult('Rsqrt', unaryKernel('rsqrt', x), x, (grad, y) => mul(affine(grad, -0.5, 0), mul(y, mul(y, y))));
}

/** 1 / x */
export function reciprocal(x: Tensor): Tensor {
  return ofResult('Reciprocal', unaryKernel('reciprocal', x), x, (grad, y) => mul(neg(grad), mul(y, y)));
}

/** 1 / (1 + e^-x) */
export function sigmoid(x: Tensor): Tensor {
  return ofResult('Sigmoid', unaryKernel('sigmoid', x), x, (grad, y) => mul(grad, mul(y, affine(y, -1, 1))));
}

/** Hyperbolic tangent. */
export function tanh(x: Tensor): Tensor {
  return ofResult('Tanh', unaryKernel('tanh', x), x, (grad, y) => mul(grad, affine(mul(y, y), -1, 1)));
}
