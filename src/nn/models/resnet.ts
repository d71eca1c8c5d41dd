/**
 * Residual networks (K. He et al., 2015) with torchvision's module names and structure: `conv1`, `bn1`, `layer1.0.conv1`,
 * .., `fc`. A Bottleneck's stride is in its 3x3 convolution, as torchvision has it.
 */
import { add } from '../../ops/arithmetic.js';
import { flatten } from '../../ops/reshape.js';
import { check } from '../../errors.js';
import type { Tensor } from '../../tensor/tensor.js';
import * as init from '../init.js';
import { AdaptiveAvgPool2d, BatchNorm2d, Conv2d, Linear, MaxPool2d, ReLU } from '../layers.js';
import { Module } from '../module.js';
import { runChain, Sequential } from '../sequential.js';

const conv3x3 = (inChannels: number, outChannels: number, stride = 1): Conv2d =>
  new Conv2d(inChannels, outChannels, 3, { stride, padding: 1, bias: false });
const conv1x1 = (inChannels: number, outChannels: number, stride = 1): Conv2d =>
  new Conv2d(inChannels, outChannels, 1, { stride, bias: false });

/** The shortcut where the block changes the size or the number of channels; null where it changes neither. */
function shortcut(inChannels: number, outChannels: number, stride: number): Sequential | null {
  if (stride === 1 && inChannels === outChannels) return null;
  return new Sequential(conv1x1(inChannels, outChannels, stride), new BatchNorm2d(outChannels));
}

/** relu(x + two 3x3 convolutions of x): [N,in,H,W] -> [N,planes,H/stride,W/stride]. Its one ReLU runs twice. */
export class BasicBlock extends Module<[Tensor]> {
  static readonly expansion = 1;
  readonly conv1: Conv2d;
  readonly bn1: BatchNorm2d;
  readonly relu: ReLU;
  readonly conv2: Conv2d;
  readonly bn2: BatchNorm2d;
  readonly downsample: Sequential | null;

  constructor(inChannels: number, planes: number, stride: number) {
    super();
    this.conv1 = conv3x3(inChannels, planes, stride);
    this.bn1 = new BatchNorm2d(planes);
    this.relu = new ReLU({ inplace: true });
    this.conv2 = conv3x3(planes, planes);
    this.bn2 = new BatchNorm2d(planes);
    this.downsample = shortcut(inChannels, planes, stride);
  }

  override forward(x: Tensor): Tensor {
    const out = runChain([this.conv1, this.bn1, this.relu, this.conv2, this.bn2], x);
    return this.relu.call(add(out, this.downsample?.call(x) ?? x));
  }
}

/**
 * relu(x + 1x1, 3x3 and 1x1 convolutions of x): [N,in,H,W] -> [N,4 planes,H/stride,W/stride]. Its one ReLU runs three
 * times.
 */
export class Bottleneck extends Module<[Tensor]> {
  static readonly expansion = 4;
  readonly conv1: Conv2d;
  readonly bn1: BatchNorm2d;
  readonly conv2: Conv2d;
  readonly bn2: BatchNorm2d;
  readonly conv3: Conv2d;
  readonly bn3: BatchNorm2d;
  readonly relu: ReLU;
  readonly downsample: Sequential | null;

  constructor(inChannels: number, planes: number, stride: number) {
    super();
    const outChannels = planes * Bottleneck.expansion;
    this.conv1 = conv1x1(inChannels, planes);
    this.bn1 = new BatchNorm2d(planes);
    this.conv2 = conv3x3(planes, planes, stride);
    this.bn2 = new BatchNorm2d(planes);
    this.conv3 = conv1x1(planes, outChannels);
    this.bn3 = new BatchNorm2d(outChannels);
    this.relu = new ReLU({ inplace: true });
    this.downsample = shortcut(inChannels, outChannels, stride);
  }

  override forward(x: Tensor): Tensor {
    const { conv1, bn1, conv2, bn2, conv3, bn3, relu } = this;
    const out = runChain([conv1, bn1, relu, conv2, bn2, relu, conv3, bn3], x);
    return this.relu.call(add(out, this.downsample?.call(x) ?? x));
  }
}

export interface ResNetOptions {
  /** Two 3x3 convolutions a block, or 1x1, 3x3, 1x1. */
  readonly block: 'basic' | 'bottleneck';
  /** Blocks in layer1 to layer4. */
  readonly layers: readonly number[];
  /** Channels after `conv1` and planes of layer1; each further layer has twice as many. Default: 64. */
  readonly width?: number;
  /** Default: 1000. */
  readonly classes?: number;
  /** Begin each block as the identity: the last batch norm's weights are 0 (P. Goyal et al., 2017). Default: false. */
  readonly zeroInitResidual?: boolean;
}

/** images [N,3,H,W] -> logits [N,classes] */
export class ResNet extends Module<[Tensor]> {
  readonly conv1: Conv2d;
  readonly bn1: BatchNorm2d;
  readonly relu: ReLU;
  readonly maxpool: MaxPool2d;
  readonly layer1: Sequential;
  readonly layer2: Sequential;
  readonly layer3: Sequential;
  readonly layer4: Sequential;
  readonly avgpool: AdaptiveAvgPool2d;
  readonly fc: Linear;

  constructor({ block, layers, width = 64, classes = 1000, zeroInitResidual = false }: ResNetOptions) {
    super();
    checkOptions(layers, [width, classes]);
    const Block = block === 'basic' ? BasicBlock : Bottleneck;
    let channels = width;
    const layer = (index: number): Sequential => {
      const planes = width * 2 ** index;
      const blocks = Array.from({ length: layers[index] }, (_, i) => {
        const made = new Block(channels, planes, i === 0 && index > 0 ? 2 : 1);
        channels = planes * Block.expansion;
        return made;
      });
      return new Sequential(...blocks);
    };
    this.conv1 = new Conv2d(3, width, 7, { stride: 2, padding: 3, bias: false });
    this.bn1 = new BatchNorm2d(width);
    this.relu = new ReLU({ inplace: true });
    this.maxpool = new MaxPool2d(3, { stride: 2, padding: 1 });
    this.layer1 = layer(0);
    this.layer2 = layer(1);
    this.layer3 = layer(2);
    this.layer4 = layer(3);
    this.avgpool = new AdaptiveAvgPool2d([1, 1]);
    this.fc = new Linear(channels, classes);
    initialize(this, zeroInitResidual);
  }

  override forward(x: Tensor): Tensor {
    let y = this.maxpool.call(this.relu.call(this.bn1.call(this.conv1.call(x))));
    for (const layer of [this.layer1, this.layer2, this.layer3, this.layer4]) y = layer.call(y);
    return this.fc.call(flatten(this.avgpool.call(y), 1));
  }
}

function checkOptions(layers: readonly number[], sizes: readonly number[]): void {
  const isSize = (value: number) => Number.isInteger(value) && value > 0;
  check(
    layers.length === 4 && layers.every(isSize),
    () => `resnet: expected layers to be four numbers of blocks, such as [2,2,2,2], got ${JSON.stringify(layers)}`,
  );
  check(
    sizes.every(isSize),
    () => `resnet: expected width and classes to be whole numbers of at least 1, got ${sizes.join(', ')}`,
  );
}

/** As torchvision: Kaiming (fan out) for convolutions; batch norm and the linear layer keep their own beginning. */
function initialize(model: ResNet, zeroInitResidual: boolean): void {
  for (const module of model.modules()) {
    if (module instanceof Conv2d) init.kaimingNormal_(module.weight, { mode: 'fanOut', nonlinearity: 'relu' });
    const last = module instanceof BasicBlock ? module.bn2 : module instanceof Bottleneck ? module.bn3 : null;
    if (zeroInitResidual && last?.weight) init.constant_(last.weight, 0);
  }
}

/** A residual network of any configuration. */
export const resnet = (options: ResNetOptions): ResNet => new ResNet(options);

/** What can be chosen for a network whose blocks are given. */
export type ResNetHead = Omit<ResNetOptions, 'block' | 'layers'>;

/** The configurations of the paper's table 1. */
export const resnet18 = (head: ResNetHead = {}): ResNet => resnet({ block: 'basic', layers: [2, 2, 2, 2], ...head });
export const resnet34 = (head: ResNetHead = {}): ResNet => resnet({ block: 'basic', layers: [3, 4, 6, 3], ...head });
export const resnet50 = (head: ResNetHead = {}): ResNet =>
  resnet({ block: 'bottleneck', layers: [3, 4, 6, 3], ...head });
