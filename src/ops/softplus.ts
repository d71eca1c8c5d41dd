/**
 * Smooth relatives of relu and of its limits: softplus, logSigmoid, softsign.
 *
 *     d ln(1 + e^x) = sigmoid(x) dx    d ln sigmoid(x) = sigmoid(-x) dx    d (x / (1 + |x|)) = dx / (1 + |x|)^2
 */
import type { Tensor } from '../tensor/tensor.js';
import { add, div, mul, sub } from './arithmetic.js';
import { gt } from './compare.js';
import { pointwise } from './pointwise.js';
import { log1p } from './special.js';
import { clamp } from './clamp.js';
import { abs, affine, exp, neg, reciprocal, sigmoid } from './unary.js';
import { where } from './where.js';

/** ln(1 + e^-|x|): what softplus has more than max(x, 0). It cannot overflow. */
export function softplusRest(x: Tensor): Tensor {
  return log1p(exp(neg(abs(x))));
}

/**
 * ln(1 + e^(beta x)) / beta, and x itself where beta x > threshold.
 * @param beta default 1
 * @param threshold default 20, where the difference is 2e-9
 */
export function softplus(x: Tensor, beta = 1, threshold = 20): Tensor {
  const scaled = (x: Tensor): Tensor => mul(x, beta);
  return pointwise(
    'Softplus',
    x,
    (x) => {
      const z = scaled(x);
      return where(gt(z, threshold), x, div(add(clamp(z, 0), softplusRest(z)), beta));
    },
    (grad, x) => {
      const z = scaled(x);
      return where(gt(z, threshold), grad, mul(grad, sigmoid(z)));
    },
  );
}

/** ln(1 / (1 + e^-x)), exact where sigmoid would round to 0 or 1. */
export function logSigmoid(x: Tensor): Tensor {
  return pointwise(
    'LogSigmoid',
    x,
    (x) => sub(clamp(x, -Infinity, 0), softplusRest(x)),
    (grad, x) => mul(grad, sigmoid(neg(x))),
  );
}

/** x / (1 + |x|) */
export function softsign(x: Tensor): Tensor {
  const inverse = (x: Tensor): Tensor => reciprocal(affine(abs(x), 1, 1));
  return pointwise(
    'Softsign',
    x,
    (x) => mul(x, inverse(x)),
    (grad, x) => {
      const y = inverse(x);
      return mul(grad, mul(y, y));
    },
  );
}
