/** Indices as rows of zeros with a one. */
import { activeBackend } from '../backends/active.js';
import { check } from '../errors.js';
import { describeValue, Tensor } from '../tensor/tensor.js';
import { checkIndices, indexTensor, type Indices } from './indices.js';
import { select } from './narrow.js';

/**
 * indices [..] -> [..,numClasses], a one in each row at its index; a single number counts as []. It has no gradient.
 * @param numClasses may be left out for numbers: then it is one more than the greatest
 */
export function oneHot(indices: Indices | number, numClasses?: number): Tensor {
  if (typeof indices === 'number') return select(oneHot([indices], numClasses), 0, 0);
  check(
    indices instanceof Tensor || Array.isArray(indices) || indices instanceof Int32Array,
    () => `oneHot: expected indices as a tensor, a list or one number, got ${describeValue(indices)}`,
  );
  const classes = numClasses ?? classesOf(indices);
  check(
    Number.isInteger(classes) && classes > 0,
    () => `oneHot: expected a whole number of classes from 1 on, got ${classes}`,
  );
  checkIndices('oneHot', indices, classes, `${classes} classes`);
  const places = indexTensor(indices, activeBackend());
  return new Tensor(places.backend.oneHot(places.live(), classes), [...places.shape, classes]);
}

function classesOf(indices: Indices): number {
  check(
    !(indices instanceof Tensor) && indices.length > 0,
    () =>
      `oneHot: expected numClasses, which only numbers can do without, got none and ` +
      (indices instanceof Tensor ? 'a tensor, whose greatest index is not read' : 'no numbers'),
  );
  let most = -1;
  for (const index of indices) most = Math.max(most, index);
  return most + 1;
}
