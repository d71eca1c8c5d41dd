/**
 * The inverses of sine, cosine and tangent, in radians.
 *
 *     d asin x = dx / sqrt(1 - x^2)    d acos x = -d asin x    d atan x = dx / (1 + x^2)
 *
 * atan is S. Moshier's (Cephes, atan.c): the argument is brought between -0.66 and 0.66 by
 *
 *     atan x = pi/2 + atan(-1/x) where x > tan(3 pi/8),    atan x = pi/4 + atan((x - 1)/(x + 1)) where x > 0.66
 *
 * and there atan z = z + z^3 P(z^2)/Q(z^2), to double precision. The others follow from it:
 *
 *     asin x = atan(x / sqrt((1 - x)(1 + x)))    acos x = 2 atan(sqrt((1 - x)/(1 + x)))
 */
import type { Tensor } from '../tensor/tensor.js';
import { add, div, mul, sub } from './arithmetic.js';
import { gt, lt } from './compare.js';
import { pointwise } from './pointwise.js';
import { abs, affine, neg, reciprocal, rsqrt, sqrt } from './unary.js';
import { where } from './where.js';

const P = [-0.8750608600031904, -16.157537187333652, -75.00855792314705, -122.88666844901361, -64.85021904942025];
const Q = [1, 24.858464901423062, 165.02700983169885, 432.88106049129027, 485.3903996359137, 194.5506571482614];
const TAN_3_PI_8 = 1 + Math.SQRT2;

/** coefficients[0] z^n + .. + coefficients[n] */
function polynomial(z: Tensor, [first, second, ...rest]: readonly number[]): Tensor {
  return rest.reduce((sum, c) => affine(mul(sum, z), 1, c), affine(z, first, second));
}

/** Nothing here is recorded: only values are computed. */
function arctangent(x: Tensor): Tensor {
  const size = abs(x);
  const [isLarge, isMiddling] = [gt(size, TAN_3_PI_8), gt(size, 0.66)];
  const part = where(isMiddling, div(affine(size, 1, -1), affine(size, 1, 1)), size);
  const z = where(isLarge, neg(reciprocal(size)), part);
  const square = mul(z, z);
  const rest = mul(mul(z, square), div(polynomial(square, P), polynomial(square, Q)));
  const angle = add(where(isLarge, Math.PI / 2, where(isMiddling, Math.PI / 4, 0)), add(z, rest));
  return where(lt(x, 0), neg(angle), angle);
}

/** 1 / sqrt(1 - x^2) */
function inverseCosine(x: Tensor): Tensor {
  return rsqrt(mul(affine(x, -1, 1), affine(x, 1, 1)));
}

/** The angle from -pi/2 to pi/2 whose tangent is x. */
export function atan(x: Tensor): Tensor {
  return pointwise('Atan', x, arctangent, (grad, x) => div(grad, affine(mul(x, x), 1, 1)));
}

/** The angle from -pi/2 to pi/2 whose sine is x; NaN outside of -1..1. */
export function asin(x: Tensor): Tensor {
  return pointwise(
    'Asin',
    x,
    (x) => arctangent(mul(x, inverseCosine(x))),
    (grad, x) => mul(grad, inverseCosine(x)),
  );
}

/** The angle from 0 to pi whose cosine is x; NaN outside of -1..1. */
export function acos(x: Tensor): Tensor {
  return pointwise(
    'Acos',
    x,
    (x) => mul(arctangent(sqrt(div(sub(1, x), affine(x, 1, 1)))), 2),
    (grad, x) => neg(mul(grad, inverseCosine(x))),
  );
}
