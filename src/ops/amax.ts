/**
 * The largest or smallest value along dimensions. Where several are equally extreme the gradient is split evenly among
 * them, as PyTorch's amax and amin do.
 */
import { record } from '../autograd/record.js';
import { check } from '../errors.js';
import { tidy } from '../tensor/memory.js';
import { formatShape, normalizeDims } from '../tensor/shape.js';
import { checkTensor, type Tensor } from '../tensor/tensor.js';
import { div, mul } from './arithmetic.js';
import { eq } from './compare.js';
import { reshape } from './reshape.js';
import { reduceKernel, reducedShape, sum, type Dims } from './sum.js';
import { unaryKernel } from './unary.js';

/** Runs the maximum kernel, for the minimum on the negated values. */
export function extremeKernel(least: boolean, x: Tensor, dims: readonly number[], keepdim: boolean): Tensor {
  if (!least) return reduceKernel('max', x, dims, keepdim);
  return tidy(() => unaryKernel('neg', reduceKernel('max', unaryKernel('neg', x), dims, keepdim)));
}

/** Maximum over `dims` (default: all), NaN if any value is; `keepdim` keeps them with size 1 (default: false). */
export function amax(x: Tensor, dims?: Dims, keepdim = false): Tensor {
  checkTensor('amax', x);
  return extreme('amax', 'Amax', false, x, dims, keepdim);
}

/** Minimum over `dims` (default: all), NaN if any value is; `keepdim` keeps them with size 1 (default: false). */
export function amin(x: Tensor, dims?: Dims, keepdim = false): Tensor {
  checkTensor('amin', x);
  return extreme('amin', 'Amin', true, x, dims, keepdim);
}

function extreme(
  op: string,
  name: string,
  least: boolean,
  x: Tensor,
  dims: Dims | undefined,
  keepdim: boolean,
): Tensor {
  const over = normalizeDims(dims, x.ndim, op);
  check(
    over.every((dim) => x.shape[dim] > 0),
    () => `${op}: expected at least one value in each reduced dimension, got shape ${formatShape(x.shape)}`,
  );
  const kept = reducedShape(x.shape, over, true);
  const out = extremeKernel(least, x, over, keepdim);
  return record(
    name,
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
