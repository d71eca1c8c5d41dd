/**
 * Stochastic gradient descent, in PyTorch's formulation:
 *
 *     g <- g + weightDecay * p
 *     v <- momentum * v + (1 - dampening) * g      (the first time: v <- g)
 *     p <- p - lr * v                              (Nesterov: p - lr * (g + momentum * v))
 */
import { noGrad } from '../../autograd/grad-mode.js';
import { check } from '../../errors.js';
import { add, mul, sub } from '../../ops/arithmetic.js';
import { assign } from '../../ops/assign.js';
import { clone } from '../../ops/clone.js';
import { keep, tidy } from '../../tensor/memory.js';
import type { Tensor } from '../../tensor/tensor.js';
import { Optimizer } from './optimizer.js';

export interface SgdOptions {
  /** Learning rate. */
  lr: number;
  /** Default: 0. */
  momentum: number;
  /** Default: 0. */
  dampening: number;
  /** Default: 0. */
  weightDecay: number;
  /** Default: false. Needs a momentum and no dampening. */
  nesterov: boolean;
}

export class SGD extends Optimizer<SgdOptions> {
  readonly #velocity = new Map<Tensor, Tensor>();

  /** @param options lr is required, the rest optional */
  constructor(
    params: Iterable<Tensor> | readonly (Partial<SgdOptions> & { params: Iterable<Tensor> })[],
    options: Partial<SgdOptions> & { lr: number },
  ) {
    super(params, { momentum: 0, dampening: 0, weightDecay: 0, nesterov: false, ...options });
    for (const { lr, nesterov, momentum, dampening } of this.paramGroups) {
      check(lr >= 0, () => `SGD: expected a learning rate of at least 0, got ${lr}`);
      check(
        !nesterov || (momentum > 0 && dampening === 0),
        () => `SGD: Nesterov needs a momentum above 0 and no dampening, got ${momentum} and ${dampening}`,
      );
    }
  }

  override step(): void {
    for (const group of this.paramGroups) {
      for (const parameter of group.params) {
        const { grad } = parameter;
        if (grad) noGrad(() => tidy(() => void this.#update(parameter, grad, group)));
      }
    }
  }

  #update(parameter: Tensor, grad: Tensor, options: SgdOptions): void {
    const { lr, momentum, nesterov, weightDecay } = options;
    const decayed = weightDecay === 0 ? grad : add(grad, parameter, weightDecay);
    let direction = decayed;
    if (momentum !== 0) {
      const velocity = this.#accelerate(parameter, decayed, options);
      direction = nesterov ? add(decayed, velocity, momentum) : velocity;
    }
    assign(parameter, sub(parameter, direction, lr));
  }

  /** The parameter's velocity after this gradient. */
  #accelerate(parameter: Tensor, grad: Tensor, { momentum, dampening }: SgdOptions): Tensor {
    let velocity = this.#velocity.get(parameter);
    if (velocity) assign(velocity, add(mul(velocity, momentum), grad, 1 - dampening));
    else this.#velocity.set(parameter, (velocity = keep(clone(grad))));
    return velocity;
  }

  /** Frees the momentum buffers. */
  dispose(): void {
    for (const velocity of this.#velocity.values()) velocity.dispose();
    this.#velocity.clear();
  }
}
