/** AlexNet in its one-column form (A. Krizhevsky, 2014) with torchvision's module names. */
import { flatten } from '../../ops/reshape.js';
import type { Tensor } from '../../tensor/tensor.js';
import { AdaptiveAvgPool2d, Conv2d, Dropout, Linear, MaxPool2d, ReLU } from '../layers.js';
import { Module } from '../module.js';
import { Sequential } from '../sequential.js';

export interface AlexNetOptions {
  /** Default: 1000. */
  readonly classes?: number;
  /** Before each hidden linear layer. Default: 0.5. */
  readonly dropout?: number;
  /** The side of the average-pooled maps that the classifier sees. Default: 6. */
  readonly avgpool?: number;
  /** The widths of the classifier's hidden layers. Default: [4096, 4096]. */
  readonly hidden?: readonly number[];
}

/** images [N,3,H,W] -> logits [N,classes] */
export class AlexNet extends Module<[Tensor]> {
  readonly features: Sequential;
  readonly avgpool: AdaptiveAvgPool2d;
  readonly classifier: Sequential;

  constructor({ classes = 1000, dropout = 0.5, avgpool = 6, hidden = [4096, 4096] }: AlexNetOptions = {}) {
    super();
    const relu = () => new ReLU({ inplace: true });
    const pool = () => new MaxPool2d(3, { stride: 2 });
    this.features = new Sequential(
      new Conv2d(3, 64, 11, { stride: 4, padding: 2 }),
      relu(),
      pool(),
      new Conv2d(64, 192, 5, { padding: 2 }),
      relu(),
      pool(),
      new Conv2d(192, 384, 3, { padding: 1 }),
      relu(),
      new Conv2d(384, 256, 3, { padding: 1 }),
      relu(),
      new Conv2d(256, 256, 3, { padding: 1 }),
      relu(),
      pool(),
    );
    this.avgpool = new AdaptiveAvgPool2d([avgpool, avgpool]);
    const widths = [256 * avgpool * avgpool, ...hidden];
    const head = hidden.flatMap((width, i) => [new Dropout(dropout), new Linear(widths[i], width), relu()]);
    this.classifier = new Sequential(...head, new Linear(widths[widths.length - 1], classes));
  }

  override forward(x: Tensor): Tensor {
    return this.classifier.call(flatten(this.avgpool.call(this.features.call(x)), 1));
  }
}

export const alexnet = (options: AlexNetOptions = {}): AlexNet => new AlexNet(options);
