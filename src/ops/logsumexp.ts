/**
 * ln(sum e^x), computed after subtracting the maximum, so that nothing overflows:
 *
 *     logsumexp(x) = m + ln(sum e^(x - m)),   m = max x where that is finite, else 0
 *     dx = e^(x - logsumexp(x)) dy
 */
import { noGrad } from '../autograd/grad-mode.js';
import { record } from '../autograd/record.js';
import { tidy } from '../tensor/memory.js';
import { normalizeDims } from '../tensor/shape.js';
import { checkTensor, type Tensor } from '../tensor/tensor.js';
import { add, mul, sub } from './arithmetic.js';
import { isFinite } from './classify.js';
import { reluGrad } from './relu.js';
import { reshape } from './reshape.js';
import { reduceKernel, reducedShape, sum, type Dims } from './sum.js';
import { exp, log } from './unary.js';

/** Over `dims` (default: all); `keepdim` keeps them with size 1 (default: false). Of nothing it is -infinity. */
export function logsumexp(x: Tensor, dims?: Dims, keepdim = false): Tensor {
  checkTensor('logsumexp', x);
  const over = normalizeDims(dims, x.ndim, 'logsumexp');
  const kept = reducedShape(x.shape, over, true);
  const out = noGrad(() =>
    tidy(() => {
      const greatest = reduceKernel('max', x, over, true);
      const shift = reluGrad(greatest, isFinite(greatest));
      const total = sum(exp(sub(x, shift)), over, true);
      return reshape(add(shift, log(total)), reducedShape(x.shape, over, keepdim));
    }),
  );
  return record(
    'Logsumexp',
    out,
    [x],
    [x, out],
    [(grad, x, out) => mul(reshape(grad, kept), exp(sub(x, reshape(out, kept))))],
  );
}
