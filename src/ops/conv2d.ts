/**
 * Convolution over one or two dimensions (as in all of deep learning, a cross-correlation).
 *
 *     y[n,o,i,j] = b[o] + sum over c,u,v of w[o,c,u,v] x[n,c, i*stride + u*dilation - padding, j*stride + v*dilation - padding]
 *
 * The three kernels are the three faces of one trilinear form sum(g * conv(x, w)): each is the gradient of the other
 * two, which is all that second derivatives need.
 */
import { isGradEnabled } from '../autograd/grad-mode.js';
import { record } from '../autograd/record.js';
import { AutogradError } from '../errors.js';
import type { Conv2dDims } from '../tensor/backend.js';
import { checkTensors, commonBackend, Tensor } from '../tensor/tensor.js';
import { checkConvRanks, convDims, samePadding, type Padding } from './conv-dims.js';
import { pad } from './pad.js';
import { pair, type Pair } from './pair.js';
import { reshape } from './reshape.js';
import { sum } from './sum.js';

export interface Conv2dOptions {
  /** Step of the window; a number or [height, width]. Default: 1. */
  readonly stride?: Pair;
  /** Zeros around the input; 'same' keeps the size, 'valid' is 0. Default: 0. */
  readonly padding?: Padding;
  /** Distance between the taps of the window. Default: 1. */
  readonly dilation?: Pair;
  /** Independent groups of channels. Default: 1. */
  readonly groups?: number;
}

export interface Conv1dOptions {
  /** Default: 1. */
  readonly stride?: number;
  /** Zeros at both ends; 'same' keeps the length, 'valid' is 0. Default: 0. */
  readonly padding?: number | 'same' | 'valid';
  /** Default: 1. */
  readonly dilation?: number;
  /** Default: 1. */
  readonly groups?: number;
}

/**
 * x [N,C,H,W] or [C,H,W], weight [O,C/groups,kH,kW], bias [O] or null -> [N,O,oH,oW] or [O,oH,oW],
 * oH = floor((H + 2 padding - dilation (kH - 1) - 1) / stride) + 1
 */
export function conv2d(x: Tensor, weight: Tensor, bias: Tensor | null = null, options: Conv2dOptions = {}): Tensor {
  checkTensors('conv2d', [x, weight]);
  return images(x, weight, bias, options, convolve);
}

/**
 * relu(conv2d(..)) in one pass of the kernel, with the same numbers.
 * @throws AutogradError where gradients are recorded: there is no node for the two together
 */
export function conv2dRelu(x: Tensor, weight: Tensor, bias: Tensor | null = null, options: Conv2dOptions = {}): Tensor {
  if (isGradEnabled()) throw new AutogradError('conv2dRelu: expected to run inside noGrad, got gradients to record');
  return images(x, weight, bias, options, (images, kernel, bias, dims) =>
    convolve(images, kernel, bias, { ...dims, relu: true }),
  );
}

type Convolve = typeof convolve;

function images(x: Tensor, weight: Tensor, bias: Tensor | null, options: Conv2dOptions, run: Convolve): Tensor {
  checkConvRanks('conv2d', 2, x.shape, weight.shape, '[out,in/groups,kH,kW]');
  const stride = pair(options.stride ?? 1, 'conv2d: stride', 1);
  const dilation = pair(options.dilation ?? 1, 'conv2d: dilation', 1);
  const given = options.padding ?? 0;
  const steps = { stride, dilation, groups: options.groups ?? 1 };
  if (given === 'same') return same('conv2d', x, weight, bias, steps, run);
  const padding = pair(given === 'valid' ? 0 : given, 'conv2d: padding', 0);
  return batched('conv2d', x, weight, bias, { ...steps, padding }, run);
}

/**
 * x [N,C,L] or [C,L], weight [O,C/groups,K], bias [O] or null -> [N,O,oL] or [O,oL], by the same formula: a convolution
 * of images of height 1
 */
export function conv1d(x: Tensor, weight: Tensor, bias: Tensor | null = null, options: Conv1dOptions = {}): Tensor {
  checkTensors('conv1d', [x, weight]);
  checkConvRanks('conv1d', 1, x.shape, weight.shape, '[out,in/groups,K]');
  const [stride] = pair(options.stride ?? 1, 'conv1d: stride', 1);
  const [dilation] = pair(options.dilation ?? 1, 'conv1d: dilation', 1);
  const given = options.padding ?? 0;
  const steps = { stride: [stride], dilation: [dilation], groups: options.groups ?? 1 };
  if (given === 'same') return same('conv1d', x, weight, bias, steps);
  const [padding] = pair(given === 'valid' ? 0 : given, 'conv1d: padding', 0);
  return batched('conv1d', x, weight, bias, { ...steps, padding: [padding] });
}

type Steps = Parameters<typeof convDims>[4];

/** With zeros that keep the size. What is needed at the end only is put there beforehand. */
function same(
  op: string,
  x: Tensor,
  weight: Tensor,
  bias: Tensor | null,
  steps: Omit<Steps, 'padding'>,
  run: Convolve = convolve,
): Tensor {
  const { padding, extra } = samePadding(op, weight.shape.slice(2), steps);
  const amounts = [...extra].reverse().flatMap((after) => [0, after]);
  const padded = extra.includes(1) ? pad(x, amounts) : x;
  return batched(op, padded, weight, bias, { ...steps, padding }, run);
}

/** Makes a batch of one of an input without a batch, and an image of height 1 of a row. */
function batched(
  op: string,
  x: Tensor,
  weight: Tensor,
  bias: Tensor | null,
  steps: Steps,
  run: Convolve = convolve,
): Tensor {
  commonBackend(op, [x, weight, bias]);
  const single = x.ndim < weight.ndim;
  const dims = convDims(op, single ? [1, ...x.shape] : x.shape, weight.shape, bias?.shape ?? null, steps);
  const images = reshapeTo(x, inputShape(dims));
  const kernel = reshapeTo(weight, weightShape(dims));
  const out = run(images, kernel, bias, dims);
  return reshapeTo(out, [
    ...(single ? [] : [dims.batch]),
    dims.outChannels,
    ...(weight.ndim === 3 ? [] : [dims.outHeight]),
    dims.outWidth,
  ]);
}

/** x itself where it has as many dimensions already. */
function reshapeTo(x: Tensor, shape: readonly number[]): Tensor {
  return x.ndim === shape.length ? x : reshape(x, shape);
}

/** By checked dimensions; without a bias it is also what the gradients of the other two kernels need. */
function convolve(x: Tensor, weight: Tensor, bias: Tensor | null, dims: Conv2dDims): Tensor {
  const out = new Tensor(x.backend.conv2d(x.live(), weight.live(), bias?.live() ?? null, dims), outputShape(dims));
  return record(
    'Conv2d',
    out,
    [x, weight, bias],
    [x, weight],
    [
      (grad, _x, w) => conv2dGradInput(grad, w, dims),
      (grad, x) => gradWeight(grad, x, dims),
      (grad) => sum(grad, [0, 2, 3]),
    ],
  );
}

/** The gradient of conv2d's input by checked dimensions. g [N,O,oH,oW], w [O,C/groups,kH,kW] -> [N,C,H,W] */
export function conv2dGradInput(g: Tensor, w: Tensor, dims: Conv2dDims): Tensor {
  const backend = commonBackend('conv2dGradInput', [g, w]);
  const out = new Tensor(backend.conv2dGradInput(g.live(), w.live(), dims), inputShape(dims));
  return record(
    'Conv2dGradInput',
    out,
    [g, w],
    [g, w],
    [(grad, _g, w) => convolve(grad, w, null, dims), (grad, g) => gradWeight(g, grad, dims)],
  );
}

/** g [N,O,oH,oW], x [N,C,H,W] -> [O,C/groups,kH,kW] */
function gradWeight(g: Tensor, x: Tensor, dims: Conv2dDims): Tensor {
  const out = new Tensor(g.backend.conv2dGradWeight(g.live(), x.live(), dims), weightShape(dims));
  return record(
    'Conv2dGradWeight',
    out,
    [g, x],
    [g, x],
    [(grad, _g, x) => convolve(x, grad, null, dims), (grad, g) => conv2dGradInput(g, grad, dims)],
  );
}

const inputShape = (d: Conv2dDims) => [d.batch, d.inChannels, d.height, d.width];
const weightShape = (d: Conv2dDims) => [d.outChannels, d.inChannels / d.groups, d.kernelHeight, d.kernelWidth];
const outputShape = (d: Conv2dDims) => [d.batch, d.outChannels, d.outHeight, d.outWidth];
