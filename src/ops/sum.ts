/**
 * sum and mean over some dimensions, or all. Their gradient is spread evenly over what was summed.
 */
import { record } from '../autograd/record.js';
import type { ReduceOp } from '../tensor/backend.js';
import { normalizeDims, numel } from '../tensor/shape.js';
import { checkTensor, Tensor } from '../tensor/tensor.js';
import { expand } from './expand.js';
import { reshape } from './reshape.js';
import { affine, unaryKernel } from './unary.js';

/** One dimension or several; none (or an empty list) means all. */
export type Dims = number | readonly number[];

/**
 * Runs a reduction kernel over each run of neighbouring dimensions, the last one first. A scalar is copied, so that the
 * result never shares x's storage.
 * x [..] -> x's shape without the reduced dimensions, or with size 1 in them
 */
export function reduceKernel(op: ReduceOp, x: Tensor, dims: readonly number[], keepdim: boolean): Tensor {
  if (dims.length === 0) {
    return new Tensor(x.backend.reduce(op, x.live(), { outer: 1, axis: 1, inner: x.numel() }), x.shape);
  }
  const shape = [...x.shape];
  let storage = x.live().retain();
  for (let end = dims.length; end > 0;) {
    let first = end - 1;
    while (first > 0 && dims[first - 1] === dims[first] - 1) first--;
    const from = dims[first];
    const to = dims[end - 1] + 1;
    const view = {
      outer: numel(shape.slice(0, from)),
      axis: numel(shape.slice(from, to)),
      inner: numel(shape.slice(to)),
    };
    const before = storage;
    try {
      storage = x.backend.reduce(op, before, view);
    } finally {
      before.release();
    }
    shape.fill(1, from, to);
    end = first;
  }
  return new Tensor(storage, reducedShape(x.shape, dims, keepdim));
}

/** The shape after a reduction: with size 1 in the reduced dimensions, or without them. */
export function reducedShape(shape: readonly number[], dims: readonly number[], keepdim: boolean): number[] {
  return keepdim ? shape.map((size, i) => (dims.includes(i) ? 1 : size)) : shape.filter((_, i) => !dims.includes(i));
}

/** Sum over `dims` (default: all); `keepdim` keeps them with size 1 (default: false). */
export function sum(x: Tensor, dims?: Dims, keepdim = false): Tensor {
  checkTensor('sum', x);
  const over = normalizeDims(dims, x.ndim, 'sum');
  const { shape } = x;
  const kept = reducedShape(shape, over, true);
  const out = reduceKernel('sum', x, over, keepdim);
  return record('Sum', out, [x], [], [(grad) => expand(reshape(grad, kept), shape)]);
}

/** Mean over `dims` (default: all); `keepdim` keeps them with size 1 (default: false). The mean of nothing is NaN. */
export function mean(x: Tensor, dims?: Dims, keepdim = false): Tensor {
  checkTensor('mean', x);
  const over = normalizeDims(dims, x.ndim, 'mean');
  const { shape } = x;
  const kept = reducedShape(shape, over, true);
  const share = 1 / over.reduce((n, dim) => n * shape[dim], 1);
  using total = reduceKernel('sum', x, over, keepdim);
  const out = unaryKernel('affine', total, share, 0);
  return record('Mean', out, [x], [], [(grad) => expand(reshape(affine(grad, share, 0), kept), shape)]);
}
