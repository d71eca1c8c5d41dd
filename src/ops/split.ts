/** One tensor -> several, along a dimension: split, chunk, unbind. Each part has a gradient of its own. */
import { check } from '../errors.js';
import { checkList, formatShape, normalizeDim } from '../tensor/shape.js';
import { checkTensor, type Tensor } from '../tensor/tensor.js';
import { dimensionOf } from './indices.js';
import { narrow, select } from './narrow.js';

/**
 * Parts of `sizes` along `dim` (default: 0): one size for all, the last part being what is left, or a list that adds
 * up to the whole.
 */
export function split(x: Tensor, sizes: number | readonly number[], dim = 0): Tensor[] {
  checkTensor('split', x);
  const axis = axisOf('split', x, dim);
  const whole = x.shape[axis];
  const list = typeof sizes === 'number' ? equalSizes(x, axis, sizes) : sizes;
  checkList(list, 'split');
  check(
    list.every((size) => Number.isInteger(size) && size >= 0) && list.reduce((a, b) => a + b, 0) === whole,
    () => `split: expected sizes that add up to ${whole} (${dimensionOf(axis, x.shape)}), got ${formatShape(list)}`,
  );
  let start = 0;
  return list.map((size) => {
    start += size;
    return narrow(x, axis, start - size, size);
  });
}

/** size, size, ..., and what is left; of nothing, one part of size 0 */
function equalSizes(x: Tensor, axis: number, size: number): number[] {
  const whole = x.shape[axis];
  check(
    Number.isInteger(size) && size >= 0 && (size > 0 || whole === 0),
    () => `split: expected a whole size from 1 on (${dimensionOf(axis, x.shape)}), got ${size}`,
  );
  const count = size === 0 ? 1 : Math.max(1, Math.ceil(whole / size));
  return Array.from({ length: count }, (_, i) => Math.min(size, whole - i * size));
}

/**
 * `chunks` parts along `dim` (default: 0), all of one size but the last, which is smaller where they do not come out
 * even; then there may be fewer of them.
 */
export function chunk(x: Tensor, chunks: number, dim = 0): Tensor[] {
  checkTensor('chunk', x);
  check(
    Number.isInteger(chunks) && chunks > 0,
    () => `chunk: expected a whole number of parts from 1 on, got ${chunks}`,
  );
  const axis = axisOf('chunk', x, dim);
  const whole = x.shape[axis];
  return split(x, whole === 0 ? Array.from({ length: chunks }, () => 0) : Math.ceil(whole / chunks), axis);
}

/** The entries of dimension `dim` (default: 0), each without that dimension. */
export function unbind(x: Tensor, dim = 0): Tensor[] {
  checkTensor('unbind', x);
  const axis = axisOf('unbind', x, dim);
  return Array.from({ length: x.shape[axis] }, (_, i) => select(x, axis, i));
}

function axisOf(op: string, x: Tensor, dim: number): number {
  check(x.ndim > 0, () => `${op}: expected a tensor with dimensions, got a scalar`);
  return normalizeDim(dim, x.ndim, op);
}
