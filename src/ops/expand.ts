/** Repeats dimensions of size 1. */
import { record } from '../autograd/record.js';
import { check } from '../errors.js';
import { broadcastShapes, broadcastStrides, checkList, formatShape, sameShape, type Shape } from '../tensor/shape.js';
import { checkTensor, Tensor } from '../tensor/tensor.js';
import { sumTo } from './sum-to.js';

/** x [..,1,..] -> `shape`, where -1 keeps a size; new dimensions come first. The repeats are copied. */
export function expand(x: Tensor, shape: Shape): Tensor {
  checkTensor('expand', x);
  checkList(shape, 'expand');
  const from = x.shape;
  const shift = shape.length - x.ndim;
  const target = shape.map((size, i) => (size === -1 && i >= shift ? from[i - shift] : size));
  check(
    shift >= 0 && !target.includes(-1) && sameShape(broadcastShapes(from, target, 'expand'), target),
    () => `expand: expected a shape to which ${formatShape(from)} can be repeated, got ${formatShape(shape)}`,
  );
  const dims = { shape: target, strides: broadcastStrides(from, target), offset: 0 };
  const out = new Tensor(x.backend.strided(x.live(), dims), target);
  return record('Expand', out, [x], [], [(grad) => sumTo(grad, from)]);
}
