/**
 * Norms of vectors:
 *
 *     |x|_p = (sum |x|^p)^(1/p)    |x|_inf = max |x|    |x|_-inf = min |x|    |x|_0 = how many values are not 0
 *     d|x|_p = sum sign(x) |x|^(p-1) |x|_p^(1-p) dx
 *
 * The gradient is 0 where a value or the norm is 0, as in PyTorch; the second one too, which PyTorch makes NaN. The
 * gradient of the greatest or smallest magnitude is split evenly among equal ones.
 */
import { noGrad } from '../autograd/grad-mode.js';
import { record } from '../autograd/record.js';
import { check } from '../errors.js';
import { tidy } from '../tensor/memory.js';
import { formatShape, normalizeDims } from '../tensor/shape.js';
import { checkTensor, describeValue, type Tensor } from '../tensor/tensor.js';
import { amax, amin } from './amax.js';
import { add, div, mul } from './arithmetic.js';
import { eq, ne } from './compare.js';
import { reshape } from './reshape.js';
import { reducedShape, sum, type Dims } from './sum.js';
import { pow } from './power.js';
import { abs, reciprocal, sign, sqrt } from './unary.js';

/**
 * The p-norm over `dims` (default: all); `keepdim` keeps them with size 1 (default: false).
 * @param order p: any number, Infinity and -Infinity included; 'fro', the name for matrices, is 2. Default: 2
 */
export function norm(x: Tensor, order: number | 'fro' = 2, dims?: Dims, keepdim = false): Tensor {
  checkTensor('norm', x);
  const p = order === 'fro' ? 2 : order;
  check(
    typeof p === 'number' && !Number.isNaN(p),
    () => `norm: expected a number or 'fro' as p, got ${describeValue(p)}`,
  );
  const over = normalizeDims(dims, x.ndim, 'norm');
  check(
    Number.isFinite(p) || over.every((dim) => x.shape[dim] > 0),
    () => `norm: expected at least one value in each dimension for p = ${p}, got shape ${formatShape(x.shape)}`,
  );
  if (p === 0) return sum(ne(x, 0), over, keepdim);
  if (p === 1) return sum(abs(x), over, keepdim);
  const kept = reducedShape(x.shape, over, true);
  const out = noGrad(() => tidy(() => value(x, p, over, keepdim)));
  return record(
    'Norm',
    out,
    [x],
    [x, out],
    [(grad, x, out) => mul(reshape(grad, kept), slope(x, reshape(out, kept), p, over))],
  );
}

function value(x: Tensor, p: number, over: readonly number[], keepdim: boolean): Tensor {
  if (p === 2) return sqrt(sum(mul(x, x), over, keepdim));
  if (p === Infinity) return amax(abs(x), over, keepdim);
  if (p === -Infinity) return amin(abs(x), over, keepdim);
  return pow(sum(pow(abs(x), p), over, keepdim), 1 / p);
}

/** How the norm changes with each value; `out` keeps the reduced dimensions. */
function slope(x: Tensor, out: Tensor, p: number, over: readonly number[]): Tensor {
  if (p === 2) return mul(x, mul(reciprocal(oneForZero(out)), ne(out, 0)));
  if (!Number.isFinite(p)) {
    const hits = eq(abs(x), out);
    return mul(sign(x), div(hits, oneForZero(sum(hits, over, true))));
  }
  const own = mul(sign(x), pow(oneForZero(abs(x)), p - 1));
  return mul(own, pow(p > 1 ? oneForZero(out) : out, 1 - p));
}

/** 1 where x is 0, else x: what a factor of 0 makes vanish must be finite. */
function oneForZero(x: Tensor): Tensor {
  return add(x, eq(x, 0));
}
