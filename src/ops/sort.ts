/**
 * Sorting along a dimension. Equal values keep their order, and NaN is greater than every number. The gradient goes to
 * where each value came from.
 */
import { noGrad } from '../autograd/grad-mode.js';
import { check } from '../errors.js';
import { tidy } from '../tensor/memory.js';
import { normalizeDim } from '../tensor/shape.js';
import { checkTensor, Tensor } from '../tensor/tensor.js';
import type { ValuesAndIndices } from './extremes.js';
import { checkPlaces, dimensionOf } from './indices.js';
import { narrow } from './narrow.js';
import { atLeast1d, axisLast, pick } from './pick.js';
import { reshape } from './reshape.js';

/** The places along `dim` (default: the last) of the values in order. It has no gradient. */
export function argsort(x: Tensor, dim = -1, descending = false): Tensor {
  checkTensor('argsort', x);
  return order('argsort', x, dim, descending);
}

function order(op: string, x: Tensor, dim: number, descending: boolean): Tensor {
  const axis = normalizeDim(dim, x.ndim, op);
  return noGrad(() =>
    tidy(() => {
      const rows = axisLast(atLeast1d(x), axis);
      const size = rows.shape[rows.ndim - 1];
      checkPlaces(op, size, x.backend);
      const dims = { rows: size === 0 ? 0 : rows.numel() / size, size, descending };
      const places = new Tensor(x.backend.argsort(rows.live(), dims), rows.shape);
      return reshape(axisLast(places, axis), x.shape);
    }),
  );
}

/** The values in order along `dim` (default: the last), smallest first unless `descending`, and where they were. */
export function sort(x: Tensor, dim = -1, descending = false): ValuesAndIndices {
  checkTensor('sort', x);
  const axis = normalizeDim(dim, x.ndim, 'sort');
  const indices = order('sort', x, axis, descending);
  return { values: pick('Sort', atLeast1d(x), axis, atLeast1d(indices), x.shape), indices };
}

export interface TopkOptions {
  /** The greatest values, or else the smallest. Default: true. */
  readonly largest?: boolean;
  /** As in PyTorch; the values come in order either way. Default: true. */
  readonly sorted?: boolean;
}

/** The `k` greatest (or smallest) values along `dim` (default: the last), the most extreme first, and their places. */
export function topk(x: Tensor, k: number, dim = -1, { largest = true }: TopkOptions = {}): ValuesAndIndices {
  checkTensor('topk', x);
  const axis = normalizeDim(dim, x.ndim, 'topk');
  const from = atLeast1d(x);
  const size = from.shape[axis];
  check(
    Number.isInteger(k) && k >= 0 && k <= size,
    () => `topk: expected a whole number k from 0 to ${size} (${dimensionOf(axis, x.shape)}), got ${k}`,
  );
  const places = narrow(order('topk', from, axis, largest), axis, 0, k);
  const shape = x.ndim === 0 && k === 1 ? [] : places.shape;
  return { values: pick('Topk', from, axis, places, shape), indices: reshape(places, shape) };
}
