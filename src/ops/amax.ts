/**
 * The largest value along dimensions. Where several are equally large the gradient is split evenly among them, as
 * PyTorch's amax does.
 */
import { record } from '../autograd/record.js';
import { check } from '../errors.js';
import { formatShape, normalizeDims } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { div, mul } from './arithmetic.js';
import { eq } from './compare.js';
import { reshape } from './reshape.js';
import { reduceKernel, reducedShape, sum, type Dims } from './sum.js';

/** Maximum over `dims` (default: all), NaN if any value is; `keepdim` keeps them with size 1 (default: false). */
export function amax(x: Tensor, dims?: Dims, keepdim = false): Tensor {
  const over = normalizeDims(dims, x.ndim, 'amax');
  check(
    over.every((dim) => x.shape[dim] > 0),
    () => `amax: expected at least one value in each reduced dimension, got shape ${formatShape(x.shape)}`,
  );
  const kept = reducedShape(x.shape, over, true);
  const out = reduceKernel('max', x, over, keepdim);
  return record(
    'Amax',
    out,
    [x],
    [x, out],
    [
      (grad, x, out) => {
        const ties = eq(x, reshape(out, kept));
        return mul(ties, div(reshape(grad, kept), sum(ties, over, true)));
      },
    ],
  );
}
