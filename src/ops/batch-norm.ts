/**
 * Batch normalisation (S. Ioffe, C. Szegedy, 2015, algorithm 1): y = (x - mean) / sqrt(var + eps) * weight + bias, with
 * one mean and variance per channel.
 *
 * In training they are the batch's own, and the gradient flows through them; with n values per channel and
 * xhat = (x - mean) / sqrt(var + eps):
 *
 *     dx = (dxhat - mean(dxhat) - xhat * mean(dxhat * xhat)) / sqrt(var + eps)
 *
 * In evaluation they are fixed numbers, and the whole is one multiplication and one addition per channel.
 */
import { isGradEnabled, noGrad } from '../autograd/grad-mode.js';
import { record } from '../autograd/record.js';
import { check } from '../errors.js';
import { formatShape } from '../tensor/shape.js';
import { tidy } from '../tensor/memory.js';
import type { Tensor } from '../tensor/tensor.js';
import { add, mul, sub } from './arithmetic.js';
import { assign } from './assign.js';
import { reshape } from './reshape.js';
import { mean } from './sum.js';
import { affine, rsqrt } from './unary.js';

export interface BatchNormOptions {
  /** Use the batch's own statistics, and update the running ones. Default: false. */
  readonly training?: boolean;
  /** The new values' share in the running statistics. Default: 0.1. */
  readonly momentum?: number;
  /** Added to the variance. Default: 1e-5. */
  readonly eps?: number;
}

/**
 * x [N,C,..], runningMean, runningVar, weight, bias [C] (each may be null; the running ones only in training) ->
 * [N,C,..]. In training the running statistics are changed in place (the variance with n - 1 in the denominator, as in
 * PyTorch).
 */
export function batchNorm(
  x: Tensor,
  runningMean: Tensor | null,
  runningVar: Tensor | null,
  weight: Tensor | null = null,
  bias: Tensor | null = null,
  options: BatchNormOptions = {},
): Tensor {
  const { training = false, momentum = 0.1, eps = 1e-5 } = options;
  check(x.ndim >= 2, () => `batchNorm: expected an input of shape [N,C,..], got ${formatShape(x.shape)}`);
  const channels = x.shape[1];
  for (const [name, tensor] of Object.entries({ runningMean, runningVar, weight, bias })) {
    check(
      !tensor || (tensor.ndim === 1 && tensor.shape[0] === channels),
      () =>
        `batchNorm: expected ${name} of shape [${channels}] for input ${formatShape(x.shape)}, got ${formatShape(tensor?.shape ?? [])}`,
    );
  }
  const perChannel = (t: Tensor) => reshape(t, [channels, ...x.shape.slice(2).map(() => 1)]);
  if (training) {
    const normalized = normalize(x, runningMean, runningVar, momentum, eps);
    const scaled = weight ? mul(normalized, perChannel(weight)) : normalized;
    return bias ? add(scaled, perChannel(bias)) : scaled;
  }
  check(
    runningMean !== null && runningVar !== null,
    () => 'batchNorm: expected running statistics in evaluation mode, got none; give them, or { training: true }',
  );
  const inverse = rsqrt(affine(runningVar, 1, eps));
  const scale = weight ? mul(inverse, weight) : inverse;
  const shift = bias ? sub(bias, mul(runningMean, scale)) : mul(affine(runningMean, -1, 0), scale);
  return add(mul(x, perChannel(scale)), perChannel(shift));
}

/** x -> xhat, of mean 0 and variance 1 in each channel. */
function normalize(
  x: Tensor,
  runningMean: Tensor | null,
  runningVar: Tensor | null,
  momentum: number,
  eps: number,
): Tensor {
  const count = x.numel() / x.shape[1];
  check(
    count > 1,
    () => `batchNorm: expected more than one value per channel in training, got input ${formatShape(x.shape)}`,
  );
  const { xhat, average, variance, inverse } = tidy(() => noGrad(() => statistics(x, eps)));
  if (runningMean) updateRunning(runningMean, average, momentum, 1);
  if (runningVar) updateRunning(runningVar, variance, momentum, count / (count - 1));
  return record(
    'BatchNorm',
    xhat,
    [x],
    [x, average, inverse],
    [
      (grad, x, average, inverse) => {
        const fixed = () => ({ xhat: mul(sub(x, average), inverse), inverse });
        // a recorded pass must see how the statistics depend on x
        const { xhat, inverse: scale } = isGradEnabled() ? statistics(x, eps) : fixed();
        const projected = mul(xhat, channelMean(mul(grad, xhat)));
        return mul(sub(sub(grad, channelMean(grad)), projected), scale);
      },
    ],
  );
}

/** average, variance and 1 / sqrt(variance + eps), each [1,C,1,..], and xhat [N,C,..] */
function statistics(x: Tensor, eps: number) {
  const average = channelMean(x);
  const centered = sub(x, average);
  const variance = channelMean(mul(centered, centered));
  const inverse = rsqrt(affine(variance, 1, eps));
  return { xhat: mul(centered, inverse), average, variance, inverse };
}

/** x [N,C,..] -> [1,C,1,..] */
function channelMean(x: Tensor): Tensor {
  return mean(x, [0, ...x.shape.slice(2).map((_, i) => i + 2)], true);
}

/** running = (1 - momentum) * running + momentum * correction * value, in place. */
function updateRunning(running: Tensor, value: Tensor, momentum: number, correction: number): void {
  tidy(() =>
    noGrad(() => {
      const share = affine(reshape(value, running.shape), momentum * correction, 0);
      assign(running, add(affine(running, 1 - momentum, 0), share));
    }),
  );
}
