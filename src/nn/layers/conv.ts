/** Convolution layers: each learns a weight and a bias and calls its op. */
import { check } from '../../errors.js';
import { conv2d, conv2dRelu, type Conv2dOptions } from '../../ops/conv2d.js';
import { samePadding } from '../../ops/conv-dims.js';
import { convTranspose2d, type ConvTranspose2dOptions } from '../../ops/conv-transpose2d.js';
import { zeros } from '../../ops/creation.js';
import { pad } from '../../ops/pad.js';
import type { PadMode } from '../../ops/pad-modes.js';
import { pair, type Pair } from '../../ops/pair.js';
import type { Tensor } from '../../tensor/tensor.js';
import { Module } from '../module.js';
import { Parameter } from '../parameter.js';
import { tuple } from '../python-repr.js';
import { checkCounts } from './counts.js';
import { resetParameters } from './reset-parameters.js';

export interface Conv2dLayerOptions extends Conv2dOptions {
  /** What surrounds the input: zeros (the default), or the picture itself, as in the padding layers. */
  readonly paddingMode?: 'zeros' | PadMode;
  /** Whether to add a bias. Default: true. */
  readonly bias?: boolean;
}

export interface ConvTranspose2dLayerOptions extends ConvTranspose2dOptions {
  /** Whether to add a bias. Default: true. */
  readonly bias?: boolean;
}

/** Convolution: x [N,inChannels,H,W] -> [N,outChannels,oH,oW]; see the op for the options. */
export class Conv2d extends Module<[Tensor]> {
  readonly weight: Parameter;
  readonly bias: Parameter | null;
  readonly options: Conv2dOptions;
  readonly paddingMode: 'zeros' | PadMode;

  constructor(
    readonly inChannels: number,
    readonly outChannels: number,
    readonly kernelSize: Pair,
    { bias = true, paddingMode = 'zeros', ...options }: Conv2dLayerOptions = {},
  ) {
    super();
    this.options = options;
    this.paddingMode = paddingMode;
    const kernel = pair(kernelSize, 'Conv2d: kernelSize', 1);
    const { groups = 1 } = options;
    checkCounts('Conv2d', { inChannels, outChannels });
    checkGroups('Conv2d', inChannels, outChannels, groups);
    this.weight = new Parameter(zeros([outChannels, inChannels / groups, ...kernel]));
    this.bias = bias ? new Parameter(zeros([outChannels])) : null;
    resetParameters(this.weight, this.bias);
  }

  override forward(x: Tensor): Tensor {
    return this.#convolve(conv2d, x);
  }

  /** ReLU of `forward` in one pass, for where nothing is recorded; see `conv2dRelu`. */
  forwardRelu(x: Tensor): Tensor {
    return this.#convolve(conv2dRelu, x);
  }

  #convolve(op: typeof conv2d, x: Tensor): Tensor {
    const { weight, bias, options, paddingMode: mode } = this;
    if (mode === 'zeros') return op(x, weight, bias, options);
    return op(pad(x, this.#surround(), { mode }), weight, bias, { ...options, padding: 0 });
  }

  /** [left, right, top, bottom] */
  #surround(): number[] {
    const { padding = 0, stride = 1, dilation = 1 } = this.options;
    if (padding === 'valid') return [0, 0, 0, 0];
    if (padding !== 'same') {
      const [vertical, horizontal] = pair(padding, 'Conv2d: padding', 0);
      return [horizontal, horizontal, vertical, vertical];
    }
    const { padding: before, extra } = samePadding('Conv2d', pair(this.kernelSize, 'Conv2d: kernelSize', 1), {
      stride: pair(stride, 'Conv2d: stride', 1),
      dilation: pair(dilation, 'Conv2d: dilation', 1),
    });
    return [before[1], before[1] + extra[1], before[0], before[0] + extra[0]];
  }

  override extraRepr(): string {
    const { inChannels, outChannels, kernelSize, options, bias, paddingMode } = this;
    return convRepr({ ...options, inChannels, outChannels, kernelSize, paddingMode, bias: bias !== null });
  }
}

/** Transposed convolution, which enlarges: x [N,inChannels,H,W] -> [N,outChannels,oH,oW]; see the op for the options. */
export class ConvTranspose2d extends Module<[Tensor]> {
  readonly weight: Parameter;
  readonly bias: Parameter | null;
  readonly options: ConvTranspose2dOptions;

  constructor(
    readonly inChannels: number,
    readonly outChannels: number,
    readonly kernelSize: Pair,
    { bias = true, ...options }: ConvTranspose2dLayerOptions = {},
  ) {
    super();
    this.options = options;
    const kernel = pair(kernelSize, 'ConvTranspose2d: kernelSize', 1);
    const { groups = 1 } = options;
    checkCounts('ConvTranspose2d', { inChannels, outChannels });
    checkGroups('ConvTranspose2d', inChannels, outChannels, groups);
    this.weight = new Parameter(zeros([inChannels, outChannels / groups, ...kernel]));
    this.bias = bias ? new Parameter(zeros([outChannels])) : null;
    resetParameters(this.weight, this.bias);
  }

  override forward(x: Tensor): Tensor {
    return convTranspose2d(x, this.weight, this.bias, this.options);
  }

  override extraRepr(): string {
    const { inChannels, outChannels, kernelSize, options, bias } = this;
    return convRepr({ ...options, inChannels, outChannels, kernelSize, bias: bias !== null });
  }
}

function checkGroups(layer: string, inChannels: number, outChannels: number, groups: number): void {
  check(
    groups >= 1 && inChannels % groups === 0 && outChannels % groups === 0,
    () => `${layer}: expected groups that divide ${inChannels} input and ${outChannels} output channels, got ${groups}`,
  );
}

interface Printed extends Conv2dOptions {
  readonly inChannels: number;
  readonly outChannels: number;
  readonly kernelSize: Pair;
  readonly outputPadding?: Pair;
  readonly bias: boolean;
  readonly paddingMode?: string;
}

/** In PyTorch's order; what has its default value is left out. */
function convRepr(conv: Printed): string {
  const { stride = 1, padding = 0, dilation = 1, outputPadding = 0, groups = 1 } = conv;
  const parts = [`${conv.inChannels}`, `${conv.outChannels}`];
  parts.push(`kernel_size=${tuple(conv.kernelSize)}`, `stride=${tuple(stride)}`);
  if (typeof padding === 'string') parts.push(`padding=${padding}`);
  else if (tuple(padding) !== '(0, 0)') parts.push(`padding=${tuple(padding)}`);
  if (tuple(dilation) !== '(1, 1)') parts.push(`dilation=${tuple(dilation)}`);
  if (tuple(outputPadding) !== '(0, 0)') parts.push(`output_padding=${tuple(outputPadding)}`);
  if (groups !== 1) parts.push(`groups=${groups}`);
  if (!conv.bias) parts.push('bias=False');
  if (conv.paddingMode && conv.paddingMode !== 'zeros') parts.push(`padding_mode=${conv.paddingMode}`);
  return parts.join(', ');
}
