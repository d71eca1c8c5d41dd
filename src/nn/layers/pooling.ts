/** Pooling: each output is the largest or the mean value of a window. */
import { adaptiveAvgPool2d, avgPool2d, type AvgPool2dOptions } from '../../ops/avg-pool2d.js';
import { adaptiveMaxPool2d } from '../../ops/adaptive-max-pool2d.js';
import { maxPool2d, type MaxPool2dOptions } from '../../ops/max-pool2d.js';
import type { Pair } from '../../ops/pair.js';
import type { Tensor } from '../../tensor/tensor.js';
import { Module } from '../module.js';
import { bool, numberOrTuple } from '../python-repr.js';

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
      `kernel_size=${numberOrTuple(this.kernelSize)}, stride=${numberOrTuple(stride ?? this.kernelSize)}, ` +
      `padding=${numberOrTuple(padding)}, dilation=${numberOrTuple(dilation)}, ceil_mode=${bool(ceilMode)}`
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
    return (
      `kernel_size=${numberOrTuple(this.kernelSize)}, stride=${numberOrTuple(stride ?? this.kernelSize)}, ` +
      `padding=${numberOrTuple(padding)}`
    );
  }
}

/** One number, or [height, width], where null keeps the input's size. */
export type OutputSize = number | readonly [number | null, number | null];

abstract class AdaptivePool2d extends Module<[Tensor]> {
  constructor(readonly outputSize: OutputSize) {
    super();
  }

  override extraRepr(): string {
    return `output_size=${numberOrTuple(this.outputSize)}`;
  }
}

/** The means of outputSize parts, whatever the input's size: x [N,C,H,W] -> [N,C,oH,oW]. */
export class AdaptiveAvgPool2d extends AdaptivePool2d {
  override forward(x: Tensor): Tensor {
    return adaptiveAvgPool2d(x, this.outputSize);
  }
}

/** The largest values of outputSize parts, whatever the input's size: x [N,C,H,W] -> [N,C,oH,oW]. */
export class AdaptiveMaxPool2d extends AdaptivePool2d {
  override forward(x: Tensor): Tensor {
    return adaptiveMaxPool2d(x, this.outputSize);
  }
}
