/** The targets of a classifier's losses: class numbers, one for each place of an input [N,C,..] or [C]. */
import { noGrad } from '../autograd/grad-mode.js';
import { check } from '../errors.js';
import { tidy } from '../tensor/memory.js';
import { formatShape, numel, sameShape, type Shape } from '../tensor/shape.js';
import { commonBackend, describeValue, Tensor } from '../tensor/tensor.js';
import { wrongIndexIn } from '../tensor/wrong-index.js';
import { mul } from './arithmetic.js';
import { eq } from './compare.js';
import { indexTensor, type Indices } from './indices.js';
import { permute } from './permute.js';
import { reshape } from './reshape.js';
import { sum } from './sum.js';
import { where } from './where.js';

/** Which dimension counts the classes: the second, or the only one. */
export function classDim(input: Tensor): number {
  return input.ndim === 1 ? 0 : 1;
}

/** The shape of the targets: the input's without the classes. */
export function placesOf(input: Tensor): Shape {
  return input.shape.filter((_, i) => i !== classDim(input));
}

/**
 * target [N,..] or numbers in that order (one number for an input [C]) -> zeros like input [N,C,..] with a one at each target's class; zeros only
 * where the target is `ignoreIndex`
 */
export function oneHotLike(op: string, input: Tensor, given: Indices | number, ignoreIndex: number): Tensor {
  const target = typeof given === 'number' ? [given] : given;
  commonBackend(op, [input, target instanceof Tensor ? target : null]);
  check(input.ndim > 0, () => `${op}: expected an input of shape [C] or [N,C,..], got a scalar`);
  const dim = classDim(input);
  const classes = input.shape[dim];
  const places = placesOf(input);
  checkTargetShape(op, input, target, places);
  return noGrad(() =>
    tidy(() => {
      const numbers = reshape(indexTensor(target, input.backend), places);
      const ignored = eq(numbers, ignoreIndex);
      const wrong =
        target instanceof Tensor
          ? input.backend.wrongIndex(where(ignored, 0, numbers).live(), classes)
          : wrongIndexIn(without(target, ignoreIndex), classes);
      check(wrong === null, () => `${op}: expected class numbers from 0 to ${classes - 1}, got ${wrong}`);
      const rows = input.backend.oneHot(where(ignored, -1, numbers).live(), classes);
      const last = places.length;
      const order = [...places.keys()].toSpliced(dim, 0, last);
      return permute(new Tensor(rows, [...places, classes]), order);
    }),
  );
}

/** What each place counts: 1, or its class's weight [C]; 0 where it is ignored. hot [N,C,..] -> [N,..] */
export function placeWeights(op: string, hot: Tensor, weight: Tensor | null): Tensor {
  const dim = classDim(hot);
  return noGrad(() => tidy(() => sum(weight ? mul(hot, perClass(op, weight, hot)) : hot, dim)));
}

/** weight [C] -> in a shape that broadcasts with input [N,C,..] */
export function perClass(op: string, weight: Tensor, input: Tensor): Tensor {
  const dim = classDim(input);
  const classes = input.shape[dim];
  commonBackend(op, [input, weight]);
  check(
    sameShape(weight.shape, [classes]),
    () => `${op}: expected a weight of shape [${classes}], one for each class, got ${formatShape(weight.shape)}`,
  );
  return reshape(weight.detach(), [classes, ...input.shape.slice(dim + 1).map(() => 1)]);
}

function checkTargetShape(op: string, input: Tensor, target: Indices, places: Shape): void {
  if (target instanceof Tensor) {
    check(
      sameShape(target.shape, places),
      () =>
        `${op}: expected class numbers of shape ${formatShape(places)} for input ${formatShape(input.shape)}, ` +
        `got ${formatShape(target.shape)}`,
    );
    return;
  }
  check(
    Array.isArray(target) || target instanceof Int32Array,
    () => `${op}: expected class numbers as a tensor, a list or one number, got ${describeValue(target)}`,
  );
  check(
    target.length === numel(places),
    () => `${op}: expected ${numel(places)} class numbers (input ${formatShape(input.shape)}), got ${target.length}`,
  );
}

function without(numbers: readonly number[] | Int32Array, ignored: number): number[] {
  return Array.from(numbers).filter((number) => number !== ignored);
}
