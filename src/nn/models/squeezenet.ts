/** SqueezeNet 1.0 and 1.1 (F. Iandola et al., 2016) with torchvision's module names. */
import { cat } from '../../ops/cat.js';
import { flatten } from '../../ops/reshape.js';
import type { Tensor } from '../../tensor/tensor.js';
import * as init from '../init.js';
import { AdaptiveAvgPool2d, Conv2d, Dropout, MaxPool2d, ReLU } from '../layers.js';
import { Module } from '../module.js';
import { Sequential } from '../sequential.js';

/** A 1x1 convolution to few channels, then 1x1 and 3x3 convolutions side by side: [N,in,H,W] -> [N,2*expand,H,W]. */
export class Fire extends Module<[Tensor]> {
  readonly squeeze: Conv2d;
  readonly squeeze_activation = new ReLU({ inplace: true });
  readonly expand1x1: Conv2d;
  readonly expand1x1_activation = new ReLU({ inplace: true });
  readonly expand3x3: Conv2d;
  readonly expand3x3_activation = new ReLU({ inplace: true });

  constructor(inChannels: number, squeeze: number, expand: number) {
    super();
    this.squeeze = new Conv2d(inChannels, squeeze, 1);
    this.expand1x1 = new Conv2d(squeeze, expand, 1);
    this.expand3x3 = new Conv2d(squeeze, expand, 3, { padding: 1 });
  }

  override forward(x: Tensor): Tensor {
    const squeezed = this.squeeze_activation.call(this.squeeze.call(x));
    return cat(
      [
        this.expand1x1_activation.call(this.expand1x1.call(squeezed)),
        this.expand3x3_activation.call(this.expand3x3.call(squeezed)),
      ],
      1,
    );
  }
}

/** images [N,3,H,W] -> logits [N,classes] */
export class SqueezeNet extends Module<[Tensor]> {
  readonly features: Sequential;
  readonly classifier: Sequential;

  constructor({ version = '1_1', classes = 1000, dropout = 0.5 }: SqueezeNetOptions = {}) {
    super();
    this.features = new Sequential(...(version === '1_0' ? features1_0() : features1_1()));
    const last = new Conv2d(512, classes, 1);
    this.classifier = new Sequential(
      new Dropout(dropout),
      last,
      new ReLU({ inplace: true }),
      new AdaptiveAvgPool2d([1, 1]),
    );
    for (const module of this.modules()) {
      if (!(module instanceof Conv2d)) continue;
      if (module === last) init.normal_(module.weight, 0, 0.01);
      else init.kaimingUniform_(module.weight);
      if (module.bias) init.constant_(module.bias, 0);
    }
  }

  override forward(x: Tensor): Tensor {
    return flatten(this.classifier.call(this.features.call(x)), 1);
  }
}

const pool = () => new MaxPool2d(3, { stride: 2, ceilMode: true });

/** The paper's network. */
const features1_0 = (): Module[] => [
  new Conv2d(3, 96, 7, { stride: 2 }),
  new ReLU({ inplace: true }),
  pool(),
  new Fire(96, 16, 64),
  new Fire(128, 16, 64),
  new Fire(128, 32, 128),
  pool(),
  new Fire(256, 32, 128),
  new Fire(256, 48, 192),
  new Fire(384, 48, 192),
  new Fire(384, 64, 256),
  pool(),
  new Fire(512, 64, 256),
];

/** The authors' later one: 2.4 times less computation, as right. */
const features1_1 = (): Module[] => [
  new Conv2d(3, 64, 3, { stride: 2 }),
  new ReLU({ inplace: true }),
  pool(),
  new Fire(64, 16, 64),
  new Fire(128, 16, 64),
  pool(),
  new Fire(128, 32, 128),
  new Fire(256, 32, 128),
  pool(),
  new Fire(256, 48, 192),
  new Fire(384, 48, 192),
  new Fire(384, 64, 256),
  new Fire(512, 64, 256),
];

export interface SqueezeNetOptions {
  /** Default: '1_1'. */
  readonly version?: '1_0' | '1_1';
  /** Default: 1000. */
  readonly classes?: number;
  /** Before the last convolution. Default: 0.5. */
  readonly dropout?: number;
}

/** What can be chosen for a version. */
export type SqueezeNetHead = Omit<SqueezeNetOptions, 'version'>;

export const squeezenet1_0 = (head: SqueezeNetHead = {}): SqueezeNet => new SqueezeNet({ version: '1_0', ...head });
export const squeezenet1_1 = (head: SqueezeNetHead = {}): SqueezeNet => new SqueezeNet({ version: '1_1', ...head });
