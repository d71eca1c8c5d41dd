/** The fully connected layer, and the layer that does nothing. */
import { zeros } from '../../ops/creation.js';
import { linear } from '../../ops/linear.js';
import type { Tensor } from '../../tensor/tensor.js';
import { Module } from '../module.js';
import { Parameter } from '../parameter.js';
import { bool } from '../python-repr.js';
import { checkCounts } from './counts.js';
import { resetParameters } from './reset-parameters.js';

/** y = x W^T + b: x [..,inFeatures] -> [..,outFeatures]. */
export class Linear extends Module<[Tensor]> {
  readonly weight: Parameter;
  readonly bias: Parameter | null;

  /** @param options.bias whether to add a bias. Default: true */
  constructor(
    readonly inFeatures: number,
    readonly outFeatures: number,
    { bias = true }: { readonly bias?: boolean } = {},
  ) {
    super();
    checkCounts('Linear', { inFeatures, outFeatures });
    this.weight = new Parameter(zeros([outFeatures, inFeatures]));
    this.bias = bias ? new Parameter(zeros([outFeatures])) : null;
    resetParameters(this.weight, this.bias);
  }

  override forward(x: Tensor): Tensor {
    return linear(x, this.weight, this.bias);
  }

  override extraRepr(): string {
    return `in_features=${this.inFeatures}, out_features=${this.outFeatures}, bias=${bool(this.bias !== null)}`;
  }
}

/** x itself, where a network wants a module in a place. Arguments are accepted and ignored, as in PyTorch. */
export class Identity extends Module<[Tensor]> {
  constructor(..._ignored: unknown[]) {
    super();
  }

  override forward(x: Tensor): Tensor {
    return x;
  }
}
