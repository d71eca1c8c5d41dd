/**
 * Functions that a plain formula would compute with lost digits, each a kernel of its own.
 *
 *     d erf(x) = 2/sqrt(pi) e^(-x^2) dx    d erfc = -d erf    d (e^x - 1) = e^x dx    d ln(1 + x) = dx / (1 + x)
 */
import { record } from '../autograd/record.js';
import type { Tensor } from '../tensor/tensor.js';
import { mul } from './arithmetic.js';
import { affine, exp, neg, reciprocal, unaryKernel } from './unary.js';

const SLOPE_AT_0 = 2 / Math.sqrt(Math.PI);

/** slope e^(-x^2) */
const bell = (x: Tensor, slope: number): Tensor => mul(exp(neg(mul(x, x))), slope);

/** The error function: 2/sqrt(pi) times the integral of e^(-t^2) from 0 to x. */
export function erf(x: Tensor): Tensor {
  return record('Erf', unaryKernel('erf', x), [x], [x], [(grad, x) => mul(grad, bell(x, SLOPE_AT_0))]);
}

/** 1 - erf(x), with all its digits where that is nearly 0. */
export function erfc(x: Tensor): Tensor {
  return record('Erfc', unaryKernel('erfc', x), [x], [x], [(grad, x) => mul(grad, bell(x, -SLOPE_AT_0))]);
}

/** e^x - 1, with all its digits near 0. */
export function expm1(x: Tensor): Tensor {
  const out = unaryKernel('expm1', x);
  return record('Expm1', out, [x], [out], [(grad, y) => mul(grad, affine(y, 1, 1))]);
}

/** ln(1 + x), with all its digits near 0; -Infinity at -1, NaN below. */
export function log1p(x: Tensor): Tensor {
  return record('Log1p', unaryKernel('log1p', x), [x], [x], [(grad, x) => mul(grad, reciprocal(affine(x, 1, 1)))]);
}
