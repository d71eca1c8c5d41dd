/** The gradient of broadcasting: what was repeated is summed. */
import { sameShape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { reshape } from './reshape.js';
import { sum } from './sum.js';

/** Sums `x` over the dimensions along which a tensor of `shape` was repeated to make x's shape. */
export function sumTo(x: Tensor, shape: readonly number[]): Tensor {
  if (sameShape(x.shape, shape)) return x;
  const extra = x.ndim - shape.length;
  const dims = x.shape.flatMap((size, i) => (i < extra || (shape[i - extra] === 1 && size !== 1) ? [i] : []));
  return reshape(dims.length === 0 ? x : sum(x, dims, true), shape);
}
