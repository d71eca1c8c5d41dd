/** Logarithms to other bases, and the square: d log_b(x) = dx / (x ln b), d x^2 = 2 x dx. */
import { checkTensor, type Tensor } from '../tensor/tensor.js';
import { div, mul } from './arithmetic.js';
import { pointwise } from './pointwise.js';
import { pow } from './power.js';
import { log } from './unary.js';

function logarithm(name: string, x: Tensor, base: number): Tensor {
  const scale = Math.log(base);
  return pointwise(
    name,
    x,
    (x) => mul(log(x), 1 / scale),
    (grad, x) => div(grad, mul(x, scale)),
  );
}

/** The logarithm to base 2; -infinity at 0, NaN below. */
export function log2(x: Tensor): Tensor {
  return logarithm('Log2', x, 2);
}

/** The logarithm to base 10; -infinity at 0, NaN below. */
export function log10(x: Tensor): Tensor {
  return logarithm('Log10', x, 10);
}

/** x^2 */
export function square(x: Tensor): Tensor {
  checkTensor('square', x);
  return pow(x, 2);
}
