/**
 * Losses of a classifier.
 *
 *     nllLoss(l, t)      = -sum_n l[n, t_n]                                  (l: log probabilities)
 *     crossEntropy(x, t) = -sum_n sum_c q_nc logSoftmax(x)_nc,   q = (1 - s) onehot(t) + s / C,  s: label smoothing
 *
 * summed over the batch, or divided by its size. Without smoothing the target's entry is picked, not multiplied by one:
 * a logit of -Infinity elsewhere then does no harm.
 */
import { check } from '../errors.js';
import { formatShape } from '../tensor/shape.js';
import { Tensor } from '../tensor/tensor.js';
import { mul } from './arithmetic.js';
import { reluGrad } from './relu.js';
import { logSoftmax } from './softmax.js';
import { sum } from './sum.js';
import { affine, neg } from './unary.js';

/** Class numbers, one per sample. A tensor's are not range-checked, since reading it would wait for the device. */
export type ClassIndices = Tensor | readonly number[] | Int32Array;

export type Reduction = 'mean' | 'sum' | 'none';

export interface CrossEntropyOptions {
  /** Default: 'mean'. */
  readonly reduction?: Reduction;
  /** The share of probability that is spread evenly over all classes. Default: 0. */
  readonly labelSmoothing?: number;
}

/** input [N,C], target N class numbers -> a scalar, or [N] with reduction 'none' */
export function crossEntropy(input: Tensor, target: ClassIndices, options: CrossEntropyOptions = {}): Tensor {
  const { labelSmoothing = 0, reduction = 'mean' } = options;
  check(
    labelSmoothing >= 0 && labelSmoothing <= 1,
    () => `crossEntropy: expected a labelSmoothing from 0 to 1, got ${labelSmoothing}`,
  );
  const hot = oneHot(target, input, 'crossEntropy');
  const logs = logSoftmax(input, 1);
  const weighed =
    labelSmoothing === 0
      ? reluGrad(logs, hot)
      : mul(logs, affine(hot, 1 - labelSmoothing, labelSmoothing / input.shape[1]));
  return reduceLoss(neg(sum(weighed, 1)), reduction);
}

/** input [N,C] of log probabilities, target N class numbers -> a scalar, or [N] with reduction 'none' */
export function nllLoss(input: Tensor, target: ClassIndices, options: { readonly reduction?: Reduction } = {}): Tensor {
  const hot = oneHot(target, input, 'nllLoss');
  return reduceLoss(neg(sum(reluGrad(input, hot), 1)), options.reduction ?? 'mean');
}

/** perSample [N] -> its sum, its mean, or itself */
function reduceLoss(perSample: Tensor, reduction: Reduction): Tensor {
  if (reduction === 'none') return perSample;
  const total = sum(perSample);
  return reduction === 'sum' ? total : affine(total, 1 / perSample.numel(), 0);
}

/** N class numbers -> [N,C], a one in each row */
function oneHot(target: ClassIndices, input: Tensor, op: string): Tensor {
  check(input.ndim === 2, () => `${op}: expected an input of shape [N,C], got ${formatShape(input.shape)}`);
  const [samples, classes] = input.shape;
  const count = target instanceof Tensor ? target.numel() : target.length;
  check(
    count === samples,
    () => `${op}: expected ${samples} class numbers (input ${formatShape(input.shape)}), got ${count}`,
  );
  if (target instanceof Tensor) return new Tensor(input.backend.oneHot(target.live(), classes), input.shape);
  const wrong = target.find((index) => !Number.isInteger(index) || index < 0 || index >= classes);
  check(wrong === undefined, () => `${op}: expected class numbers from 0 to ${classes - 1}, got ${wrong}`);
  const hot = input.backend.create(samples * classes, (host) => {
    host.fill(0);
    target.forEach((index: number, row: number) => (host[row * classes + index] = 1));
  });
  return new Tensor(hot, input.shape);
}
