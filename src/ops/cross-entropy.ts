/**
 * Losses of a classifier. With l the log probabilities of a place (a sample, or one of its pixels), t its class, w_c the
 * classes' weights (1 by default) and s the label smoothing:
 *
 *     nllLoss(l, t)      = -w_t l_t
 *     crossEntropy(x, t) = -(1 - s) w_t l_t - s/C sum_c w_c l_c          l = logSoftmax(x)
 *     crossEntropy(x, q) = -sum_c w_c ((1 - s) q_c + s/C) l_c            q: the classes' probabilities
 *
 * summed, or divided by the sum of the w_t (for probabilities: by the number of places). The target's entry is picked,
 * not multiplied by one: a logit of -Infinity elsewhere then does no harm.
 */
import { ArgumentError, check } from '../errors.js';
import { numel, sameShape } from '../tensor/shape.js';
import { checkTensor, commonBackend, Tensor } from '../tensor/tensor.js';
import { add, div, mul } from './arithmetic.js';
import { classDim, oneHotLike, perClass, placesOf, placeWeights } from './class-targets.js';
import type { Indices } from './indices.js';
import { logSoftmax } from './softmax.js';
import { sum } from './sum.js';
import { affine, neg } from './unary.js';
import { where } from './where.js';

/** Class numbers, one for each sample (or pixel): a tensor, or numbers in its order; a number for an input [C]. */
export type ClassIndices = Indices | number;

export type Reduction = 'mean' | 'sum' | 'none';

export interface NllLossOptions {
  /** 'mean' divides by the sum of the targets' weights; it is NaN where nothing counts. Default: 'mean'. */
  readonly reduction?: Reduction;
  /** A weight for each class, [C]. Default: all 1. */
  readonly weight?: Tensor | null;
  /** A class number that does not count: its loss is 0. Default: -100. */
  readonly ignoreIndex?: number;
}

export interface CrossEntropyOptions extends NllLossOptions {
  /** The share of probability that is spread evenly over all classes. Default: 0. */
  readonly labelSmoothing?: number;
}

/**
 * input [N,C], [N,C,d1,..] or [C], target [N], [N,d1,..] or [] of class numbers, or of the input's shape with a
 * probability for each class -> a scalar, or of the target's shape (without the classes) with reduction 'none'
 */
export function crossEntropy(input: Tensor, target: ClassIndices | Tensor, options: CrossEntropyOptions = {}): Tensor {
  checkTensor('crossEntropy', input);
  const { labelSmoothing = 0, ignoreIndex = -100, weight = null, reduction } = options;
  check(
    labelSmoothing >= 0 && labelSmoothing <= 1,
    () => `crossEntropy: expected a labelSmoothing from 0 to 1, got ${labelSmoothing}`,
  );
  if (target instanceof Tensor && input.ndim > 0 && sameShape(target.shape, input.shape)) {
    check(
      ignoreIndex < 0,
      () => `crossEntropy: expected no ignoreIndex with probabilities as targets, got ${ignoreIndex}`,
    );
    return ofProbabilities(input, target, options);
  }
  const hot = oneHotLike('crossEntropy', input, target, ignoreIndex);
  const weights = placeWeights('crossEntropy', hot, weight);
  const dim = classDim(input);
  const logs = logSoftmax(input, dim);
  const losses = pickedLosses(logs, hot, weights);
  if (labelSmoothing === 0) return reduce('crossEntropy', losses, weights, reduction);
  const spread = neg(sum(weight ? mul(logs, perClass('crossEntropy', weight, input)) : logs, dim));
  const smooth = where(sum(hot, dim), spread, 0);
  const both = add(affine(losses, 1 - labelSmoothing, 0), smooth, labelSmoothing / input.shape[dim]);
  return reduce('crossEntropy', both, weights, reduction);
}

/** input [N,C], [N,C,d1,..] or [C] of log probabilities, target [N], [N,d1,..] or [] -> as crossEntropy */
export function nllLoss(input: Tensor, target: ClassIndices, options: NllLossOptions = {}): Tensor {
  checkTensor('nllLoss', input);
  const hot = oneHotLike('nllLoss', input, target, options.ignoreIndex ?? -100);
  const weights = placeWeights('nllLoss', hot, options.weight ?? null);
  return reduce('nllLoss', pickedLosses(input, hot, weights), weights, options.reduction);
}

/** logs [N,C,..], hot alike, weights [N,..] -> [N,..] */
function pickedLosses(logs: Tensor, hot: Tensor, weights: Tensor): Tensor {
  return neg(mul(sum(where(hot, logs, 0), classDim(logs)), weights));
}

/** input and target [N,C,..] */
function ofProbabilities(
  input: Tensor,
  target: Tensor,
  { labelSmoothing = 0, weight = null, reduction = 'mean' }: CrossEntropyOptions,
): Tensor {
  commonBackend('crossEntropy', [input, target]);
  const dim = classDim(input);
  const logs = logSoftmax(input, dim);
  const smoothed =
    labelSmoothing === 0 ? target : affine(target, 1 - labelSmoothing, labelSmoothing / input.shape[dim]);
  const shares = weight ? mul(smoothed, perClass('crossEntropy', weight, input)) : smoothed;
  const losses = neg(sum(mul(logs, shares), dim));
  return reduce('crossEntropy', losses, numel(placesOf(input)), reduction);
}

/** losses [N,..] -> themselves, their sum, or that divided by the sum of the weights */
function reduce(op: string, losses: Tensor, weights: Tensor | number, reduction: Reduction = 'mean'): Tensor {
  if (reduction === 'none') return losses;
  if (reduction === 'sum') return sum(losses);
  if (reduction === 'mean') return div(sum(losses), weights instanceof Tensor ? sum(weights) : weights);
  throw new ArgumentError(
    `${op}: expected reduction to be 'mean', 'sum' or 'none', got ${JSON.stringify(reduction satisfies never)}`,
  );
}
