/** Batch normalisation as a layer: it learns weight and bias, and keeps running statistics for evaluation. */
import { noGrad } from '../autograd/grad-mode.js';
import { check } from '../errors.js';
import { add } from '../ops/arithmetic.js';
import { assign } from '../ops/assign.js';
import { batchNorm } from '../ops/batch-norm.js';
import { full, ones, zeros } from '../ops/creation.js';
import { formatShape } from '../tensor/shape.js';
import { tidy } from '../tensor/memory.js';
import type { Tensor } from '../tensor/tensor.js';
import { Module } from './module.js';
import { Parameter } from './parameter.js';

export interface BatchNormLayerOptions {
  /** Added to the variance. Default: 1e-5. */
  readonly eps?: number;
  /** The new values' share in the running statistics. Default: 0.1. */
  readonly momentum?: number;
}

/** x [N,numFeatures,H,W] -> the same shape, each channel of mean 0 and variance 1, then weight * x + bias. */
export class BatchNorm2d extends Module<[Tensor]> {
  readonly weight: Parameter;
  readonly bias: Parameter;
  readonly eps: number;
  readonly momentum: number;

  constructor(
    readonly numFeatures: number,
    { eps = 1e-5, momentum = 0.1 }: BatchNormLayerOptions = {},
  ) {
    super();
    this.eps = eps;
    this.momentum = momentum;
    this.weight = new Parameter(ones([numFeatures]));
    this.bias = new Parameter(zeros([numFeatures]));
    this.registerBuffer('running_mean', zeros([numFeatures]));
    this.registerBuffer('running_var', ones([numFeatures]));
    this.registerBuffer('num_batches_tracked', full([], 0));
  }

  get runningMean(): Tensor {
    return this.#buffer('running_mean');
  }

  get runningVar(): Tensor {
    return this.#buffer('running_var');
  }

  override forward(x: Tensor): Tensor {
    check(x.ndim === 4, () => `BatchNorm2d: expected an input of shape [N,C,H,W], got ${formatShape(x.shape)}`);
    const { training, momentum, eps } = this;
    if (training) this.#countBatch();
    return batchNorm(x, this.runningMean, this.runningVar, this.weight, this.bias, { training, momentum, eps });
  }

  #countBatch(): void {
    const count = this.#buffer('num_batches_tracked');
    tidy(() => {
      noGrad(() => assign(count, add(count, 1)));
    });
  }

  #buffer(name: string): Tensor {
    const buffer = this.ownBuffers.get(name);
    check(buffer !== undefined, () => `BatchNorm2d: it has no buffer '${name}'`);
    return buffer;
  }

  override extraRepr(): string {
    return `${this.numFeatures}, eps=${this.eps === 1e-5 ? '1e-05' : this.eps}, momentum=${this.momentum}, affine=True, bias=True, track_running_stats=True`;
  }
}
