/**
 * The same values in another shape: reshape, view, flatten, squeeze, unsqueeze, unflatten. Nothing is copied: the result shares
 * the storage, since every tensor here is contiguous.
 */
import { record } from '../autograd/record.js';
import { check } from '../errors.js';
import { checkList, formatShape, inferShape, normalizeDim, numel, type Shape } from '../tensor/shape.js';
import { checkTensor, Tensor } from '../tensor/tensor.js';

/** x [..] -> `shape`, of as many elements; one size may be -1 and is inferred. */
export function reshape(x: Tensor, shape: Shape): Tensor {
  checkTensor('reshape', x);
  return inShape('reshape', x, shape);
}

/** PyTorch's name for a reshape that never copies; here the two are the same. */
export function view(x: Tensor, shape: Shape): Tensor {
  checkTensor('view', x);
  return inShape('view', x, shape);
}

function inShape(op: 'reshape' | 'view', x: Tensor, shape: Shape): Tensor {
  const target = inferShape(shape, x.numel(), op);
  const out = new Tensor(x.live().retain(), target);
  const from = x.shape;
  return record('Reshape', out, [x], [], [(grad) => reshape(grad, from)]);
}

/** Merges the dimensions from `startDim` (default 0) to `endDim` (default -1) into one. */
export function flatten(x: Tensor, startDim = 0, endDim = -1): Tensor {
  checkTensor('flatten', x);
  if (x.ndim === 0) return reshape(x, [1]);
  const start = normalizeDim(startDim, x.ndim, 'flatten');
  const end = normalizeDim(endDim, x.ndim, 'flatten');
  check(
    start <= end,
    () => `flatten: expected startDim <= endDim, got ${startDim} and ${endDim} for ${formatShape(x.shape)}`,
  );
  return reshape(x, [...x.shape.slice(0, start), numel(x.shape.slice(start, end + 1)), ...x.shape.slice(end + 1)]);
}

/** Removes those of the dimensions `dims` (default: all) whose size is 1. */
export function squeeze(x: Tensor, dims?: number | readonly number[]): Tensor {
  checkTensor('squeeze', x);
  const named = typeof dims === 'number' ? [dims] : (dims ?? [...x.shape.keys()]);
  checkList(named, 'squeeze', 'dimensions');
  const over = named.map((dim) => normalizeDim(dim, x.ndim, 'squeeze'));
  return reshape(
    x,
    x.shape.filter((size, i) => size !== 1 || !over.includes(i)),
  );
}

/** Cuts the dimension `dim` into several of the given sizes, whose product it is; one may be -1 and is inferred. */
export function unflatten(x: Tensor, dim: number, sizes: Shape): Tensor {
  checkTensor('unflatten', x);
  check(x.ndim > 0, () => 'unflatten: expected a tensor with dimensions, got a scalar');
  const axis = normalizeDim(dim, x.ndim, 'unflatten');
  const parts = inferShape(sizes, x.shape[axis], 'unflatten');
  return reshape(x, [...x.shape.slice(0, axis), ...parts, ...x.shape.slice(axis + 1)]);
}

/** Puts a dimension of size 1 before `dim`; -1 puts it last. */
export function unsqueeze(x: Tensor, dim: number): Tensor {
  checkTensor('unsqueeze', x);
  const at = normalizeDim(dim, x.ndim + 1, 'unsqueeze');
  return reshape(x, [...x.shape.slice(0, at), 1, ...x.shape.slice(at)]);
}
