/** Golden ops that move a window or resample: convolutions, pooling, interpolation, padding. */
import { adaptiveMaxPool2d } from '../../src/ops/adaptive-max-pool2d.js';
import { adaptiveAvgPool2d, avgPool2d } from '../../src/ops/avg-pool2d.js';
import { convTranspose2d } from '../../src/ops/conv-transpose2d.js';
import { conv1d, conv2d } from '../../src/ops/conv2d.js';
import { interpolate } from '../../src/ops/interpolate.js';
import { maxPool2d } from '../../src/ops/max-pool2d.js';
import { pad } from '../../src/ops/pad.js';
import { adaptiveAvgPool1d, adaptiveMaxPool1d, avgPool1d, maxPool1d } from '../../src/ops/pool1d.js';
import type { Args } from './args.js';
import { required, type GoldenOps } from './op-form.js';

/** [height, width] of an adaptive pooling's output; null keeps the input's. */
function outputSize(args: Args): readonly [number | null, number | null] {
  const [height, width = height] = required('output_size', args.sizes('output_size'));
  return [height, width];
}

/** 'same', 'valid', or what `numbers` reads. */
const padding = <T>(args: Args, numbers: () => T): T | 'same' | 'valid' =>
  typeof args.values.padding === 'string' ? args.text('padding', ['same', 'valid'], 'valid') : numbers();

/** An argument of an op over one dimension, where PyTorch takes n and [n]. */
const single = (args: Args, name: string): number | undefined => args.numbers(name, undefined)?.[0];

export const windowOps: GoldenOps = {
  conv2d: ([x, weight, bias], args) =>
    conv2d(x, weight, bias ?? null, {
      stride: args.pair('stride', [1, 1]),
      padding: padding(args, () => args.pair('padding', [0, 0])),
      dilation: args.pair('dilation', [1, 1]),
      groups: args.number('groups', 1),
    }),
  conv1d: ([x, weight, bias], args) =>
    conv1d(x, weight, bias ?? null, {
      stride: single(args, 'stride'),
      padding: padding(args, () => single(args, 'padding') ?? 0),
      dilation: single(args, 'dilation'),
      groups: args.number('groups', 1),
    }),
  conv_transpose2d: ([x, weight, bias], args) =>
    convTranspose2d(x, weight, bias ?? null, {
      stride: args.pair('stride', [1, 1]),
      padding: args.pair('padding', [0, 0]),
      outputPadding: args.pair('output_padding', [0, 0]),
      groups: args.number('groups', 1),
      dilation: args.pair('dilation', [1, 1]),
    }),

  max_pool2d: ([x], args) =>
    maxPool2d(x, required('kernel_size', args.pair('kernel_size', undefined)), {
      stride: args.pair('stride', undefined),
      padding: args.pair('padding', [0, 0]),
      dilation: args.pair('dilation', [1, 1]),
      ceilMode: args.flag('ceil_mode'),
    }),
  avg_pool2d: ([x], args) =>
    avgPool2d(x, required('kernel_size', args.pair('kernel_size', undefined)), {
      stride: args.pair('stride', undefined),
      padding: args.pair('padding', [0, 0]),
      ceilMode: args.flag('ceil_mode'),
      countIncludePad: args.flag('count_include_pad', true),
      divisorOverride: args.number('divisor_override', undefined),
    }),
  adaptive_avg_pool2d: ([x], args) => adaptiveAvgPool2d(x, outputSize(args)),
  adaptive_max_pool2d: ([x], args) => adaptiveMaxPool2d(x, outputSize(args)),

  max_pool1d: ([x], args) =>
    maxPool1d(x, required('kernel_size', single(args, 'kernel_size')), {
      stride: single(args, 'stride'),
      padding: single(args, 'padding'),
      dilation: single(args, 'dilation'),
      ceilMode: args.flag('ceil_mode'),
    }),
  avg_pool1d: ([x], args) =>
    avgPool1d(x, required('kernel_size', single(args, 'kernel_size')), {
      stride: single(args, 'stride'),
      padding: single(args, 'padding'),
      ceilMode: args.flag('ceil_mode'),
      countIncludePad: args.flag('count_include_pad', true),
    }),
  adaptive_avg_pool1d: ([x], args) => adaptiveAvgPool1d(x, required('output_size', single(args, 'output_size'))),
  adaptive_max_pool1d: ([x], args) => adaptiveMaxPool1d(x, required('output_size', single(args, 'output_size'))),

  interpolate: ([x], args) => {
    const [size, factor] = [args.numbers('size', undefined), args.numbers('scale_factor', undefined)];
    return interpolate(x, {
      size: size?.length === 1 ? size[0] : size,
      scaleFactor: factor?.length === 1 ? factor[0] : factor,
      mode: args.text('mode', ['nearest', 'nearest-exact', 'linear', 'bilinear', 'bicubic', 'area'], 'nearest'),
      alignCorners: args.flag('align_corners'),
      antialias: args.flag('antialias'),
    });
  },
  pad: ([x], args) =>
    pad(x, required('pad', args.numbers('pad', undefined)), {
      mode: args.text('mode', ['constant', 'reflect', 'replicate', 'circular'], 'constant'),
      value: args.number('value', 0),
    }),
};
