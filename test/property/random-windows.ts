/** Random calls of the ops that slide a window over planes, or stretch and frame them. */
import fc from 'fast-check';
import { adaptiveAvgPool2d, avgPool2d } from '../../src/ops/avg-pool2d.js';
import { convTranspose2d } from '../../src/ops/conv-transpose2d.js';
import { conv2d } from '../../src/ops/conv2d.js';
import { interpolate, type InterpolateOptions } from '../../src/ops/interpolate.js';
import { maxPool2d } from '../../src/ops/max-pool2d.js';
import { pad, type PadOptions } from '../../src/ops/pad.js';
import { op, pairOf, size, type Call } from './random-call.js';

const window = { kernel: pairOf(size(4)), stride: pairOf(size(3)), dilation: pairOf(size(2)) };
const planes = { batch: size(2), height: size(13, 7), width: size(13, 7) };

const conv = op(
  'conv2d',
  fc.record({
    ...window,
    ...planes,
    kernel: fc.oneof(fc.constant([3, 3] as [number, number]), pairOf(size(4))),
    padding: pairOf(fc.nat(2)),
    groups: size(3),
    perGroup: fc.tuple(size(5), size(5)),
    bias: fc.boolean(),
  }),
  ({ batch, height, width, kernel, groups, perGroup: [inPer, outPer], bias }) => {
    const weight = [groups * outPer, inPer, ...kernel];
    return [[batch, groups * inPer, height, width], weight, ...(bias ? [[groups * outPer]] : [])];
  },
  ({ stride, padding, dilation, groups }, x, weight, bias) =>
    conv2d(x, weight, bias ?? null, { stride, padding, dilation, groups }),
);

const transposed = op(
  'convTranspose2d',
  fc.record({
    ...window,
    batch: size(2),
    hw: pairOf(size(5, 2)),
    padding: pairOf(fc.nat(1)),
    channels: pairOf(size(4)),
  }),
  ({ batch, hw, kernel, channels: [a, b] }) => [[batch, a, ...hw], [a, b, kernel[0] + 1, kernel[1] + 1], [b]],
  ({ stride, padding, dilation }, x, weight, bias) => convTranspose2d(x, weight, bias, { stride, padding, dilation }),
);

const pooling = op(
  'pool',
  fc.record({
    ...window,
    ...planes,
    average: fc.boolean(),
    ceilMode: fc.boolean(),
    pads: fc.boolean(),
    counts: fc.boolean(),
  }),
  ({ batch, height, width }) => [[batch, 2, height, width]],
  ({ average, kernel, stride, dilation, ceilMode, pads, counts }, x) => {
    const padding: [number, number] = pads ? [kernel[0] >> 1, kernel[1] >> 1] : [0, 0];
    if (average) return avgPool2d(x, kernel, { stride, padding, ceilMode, countIncludePad: counts });
    return maxPool2d(x, kernel, { stride, padding, ceilMode, dilation });
  },
);

const adaptive = op(
  'adaptiveAvgPool2d',
  fc.record({ ...planes, out: pairOf(size(9)) }),
  ({ batch, height, width }) => [[batch, 2, height, width]],
  ({ out }, x) => adaptiveAvgPool2d(x, out),
);

const interpolation = op(
  'interpolate',
  fc.record({
    hw: pairOf(size(8)),
    out: pairOf(size(11)),
    mode: fc.constantFrom<NonNullable<InterpolateOptions['mode']>[]>(
      'nearest',
      'bilinear',
      'nearest-exact',
      'bicubic',
      'area',
    ),
    align: fc.boolean(),
  }),
  ({ hw }) => [[1, 2, ...hw]],
  ({ out, mode, align }, x) =>
    interpolate(x, { size: out, mode, ...(mode === 'bilinear' || mode === 'bicubic' ? { alignCorners: align } : {}) }),
);

const padding = op(
  'pad',
  fc.record({
    own: fc.array(size(6, 3), { minLength: 4, maxLength: 4 }),
    amounts: fc.array(fc.integer({ min: -1, max: 2 }), { minLength: 4, maxLength: 4 }),
    mode: fc.constantFrom<NonNullable<PadOptions['mode']>[]>('constant', 'reflect', 'replicate', 'circular'),
    value: fc.integer({ min: -3, max: 3 }),
  }),
  ({ own }) => [own],
  ({ amounts, mode, value }, x) => {
    if (mode === 'constant') return pad(x, amounts, { mode, value });
    return pad(
      x,
      amounts.map((amount) => Math.max(0, amount)),
      { mode },
    );
  },
);

/** Calls of convolutions, pooling, interpolation and padding. */
export const windowCalls: readonly fc.Arbitrary<Call>[] = [
  conv,
  conv,
  transposed,
  pooling,
  adaptive,
  interpolation,
  padding,
];
