/**
 * Limits: min(max(x, low), high), where `high` wins if the bounds are crossed.
 *
 * As in PyTorch the gradient goes to x where low <= x <= high, the ends included; where the bounds are tensors, to `low`
 * where x < low < high, and to `high` where x > high or high < low.
 */
import { record } from '../autograd/record.js';
import { Tensor } from '../tensor/tensor.js';
import { binaryKernel, mul, type Operand } from './arithmetic.js';
import { ge, gt, le, lt } from './compare.js';
import { maximum } from './maximum.js';
import { sumTo } from './sum-to.js';
import { unaryKernel } from './unary.js';
import { where } from './where.js';

/** Limits values to min..max, numbers or tensors, all broadcast; either may be left out. A NaN in any of them gives NaN. */
export function clamp(x: Tensor, min: Operand = -Infinity, max: Operand = Infinity): Tensor {
  if (min instanceof Tensor || max instanceof Tensor) return clampBetween(x, min, max);
  return record(
    'Clamp',
    unaryKernel('clamp', x, min, max),
    [x],
    [x],
    [(grad, x) => mul(grad, unaryKernel('inside', x, min, max))],
  );
}

function clampBetween(x: Tensor, low: Operand, high: Operand): Tensor {
  if (typeof low === 'number') return withScalar(low, x, (scalar) => clampBetween(x, scalar, high));
  if (typeof high === 'number') return withScalar(high, x, (scalar) => clampBetween(x, low, scalar));
  const raised = binaryKernel('clamp', 'maximum', x, low);
  const out = binaryKernel('clamp', 'minimum', raised, high);
  raised.dispose();
  return record(
    'Clamp',
    out,
    [x, low, high],
    [x, low, high],
    [
      (grad, x, low, high) => sumTo(where(mul(ge(x, low), le(x, high)), grad, 0), x.shape),
      (grad, x, low, high) => sumTo(where(mul(lt(x, low), lt(low, high)), grad, 0), low.shape),
      (grad, x, low, high) => sumTo(where(maximum(gt(x, high), lt(high, low)), grad, 0), high.shape),
    ],
  );
}

function withScalar(value: number, like: Tensor, body: (scalar: Tensor) => Tensor): Tensor {
  const scalar = new Tensor(like.backend.full(1, value), []);
  try {
    return body(scalar);
  } finally {
    scalar.dispose();
  }
}
