/** Pooling along one dimension: x [N,C,L] or [C,L] is taken as images of height 1. */
import { check } from '../errors.js';
import { formatShape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { adaptiveMaxPool2d } from './adaptive-max-pool2d.js';
import { adaptiveAvgPool2d, avgPool2d } from './avg-pool2d.js';
import { maxPool2d } from './max-pool2d.js';
import { squeeze, unsqueeze } from './reshape.js';

export interface MaxPool1dOptions {
  /** Default: the kernel's size. */
  readonly stride?: number | null;
  /** Default: 0. */
  readonly padding?: number;
  /** Default: 1. */
  readonly dilation?: number;
  /** Let the last window hang over the end. Default: false. */
  readonly ceilMode?: boolean;
}

export interface AvgPool1dOptions {
  /** Default: the kernel's size. */
  readonly stride?: number | null;
  /** Default: 0. */
  readonly padding?: number;
  /** Let the last window hang over the end. Default: false. */
  readonly ceilMode?: boolean;
  /** Count padded zeros in the mean. Default: true. */
  readonly countIncludePad?: boolean;
}

/** See {@link maxPool2d}. x [N,C,L] or [C,L] -> [..,oL] */
export function maxPool1d(x: Tensor, kernelSize: number, options: MaxPool1dOptions = {}): Tensor {
  const { stride, padding = 0, dilation = 1, ceilMode } = options;
  return asImages('maxPool1d', x, (images) =>
    maxPool2d(images, [1, kernelSize], {
      stride: [1, stride ?? kernelSize],
      padding: [0, padding],
      dilation: [1, dilation],
      ceilMode,
    }),
  );
}

/** See {@link avgPool2d}. x [N,C,L] or [C,L] -> [..,oL] */
export function avgPool1d(x: Tensor, kernelSize: number, options: AvgPool1dOptions = {}): Tensor {
  const { stride, padding = 0, ceilMode, countIncludePad } = options;
  return asImages('avgPool1d', x, (images) =>
    avgPool2d(images, [1, kernelSize], {
      stride: [1, stride ?? kernelSize],
      padding: [0, padding],
      ceilMode,
      countIncludePad,
    }),
  );
}

/** See {@link adaptiveAvgPool2d}. x [N,C,L] or [C,L] -> [..,outputSize] */
export function adaptiveAvgPool1d(x: Tensor, outputSize: number): Tensor {
  return asImages('adaptiveAvgPool1d', x, (images) => adaptiveAvgPool2d(images, [1, outputSize]));
}

/** See {@link adaptiveMaxPool2d}. x [N,C,L] or [C,L] -> [..,outputSize] */
export function adaptiveMaxPool1d(x: Tensor, outputSize: number): Tensor {
  return asImages('adaptiveMaxPool1d', x, (images) => adaptiveMaxPool2d(images, [1, outputSize]));
}

function asImages(op: string, x: Tensor, pool: (images: Tensor) => Tensor): Tensor {
  check(
    x.ndim === 2 || x.ndim === 3,
    () => `${op}: expected an input of shape [N,C,L] or [C,L], got ${formatShape(x.shape)}`,
  );
  return squeeze(pool(unsqueeze(x, -2)), -2);
}
