/**
 * Losses between probabilities, element by element: x is the input, t the target.
 *
 *     binaryCrossEntropy           = -t ln x - (1 - t) ln(1 - x), with logarithms of at least -100
 *     binaryCrossEntropyWithLogits = -p t ln sigmoid(x) - (1 - t) ln(1 - sigmoid(x))
 *                                  = p t max(-x, 0) + (1 - t) max(x, 0) + (1 - t + p t) ln(1 + e^-|x|)
 *     klDiv                        = t (ln t - x), for an x that is a logarithm already; e^t (t - x) if both are
 *
 * Nothing is subtracted from anything of its own size, so that small losses and slopes keep their digits.
 */
import { noGrad } from '../autograd/grad-mode.js';
import { record } from '../autograd/record.js';
import { tidy } from '../tensor/memory.js';
import { checkTensors, type Tensor } from '../tensor/tensor.js';
import { add, div, mul, sub, type Operand } from './arithmetic.js';
import { eq } from './compare.js';
import type { Reduction } from './cross-entropy.js';
import { pointwise } from './pointwise.js';
import { checkLossWeight, checkPair, reduceLoss } from './reduction.js';
import type { LossOptions } from './regression-losses.js';
import { relu } from './relu.js';
import { logSigmoid, softplusRest } from './softplus.js';
import { log1p } from './special.js';
import { clamp } from './clamp.js';
import { affine, exp, log, neg, sigmoid } from './unary.js';
import { where } from './where.js';

export interface BinaryCrossEntropyOptions extends LossOptions {
  /** Multiplies each element's loss; broadcasts to the input's shape. Default: none. */
  readonly weight?: Tensor;
}

export interface LogitsOptions extends BinaryCrossEntropyOptions {
  /** p, the weight of positive targets: one for each class, say. It gets no gradient. Default: 1. */
  readonly posWeight?: Tensor;
}

export interface KlDivOptions {
  /** As for other losses, or 'batchmean': the sum divided by the first size, the mathematical definition. Default: 'mean'. */
  readonly reduction?: Reduction | 'batchmean';
  /** Whether the target is given as logarithms too. Default: false. */
  readonly logTarget?: boolean;
}

/** The smallest logarithm that counts, and the smallest x (1 - x) that a slope is divided by: PyTorch's bounds. */
const LOWEST_LOG = -100;
const SMALLEST = 1e-12;

/**
 * input [..] of probabilities, target of the same shape -> a scalar, or [..] with reduction 'none'.
 * An input outside of 0..1 gives NaN.
 */
export function binaryCrossEntropy(input: Tensor, target: Tensor, options: BinaryCrossEntropyOptions = {}): Tensor {
  checkTensors('binaryCrossEntropy', [input, target]);
  const op = 'binaryCrossEntropy';
  checkPair(op, input, target);
  const losses = record(
    'BinaryCrossEntropy',
    tidy(() =>
      noGrad(() => {
        const no = mul(affine(target, 1, -1), clamp(log1p(neg(input)), LOWEST_LOG));
        return sub(no, mul(target, clamp(log(input), LOWEST_LOG)));
      }),
    ),
    [input, target],
    [input, target],
    [(grad, x, t) => mul(grad, crossEntropySlope(x, t)), (grad, x) => mul(grad, sub(log1p(neg(x)), log(x)))],
  );
  return weighed(op, losses, input, options);
}

/**
 * (x - t) / (x (1 - x)), the slope in x. Its own slope in x, (x^2 - 2 x t + t) / (x (1 - x))^2, is written out because of the
 * bound on x (1 - x).
 */
function crossEntropySlope(x: Tensor, t: Tensor): Tensor {
  const bounded = (x: Tensor): Tensor => clamp(mul(x, affine(x, -1, 1)), SMALLEST);
  return record(
    'BinaryCrossEntropySlope',
    tidy(() => noGrad(() => div(sub(x, t), bounded(x)))),
    [x, t],
    [x, t],
    [
      (grad, x, t) => {
        const square = add(mul(x, sub(x, mul(t, 2))), t);
        return mul(grad, div(div(square, bounded(x)), bounded(x)));
      },
      (grad, x) => neg(div(grad, bounded(x))),
    ],
  );
}

/** input [..] of any numbers, target of the same shape -> a scalar, or [..] with reduction 'none' */
export function binaryCrossEntropyWithLogits(input: Tensor, target: Tensor, options: LogitsOptions = {}): Tensor {
  checkTensors('binaryCrossEntropyWithLogits', [input, target]);
  const op = 'binaryCrossEntropyWithLogits';
  checkPair(op, input, target);
  const { posWeight } = options;
  if (posWeight) checkLossWeight(op, 'posWeight', posWeight, target);
  const losses = record(
    'BinaryCrossEntropyWithLogits',
    tidy(() =>
      noGrad(() => {
        const [positive, negative] = [mul(target, posWeight ?? 1), affine(target, -1, 1)];
        const straight = add(mul(positive, relu(neg(input))), mul(negative, relu(input)));
        return add(straight, mul(add(positive, negative), softplusRest(input)));
      }),
    ),
    [input, target],
    posWeight ? [input, target, posWeight] : [input, target],
    [
      (grad, x, t, p: Operand = 1) =>
        mul(grad, sub(mul(affine(t, -1, 1), sigmoid(x)), mul(mul(t, p), sigmoid(neg(x))))),
      (grad, x, _t, p?: Tensor) => mul(grad, p ? sub(neg(x), mul(sub(p, 1), logSigmoid(x))) : neg(x)),
    ],
  );
  return weighed(op, losses, input, options);
}

/**
 * The Kullback-Leibler divergence of the target from the input. input [..] of log probabilities, target of the same shape
 * (probabilities, or their logarithms with `logTarget`) -> a scalar, or [..] with reduction 'none'. A target of 0 costs
 * nothing.
 */
export function klDiv(input: Tensor, target: Tensor, options: KlDivOptions = {}): Tensor {
  checkTensors('klDiv', [input, target]);
  const { reduction = 'mean', logTarget = false } = options;
  checkPair('klDiv', input, target);
  const losses = logTarget ? mul(exp(target), sub(target, input)) : sub(timesOwnLog(target), mul(target, input));
  if (reduction !== 'batchmean') return reduceLoss('klDiv', losses, reduction);
  return affine(reduceLoss('klDiv', losses, 'sum'), 1 / (input.shape[0] ?? 1), 0);
}

/** t ln t, which is 0 at 0; its slope is ln t + 1. */
function timesOwnLog(t: Tensor): Tensor {
  return pointwise(
    'TimesOwnLog',
    t,
    (t) => where(eq(t, 0), 0, mul(t, log(t))),
    (grad, t) => mul(grad, affine(log(t), 1, 1)),
  );
}

function weighed(op: string, losses: Tensor, input: Tensor, options: BinaryCrossEntropyOptions): Tensor {
  const { weight, reduction } = options;
  if (weight) checkLossWeight(op, 'weight', weight, input);
  return reduceLoss(op, weight ? mul(losses, weight) : losses, reduction);
}
