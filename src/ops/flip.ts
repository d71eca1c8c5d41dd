/** The same values in other places, some of them several times: flip, roll, repeat. */
import { record } from '../autograd/record.js';
import { check } from '../errors.js';
import { checkList, formatShape, normalizeDim, normalizeDims, type Shape, stridesOf } from '../tensor/shape.js';
import { checkTensor, Tensor } from '../tensor/tensor.js';
import { cat } from './cat.js';
import { clone } from './clone.js';
import { expand } from './expand.js';
import { narrow } from './narrow.js';
import { reshape } from './reshape.js';

/** Reverses the order of the entries along each of `dims`. */
export function flip(x: Tensor, dims: number | readonly number[]): Tensor {
  checkTensor('flip', x);
  if (typeof dims !== 'number') checkList(dims, 'flip', 'dimensions');
  const none = typeof dims !== 'number' && dims.length === 0;
  const axes = none ? [] : normalizeDims(dims, x.ndim, 'flip');
  const from = stridesOf(x.shape);
  const strides = from.map((step, i) => (axes.includes(i) ? -step : step));
  const offset = x.numel() === 0 ? 0 : axes.reduce((at, i) => at + (x.shape[i] - 1) * from[i], 0);
  const out = new Tensor(x.backend.strided(x.live(), { shape: x.shape, strides, offset }), x.shape);
  return record('Flip', out, [x], [], [(grad) => flip(grad, axes)]);
}

/**
 * Shifts entries to higher places along `dims`, those at the end coming back at the beginning; without `dims` in the
 * flattened tensor. Several shifts go with as many dimensions.
 */
export function roll(x: Tensor, shifts: number | readonly number[], dims?: number | readonly number[]): Tensor {
  checkTensor('roll', x);
  const by = typeof shifts === 'number' ? [shifts] : shifts;
  const along = typeof dims === 'number' ? [dims] : (dims ?? []);
  checkList(by, 'roll', 'shifts');
  checkList(along, 'roll', 'dimensions');
  check(by.every(Number.isInteger), () => `roll: expected whole numbers as shifts, got ${formatShape(by)}`);
  if (along.length === 0 && by.length === 1) return reshape(rollAxis(reshape(x, [-1]), by[0], 0), x.shape);
  check(
    x.ndim > 0 && by.length === along.length,
    () =>
      `roll: expected as many shifts as dimensions of ${formatShape(x.shape)}, ` +
      `got shifts ${formatShape(by)} and dimensions ${formatShape(along)}`,
  );
  return along.reduce((out, dim, i) => rollAxis(out, by[i], normalizeDim(dim, x.ndim, 'roll')), x);
}

function rollAxis(x: Tensor, shift: number, axis: number): Tensor {
  const size = x.shape[axis];
  const back = size === 0 ? 0 : ((shift % size) + size) % size;
  if (back === 0) return clone(x);
  return cat([narrow(x, axis, size - back, back), narrow(x, axis, 0, size - back)], axis);
}

/**
 * Lays copies of x side by side: `times[i]` of them along dimension i. More numbers than x has dimensions put new ones
 * in front: repeat(x [3], [4, 2]) -> [4,6].
 */
export function repeat(x: Tensor, times: Shape): Tensor {
  checkTensor('repeat', x);
  checkList(times, 'repeat', 'times');
  check(
    times.length >= x.ndim && times.every((n) => Number.isInteger(n) && n >= 0),
    () =>
      `repeat: expected at least ${x.ndim} whole numbers from 0 on (shape ${formatShape(x.shape)}), ` +
      `got ${formatShape(times)}`,
  );
  const sizes = [...times.slice(x.ndim).map(() => 1), ...x.shape];
  const single = reshape(
    x,
    sizes.flatMap((size) => [1, size]),
  );
  const copies = expand(
    single,
    sizes.flatMap((size, i) => [times[i], size]),
  );
  return reshape(
    copies,
    sizes.map((size, i) => times[i] * size),
  );
}
