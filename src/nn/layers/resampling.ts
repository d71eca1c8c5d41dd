/** Layers that change a shape: enlarging feature maps, and merging dimensions. */
import { interpolate, type InterpolateOptions } from '../../ops/interpolate.js';
import { flatten } from '../../ops/reshape.js';
import type { Tensor } from '../../tensor/tensor.js';
import { Module } from '../module.js';
import { float, numberOrTuple } from '../python-repr.js';

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

/** x [N,C,H,W] -> [N,C,oH,oW], by `size` or by `scaleFactor`; see the op for the options. */
export class Upsample extends Module<[Tensor]> {
  constructor(readonly options: InterpolateOptions) {
    super();
  }

  override forward(x: Tensor): Tensor {
    return interpolate(x, this.options);
  }

  override extraRepr(): string {
    const { size, scaleFactor, mode = 'nearest' } = this.options;
    const what =
      scaleFactor === undefined
        ? `size=${numberOrTuple(size ?? [])}`
        : `scale_factor=${numberOrTuple(scaleFactor, float)}`;
    return `${what}, mode='${mode}'`;
  }
}
