/**
 * Instance normalisation (D. Ulyanov, A. Vedaldi, V. Lempitsky, 2016, equation 1): mean 0 and variance 1 over the places of
 * each channel of each sample, then a weight and a bias for each channel.
 */
import { noGrad } from '../autograd/grad-mode.js';
import { check } from '../errors.js';
import { tidy } from '../tensor/memory.js';
import { formatShape, numel } from '../tensor/shape.js';
import { checkTensor, commonBackend, type Tensor } from '../tensor/tensor.js';
import { add } from './arithmetic.js';
import { assign } from './assign.js';
import { batchNorm } from './batch-norm.js';
import { checkPerChannel, perChannelAffine } from './group-norm.js';
import { reshape } from './reshape.js';
import { standardizeRows } from './standardize.js';
import { mean } from './sum.js';
import { affine } from './unary.js';
import { variance } from './variance.js';

export interface InstanceNormOptions {
  /** Use the statistics of the input itself, not the running ones. Default: true. */
  readonly useInputStats?: boolean;
  /** The new values' share in the running statistics. Default: 0.1. */
  readonly momentum?: number;
  /** Added to the variance. Default: 1e-5. */
  readonly eps?: number;
}

/**
 * x [N,C,..], runningMean, runningVar, weight, bias [C] (each may be null; the running ones only with `useInputStats`)
 * -> [N,C,..]. With `useInputStats`, running statistics that are given are changed in place, by the mean over the samples
 * (of variances with n - 1 in the denominator, as in PyTorch).
 */
export function instanceNorm(
  x: Tensor,
  runningMean: Tensor | null = null,
  runningVar: Tensor | null = null,
  weight: Tensor | null = null,
  bias: Tensor | null = null,
  options: InstanceNormOptions = {},
): Tensor {
  checkTensor('instanceNorm', x);
  const op = 'instanceNorm';
  const { useInputStats = true, momentum = 0.1, eps = 1e-5 } = options;
  commonBackend(op, [x, runningMean, runningVar, weight, bias]);
  check(x.ndim >= 2, () => `${op}: expected an input of shape [N,C,..], got ${formatShape(x.shape)}`);
  checkPerChannel(op, 'runningMean', runningMean, x);
  checkPerChannel(op, 'runningVar', runningVar, x);
  if (!useInputStats) {
    check(
      runningMean !== null && runningVar !== null,
      () => `${op}: expected runningMean and runningVar with useInputStats: false, got null`,
    );
    return batchNorm(x, runningMean, runningVar, weight, bias, { eps });
  }
  const [samples, channels, ...places] = x.shape;
  const size = numel(places);
  check(size !== 1, () => `${op}: expected more than one value per channel, got input ${formatShape(x.shape)}`);
  const rows = reshape(x, [samples * channels, size]);
  const normalized = reshape(standardizeRows(rows, eps), x.shape);
  const out = perChannelAffine(op, normalized, weight, bias);
  tidy(() =>
    noGrad(() => {
      const overSamples = (perRow: Tensor): Tensor => mean(reshape(perRow, [samples, channels]), 0);
      const update = (running: Tensor, value: Tensor): Tensor =>
        assign(running, add(affine(running, 1 - momentum, 0), affine(value, momentum, 0)));
      if (runningMean) update(runningMean, overSamples(mean(rows, 1)));
      if (runningVar) update(runningVar, overSamples(variance(rows, 1)));
    }),
  );
  return out;
}
