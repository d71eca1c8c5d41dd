/**
 * Two-dimensional convolution (as in all of deep learning, a cross-correlation).
 *
 *     y[n,o,i,j] = b[o] + sum over c,u,v of w[o,c,u,v] x[n,c, i*stride + u*dilation - padding, j*stride + v*dilation - padding]
 *
 * The three kernels are the three faces of one trilinear form sum(g * conv(x, w)): each is the gradient of the other
 * two, which is all that second derivatives need.
 */
import { record } from '../autograd/record.js';
import { check } from '../errors.js';
import type { Conv2dDims } from '../tensor/backend.js';
import { formatShape } from '../tensor/shape.js';
import { commonBackend, Tensor } from '../tensor/tensor.js';
import { pair, type Pair } from './pair.js';
import { sum } from './sum.js';

export interface Conv2dOptions {
  /** Step of the window; a number or [height, width]. Default: 1. */
  readonly stride?: Pair;
  /** Zeros around the input. Default: 0. */
  readonly padding?: Pair;
  /** Distance between the taps of the window. Default: 1. */
  readonly dilation?: Pair;
  /** Independent groups of channels. Default: 1. */
  readonly groups?: number;
}

/**
 * x [N,C,H,W], weight [O,C/groups,kH,kW], bias [O] or null -> [N,O,oH,oW],
 * oH = floor((H + 2 padding - dilation (kH - 1) - 1) / stride) + 1
 */
export function conv2d(x: Tensor, weight: Tensor, bias: Tensor | null = null, options: Conv2dOptions = {}): Tensor {
  return convolve(x, weight, bias, conv2dDims(x, weight, bias, options));
}

/** By checked dimensions; without a bias it is also what the gradients of the other two kernels need. */
function convolve(x: Tensor, weight: Tensor, bias: Tensor | null, dims: Conv2dDims): Tensor {
  const backend = commonBackend('conv2d', [x, weight, bias]);
  const out = new Tensor(backend.conv2d(x.live(), weight.live(), bias?.live() ?? null, dims), outputShape(dims));
  return record(
    'Conv2d',
    out,
    [x, weight, bias],
    [x, weight],
    [(grad, _x, w) => gradInput(grad, w, dims), (grad, x) => gradWeight(grad, x, dims), (grad) => sum(grad, [0, 2, 3])],
  );
}

/** g [N,O,oH,oW], w -> [N,C,H,W] */
function gradInput(g: Tensor, w: Tensor, dims: Conv2dDims): Tensor {
  const out = new Tensor(g.backend.conv2dGradInput(g.live(), w.live(), dims), inputShape(dims));
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
    [(grad, _g, x) => convolve(x, grad, null, dims), (grad, g) => gradInput(g, grad, dims)],
  );
}

const inputShape = (d: Conv2dDims) => [d.batch, d.inChannels, d.height, d.width];
const weightShape = (d: Conv2dDims) => [d.outChannels, d.inChannels / d.groups, d.kernelHeight, d.kernelWidth];
const outputShape = (d: Conv2dDims) => [d.batch, d.outChannels, d.outHeight, d.outWidth];

function conv2dDims(x: Tensor, weight: Tensor, bias: Tensor | null, options: Conv2dOptions): Conv2dDims {
  const [strideHeight, strideWidth] = pair(options.stride ?? 1, 'conv2d: stride', 1);
  const [padHeight, padWidth] = pair(options.padding ?? 0, 'conv2d: padding', 0);
  const [dilationHeight, dilationWidth] = pair(options.dilation ?? 1, 'conv2d: dilation', 1);
  const groups = options.groups ?? 1;
  const came = () => `got input ${formatShape(x.shape)}`;
  check(
    weight.ndim === 4,
    () => `conv2d: expected a weight of shape [out,in/groups,kH,kW], got ${formatShape(weight.shape)}`,
  );
  check(
    x.ndim === 4,
    () => `conv2d: expected an input of shape [N,C,H,W], ${came()}; unsqueeze(0) makes a batch of one`,
  );
  const [batch, inChannels, height, width] = x.shape;
  const [outChannels, perGroup, kernelHeight, kernelWidth] = weight.shape;
  check(
    Number.isInteger(groups) && groups >= 1 && outChannels % groups === 0,
    () => `conv2d: expected groups to divide the ${outChannels} output channels, got groups ${groups}`,
  );
  check(
    inChannels === perGroup * groups,
    () => `conv2d: expected ${perGroup * groups} input channels (weight ${formatShape(weight.shape)}), ${came()}`,
  );
  check(
    bias === null || (bias.ndim === 1 && bias.shape[0] === outChannels),
    () => `conv2d: expected a bias of shape [${outChannels}], got ${formatShape(bias?.shape ?? [])}`,
  );
  const outHeight = windows(height, kernelHeight, strideHeight, padHeight, dilationHeight);
  const outWidth = windows(width, kernelWidth, strideWidth, padWidth, dilationWidth);
  check(
    outHeight >= 1 && outWidth >= 1,
    () =>
      `conv2d: expected an input of at least the kernel's size (${kernelHeight}x${kernelWidth}, padding ${padHeight},${padWidth}, ` +
      `dilation ${dilationHeight},${dilationWidth}), ${came()}`,
  );
  return {
    ...{ batch, inChannels, height, width, outChannels, outHeight, outWidth, kernelHeight, kernelWidth },
    ...{ strideHeight, strideWidth, padHeight, padWidth, dilationHeight, dilationWidth, groups },
  };
}

function windows(size: number, kernel: number, stride: number, padding: number, dilation: number): number {
  return Math.floor((size + 2 * padding - dilation * (kernel - 1) - 1) / stride) + 1;
}
