/**
 * The core of layer, group and instance normalisation: each row of [rows, n] brought to mean 0 and variance 1.
 *
 *     xhat = (x - mean) / sqrt(var + eps)
 *     dx   = (dxhat - mean(dxhat) - xhat mean(dxhat xhat)) / sqrt(var + eps)
 *
 * The variance is the mean of squared differences: nothing cancels where the mean is large.
 */
import { isGradEnabled, noGrad } from '../autograd/grad-mode.js';
import { record } from '../autograd/record.js';
import { tidy } from '../tensor/memory.js';
import type { Tensor } from '../tensor/tensor.js';
import { mul, sub } from './arithmetic.js';
import { mean } from './sum.js';
import { affine, rsqrt } from './unary.js';

/** x [rows,n] -> [rows,n], each row with mean 0 and variance 1 (less where eps counts) */
export function standardizeRows(x: Tensor, eps: number): Tensor {
  const { xhat, average, inverse } = tidy(() => noGrad(() => statistics(x, eps)));
  const out = record(
    'Standardize',
    xhat,
    [x],
    [x, average, inverse],
    [
      (grad, x, average, inverse) => {
        const fixed = () => ({ xhat: mul(sub(x, average), inverse), inverse });
        // a recorded pass must see how the statistics depend on x
        const { xhat, inverse: scale } = isGradEnabled() ? statistics(x, eps) : fixed();
        const projected = mul(xhat, mean(mul(grad, xhat), 1, true));
        return mul(sub(sub(grad, mean(grad, 1, true)), projected), scale);
      },
    ],
  );
  // what the graph saved of them lives on
  average.dispose();
  inverse.dispose();
  return out;
}

/** x [rows,n] -> xhat [rows,n]; mean and 1 / sqrt(variance + eps), each [rows,1] */
function statistics(x: Tensor, eps: number) {
  const average = mean(x, 1, true);
  const centered = sub(x, average);
  const inverse = rsqrt(affine(mean(mul(centered, centered), 1, true), 1, eps));
  return { xhat: mul(centered, inverse), average, inverse };
}
