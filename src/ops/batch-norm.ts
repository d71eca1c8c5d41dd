/**
 * Batch normalisation (S. Ioffe, C. Szegedy, 2015, algorithm 1): y = (x - mean) / sqrt(var + eps) * weight + bias, with
 * one mean and variance per channel.
 *
 * In training they are the batch's own, and the gradient flows through them; in evaluation they are given numbers. The
 * formulas of the gradients are in standardize.ts.
 */
import { isGradEnabled, noGrad } from '../autograd/grad-mode.js';
import { AutogradError, check } from '../errors.js';
import { formatShape, numel } from '../tensor/shape.js';
import { tidy } from '../tensor/memory.js';
import { checkTensor, commonBackend, type Tensor } from '../tensor/tensor.js';
import { add } from './arithmetic.js';
import { assign } from './assign.js';
import { channelMoments, standardize } from './standardize.js';
import { affine } from './unary.js';

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
  checkTensor('batchNorm', x);
  const { training = false, momentum = 0.1, eps = 1e-5 } = options;
  commonBackend('batchNorm', [x, runningMean, runningVar, weight, bias]);
  check(x.ndim >= 2, () => `batchNorm: expected an input of shape [N,C,..], got ${formatShape(x.shape)}`);
  const channels = x.shape[1];
  for (const [name, tensor] of Object.entries({ runningMean, runningVar, weight, bias })) {
    check(
      !tensor || (tensor.ndim === 1 && tensor.shape[0] === channels),
      () =>
        `batchNorm: expected ${name} of shape [${channels}] for input ${formatShape(x.shape)}, got ${formatShape(tensor?.shape ?? [])}`,
    );
  }
  if (isGradEnabled() && (runningMean?.requiresGrad || runningVar?.requiresGrad)) {
    throw new AutogradError(
      'batchNorm: expected running statistics that require no gradient, got some that do; detach() them',
    );
  }
  const dims = { outer: x.shape[0], axis: channels, inner: numel(x.shape.slice(2)) };
  const how = { dims, eps, own: training };
  if (!training) {
    check(
      runningMean !== null && runningVar !== null,
      () => 'batchNorm: expected running statistics in evaluation mode, got none; give them, or { training: true }',
    );
    const moments = { mean: runningMean, variance: runningVar };
    return tidy(() => standardize('BatchNorm', x, moments, weight, bias, how));
  }
  const count = dims.outer * dims.inner;
  check(
    count > 1,
    () => `batchNorm: expected more than one value per channel in training, got input ${formatShape(x.shape)}`,
  );
  return tidy(() => {
    const moments = channelMoments(x, dims);
    if (runningMean) updateRunning(runningMean, moments.mean, momentum, 1);
    if (runningVar) updateRunning(runningVar, moments.variance, momentum, count / (count - 1));
    return standardize('BatchNorm', x, moments, weight, bias, how);
  });
}

/** running = (1 - momentum) * running + momentum * correction * value, in place. */
function updateRunning(running: Tensor, value: Tensor, momentum: number, correction: number): void {
  noGrad(() => assign(running, add(affine(running, 1 - momentum, 0), affine(value, momentum * correction, 0))));
}
