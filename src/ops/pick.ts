/**
 * Picking values by place along one dimension, and putting values back to those places. Both are linear and each
 * other's transpose, so each is the other's gradient.
 *
 *     pick:    out[.., o, ..] = x[.., index[.., o, ..], ..]
 *     putBack: out[.., i, ..] = sum of g[.., o, ..] over the o with index[.., o, ..] = i
 */
import { noGrad } from '../autograd/grad-mode.js';
import { record } from '../autograd/record.js';
import { tidy } from '../tensor/memory.js';
import { numel, type Shape } from '../tensor/shape.js';
import { commonBackend, Tensor } from '../tensor/tensor.js';
import { narrow } from './narrow.js';
import { padAxis } from './pad.js';
import { transpose } from './permute.js';
import { reshape } from './reshape.js';

/** Swaps a dimension with the last one: kernels work on rows. Doing it twice undoes it. */
export function axisLast(x: Tensor, axis: number): Tensor {
  return axis === x.ndim - 1 ? x : transpose(x, axis, -1);
}

/** A scalar as a tensor of shape [1]; anything else as it is. */
export function atLeast1d(x: Tensor): Tensor {
  return x.ndim === 0 ? reshape(x, [1]) : x;
}

/** The first entries of each dimension, as many as `shape` has. */
export function crop(x: Tensor, shape: Shape): Tensor {
  return shape.reduce((part, size, dim) => (part.shape[dim] > size ? narrow(part, dim, 0, size) : part), x);
}

/**
 * x [.., size, ..], index [.., count, ..], elsewhere at most as large as x -> the shape of index. The indices are not
 * checked.
 * @param name the step's name in the graph
 * @param shape another shape for the result, of as many elements
 */
export function pick(name: string, x: Tensor, axis: number, index: Tensor, shape: Shape = index.shape): Tensor {
  const backend = commonBackend(name, [x, index]);
  const [from, at] = [x.shape, index.shape];
  const out = noGrad(() =>
    tidy(() => {
      const rows = axisLast(crop(x, at.with(axis, from[axis])), axis);
      const places = axisLast(index, axis);
      const dims = { rows: numel(at.with(axis, 1)), size: from[axis], count: at[axis] };
      const picked = new Tensor(backend.gather(rows.live(), places.live(), dims), places.shape);
      return reshape(axisLast(picked, axis), shape);
    }),
  );
  return record(
    name,
    out,
    [x],
    [index],
    [(grad, index) => putBack(`${name}Grad`, reshape(grad, at), axis, index, from)],
  );
}

/** g and index [.., count, ..] -> `shape`, which is [.., size, ..], elsewhere at least as large as index; 0 elsewhere. */
export function putBack(name: string, g: Tensor, axis: number, index: Tensor, shape: Shape): Tensor {
  const backend = commonBackend(name, [g, index]);
  const at = index.shape;
  const out = noGrad(() =>
    tidy(() => {
      const values = axisLast(g, axis);
      const places = axisLast(index, axis);
      const dims = { rows: numel(at.with(axis, 1)), size: shape[axis], count: at[axis] };
      const sums = new Tensor(backend.scatterAdd(values.live(), places.live(), dims), places.shape.with(-1, dims.size));
      return shape.reduce(
        (part, size, dim) => (part.shape[dim] < size ? padAxis(part, dim, 0, size - part.shape[dim], 0) : part),
        axisLast(sums, axis),
      );
    }),
  );
  return record(name, out, [g], [index], [(grad, index) => pick(`${name}Grad`, grad, axis, index)]);
}
