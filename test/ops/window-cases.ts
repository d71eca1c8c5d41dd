/** Rows of op-cases.ts for the ops that move a window, resample or pad. */
import { adaptiveMaxPool2d } from '../../src/ops/adaptive-max-pool2d.js';
import { mul } from '../../src/ops/arithmetic.js';
import { adaptiveAvgPool2d, avgPool2d } from '../../src/ops/avg-pool2d.js';
import { applyBand, applyBands, makeBand } from '../../src/ops/band.js';
import { kernelDims } from '../../src/ops/conv-dims.js';
import { convTranspose2d } from '../../src/ops/conv-transpose2d.js';
import { conv1d, conv2d, conv2dGradInput } from '../../src/ops/conv2d.js';
import { interpolate } from '../../src/ops/interpolate.js';
import { maxPool2d, maxPool2dWithIndices } from '../../src/ops/max-pool2d.js';
import { padWithOwn } from '../../src/ops/pad-modes.js';
import { pad, padAxis } from '../../src/ops/pad.js';
import { adaptiveAvgPool1d, adaptiveMaxPool1d, avgPool1d, maxPool1d } from '../../src/ops/pool1d.js';
import type { Shape } from '../../src/tensor/shape.js';
import { one, spread, two, type OpCase } from './case-inputs.js';

const conv = (x: Shape, weight: Shape, options: Parameters<typeof conv2d>[3]): OpCase => ({
  inputs: () => [spread(...x), spread(...weight), spread(weight[0])],
  run: (input, w, bias) => conv2d(input, w, bias, options),
});
const transposed = (x: Shape, weight: Shape, options: Parameters<typeof convTranspose2d>[3] = {}): OpCase => ({
  inputs: () => [spread(...x), spread(...weight), spread(weight[1] * (options.groups ?? 1))],
  run: (input, w, bias) => convTranspose2d(input, w, bias, options),
});
const matrix = makeBand(
  [
    { start: 0, weights: [1, 2] },
    { start: 1, weights: [-1, 0.5, 3] },
  ],
  4,
);

export const windowCases: Readonly<Record<string, readonly OpCase[]>> = {
  conv2d: [
    conv([2, 2, 4, 5], [3, 2, 3, 3], { padding: 1 }),
    conv([1, 2, 6, 5], [2, 2, 2, 3], { stride: [2, 1], padding: [0, 1], dilation: [2, 1] }),
    conv([1, 4, 3, 3], [4, 2, 2, 2], { groups: 2 }),
    conv([1, 2, 3, 4], [2, 2, 2, 3], { padding: 'same' }),
    conv([2, 3, 4], [2, 2, 2, 2], { padding: 'valid', stride: 2 }),
    two([1, 2, 3, 3], [2, 2, 1, 1], (x, weight) => conv2d(x, weight, null, { stride: 2 })),
  ],
  conv1d: [
    { inputs: () => [spread(2, 2, 5), spread(3, 2, 3), spread(3)], run: (x, w, b) => conv1d(x, w, b, { stride: 2 }) },
    two([2, 5], [3, 2, 2], (x, weight) => conv1d(x, weight, null, { padding: 'same', dilation: 3 })),
    two([1, 4, 4], [2, 2, 2], (x, weight) => conv1d(x, weight, null, { padding: 1, groups: 2 })),
  ],
  convTranspose2d: [
    transposed([2, 2, 2, 3], [2, 3, 3, 2], { stride: 2, padding: 1 }),
    transposed([1, 4, 2, 2], [4, 1, 2, 3], { groups: 2, stride: [3, 1], outputPadding: [2, 0], dilation: [1, 2] }),
    transposed([2, 2, 3], [2, 2, 2, 2]),
    two([1, 2, 2, 2], [2, 1, 2, 2], (x, weight) => convTranspose2d(x, weight, null, { dilation: 3, outputPadding: 2 })),
  ],
  conv2dGradInput: [
    two([1, 2, 2, 2], [2, 2, 2, 2], (g, weight) => {
      const steps = { stride: [1, 1], padding: [0, 0], dilation: [1, 1] };
      const counts = { batch: 1, inChannels: 2, outChannels: 2, groups: 1 };
      return conv2dGradInput(g, weight, kernelDims(counts, [3, 3], [2, 2], [2, 2], steps));
    }),
  ],

  maxPool2d: [
    one([2, 4, 5], (x) => maxPool2d(x, 2)),
    one([1, 2, 5, 4], (x) => maxPool2d(x, 3, { stride: [1, 2], padding: 1, ceilMode: true })),
    one([1, 5, 5], (x) => maxPool2d(x, 2, { stride: 1, dilation: 2 })),
  ],
  maxPool2dWithIndices: [one([2, 4, 5], (x) => maxPool2dWithIndices(x, 2, { stride: 1 }).values)],
  avgPool2d: [
    one([2, 4, 5], (x) => avgPool2d(x, 2)),
    one([1, 2, 5, 4], (x) => avgPool2d(x, 3, { stride: [1, 2], padding: 1, ceilMode: true })),
    one([1, 2, 5, 4], (x) => avgPool2d(x, [2, 3], { padding: 1, countIncludePad: false })),
    one([1, 2, 5, 4], (x) => avgPool2d(x, [2, 3], { padding: 1, divisorOverride: 4 })),
  ],
  adaptiveAvgPool2d: [
    one([1, 2, 5, 4], (x) => adaptiveAvgPool2d(x, [2, 3])),
    one([2, 2, 3], (x) => adaptiveAvgPool2d(x, [null, 5])),
    one([2, 2, 3], (x) => adaptiveAvgPool2d(x, 1)),
    one([2, 1, 3, 2], (x) => adaptiveAvgPool2d(x, [1, 1])),
  ],
  adaptiveMaxPool2d: [
    one([1, 2, 5, 4], (x) => adaptiveMaxPool2d(x, [2, 3])),
    one([2, 4, 4], (x) => adaptiveMaxPool2d(x, 2)),
    one([2, 2, 3], (x) => adaptiveMaxPool2d(x, [null, 5])),
  ],
  maxPool1d: [one([1, 2, 7], (x) => maxPool1d(x, 3, { stride: 2, padding: 1, ceilMode: true }))],
  avgPool1d: [one([2, 7], (x) => avgPool1d(x, 3, { padding: 1, countIncludePad: false }))],
  adaptiveAvgPool1d: [one([1, 2, 5], (x) => adaptiveAvgPool1d(x, 3))],
  adaptiveMaxPool1d: [one([2, 5], (x) => adaptiveMaxPool1d(x, 3))],

  interpolate: [
    one([1, 2, 3, 2], (x) => interpolate(x, { size: [5, 3], mode: 'bilinear' })),
    one([1, 1, 4, 5], (x) => interpolate(x, { size: [2, 3], mode: 'bilinear', alignCorners: true })),
    one([1, 2, 3, 2], (x) => interpolate(x, { scaleFactor: 2 })),
    one([1, 2, 3, 2], (x) => interpolate(x, { scaleFactor: [0.7, 1.8], mode: 'nearest-exact' })),
    one([1, 1, 3, 4], (x) => interpolate(x, { size: [5, 2], mode: 'bicubic' })),
    one([1, 1, 5, 6], (x) => interpolate(x, { size: [2, 7], mode: 'bicubic', antialias: true })),
    one([1, 1, 5, 6], (x) => interpolate(x, { size: [2, 4], mode: 'area' })),
    one([1, 2, 4], (x) => interpolate(x, { size: 7, mode: 'linear' })),
  ],
  applyBand: [one([2, 4, 2], (x) => applyBand('Band', x, matrix, 1))],
  applyBands: [one([2, 4, 4], (x) => applyBands('Bands', x, matrix, matrix))],

  pad: [
    one([2, 3], (x) => mul(pad(x, [1, 2, 0, 1], 5), spread(3, 6))),
    one([4, 4], (x) => pad(x, [-1, 1, 2, -1])),
    one([3, 4], (x) => mul(pad(x, [2, 3, 1, 0], { mode: 'reflect' }), spread(4, 9))),
    one([3, 4], (x) => mul(pad(x, [-1, 3, 1, 2], { mode: 'replicate' }), spread(6, 6))),
    one([3, 4], (x) => mul(pad(x, [1, 4, 1, -1], { mode: 'circular' }), spread(3, 9))),
  ],
  padAxis: [one([2, 3], (x) => mul(padAxis(x, 0, 1, 2, 5), spread(5, 3)))],
  padWithOwn: [one([2, 3], (x) => mul(padWithOwn(x, 1, 2, 2, 'reflect'), spread(2, 7)))],
};
