/**
 * Activations made of straight pieces. At a kink, and where x is NaN, their gradient is the one that PyTorch takes.
 */
import { check } from '../errors.js';
import { formatShape } from '../tensor/shape.js';
import { checkTensors, commonBackend, type Tensor } from '../tensor/tensor.js';
import { mul } from './arithmetic.js';
import { ge, gt, le, lt } from './compare.js';
import { pointwise } from './pointwise.js';
import { clamp } from './clamp.js';
import { reshape } from './reshape.js';
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

/**
 * x where x > 0, weight * x elsewhere; the slope at 0 is the weight. (K. He et al., 2015, equation 1)
 * x [N,C,..], weight [C] for as many channels, or of one element -> x's shape
 */
export function prelu(x: Tensor, weight: Tensor): Tensor {
  checkTensors('prelu', [x, weight]);
  commonBackend('prelu', [x, weight]);
  const channels = x.ndim < 2 ? 1 : x.shape[1];
  check(
    weight.ndim <= 1 && (weight.numel() === 1 || weight.numel() === channels),
    () =>
      `prelu: expected a weight of one element, or of shape [${channels}] for the channels of input ${formatShape(x.shape)}, ` +
      `got ${formatShape(weight.shape)}`,
  );
  const slopes = weight.numel() === 1 ? [] : [channels, ...x.shape.slice(2).map(() => 1)];
  // what is multiplied is never an x above 0: an infinite one would make NaN of the weight's gradient
  const negative = mul(where(gt(x, 0), 0, x), reshape(weight, slopes));
  return where(gt(x, 0), x, negative);
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
