/**
 * Choosing between two tensors, element by element. The gradient of an element goes to the side it came from; the other side
 * gets 0 there, not a product with 0, so that NaN and infinities of the side not chosen do no harm.
 */
import { record } from '../autograd/record.js';
import { broadcastShapes, broadcastStrides } from '../tensor/shape.js';
import { checkTensor, checkTensors, commonBackend, Tensor } from '../tensor/tensor.js';
import { checkOperand, type Operand } from './arithmetic.js';
import { sumTo } from './sum-to.js';

/**
 * `a` where the condition is not 0, `b` elsewhere; either may be a number.
 * condition, a, b [..] -> their broadcast shape. The condition (a comparison's result: 1 or 0) has no gradient.
 */
export function where(condition: Tensor, a: Operand, b: Operand): Tensor {
  checkTensor('where', condition, 'a tensor as the condition');
  return choose('where', condition, a, b);
}

/** x with `value` where the mask is not 0. x, mask [..] -> their broadcast shape */
export function maskedFill(x: Tensor, mask: Tensor, value: Operand): Tensor {
  checkTensors('maskedFill', [x, mask]);
  return choose('maskedFill', mask, value, x);
}

function choose(op: 'where' | 'maskedFill', condition: Tensor, a: Operand, b: Operand): Tensor {
  for (const side of [a, b]) checkOperand(op, side);
  const sides = [a, b].filter((side) => side instanceof Tensor);
  const backend = commonBackend(op, [condition, ...sides]);
  const scalar = (value: number): Tensor => new Tensor(backend.full(1, value), []);
  const [x, y] = [a, b].map((side) => (side instanceof Tensor ? side : scalar(side)));
  const shape = broadcastShapes(condition.shape, broadcastShapes(x.shape, y.shape, op), op);
  const [xShape, yShape] = [x.shape, y.shape];
  const out = backend.where(condition.live(), x.live(), y.live(), {
    shape,
    conditionStrides: broadcastStrides(condition.shape, shape),
    aStrides: broadcastStrides(xShape, shape),
    bStrides: broadcastStrides(yShape, shape),
  });
  if (x !== a) x.dispose();
  if (y !== b) y.dispose();
  return record(
    'Where',
    new Tensor(out, shape),
    [x === a ? x : null, y === b ? y : null],
    [condition],
    [
      (grad, condition) => sumTo(where(condition, grad, 0), xShape),
      (grad, condition) => sumTo(where(condition, 0, grad), yShape),
    ],
  );
}
