/** A part of a tensor: narrow, select, and `at`, which reads like indexing. The gradient is 0 outside the part. */
import { record } from '../autograd/record.js';
import { check } from '../errors.js';
import { formatShape, normalizeDim, stridesOf } from '../tensor/shape.js';
import { checkTensor, Tensor } from '../tensor/tensor.js';
import { padAxis } from './pad.js';
import { reshape } from './reshape.js';

/** `length` entries of dimension `dim`, from `start` on (negative: from the end). */
export function narrow(x: Tensor, dim: number, start: number, length: number): Tensor {
  checkTensor('narrow', x);
  const axis = normalizeDim(dim, x.ndim, 'narrow');
  const size = x.shape[axis] ?? 0;
  const from = start < 0 ? start + size : start;
  check(
    x.ndim > 0 &&
      Number.isInteger(from) &&
      Number.isInteger(length) &&
      from >= 0 &&
      length >= 0 &&
      from + length <= size,
    () =>
      `narrow: expected a range inside dimension ${dim} of ${formatShape(x.shape)}, got start ${start} and length ${length}`,
  );
  const shape = x.shape.map((n, i) => (i === axis ? length : n));
  const strides = stridesOf(x.shape);
  const out = new Tensor(x.backend.strided(x.live(), { shape, strides, offset: from * strides[axis] }), shape);
  return record('Narrow', out, [x], [], [(grad) => padAxis(grad, axis, from, size - from - length, 0)]);
}

/** Entry `index` of dimension `dim` (negative: from the end), without that dimension. */
export function select(x: Tensor, dim: number, index: number): Tensor {
  checkTensor('select', x);
  return entry('select', x, dim, index);
}

function entry(op: 'select' | 'at', x: Tensor, dim: number, index: number): Tensor {
  const axis = normalizeDim(dim, x.ndim, op);
  const size = x.shape[axis] ?? 0;
  check(
    x.ndim > 0 && Number.isInteger(index) && index >= -size && index < size,
    () =>
      `${op}: expected an index from ${-size} to ${size - 1} for dimension ${dim} of ${formatShape(x.shape)}, got ${index}`,
  );
  const part = narrow(x, axis, index < 0 ? index + size : index, 1);
  return reshape(
    part,
    part.shape.filter((_, i) => i !== axis),
  );
}

/** `at(x, 0, 243)` selects as `x[0, 243]` does in PyTorch: one index for each of the first dimensions. */
export function at(x: Tensor, ...indices: number[]): Tensor {
  checkTensor('at', x);
  check(
    indices.length <= x.ndim,
    () => `at: expected at most ${x.ndim} indices for shape ${formatShape(x.shape)}, got ${indices.length}`,
  );
  return indices.reduce((part, index) => entry('at', part, 0, index), x);
}
