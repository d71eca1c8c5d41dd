/** Indices as rows of zeros with a one. */
import { activeBackend } from '../backends/active.js';
import { check } from '../errors.js';
import { Tensor } from '../tensor/tensor.js';
import { checkIndices, indexTensor, type Indices } from './indices.js';

/**
 * indices [..] -> [..,numClasses], a one in each row at its index. It has no gradient.
 * @param numClasses may be left out for numbers: then it is one more than the greatest
 */
export function oneHot(indices: Indices, numClasses?: number): Tensor {
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
