/**
 * VGG networks (K. Simonyan, A. Zisserman, 2014) with torchvision's module names: `features.N`, `avgpool`,
 * `classifier.N`.
 */
import { check } from '../../errors.js';
import { flatten } from '../../ops/reshape.js';
import type { Tensor } from '../../tensor/tensor.js';
import * as init from '../init.js';
import { AdaptiveAvgPool2d, BatchNorm2d, Conv2d, Dropout, Linear, MaxPool2d, ReLU } from '../layers.js';
import { Module } from '../module.js';
import { Sequential } from '../sequential.js';

/** Output channels of 3x3 convolutions, and 'M' for 2x2 max pooling. */
export type VggCfg = readonly (number | 'M')[];

export interface VggOptions {
  readonly cfg: VggCfg;
  /** Batch norm after each convolution. Default: false. */
  readonly batchNorm?: boolean;
  /** The side of the average-pooled maps that the classifier sees. Default: 7. */
  readonly avgpool?: number;
  /** The widths of the classifier's hidden layers; `[]` for a single linear layer. Default: [4096, 4096]. */
  readonly hidden?: readonly number[];
  /** Default: 1000. */
  readonly classes?: number;
  /** Dropout after each hidden layer. Default: 0.5. */
  readonly dropout?: number;
}

/** images [N,3,H,W] -> logits [N,classes] */
export class VGG extends Module<[Tensor]> {
  readonly features: Sequential;
  readonly avgpool: AdaptiveAvgPool2d;
  readonly classifier: Sequential;

  constructor({
    cfg,
    batchNorm = false,
    avgpool = 7,
    hidden = [4096, 4096],
    classes = 1000,
    dropout = 0.5,
  }: VggOptions) {
    super();
    checkOptions(cfg, [avgpool, ...hidden, classes]);
    const features: Module[] = [];
    let channels = 3;
    for (const item of cfg) {
      if (item === 'M') {
        features.push(new MaxPool2d(2, { stride: 2 }));
        continue;
      }
      features.push(new Conv2d(channels, item, 3, { padding: 1 }));
      if (batchNorm) features.push(new BatchNorm2d(item));
      features.push(new ReLU({ inplace: true }));
      channels = item;
    }
    const widths = [channels * avgpool * avgpool, ...hidden];
    const head = hidden.flatMap((width, i) => [
      new Linear(widths[i], width),
      new ReLU({ inplace: true }),
      new Dropout(dropout),
    ]);

    this.features = new Sequential(...features);
    this.avgpool = new AdaptiveAvgPool2d([avgpool, avgpool]);
    this.classifier = new Sequential(...head, new Linear(widths[widths.length - 1], classes));
    initialize(this);
  }

  override forward(x: Tensor): Tensor {
    const pooled = this.avgpool.call(this.features.call(x));
    return this.classifier.call(flatten(pooled, 1));
  }
}

function checkOptions(cfg: VggCfg, sizes: readonly number[]): void {
  const isSize = (value: unknown) => Number.isInteger(value) && Number(value) > 0;
  const wrong = cfg.find((item) => item !== 'M' && !isSize(item));
  check(wrong === undefined, () => `vgg: expected a cfg of channel counts and 'M', got ${JSON.stringify(wrong)} in it`);
  check(
    sizes.every(isSize),
    () => `vgg: expected avgpool, hidden and classes to be whole numbers of at least 1, got ${sizes.join(', ')}`,
  );
}

/** As torchvision initialises VGG: Kaiming (fan out) for convolutions, normal with deviation 0.01 for linear layers. */
function initialize(model: Module<[Tensor]>): void {
  for (const module of model.modules()) {
    if (module instanceof Conv2d) init.kaimingNormal_(module.weight, { mode: 'fanOut', nonlinearity: 'relu' });
    if (module instanceof Linear) init.normal_(module.weight, 0, 0.01);
    if ((module instanceof Conv2d || module instanceof Linear) && module.bias) init.constant_(module.bias, 0);
  }
}

/** A VGG of any configuration. */
export function vgg(options: VggOptions): VGG {
  return new VGG(options);
}

/** The configurations A, B, D and E of the paper's table 1. */
const cfgs = {
  vgg11: [64, 'M', 128, 'M', 256, 256, 'M', 512, 512, 'M', 512, 512, 'M'],
  vgg13: [64, 64, 'M', 128, 128, 'M', 256, 256, 'M', 512, 512, 'M', 512, 512, 'M'],
  vgg16: [64, 64, 'M', 128, 128, 'M', 256, 256, 256, 'M', 512, 512, 512, 'M', 512, 512, 512, 'M'],
  vgg19: [64, 64, 'M', 128, 128, 'M', 256, 256, 256, 256, 'M', 512, 512, 512, 512, 'M', 512, 512, 512, 512, 'M'],
} satisfies Record<string, VggCfg>;

/** What can be chosen for a model whose convolutions are given. */
export type VggHead = Omit<VggOptions, 'cfg' | 'batchNorm'>;

export const vgg11 = (head: VggHead = {}): VGG => vgg({ cfg: cfgs.vgg11, ...head });
export const vgg13 = (head: VggHead = {}): VGG => vgg({ cfg: cfgs.vgg13, ...head });
export const vgg16 = (head: VggHead = {}): VGG => vgg({ cfg: cfgs.vgg16, ...head });
export const vgg19 = (head: VggHead = {}): VGG => vgg({ cfg: cfgs.vgg19, ...head });
export const vgg11_bn = (head: VggHead = {}): VGG => vgg({ cfg: cfgs.vgg11, batchNorm: true, ...head });
export const vgg13_bn = (head: VggHead = {}): VGG => vgg({ cfg: cfgs.vgg13, batchNorm: true, ...head });
export const vgg16_bn = (head: VggHead = {}): VGG => vgg({ cfg: cfgs.vgg16, batchNorm: true, ...head });
export const vgg19_bn = (head: VggHead = {}): VGG => vgg({ cfg: cfgs.vgg19, batchNorm: true, ...head });
