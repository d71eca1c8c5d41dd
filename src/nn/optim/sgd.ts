/**
 * Stochastic gradient descent, in PyTorch's formulation:
 *
 *     g <- g + weightDecay * p
 *     v <- momentum * v + (1 - dampening) * g      (the first time: v <- g)
 *     p <- p - lr * v                              (Nesterov: p - lr * (g + momentum * v))
 */
import { check } from '../../errors.js';
import { add, mul, sub } from '../../ops/arithmetic.js';
import { assign } from '../../ops/assign.js';
import { clone } from '../../ops/clone.js';
import { neg } from '../../ops/unary.js';
import { keep } from '../../tensor/memory.js';
import { Tensor } from '../../tensor/tensor.js';
import { Optimizer, type ParamGroup, type ParamGroupInit } from './optimizer.js';
import type { ParameterState } from './parameter-state.js';

export interface SgdOptions {
  /** Learning rate. Default: 0.001. */
  lr: number;
  /** Default: 0. */
  momentum: number;
  /** Default: 0. */
  dampening: number;
  /** Default: 0. */
  weightDecay: number;
  /** Default: false. Needs a momentum and no dampening. */
  nesterov: boolean;
  /** Climb instead of descend. Default: false. */
  maximize: boolean;
}

const defaults: SgdOptions = {
  lr: 1e-3,
  momentum: 0,
  dampening: 0,
  weightDecay: 0,
  nesterov: false,
  maximize: false,
};

export class SGD extends Optimizer<SgdOptions> {
  constructor(params: Iterable<Tensor> | readonly ParamGroupInit<SgdOptions>[], options: Partial<SgdOptions> = {}) {
    super(params, { ...defaults, ...options });
  }

  protected override checkOptions(options: SgdOptions): void {
    super.checkOptions(options);
    const { nesterov, momentum, dampening, weightDecay } = options;
    check(momentum >= 0, () => `SGD: expected a momentum of at least 0, got ${momentum}`);
    check(weightDecay >= 0, () => `SGD: expected a weightDecay of at least 0, got ${weightDecay}`);
    check(
      !nesterov || (momentum > 0 && dampening === 0),
      () => `SGD: Nesterov needs a momentum above 0 and no dampening, got ${momentum} and ${dampening}`,
    );
  }

  protected override update(
    parameter: Tensor,
    grad: Tensor,
    options: ParamGroup<SgdOptions>,
    state: ParameterState,
  ): void {
    const { lr, momentum, nesterov, weightDecay, maximize } = options;
    const uphill = maximize ? neg(grad) : grad;
    const decayed = weightDecay === 0 ? uphill : add(uphill, parameter, weightDecay);
    let direction = decayed;
    if (momentum !== 0) {
      const velocity = accelerate(decayed, options, state);
      direction = nesterov ? add(decayed, velocity, momentum) : velocity;
    }
    assign(parameter, sub(parameter, direction, lr));
  }
}

/** The parameter's velocity after this gradient. */
function accelerate(grad: Tensor, { momentum, dampening }: SgdOptions, state: ParameterState): Tensor {
  const velocity = state.momentum_buffer;
  if (velocity instanceof Tensor) return assign(velocity, add(mul(velocity, momentum), grad, 1 - dampening));
  return (state.momentum_buffer = keep(clone(grad)));
}
