/**
 * Activations x f(x), where f rises from 0 to 1: the gate.
 *
 *     gelu: f = Phi(x), the normal distribution              dy/dx = Phi(x) + x phi(x), phi(x) = e^(-x^2/2) / sqrt(2 pi)
 *     gelu (tanh): f = sigmoid(2u), u = sqrt(2/pi) (x + 0.044715 x^3)    dy/dx = s + x s (1 - s) 2u'
 *     silu: f = sigmoid(x)                                               dy/dx = s + x s (1 - s)
 *     mish: f = tanh(softplus(x))                                        dy/dx = f + x sigmoid(x) (1 - f^2)
 */
import { ArgumentError } from '../errors.js';
import type { Tensor } from '../tensor/tensor.js';
import { add, mul } from './arithmetic.js';
import { pointwise } from './pointwise.js';
import { softplus } from './softplus.js';
import { erfc } from './special.js';
import { affine, exp, neg, sigmoid, tanh } from './unary.js';

/**
 * The slope of sigmoid: s(z) (1 - s(z)) with 1 - s(z) = s(-z), so that nothing cancels. Its own slope is itself times
 * 1 - 2 s(z) = -tanh(z/2).
 */
function sigmoidSlope(z: Tensor): Tensor {
  return pointwise(
    'SigmoidSlope',
    z,
    (z) => mul(sigmoid(z), sigmoid(neg(z))),
    (grad, z) => mul(grad, mul(sigmoidSlope(z), tanh(mul(z, -0.5)))),
  );
}

/** Phi(x) = erfc(-x/sqrt 2) / 2, which keeps its digits far below 0, where (1 + erf) / 2 would lose them. */
function normal(x: Tensor): Tensor {
  return mul(erfc(mul(x, -Math.SQRT1_2)), 0.5);
}

/** phi(x) */
function normalDensity(x: Tensor): Tensor {
  return mul(exp(mul(mul(x, x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
}

/** 2u = 2 sqrt(2/pi) (x + 0.044715 x^3): (1 + tanh u) / 2 is sigmoid(2u) */
const TWICE = 2 * Math.sqrt(2 / Math.PI);
const CUBIC = 0.044715;

function twiceU(x: Tensor): Tensor {
  return mul(x, affine(mul(x, x), TWICE * CUBIC, TWICE));
}

/**
 * x Phi(x), with Phi the standard normal distribution. (D. Hendrycks, K. Gimpel, 2016)
 * @param approximate 'none' (default), or 'tanh' for that paper's second formula
 */
export function gelu(x: Tensor, approximate: 'none' | 'tanh' = 'none'): Tensor {
  if (approximate === 'none') {
    return pointwise(
      'Gelu',
      x,
      (x) => mul(x, normal(x)),
      (grad, x) => mul(grad, add(normal(x), mul(x, normalDensity(x)))),
    );
  }
  if (approximate !== 'tanh') {
    throw new ArgumentError(`gelu: expected approximate to be 'none' or 'tanh', got ${JSON.stringify(approximate)}`);
  }
  return pointwise(
    'Gelu',
    x,
    (x) => mul(x, sigmoid(twiceU(x))),
    (grad, x) => {
      const z = twiceU(x);
      const steepness = mul(sigmoidSlope(z), affine(mul(x, x), 3 * TWICE * CUBIC, TWICE));
      return mul(grad, add(sigmoid(z), mul(x, steepness)));
    },
  );
}

/** x sigmoid(x), also called swish. (S. Elfwing, E. Uchibe, K. Doya, 2017) */
export function silu(x: Tensor): Tensor {
  return pointwise(
    'Silu',
    x,
    (x) => mul(x, sigmoid(x)),
    (grad, x) => mul(grad, add(sigmoid(x), mul(x, sigmoidSlope(x)))),
  );
}

/** x tanh(softplus(x)). (D. Misra, 2019) */
export function mish(x: Tensor): Tensor {
  return pointwise(
    'Mish',
    x,
    (x) => mul(x, tanh(softplus(x))),
    (grad, x) => {
      const gate = tanh(softplus(x));
      return mul(grad, add(gate, mul(mul(x, sigmoid(x)), affine(mul(gate, gate), -1, 1))));
    },
  );
}
