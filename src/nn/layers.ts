/** The layers that VGG-style networks are made of: each holds its parameters and calls one op. */
import { check } from '../errors.js';
import { adaptiveAvgPool2d, avgPool2d, type AvgPool2dOptions } from '../ops/avg-pool2d.js';
import { conv2d, type Conv2dOptions } from '../ops/conv2d.js';
import { zeros } from '../ops/creation.js';
import { dropout } from '../ops/dropout.js';
import { linear } from '../ops/linear.js';
import { maxPool2d, type MaxPool2dOptions } from '../ops/max-pool2d.js';
import { pair, type Pair } from '../ops/pair.js';
import { relu } from '../ops/relu.js';
import { flatten } from '../ops/reshape.js';
import type { Tensor } from '../tensor/tensor.js';
import * as init from './init.js';
import { Module } from './module.js';
import { Parameter } from './parameter.js';

const tuple = (value: Pair): string => `(${pair(value, 'repr', -Infinity).join(', ')})`;
/** A pair as PyTorch's pooling layers print it: a single number stays one. */
const show = (value: Pair): string => (typeof value === 'number' ? String(value) : tuple(value));
const bool = (value: boolean): string => (value ? 'True' : 'False');

/** PyTorch's default for weights and biases: uniform within 1 / sqrt(fanIn). */
function resetParameters(weight: Tensor, bias: Tensor | null): void {
  init.kaimingUniform(weight, { a: Math.sqrt(5) });
  const bound = 1 / Math.sqrt(init.fans(weight).fanIn);
  if (bias) init.uniform(bias, -bound, bound);
}

/** Convolution: x [N,inChannels,H,W] -> [N,outChannels,oH,oW]; see the op for the options. */
export class Conv2d extends Module<[Tensor]> {
  readonly weight: Parameter;
  readonly bias: Parameter | null;
  readonly options: Conv2dOptions;

  /** @param options.bias whether to add a bias. Default: true */
  constructor(
    readonly inChannels: number,
    readonly outChannels: number,
    readonly kernelSize: Pair,
    { bias = true, ...options }: Conv2dOptions & { readonly bias?: boolean } = {},
  ) {
    super();
    this.options = options;
    const [kernelHeight, kernelWidth] = pair(kernelSize, 'Conv2d: kernelSize', 1);
    const { groups = 1 } = options;
    check(
      inChannels % groups === 0 && outChannels % groups === 0,
      () => `Conv2d: expected groups that divide ${inChannels} input and ${outChannels} output channels, got ${groups}`,
    );
    this.weight = new Parameter(zeros([outChannels, inChannels / groups, kernelHeight, kernelWidth]));
    this.bias = bias ? new Parameter(zeros([outChannels])) : null;
    resetParameters(this.weight, this.bias);
  }

  override forward(x: Tensor): Tensor {
    return conv2d(x, this.weight, this.bias, this.options);
  }

  override extraRepr(): string {
    const { stride = 1, padding = 0, dilation = 1, groups = 1 } = this.options;
    const parts = [
      `${this.inChannels}, ${this.outChannels}, kernel_size=${tuple(this.kernelSize)}, stride=${tuple(stride)}`,
    ];
    if (tuple(padding) !== '(0, 0)') parts.push(`padding=${tuple(padding)}`);
    if (tuple(dilation) !== '(1, 1)') parts.push(`dilation=${tuple(dilation)}`);
    if (groups !== 1) parts.push(`groups=${groups}`);
    if (!this.bias) parts.push('bias=False');
    return parts.join(', ');
  }
}

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

/** max(x, 0). `inplace` is accepted for compatibility and ignored: nothing here is changed in place. */
export class ReLU extends Module<[Tensor]> {
  constructor(readonly options: { readonly inplace?: boolean } = {}) {
    super();
  }

  override forward(x: Tensor): Tensor {
    return relu(x);
  }

  override extraRepr(): string {
    return this.options.inplace ? 'inplace=True' : '';
  }
}

/** The largest value in each window: x [N,C,H,W] -> [N,C,oH,oW]. */
export class MaxPool2d extends Module<[Tensor]> {
  constructor(
    readonly kernelSize: Pair,
    readonly options: MaxPool2dOptions = {},
  ) {
    super();
  }

  override forward(x: Tensor): Tensor {
    return maxPool2d(x, this.kernelSize, this.options);
  }

  override extraRepr(): string {
    const { stride, padding = 0, dilation = 1, ceilMode = false } = this.options;
    return (
      `kernel_size=${show(this.kernelSize)}, stride=${show(stride ?? this.kernelSize)}, ` +
      `padding=${show(padding)}, dilation=${show(dilation)}, ceil_mode=${bool(ceilMode)}`
    );
  }
}

/** The mean of each window: x [N,C,H,W] -> [N,C,oH,oW]. */
export class AvgPool2d extends Module<[Tensor]> {
  constructor(
    readonly kernelSize: Pair,
    readonly options: AvgPool2dOptions = {},
  ) {
    super();
  }

  override forward(x: Tensor): Tensor {
    return avgPool2d(x, this.kernelSize, this.options);
  }

  override extraRepr(): string {
    const { stride, padding = 0 } = this.options;
    return `kernel_size=${show(this.kernelSize)}, stride=${show(stride ?? this.kernelSize)}, padding=${show(padding)}`;
  }
}

/** The means of outputSize parts, whatever the input's size: x [N,C,H,W] -> [N,C,oH,oW]. */
export class AdaptiveAvgPool2d extends Module<[Tensor]> {
  constructor(readonly outputSize: number | readonly [number | null, number | null]) {
    super();
  }

  override forward(x: Tensor): Tensor {
    return adaptiveAvgPool2d(x, this.outputSize);
  }

  override extraRepr(): string {
    const size = this.outputSize;
    return `output_size=${typeof size === 'number' ? size : `(${size.map((n) => n ?? 'None').join(', ')})`}`;
  }
}

/** In training, sets values to 0 with probability p and scales the others up; in evaluation, passes everything. */
export class Dropout extends Module<[Tensor]> {
  constructor(readonly p = 0.5) {
    super();
    check(p >= 0 && p <= 1, () => `Dropout: expected a probability from 0 to 1, got ${p}`);
  }

  override forward(x: Tensor): Tensor {
    return dropout(x, this.p, this.training);
  }

  override extraRepr(): string {
    return `p=${this.p}, inplace=False`;
  }
}

/** Merges the dimensions from startDim (default 1) to endDim (default -1). */
export class Flatten extends Module<[Tensor]> {
  constructor(
    readonly startDim = 1,
    readonly endDim = -1,
  ) {
    super();
  }

  override forward(x: Tensor): Tensor {
    return flatten(x, this.startDim, this.endDim);
  }

  override extraRepr(): string {
    return `start_dim=${this.startDim}, end_dim=${this.endDim}`;
  }
}
