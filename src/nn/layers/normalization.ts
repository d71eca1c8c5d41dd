/** Normalisation within each sample, in training and evaluation alike. The ops say their formulas and sources. */
import { check } from '../../errors.js';
import { ones, zeros } from '../../ops/creation.js';
import { groupNorm } from '../../ops/group-norm.js';
import { instanceNorm } from '../../ops/instance-norm.js';
import { layerNorm } from '../../ops/layer-norm.js';
import { reshape, unsqueeze } from '../../ops/reshape.js';
import { checkShape } from '../../tensor/shape.js';
import type { Tensor } from '../../tensor/tensor.js';
import { Module } from '../module.js';
import { Parameter } from '../parameter.js';
import { bool, float, numberOrTuple } from '../python-repr.js';
import { checkCounts } from './counts.js';
import { RunningNorm, type NormLayerOptions, type RunningNormOptions } from './batch-norm.js';

/** x [N,numChannels,..] -> the same shape: each group of channels of mean 0 and variance 1, then weight * x + bias. */
export class GroupNorm extends Module<[Tensor]> {
  readonly weight: Parameter | null;
  readonly bias: Parameter | null;
  readonly eps: number;

  constructor(
    readonly numGroups: number,
    readonly numChannels: number,
    { eps = 1e-5, affine = true, bias = true }: NormLayerOptions = {},
  ) {
    super();
    checkCounts('GroupNorm', { numGroups, numChannels });
    check(
      numChannels % numGroups === 0,
      () => `GroupNorm: expected a numGroups that divides the ${numChannels} channels, got ${numGroups}`,
    );
    this.eps = eps;
    this.weight = affine ? new Parameter(ones([numChannels])) : null;
    this.bias = affine && bias ? new Parameter(zeros([numChannels])) : null;
  }

  override forward(x: Tensor): Tensor {
    return groupNorm(x, this.numGroups, this.weight, this.bias, this.eps);
  }

  override extraRepr(): string {
    const { weight, bias } = this;
    return (
      `${this.numGroups}, ${this.numChannels}, eps=${float(this.eps)}, affine=${bool(weight !== null)}, ` +
      `bias=${bool(bias !== null)}`
    );
  }
}

export interface LayerNormOptions {
  /** Added to the variance. Default: 1e-5. */
  readonly eps?: number;
  /** Whether to learn weight and bias, of the normalized shape. Default: true. */
  readonly elementwiseAffine?: boolean;
  /** With `elementwiseAffine`, whether to learn a bias as well. Default: true. */
  readonly bias?: boolean;
}

/** x [..,normalizedShape] -> the same shape: the last dimensions of mean 0 and variance 1, then weight * x + bias. */
export class LayerNorm extends Module<[Tensor]> {
  readonly normalizedShape: readonly number[];
  readonly weight: Parameter | null;
  readonly bias: Parameter | null;
  readonly eps: number;

  constructor(
    normalizedShape: number | readonly number[],
    { eps = 1e-5, elementwiseAffine = true, bias = true }: LayerNormOptions = {},
  ) {
    super();
    this.normalizedShape = typeof normalizedShape === 'number' ? [normalizedShape] : normalizedShape;
    checkShape(this.normalizedShape, 'LayerNorm');
    this.eps = eps;
    this.weight = elementwiseAffine ? new Parameter(ones(this.normalizedShape)) : null;
    this.bias = elementwiseAffine && bias ? new Parameter(zeros(this.normalizedShape)) : null;
  }

  override forward(x: Tensor): Tensor {
    return layerNorm(x, this.normalizedShape, this.weight, this.bias, this.eps);
  }

  override extraRepr(): string {
    const { normalizedShape, weight, bias } = this;
    return (
      `${numberOrTuple(normalizedShape)}, eps=${float(this.eps)}, elementwise_affine=${bool(weight !== null)}, ` +
      `bias=${bool(bias !== null)}`
    );
  }
}

/**
 * x [N,numFeatures,H,W] or [numFeatures,H,W] -> the same shape: each channel of each sample of mean 0 and variance 1.
 * Unlike batch norm it learns nothing and keeps no running statistics unless told to.
 */
export class InstanceNorm2d extends RunningNorm {
  protected override readonly shapes = ['[N,C,H,W]', '[C,H,W]'];

  constructor(numFeatures: number, options: RunningNormOptions = {}) {
    super(numFeatures, { affine: false, trackRunningStats: false, ...options });
  }

  override forward(x: Tensor): Tensor {
    this.checkInput(x);
    const { runningMean, runningVar, weight, bias, momentum, eps } = this;
    const useInputStats = this.training || !this.trackRunningStats;
    const batch = x.ndim === 3 ? unsqueeze(x, 0) : x;
    const out = instanceNorm(batch, runningMean, runningVar, weight, bias, { useInputStats, momentum, eps });
    return x.ndim === 3 ? reshape(out, x.shape) : out;
  }
}
