/**
 * Reorders dimensions: permute, transpose, movedim. The values are copied into the new order, so that the result is contiguous
 * like every tensor here. (A view would only relabel what is where; a reshape keeps the order of the values and
 * cuts it anew.)
 */
import { record } from '../autograd/record.js';
import { check } from '../errors.js';
import { checkList, formatShape, normalizeDim, stridesOf } from '../tensor/shape.js';
import { checkTensor, Tensor } from '../tensor/tensor.js';
import { reshape } from './reshape.js';

/** x -> out with out.shape[i] = x.shape[dims[i]]: `permute(x, [2, 0, 1])` puts the last dimension first. */
export function permute(x: Tensor, dims: readonly number[]): Tensor {
  checkTensor('permute', x);
  checkList(dims, 'permute', 'dimensions');
  const order = dims.map((dim) => normalizeDim(dim, x.ndim, 'permute'));
  check(
    order.length === x.ndim && new Set(order).size === x.ndim,
    () =>
      `permute: expected each of the ${x.ndim} dimensions of ${formatShape(x.shape)} once, got ${formatShape(dims)}`,
  );
  // #region permute
  const shape = order.map((dim) => x.shape[dim]);
  const from = stridesOf(x.shape);
  const strides = order.map((dim) => from[dim]);
  const out = new Tensor(x.backend.strided(x.live(), { shape, strides, offset: 0 }), shape);
  // #endregion permute
  const inverse = order.map((_, i) => order.indexOf(i));
  return record('Permute', out, [x], [], [(grad) => permute(grad, inverse)]);
}

/** Swaps two dimensions. */
export function transpose(x: Tensor, dim0: number, dim1: number): Tensor {
  checkTensor('transpose', x);
  const a = normalizeDim(dim0, x.ndim, 'transpose');
  const b = normalizeDim(dim1, x.ndim, 'transpose');
  return permute(
    x,
    x.shape.map((_, i) => (i === a ? b : i === b ? a : i)),
  );
}

/** A matrix with rows and columns swapped; a vector or a scalar as it is. */
export function t(x: Tensor): Tensor {
  checkTensor('t', x);
  check(x.ndim <= 2, () => `t: expected at most 2 dimensions, got ${formatShape(x.shape)}; see transpose()`);
  return x.ndim === 2 ? permute(x, [1, 0]) : reshape(x, x.shape);
}

/** Moves dimensions to other places; the rest keeps its order: `movedim(x [2,3,4], 0, -1)` -> [3,4,2]. */
export function movedim(
  x: Tensor,
  source: number | readonly number[],
  destination: number | readonly number[],
): Tensor {
  checkTensor('movedim', x);
  const [from, to] = [source, destination].map((dims) => {
    const list = typeof dims === 'number' ? [dims] : dims;
    checkList(list, 'movedim', 'dimensions');
    return list.map((dim) => normalizeDim(dim, x.ndim, 'movedim'));
  });
  check(
    from.length === to.length && new Set(from).size === from.length && new Set(to).size === to.length,
    () =>
      `movedim: expected as many destinations as sources, each dimension once, got ${formatShape(from)} and ${formatShape(to)}`,
  );
  const rest = [...x.shape.keys()].filter((dim) => !from.includes(dim));
  return permute(
    x,
    x.shape.map((_, i) => (to.includes(i) ? from[to.indexOf(i)] : (rest.shift() ?? 0))),
  );
}
