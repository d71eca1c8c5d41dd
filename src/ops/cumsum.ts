/**
 * Running sums and products along a dimension.
 *
 * Both work by doubling: with y_i over the last s entries up to i, y_i and y_(i-s) together are over the last 2s. So n
 * entries take log2(n) steps, each of them an op on whole tensors.
 */
import { noGrad } from '../autograd/grad-mode.js';
import { record } from '../autograd/record.js';
import { tidy } from '../tensor/memory.js';
import { normalizeDim } from '../tensor/shape.js';
import { checkTensor, type Tensor } from '../tensor/tensor.js';
import { add, mul } from './arithmetic.js';
import { cat } from './cat.js';
import { clone } from './clone.js';
import { narrow } from './narrow.js';
import { padAxis } from './pad.js';
import { reshape, squeeze } from './reshape.js';

/** out_i = x_0 + .. + x_i along `dim`. The gradient is the same sum from the other end. */
export function cumsum(x: Tensor, dim: number): Tensor {
  checkTensor('cumsum', x);
  return sumFrom('start', x, normalizeDim(dim, x.ndim, 'cumsum'));
}

function sumFrom(end: 'start' | 'end', x: Tensor, axis: number): Tensor {
  const out = noGrad(() => tidy(() => scan(x, axis, (y, by) => add(y, shift(y, axis, end === 'start' ? by : -by, 0)))));
  return record('Cumsum', out, [x], [], [(grad) => sumFrom(end === 'start' ? 'end' : 'start', grad, axis)]);
}

/** out_i = x_0 * .. * x_i along `dim`. The gradient is that of the multiplications, which is right at zeros too. */
export function cumprod(x: Tensor, dim: number): Tensor {
  checkTensor('cumprod', x);
  const axis = normalizeDim(dim, x.ndim, 'cumprod');
  return scan(x, axis, (y, by) => mul(y, shift(y, axis, by, 1)));
}

function scan(x: Tensor, axis: number, step: (y: Tensor, by: number) => Tensor): Tensor {
  const size = x.shape[axis] ?? 1;
  let y = clone(x);
  for (let by = 1; by < size; by *= 2) y = step(y, by);
  return y;
}

/** Entries moved by `by` places along an axis (back, if negative); `value` comes in. */
function shift(x: Tensor, axis: number, by: number, value: number): Tensor {
  const size = x.shape[axis];
  const stay = size - Math.abs(by);
  return by > 0
    ? padAxis(narrow(x, axis, 0, stay), axis, by, 0, value)
    : padAxis(narrow(x, axis, -by, stay), axis, 0, -by, value);
}

/**
 * The product along `dim`, or of all values; `keepdim` keeps the dimension with size 1 (default: false). Values are
 * multiplied in pairs, then the pairs, and so on: the gradient is that of the multiplications, which is right at zeros
 * too.
 */
export function prod(x: Tensor, dim?: number, keepdim = false): Tensor {
  checkTensor('prod', x);
  if (dim === undefined || x.ndim === 0) {
    if (dim !== undefined) normalizeDim(dim, 0, 'prod');
    const all = prod(reshape(x, [x.numel()]), 0);
    return keepdim
      ? reshape(
          all,
          x.shape.map(() => 1),
        )
      : all;
  }
  const axis = normalizeDim(dim, x.ndim, 'prod');
  let y = x.shape[axis] === 0 ? padAxis(x, axis, 0, 1, 1) : clone(x);
  while (y.shape[axis] > 1) {
    const size = y.shape[axis];
    const half = Math.floor(size / 2);
    const pairs = mul(narrow(y, axis, 0, half), narrow(y, axis, half, half));
    y = size % 2 === 0 ? pairs : cat([pairs, narrow(y, axis, size - 1, 1)], axis);
  }
  return keepdim ? y : squeeze(y, axis);
}
