/**
 * The sizes of a convolution, checked: what conv1d, conv2d and convTranspose2d share.
 *
 * Along each axis, out = floor((size + 2 padding - dilation (kernel - 1) - 1) / stride) + 1. One-dimensional data are
 * taken as images of height 1.
 */
import { check } from '../errors.js';
import type { Conv2dDims } from '../tensor/backend.js';
import { formatShape, type Shape } from '../tensor/shape.js';
import type { Pair } from './pair.js';

/** The same on every side; 'valid' for none; 'same' for as many zeros as keep the size (with a stride of 1). */
export type Padding = Pair | 'same' | 'valid';

/** One number for each spatial axis. */
export interface ConvSteps {
  readonly stride: readonly number[];
  readonly padding: readonly number[];
  readonly dilation: readonly number[];
  readonly groups: number;
}

const letters = ['N,C,L', 'N,C,H,W'];

/** Checks that x is [N,C,..] or [C,..] and weight [a,b,..], with `axes` spatial axes each. */
export function checkConvRanks(op: string, axes: number, x: Shape, weight: Shape, weightForm: string): void {
  const form = letters[axes - 1];
  check(
    weight.length === axes + 2,
    () => `${op}: expected a weight of shape ${weightForm}, got ${formatShape(weight)}`,
  );
  check(
    x.length === axes + 2 || x.length === axes + 1,
    () => `${op}: expected an input of shape [${form}] or [${form.slice(2)}], got input ${formatShape(x)}`,
  );
}

/**
 * 'same' as zeros on both sides of each axis (`padding`) and more zeros at its end (`extra`: 1 where dilation * (kernel -
 * 1) is odd, as in PyTorch).
 */
export function samePadding(op: string, kernel: Shape, { stride, dilation }: Omit<ConvSteps, 'padding' | 'groups'>) {
  check(
    stride.every((step) => step === 1),
    () => `${op}: expected a stride of 1 with padding 'same', got ${stride.join(',')}`,
  );
  const total = kernel.map((size, i) => dilation[i] * (size - 1));
  return { padding: total.map((n) => Math.floor(n / 2)), extra: total.map((n) => n % 2) };
}

/** x [N,C,..], weight [O,C/groups,..], bias [O] or null -> the sizes that the kernels take */
export function convDims(op: string, x: Shape, weight: Shape, bias: Shape | null, steps: ConvSteps): Conv2dDims {
  const { stride, padding, dilation, groups } = steps;
  const [batch, inChannels, ...sizes] = x;
  const [outChannels, perGroup, ...kernel] = weight;
  const came = () => `got input ${formatShape(x)}`;
  check(
    Number.isInteger(groups) && groups >= 1 && outChannels % groups === 0,
    () => `${op}: expected groups to divide the ${outChannels} output channels, got groups ${groups}`,
  );
  check(
    inChannels === perGroup * groups,
    () => `${op}: expected ${perGroup * groups} input channels (weight ${formatShape(weight)}), ${came()}`,
  );
  checkConvBias(op, bias, outChannels);
  const out = sizes.map((size, i) => windows(size, kernel[i], stride[i], padding[i], dilation[i]));
  check(
    out.every((count) => count >= 1),
    () =>
      `${op}: expected an input of at least the kernel's size (${kernel.join('x')}, padding ${padding.join(',')}, ` +
      `dilation ${dilation.join(',')}), ${came()}`,
  );
  return kernelDims({ batch, inChannels, outChannels, groups }, sizes, out, kernel, steps);
}

export function checkConvBias(op: string, bias: Shape | null, channels: number): void {
  check(
    bias === null || (bias.length === 1 && bias[0] === channels),
    () => `${op}: expected a bias of shape [${channels}], got ${formatShape(bias ?? [])}`,
  );
}

/** Names for the numbers of one or two axes. */
export function kernelDims(
  counts: Pick<Conv2dDims, 'batch' | 'inChannels' | 'outChannels' | 'groups'>,
  sizes: Shape,
  out: Shape,
  kernel: Shape,
  { stride, padding, dilation }: Omit<ConvSteps, 'groups'>,
): Conv2dDims {
  const two = (values: Shape, missing: number): Shape => (values.length === 1 ? [missing, values[0]] : values);
  const [height, width] = two(sizes, 1);
  const [outHeight, outWidth] = two(out, 1);
  const [kernelHeight, kernelWidth] = two(kernel, 1);
  const [strideHeight, strideWidth] = two(stride, 1);
  const [padHeight, padWidth] = two(padding, 0);
  const [dilationHeight, dilationWidth] = two(dilation, 1);
  return {
    ...counts,
    ...{ height, width, outHeight, outWidth, kernelHeight, kernelWidth },
    ...{ strideHeight, strideWidth, padHeight, padWidth, dilationHeight, dilationWidth },
  };
}

function windows(size: number, kernel: number, stride: number, padding: number, dilation: number): number {
  return Math.floor((size + 2 * padding - dilation * (kernel - 1) - 1) / stride) + 1;
}
