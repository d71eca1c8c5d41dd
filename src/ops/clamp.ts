/**
 * Limits: min(max(x, low), high), where `high` wins if the bounds are crossed.
 *
 * As in PyTorch the gradient goes to x where low <= x <= high, the ends included; where the bounds are tensors, to `low`
 * where x < low < high, and to `high` where x > high or high < low.
 */
import { record } from '../autograd/record.js';
import { check } from '../errors.js';
import { checkTensor, Tensor } from '../tensor/tensor.js';
import { binaryKernel, checkOperand, mul, type Operand } from './arithmetic.js';
import { ge, gt, le, lt } from './compare.js';
import { maximum } from './maximum.js';
import { sumTo } from './sum-to.js';
import { unaryKernel } from './unary.js';
import { where } from './where.js';

/**
 * Limits values to min..max, numbers or tensors, all broadcast; one of them may be left out, or null. A NaN in any of
 * them gives NaN.
 * @throws ShapeError without any limit
 */
export function clamp(x: Tensor, min?: Operand | null, max?: Operand | null): Tensor {
  checkTensor('clamp', x);
  const given = [min, max].filter((limit) => limit !== undefined && limit !== null);
  check(given.length > 0, () => 'clamp: expected a minimum, a maximum or both, got neither');
  for (const limit of given) checkOperand('clamp', limit);
  const [low, high] = [min ?? -Infinity, max ?? Infinity];
  if (low instanceof Tensor || high instanceof Tensor) return clampBetween(x, low, high);
  // the kernel compares, and no value is less or greater than NaN
  const isNaN = Number.isNaN(low) || Number.isNaN(high);
  const out = isNaN ? unaryKernel('affine', x, 0, NaN) : unaryKernel('clamp', x, low, high);
  return record('Clamp', out, [x], [x], [(grad, x) => mul(grad, unaryKernel('inside', x, low, high))]);
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
