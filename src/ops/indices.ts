/** What every op that takes indices checks, in one place. */
import { check } from '../errors.js';
import type { Backend } from '../tensor/backend.js';
import { formatShape, type Shape } from '../tensor/shape.js';
import { Tensor } from '../tensor/tensor.js';
import { wrongIndexIn } from '../tensor/wrong-index.js';

/** Whole numbers from 0 on: numbers, or a tensor that holds them. */
export type Indices = Tensor | readonly number[] | Int32Array;

/**
 * Checks that indices are whole numbers from 0 to `size` - 1. A tensor's values are looked at where that does not wait
 * for a device.
 * @param what what is indexed, for the message: `dimension 1 of [2,5]`
 */
export function checkIndices(op: string, indices: Indices, size: number, what: string): void {
  const wrong =
    indices instanceof Tensor ? indices.backend.wrongIndex(indices.live(), size) : wrongIndexIn(indices, size);
  const expected = size > 0 ? `whole indices from 0 to ${size - 1}` : 'no index, as there is nothing to pick';
  check(wrong === null, () => `${op}: expected ${expected} (${what}), got ${wrong}`);
}

/** `dimension 1 of [2,5]` */
export function dimensionOf(dim: number, shape: Shape): string {
  return `dimension ${dim} of ${formatShape(shape)}`;
}

/** Indices as a tensor; numbers become one of shape [n]. */
export function indexTensor(indices: Indices, backend: Backend): Tensor {
  if (indices instanceof Tensor) return indices;
  return new Tensor(
    backend.create(indices.length, (host) => host.set(indices)),
    [indices.length],
  );
}

/** Checks that places along a dimension can be told apart: float32 holds whole numbers up to 2^24 only. */
export function checkPlaces(op: string, size: number, backend: Backend): void {
  const most = backend.dtype === 'float32' ? 2 ** 24 : Number.MAX_SAFE_INTEGER;
  check(
    size <= most,
    () => `${op}: expected at most ${most} values to choose from (${backend.dtype} indices), got ${size}`,
  );
}
