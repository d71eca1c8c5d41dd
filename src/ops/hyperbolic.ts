/**
 * Hyperbolic sine and cosine, and the inverses of the hyperbolic functions. (tanh is a kernel, in unary.ts.)
 *
 *     d sinh x = cosh x dx             d cosh x = sinh x dx
 *     d asinh x = dx / sqrt(x^2 + 1)   d acosh x = dx / sqrt(x^2 - 1)    d atanh x = dx / (1 - x^2)
 *
 * With m = e^|x| - 1 and h = e^(|x|/2), so that nothing cancels near 0, and nothing overflows before the result does:
 *
 *     sinh |x| = (m + m/(m + 1)) / 2, from 1 on h h/2 - 1/(2 h h)    cosh x = h h/2 + 1/(2 h h)
 *     asinh |x| = log1p(|x| + x^2/(sqrt(x^2 + 1) + 1))    acosh x = log1p(t + sqrt(t (x + 1))), t = x - 1
 *     atanh |x| = log1p(2|x|/(1 - |x|)) / 2
 *
 * and beyond 2^30, where 1 does not count beside x^2, asinh |x| = acosh x = ln |x| + ln 2.
 */
import type { Tensor } from '../tensor/tensor.js';
import { add, div, mul, sub } from './arithmetic.js';
import { gt, lt } from './compare.js';
import { pointwise } from './pointwise.js';
import { expm1, log1p } from './special.js';
import { abs, affine, exp, log, neg, reciprocal, rsqrt, sqrt } from './unary.js';
import { where } from './where.js';

const FAR = 2 ** 30;

/** The value for |x|, with the sign of x. */
function odd(x: Tensor, value: Tensor): Tensor {
  return where(lt(x, 0), neg(value), value);
}

/** e^x/2 and e^-x/2, the first of them finite as long as it can be. */
function halves(x: Tensor): [Tensor, Tensor] {
  const root = exp(mul(x, 0.5));
  return [mul(mul(root, 0.5), root), mul(mul(reciprocal(root), 0.5), reciprocal(root))];
}

/** (e^x - e^-x) / 2 */
export function sinh(x: Tensor): Tensor {
  return pointwise(
    'Sinh',
    x,
    (x) => {
      const size = abs(x);
      const m = expm1(size);
      const near = mul(add(m, div(m, affine(m, 1, 1))), 0.5);
      return odd(x, where(gt(size, 1), sub(...halves(size)), near));
    },
    (grad, x) => mul(grad, cosh(x)),
  );
}

/** (e^x + e^-x) / 2 */
export function cosh(x: Tensor): Tensor {
  return pointwise(
    'Cosh',
    x,
    (x) => add(...halves(abs(x))),
    (grad, x) => mul(grad, sinh(x)),
  );
}

/** The number whose sinh is x: ln(x + sqrt(x^2 + 1)). */
export function asinh(x: Tensor): Tensor {
  return pointwise(
    'Asinh',
    x,
    (x) => {
      const size = abs(x);
      const square = mul(size, size);
      const near = log1p(add(size, div(square, affine(sqrt(affine(square, 1, 1)), 1, 1))));
      return odd(x, where(gt(size, FAR), affine(log(size), 1, Math.LN2), near));
    },
    (grad, x) => mul(grad, rsqrt(affine(mul(x, x), 1, 1))),
  );
}

/** The number from 0 on whose cosh is x: ln(x + sqrt(x^2 - 1)); NaN below 1. */
export function acosh(x: Tensor): Tensor {
  return pointwise(
    'Acosh',
    x,
    (x) => {
      const t = affine(x, 1, -1);
      const near = log1p(add(t, sqrt(mul(t, affine(x, 1, 1)))));
      return where(lt(x, 1), NaN, where(gt(x, FAR), affine(log(x), 1, Math.LN2), near));
    },
    (grad, x) => mul(grad, rsqrt(mul(affine(x, 1, -1), affine(x, 1, 1)))),
  );
}

/** The number whose tanh is x: ln((1 + x)/(1 - x)) / 2; infinite at -1 and 1, NaN beyond. */
export function atanh(x: Tensor): Tensor {
  return pointwise(
    'Atanh',
    x,
    (x) => {
      const size = abs(x);
      return odd(x, mul(log1p(div(mul(size, 2), sub(1, size))), 0.5));
    },
    (grad, x) => div(grad, mul(affine(x, -1, 1), affine(x, 1, 1))),
  );
}
