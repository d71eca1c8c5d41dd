/**
 * Activations that are straight above 0 and saturate exponentially below:
 *
 *     y = s x where x > 0,  y = s a (e^(k x) - 1) elsewhere        dy/dx = s  or  s a k e^(k x)
 */
import { check } from '../errors.js';
import type { Tensor } from '../tensor/tensor.js';
import { mul } from './arithmetic.js';
import { ge, gt } from './compare.js';
import { pointwise } from './pointwise.js';
import { expm1 } from './special.js';
import { exp } from './unary.js';
import { where } from './where.js';

interface Unit {
  /** a */
  readonly alpha: number;
  /** s */
  readonly scale: number;
  /** k */
  readonly inputScale: number;
}

function exponentialUnit(name: string, x: Tensor, { alpha, scale, inputScale }: Unit): Tensor {
  const slope = (x: Tensor): Tensor => {
    // the exponential never sees a positive x, which could overflow and then spoil a second derivative
    const below = mul(where(ge(x, 0), 0, x), inputScale);
    return where(gt(x, 0), scale, mul(exp(below), scale * alpha * inputScale));
  };
  return pointwise(
    name,
    x,
    (x) => where(gt(x, 0), mul(x, scale), mul(expm1(mul(x, inputScale)), scale * alpha)),
    (grad, x) => mul(grad, slope(x)),
  );
}

/**
 * x where x > 0, alpha (e^x - 1) elsewhere; alpha is 1 by default. Its gradient at 0 is alpha.
 * (D. Clevert, T. Unterthiner, S. Hochreiter, 2015)
 */
export function elu(x: Tensor, alpha = 1): Tensor {
  return exponentialUnit('Elu', x, { alpha, scale: 1, inputScale: 1 });
}

/** x where x > 0, alpha (e^(x/alpha) - 1) elsewhere: without a kink whatever alpha is (default 1). (J. Barron, 2017) */
export function celu(x: Tensor, alpha = 1): Tensor {
  check(alpha !== 0, () => 'celu: expected an alpha other than 0, got 0; use relu() for its limit');
  return exponentialUnit('Celu', x, { alpha, scale: 1, inputScale: 1 / alpha });
}

/** scale * elu(x, alpha) with the two constants that keep mean 0 and variance 1. (G. Klambauer et al., 2017, section 2) */
export function selu(x: Tensor): Tensor {
  return exponentialUnit('Selu', x, { alpha: 1.6732632423543772, scale: 1.0507009873554805, inputScale: 1 });
}
