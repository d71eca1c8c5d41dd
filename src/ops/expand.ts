/** Repeats dimensions of size 1. */
import { record } from '../autograd/record.js';
import { check } from '../errors.js';
import { broadcastShapes, broadcastStrides, formatShape, sameShape, type Shape } from '../tensor/shape.js';
import { Tensor } from '../tensor/tensor.js';
import { sumTo } from './sum-to.js';

/** x [..,1,..] -> `shape`, where -1 keeps a size; new dimensions come first. The repeats are copied. */
export function expand(x: Tensor, shape: Shape): Tensor {
  const shift = shape.length - x.ndim;
  const target = shape.map((size, i) => (size === -1 && i >= shift ? x.shape[i - shift] : size));
  check(
    shift >= 0 && !target.includes(-1) && sameShape(broadcastShapes(x.shape, target, 'expand'), target),
    () => `expand: expected a shape to which ${formatShape(x.shape)} can be repeated, got ${formatShape(shape)}`,
  );
  const dims = { shape: target, strides: broadcastStrides(x.shape, target), offset: 0 };
  const out = new Tensor(x.backend.strided(x.live(), dims), target);
  return record('Expand', out, [x], [], [(grad) => sumTo(grad, x.shape)]);
}
