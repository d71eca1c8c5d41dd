/**
 * Putting values at picked places along one dimension: out[i,index[i,j,k],k] = source[i,j,k] for `dim` = 1, elsewhere x.
 *
 * Where several values meet at a place, the last of them stays (PyTorch leaves open which). The gradient of a value goes
 * to whichever is in the result; the index has none.
 */
import { noGrad } from '../autograd/grad-mode.js';
import { check } from '../errors.js';
import { tidy } from '../tensor/memory.js';
import { formatShape, normalizeDim } from '../tensor/shape.js';
import { checkTensors, commonBackend, Tensor } from '../tensor/tensor.js';
import { checkOperand, type Operand } from './arithmetic.js';
import { cat } from './cat.js';
import { ne } from './compare.js';
import { onesLike } from './creation.js';
import { checkIndices, dimensionOf } from './indices.js';
import { narrow } from './narrow.js';
import { atLeast1d, crop, pick, putBack } from './pick.js';
import { reshape } from './reshape.js';
import { argsort } from './sort.js';
import { where } from './where.js';

/**
 * x with values of the source at the places that the index tells along `dim`. The index may be smaller than the source,
 * whose rest is left out, and, except in `dim`, smaller than x.
 * @param source a tensor, or a number for all these places
 * @throws ShapeError for an index of another rank, a larger one, or one that holds anything but places of x
 */
export function scatter(x: Tensor, dim: number, index: Tensor, source: Operand): Tensor {
  checkTensors('scatter', [x, index]);
  checkOperand('scatter', source);
  const given = source instanceof Tensor ? source : null;
  commonBackend('scatter', [x, index, given]);
  const axis = normalizeDim(dim, x.ndim, 'scatter');
  const [to, places] = [atLeast1d(x), atLeast1d(index)];
  const values = given && atLeast1d(given);
  check(
    to.ndim === places.ndim &&
      (values?.ndim ?? to.ndim) === places.ndim &&
      places.shape.every((size, i) => size <= (values?.shape[i] ?? size) && (i === axis || size <= to.shape[i])),
    () =>
      'scatter: expected an index that is no larger than ' +
      (given
        ? `the source ${formatShape(given.shape)} and, except in dimension ${dim}, than ${formatShape(x.shape)}`
        : `${formatShape(x.shape)} except in dimension ${dim}`) +
      `, got ${formatShape(index.shape)}`,
  );
  checkIndices('scatter', index, to.shape[axis], dimensionOf(axis, x.shape));
  if (places.numel() === 0) return reshape(to, x.shape);
  const order = noGrad(() => argsort(places, axis));
  const sorted = noGrad(() => pick('Scatter', places, axis, order));
  const last = noGrad(() => tidy(() => isLast(sorted, axis)));
  const taken = noGrad(() => putBack('Scatter', last, axis, sorted, to.shape));
  if (!values) return reshape(where(taken, source, to), x.shape);
  const moved = where(last, pick('Scatter', crop(values, places.shape), axis, order), 0);
  return reshape(where(taken, putBack('Scatter', moved, axis, sorted, to.shape), to), x.shape);
}

/** 1 for the last of each run of equal places, which are sorted along `axis`, else 0. */
function isLast(sorted: Tensor, axis: number): Tensor {
  const count = sorted.shape[axis];
  const [first, rest] = [narrow(sorted, axis, 0, count - 1), narrow(sorted, axis, 1, count - 1)];
  return cat([ne(first, rest), onesLike(narrow(sorted, axis, count - 1, 1))], axis);
}
