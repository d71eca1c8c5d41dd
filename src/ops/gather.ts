/** Picking by index tensors and adding to picked places: gather, scatterAdd, indexSelect. Indices have no gradient. */
import { noGrad } from '../autograd/grad-mode.js';
import { check } from '../errors.js';
import { formatShape, normalizeDim } from '../tensor/shape.js';
import { checkTensor, checkTensors, commonBackend, describeValue, Tensor } from '../tensor/tensor.js';
import { add } from './arithmetic.js';
import { expand } from './expand.js';
import { checkIndices, dimensionOf, indexTensor, type Indices } from './indices.js';
import { atLeast1d, crop, pick, putBack } from './pick.js';
import { reshape } from './reshape.js';

/**
 * out[i,j,k] = x[i,index[i,j,k],k] for `dim` = 1. The index has x's rank and may be smaller than x in the other
 * dimensions; the result has its shape.
 * @throws ShapeError for an index of another rank, a larger one, or one that holds anything but places of x
 */
export function gather(x: Tensor, dim: number, index: Tensor): Tensor {
  checkTensors('gather', [x, index]);
  commonBackend('gather', [x, index]);
  const axis = normalizeDim(dim, x.ndim, 'gather');
  const [from, places] = [atLeast1d(x), atLeast1d(index)];
  check(
    from.ndim === places.ndim && places.shape.every((size, i) => i === axis || size <= from.shape[i]),
    () =>
      `gather: expected an index that is no larger than ${formatShape(x.shape)} except in dimension ${dim}, ` +
      `got ${formatShape(index.shape)}`,
  );
  checkIndices('gather', index, from.shape[axis], dimensionOf(axis, x.shape));
  return pick('Gather', from, axis, places, index.shape);
}

/**
 * x plus source[i,j,k] at [i,index[i,j,k],k], for `dim` = 1; values that meet at a place add up. The index may be
 * smaller than the source, whose rest is left out, and, except in `dim`, smaller than x.
 * @throws ShapeError for an index of another rank, a larger one, or one that holds anything but places of x
 */
export function scatterAdd(x: Tensor, dim: number, index: Tensor, source: Tensor): Tensor {
  checkTensors('scatterAdd', [x, index, source]);
  commonBackend('scatterAdd', [x, index, source]);
  const axis = normalizeDim(dim, x.ndim, 'scatterAdd');
  const [to, places, values] = [atLeast1d(x), atLeast1d(index), atLeast1d(source)];
  check(
    to.ndim === places.ndim &&
      values.ndim === places.ndim &&
      places.shape.every((size, i) => size <= values.shape[i] && (i === axis || size <= to.shape[i])),
    () =>
      `scatterAdd: expected an index that is no larger than the source ${formatShape(source.shape)} and, ` +
      `except in dimension ${dim}, than ${formatShape(x.shape)}, got ${formatShape(index.shape)}`,
  );
  checkIndices('scatterAdd', index, to.shape[axis], dimensionOf(axis, x.shape));
  const added = putBack('ScatterAdd', crop(values, places.shape), axis, places, to.shape);
  return add(x, reshape(added, x.shape));
}

/** The entries `index` of dimension `dim`, in that order: indexSelect(x [2,5], 1, [4, 0, 0]) -> [2,3]. */
export function indexSelect(x: Tensor, dim: number, index: Indices): Tensor {
  checkTensor('indexSelect', x);
  const axis = normalizeDim(dim, x.ndim, 'indexSelect');
  check(
    index instanceof Tensor || Array.isArray(index) || index instanceof Int32Array,
    () => `indexSelect: expected indices as a tensor or a list, got ${describeValue(index)}`,
  );
  const places = indexTensor(index, x.backend);
  commonBackend('indexSelect', [x, places]);
  const from = atLeast1d(x);
  const count = places.numel();
  check(
    places.ndim <= 1 && (x.ndim > 0 || count === 1),
    () =>
      `indexSelect: expected ${x.ndim > 0 ? 'indices of shape [n]' : 'one index into a scalar'}, ` +
      `got ${formatShape(places.shape)}`,
  );
  checkIndices('indexSelect', places, from.shape[axis], dimensionOf(axis, x.shape));
  const shape = from.shape.with(axis, count);
  const spread = noGrad(() =>
    expand(
      reshape(
        places,
        shape.map((_, i) => (i === axis ? count : 1)),
      ),
      shape,
    ),
  );
  return pick('IndexSelect', from, axis, spread, x.ndim > 0 ? shape : []);
}
