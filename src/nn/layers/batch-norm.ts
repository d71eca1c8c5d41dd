/** Batch normalisation as a layer: it learns weight and bias, and keeps running statistics for evaluation. */
import { noGrad } from '../../autograd/grad-mode.js';
import { check } from '../../errors.js';
import { add } from '../../ops/arithmetic.js';
import { assign } from '../../ops/assign.js';
import { batchNorm } from '../../ops/batch-norm.js';
import { full, ones, zeros } from '../../ops/creation.js';
import { formatShape } from '../../tensor/shape.js';
import { tidy } from '../../tensor/memory.js';
import type { Tensor } from '../../tensor/tensor.js';
import { Module } from '../module.js';
import { Parameter } from '../parameter.js';
import { bool, float } from '../python-repr.js';
import { checkCounts } from './counts.js';

export interface NormLayerOptions {
  /** Added to the variance. Default: 1e-5. */
  readonly eps?: number;
  /** Whether to learn a weight and a bias for each channel. Default: true; false for instance norm. */
  readonly affine?: boolean;
  /** With `affine`, whether to learn a bias as well. Default: true. */
  readonly bias?: boolean;
}

export interface RunningNormOptions extends NormLayerOptions {
  /**
   * The new values' share in the running statistics. Default: 0.1. (PyTorch's `None`, a plain mean over all batches, is
   * left out: it must read how many there were.)
   */
  readonly momentum?: number;
  /**
   * Whether to keep running statistics; without them evaluation uses the input's own. Default: true; false for instance
   * norm.
   */
  readonly trackRunningStats?: boolean;
}

/** What normalisation by running statistics holds and prints, for inputs [N,C,..] of some ranks. */
export abstract class RunningNorm extends Module<[Tensor]> {
  readonly weight: Parameter | null;
  readonly bias: Parameter | null;
  readonly eps: number;
  readonly momentum: number;
  readonly trackRunningStats: boolean;

  /** The input shapes it takes, as errors show them. */
  protected abstract readonly shapes: readonly string[];

  constructor(
    readonly numFeatures: number,
    { eps = 1e-5, momentum = 0.1, affine = true, bias = true, trackRunningStats = true }: RunningNormOptions = {},
  ) {
    super();
    checkCounts(this.constructor.name, { numFeatures });
    check(
      Number.isFinite(momentum),
      () => `${this.constructor.name}: expected a momentum that is a finite number, got ${String(momentum)}`,
    );
    this.eps = eps;
    this.momentum = momentum;
    this.trackRunningStats = trackRunningStats;
    this.weight = affine ? new Parameter(ones([numFeatures])) : null;
    this.bias = affine && bias ? new Parameter(zeros([numFeatures])) : null;
    if (!trackRunningStats) return;
    this.registerBuffer('running_mean', zeros([numFeatures]));
    this.registerBuffer('running_var', ones([numFeatures]));
    this.registerBuffer('num_batches_tracked', full([], 0));
  }

  /** null without running statistics. */
  get runningMean(): Tensor | null {
    return this.ownBuffers.get('running_mean') ?? null;
  }

  get runningVar(): Tensor | null {
    return this.ownBuffers.get('running_var') ?? null;
  }

  protected checkInput(x: Tensor): void {
    check(
      this.shapes.some((shape) => shape.split(',').length === x.ndim),
      () =>
        `${this.constructor.name}: expected an input of shape ${this.shapes.join(' or ')}, got ${formatShape(x.shape)}`,
    );
  }

  protected countBatch(): void {
    const count = this.ownBuffers.get('num_batches_tracked');
    if (!count) return;
    tidy(() => {
      noGrad(() => assign(count, add(count, 1)));
    });
  }

  override extraRepr(): string {
    const { weight, bias, trackRunningStats } = this;
    return (
      `${this.numFeatures}, eps=${float(this.eps)}, momentum=${float(this.momentum)}, affine=${bool(weight !== null)}, ` +
      `bias=${bool(bias !== null)}, track_running_stats=${bool(trackRunningStats)}`
    );
  }
}

abstract class BatchNorm extends RunningNorm {
  override forward(x: Tensor): Tensor {
    this.checkInput(x);
    const { momentum, eps, runningMean, runningVar, weight, bias } = this;
    if (this.training) this.countBatch();
    const training = this.training || !this.trackRunningStats;
    return batchNorm(x, runningMean, runningVar, weight, bias, { training, momentum, eps });
  }
}

/** x [N,numFeatures] or [N,numFeatures,L] -> the same shape, each feature of mean 0 and variance 1, then weight * x + bias. */
export class BatchNorm1d extends BatchNorm {
  protected override readonly shapes = ['[N,C]', '[N,C,L]'];
}

/** x [N,numFeatures,H,W] -> the same shape, each channel of mean 0 and variance 1, then weight * x + bias. */
export class BatchNorm2d extends BatchNorm {
  protected override readonly shapes = ['[N,C,H,W]'];
}
