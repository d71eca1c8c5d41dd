/**
 * Losses as modules, for code that hands them around; each calls its op with the options it was made with. Weights are
 * buffers, as in PyTorch: they are in the state.
 */
import {
  crossEntropy,
  nllLoss,
  type ClassIndices,
  type CrossEntropyOptions,
  type NllLossOptions,
} from '../../ops/cross-entropy.js';
import {
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  klDiv,
  type BinaryCrossEntropyOptions,
  type KlDivOptions,
  type LogitsOptions,
} from '../../ops/probability-losses.js';
import {
  huberLoss,
  l1Loss,
  mseLoss,
  smoothL1Loss,
  type HuberOptions,
  type LossOptions,
  type SmoothL1Options,
} from '../../ops/regression-losses.js';
import type { Tensor } from '../../tensor/tensor.js';
import { Module } from '../module.js';

/** A loss with weights in its options. */
interface Weights {
  readonly weight?: Tensor | null;
  readonly posWeight?: Tensor | null;
}

abstract class Loss<O extends object, Target = Tensor> extends Module<[input: Tensor, target: Target]> {
  constructor(readonly options: O = {} as O) {
    super();
    const { weight, posWeight }: Weights = options;
    if (weight) this.registerBuffer('weight', weight);
    if (posWeight) this.registerBuffer('pos_weight', posWeight);
  }
}

/** From logits [N,C,..] and class numbers or probabilities: softmax and negative log-likelihood in one. */
export class CrossEntropyLoss extends Loss<CrossEntropyOptions, ClassIndices | Tensor> {
  override forward(input: Tensor, target: ClassIndices | Tensor): Tensor {
    return crossEntropy(input, target, this.options);
  }
}

/** From log probabilities [N,C,..], as LogSoftmax gives them, and class numbers. */
export class NLLLoss extends Loss<NllLossOptions, ClassIndices> {
  override forward(input: Tensor, target: ClassIndices): Tensor {
    return nllLoss(input, target, this.options);
  }
}

/** Mean squared error. */
export class MSELoss extends Loss<LossOptions> {
  override forward(input: Tensor, target: Tensor): Tensor {
    return mseLoss(input, target, this.options);
  }
}

/** Mean absolute error. */
export class L1Loss extends Loss<LossOptions> {
  override forward(input: Tensor, target: Tensor): Tensor {
    return l1Loss(input, target, this.options);
  }
}

/** Squared near 0, absolute beyond. */
export class SmoothL1Loss extends Loss<SmoothL1Options> {
  override forward(input: Tensor, target: Tensor): Tensor {
    return smoothL1Loss(input, target, this.options);
  }
}

/** Squared near 0, a line of slope delta beyond. */
export class HuberLoss extends Loss<HuberOptions> {
  override forward(input: Tensor, target: Tensor): Tensor {
    return huberLoss(input, target, this.options);
  }
}

/** Binary cross-entropy from probabilities. */
export class BCELoss extends Loss<BinaryCrossEntropyOptions> {
  override forward(input: Tensor, target: Tensor): Tensor {
    return binaryCrossEntropy(input, target, this.options);
  }
}

/** Binary cross-entropy from logits: sigmoid and BCELoss in one. */
export class BCEWithLogitsLoss extends Loss<LogitsOptions> {
  override forward(input: Tensor, target: Tensor): Tensor {
    return binaryCrossEntropyWithLogits(input, target, this.options);
  }
}

/** The Kullback-Leibler divergence of the target from log probabilities. */
export class KLDivLoss extends Loss<KlDivOptions> {
  override forward(input: Tensor, target: Tensor): Tensor {
    return klDiv(input, target, this.options);
  }
}
