/**
 * Activations made of straight pieces. At a kink, and where x is NaN, their gradient is the one that PyTorch takes.
 */
import { check } from '../errors.js';
import type { Tensor } from '../tensor/tensor.js';
import { mul } from './arithmetic.js';
import { ge, gt, le, lt } from './compare.js';
import { pointwise } from './pointwise.js';
import { clamp } from './clamp.js';
import { affine } from './unary.js';
import { where } from './where.js';

/**
 * x where x > 0, negativeSlope * x (default 0.01) elsewhere; its gradient at 0 is the slope.
 * (A. Maas, A. Hannun, A. Ng, 2013)
 */
export function leakyRelu(x: Tensor, negativeSlope = 0.01): Tensor {
  const leak = (value: Tensor, x: Tensor): Tensor => where(gt(x, 0), value, mul(value, negativeSlope));
  return pointwise(
    'LeakyRelu',
    x,
    (x) => leak(x, x),
    (grad, x) => leak(grad, x),
  );
}

/** grad where min < x < max, 0 elsewhere. */
function between(grad: Tensor, x: Tensor, min: number, max: number): Tensor {
  return where(mul(gt(x, min), lt(x, max)), grad, 0);
}

function limited(name: string, x: Tensor, min: number, max: number): Tensor {
  return pointwise(
    name,
    x,
    (x) => clamp(x, min, max),
    (grad, x) => between(grad, x, min, max),
  );
}

/** x limited to minVal..maxVal (default -1..1); unlike clamp's, its gradient is 0 at the ends. */
export function hardtanh(x: Tensor, minVal = -1, maxVal = 1): Tensor {
  check(minVal <= maxVal, () => `hardtanh: expected minVal <= maxVal, got ${minVal} and ${maxVal}`);
  return limited('Hardtanh', x, minVal, maxVal);
}

/** x limited to 0..6; its gradient is 0 at both ends. */
export function relu6(x: Tensor): Tensor {
  return limited('Relu6', x, 0, 6);
}

/** 0 up to -3, 1 from 3 on, x/6 + 1/2 between. */
export function hardsigmoid(x: Tensor): Tensor {
  return pointwise('Hardsigmoid', x, sixth, (grad, x) => between(affine(grad, 1 / 6, 0), x, -3, 3));
}

/** x hardsigmoid(x). (A. Howard et al., 2019, section 5.2) */
export function hardswish(x: Tensor): Tensor {
  // the slope is 0 up to -3, 1 from 3 on, x/3 + 1/2 between
  const slope = (x: Tensor): Tensor => where(le(x, -3), 0, where(ge(x, 3), 1, affine(x, 1 / 3, 0.5)));
  return pointwise(
    'Hardswish',
    x,
    (x) => mul(x, sixth(x)),
    (grad, x) => mul(grad, slope(x)),
  );
}

/** min(max(x + 3, 0), 6) / 6 */
function sixth(x: Tensor): Tensor {
  return mul(clamp(affine(x, 1, 3), 0, 6), 1 / 6);
}
