/** Pooling along one dimension: x [N,C,L] or [C,L] is taken as images of height 1. */
import { check } from '../errors.js';
import { formatShape } from '../tensor/shape.js';
import { checkTensor, type Tensor } from '../tensor/tensor.js';
import { adaptiveMaxPool2d } from './adaptive-max-pool2d.js';
import { adaptiveAvgPool2d, avgPool2d } from './avg-pool2d.js';
import { maxPool2d, poolWindows } from './max-pool2d.js';
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
  checkTensor('maxPool1d', x);
  const { padding = 0, dilation = 1, ceilMode = false } = options;
  const stride = options.stride ?? kernelSize;
  checkWindow('maxPool1d', x, { kernelSize, stride, padding, dilation, ceilMode });
  return asImages(x, (images) =>
    maxPool2d(images, [1, kernelSize], {
      stride: [1, stride],
      padding: [0, padding],
      dilation: [1, dilation],
      ceilMode,
    }),
  );
}

/** See {@link avgPool2d}. x [N,C,L] or [C,L] -> [..,oL] */
export function avgPool1d(x: Tensor, kernelSize: number, options: AvgPool1dOptions = {}): Tensor {
  checkTensor('avgPool1d', x);
  const { padding = 0, ceilMode = false, countIncludePad } = options;
  const stride = options.stride ?? kernelSize;
  checkWindow('avgPool1d', x, { kernelSize, stride, padding, dilation: 1, ceilMode });
  return asImages(x, (images) =>
    avgPool2d(images, [1, kernelSize], {
      stride: [1, stride],
      padding: [0, padding],
      ceilMode,
      countIncludePad,
    }),
  );
}

/** See {@link adaptiveAvgPool2d}. x [N,C,L] or [C,L] -> [..,outputSize] */
export function adaptiveAvgPool1d(x: Tensor, outputSize: number): Tensor {
  checkTensor('adaptiveAvgPool1d', x);
  checkParts('adaptiveAvgPool1d', x, outputSize);
  return asImages(x, (images) => adaptiveAvgPool2d(images, [1, outputSize]));
}

/** See {@link adaptiveMaxPool2d}. x [N,C,L] or [C,L] -> [..,outputSize] */
export function adaptiveMaxPool1d(x: Tensor, outputSize: number): Tensor {
  checkTensor('adaptiveMaxPool1d', x);
  checkParts('adaptiveMaxPool1d', x, outputSize);
  return asImages(x, (images) => adaptiveMaxPool2d(images, [1, outputSize]));
}

/** x [..,L] -> [..,oL], through [..,1,L] and [..,1,oL] */
function asImages(x: Tensor, pool: (images: Tensor) => Tensor): Tensor {
  return squeeze(pool(unsqueeze(x, -2)), -2);
}

function checkRank(op: string, x: Tensor): void {
  check(
    x.ndim === 2 || x.ndim === 3,
    () => `${op}: expected an input of shape [N,C,L] or [C,L], got ${formatShape(x.shape)}`,
  );
}

function checkWhole(op: string, name: string, value: number, least: number): void {
  check(
    Number.isInteger(value) && value >= least,
    () => `${op}: ${name}: expected a whole number of at least ${least}, got ${value}`,
  );
}

interface Window {
  readonly kernelSize: number;
  readonly stride: number;
  readonly padding: number;
  readonly dilation: number;
  readonly ceilMode: boolean;
}

function checkWindow(op: string, x: Tensor, window: Window): void {
  const { kernelSize, stride, padding, dilation, ceilMode } = window;
  checkRank(op, x);
  checkWhole(op, 'kernelSize', kernelSize, 1);
  checkWhole(op, 'stride', stride, 1);
  checkWhole(op, 'padding', padding, 0);
  checkWhole(op, 'dilation', dilation, 1);
  check(
    2 * padding <= kernelSize,
    () => `${op}: expected a padding of at most half the kernel ${kernelSize}, got ${padding}`,
  );
  check(
    poolWindows(x.shape[x.ndim - 1], dilation * (kernelSize - 1) + 1, stride, padding, ceilMode) >= 1,
    () => `${op}: expected an input of at least the kernel's size ${kernelSize}, got ${formatShape(x.shape)}`,
  );
}

function checkParts(op: string, x: Tensor, outputSize: number): void {
  checkRank(op, x);
  check(
    x.shape[x.ndim - 1] > 0,
    () => `${op}: expected an input of shape [N,C,L] or [C,L] that is not empty, got ${formatShape(x.shape)}`,
  );
  checkWhole(op, 'outputSize', outputSize, 0);
}
