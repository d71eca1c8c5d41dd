/**
 * Adam (D. Kingma, J. Ba, 2014, algorithm 1) and AdamW (I. Loshchilov, F. Hutter, 2017), in PyTorch's formulation; t
 * counts the steps from 1:
 *
 *     Adam:  g <- g + weightDecay * p          AdamW:  p <- p - lr * weightDecay * p
 *     m <- beta1 * m + (1 - beta1) * g
 *     v <- beta2 * v + (1 - beta2) * g^2                         (amsgrad: v_max <- max(v_max, v))
 *     p <- p - lr / (1 - beta1^t) * m / (sqrt(v) / sqrt(1 - beta2^t) + eps)   (amsgrad: with v_max)
 */
import { check } from '../../errors.js';
import { add, div, mul, sub } from '../../ops/arithmetic.js';
import { assign } from '../../ops/assign.js';
import { zerosLike } from '../../ops/creation.js';
import { maximum } from '../../ops/maximum.js';
import { affine, neg, sqrt } from '../../ops/unary.js';
import type { Tensor } from '../../tensor/tensor.js';
import { Optimizer, type ParamGroup, type ParamGroupInit } from './optimizer.js';
import { countStep, remembered, type ParameterState } from './parameter-state.js';

export interface AdamOptions {
  /** Learning rate. Default: 0.001. */
  lr: number;
  /** How much of the running means of the gradient and of its square stays in each step. Default: [0.9, 0.999]. */
  betas: readonly [number, number];
  /** Added to the denominator. Default: 1e-8. */
  eps: number;
  /** Default: 0 for Adam, 0.01 for AdamW. */
  weightDecay: number;
  /** Divide by the largest running mean there was (S. Reddi et al., 2018). Default: false. */
  amsgrad: boolean;
  /** Climb instead of descend. Default: false. */
  maximize: boolean;
}

const defaults: AdamOptions = {
  lr: 1e-3,
  betas: [0.9, 0.999],
  eps: 1e-8,
  weightDecay: 0,
  amsgrad: false,
  maximize: false,
};

/** Weight decay is part of the gradient, and so of the running means; AdamW keeps them apart. */
export class Adam extends Optimizer<AdamOptions> {
  constructor(params: Iterable<Tensor> | readonly ParamGroupInit<AdamOptions>[], options: Partial<AdamOptions> = {}) {
    super(params, { ...defaults, ...options });
  }

  protected override checkOptions(options: AdamOptions): void {
    super.checkOptions(options);
    const { betas, eps, weightDecay } = options;
    const { name } = this.constructor;
    check(
      betas.length === 2 && betas.every((beta) => beta >= 0 && beta < 1),
      () => `${name}: expected two betas from 0 up to but without 1, got ${betas.join(', ')}`,
    );
    check(eps >= 0, () => `${name}: expected an eps of at least 0, got ${eps}`);
    check(weightDecay >= 0, () => `${name}: expected a weightDecay of at least 0, got ${weightDecay}`);
  }

  /** How the weight decay enters: -> the parameter and the gradient to go on with. */
  protected decay(parameter: Tensor, grad: Tensor, { weightDecay }: AdamOptions): readonly [Tensor, Tensor] {
    return [parameter, weightDecay === 0 ? grad : add(grad, parameter, weightDecay)];
  }

  protected override update(
    parameter: Tensor,
    grad: Tensor,
    options: ParamGroup<AdamOptions>,
    state: ParameterState,
  ): void {
    const { lr, betas, eps, amsgrad, maximize } = options;
    const [beta1, beta2] = betas;
    const t = countStep(state);
    const [p, g] = this.decay(parameter, maximize ? neg(grad) : grad, options);

    const m = remembered(state, 'exp_avg', () => zerosLike(parameter));
    const v = remembered(state, 'exp_avg_sq', () => zerosLike(parameter));
    assign(m, add(mul(m, beta1), g, 1 - beta1));
    assign(v, add(mul(v, beta2), mul(g, g), 1 - beta2));
    let scale = v;
    if (amsgrad) {
      scale = remembered(state, 'max_exp_avg_sq', () => zerosLike(parameter));
      assign(scale, maximum(scale, v));
    }
    const denominator = affine(sqrt(scale), 1 / Math.sqrt(1 - beta2 ** t), eps);
    assign(parameter, sub(p, div(m, denominator), lr / (1 - beta1 ** t)));
  }
}

/** Weight decay shrinks the parameter by itself, whatever the gradients were. Default: 0.01. */
export class AdamW extends Adam {
  constructor(params: Iterable<Tensor> | readonly ParamGroupInit<AdamOptions>[], options: Partial<AdamOptions> = {}) {
    super(params, { weightDecay: 0.01, ...options });
  }

  protected override decay(
    parameter: Tensor,
    grad: Tensor,
    { lr, weightDecay }: AdamOptions,
  ): readonly [Tensor, Tensor] {
    return [weightDecay === 0 ? parameter : mul(parameter, 1 - lr * weightDecay), grad];
  }
}
