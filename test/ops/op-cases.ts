/**
 * One row for every exported op: inputs and arguments at which its gradient is checked against finite differences.
 *
 * Inputs are kept away from kinks (relu at 0, the ends of clamp) and from ties (amax, maximum, pooling), where a
 * function has no derivative. A test fails for an exported function of src/ops without a row, unless `withoutGradient`
 * says why.
 */
import { adaptiveAvgPool2d, avgPool2d } from '../../src/ops/avg-pool2d.js';
import { amax } from '../../src/ops/amax.js';
import { add, div, mul, sub } from '../../src/ops/arithmetic.js';
import { applyBand, applyBands, makeBand } from '../../src/ops/band.js';
import { batchNorm } from '../../src/ops/batch-norm.js';
import { cat, stack } from '../../src/ops/cat.js';
import { clone } from '../../src/ops/clone.js';
import { conv2d } from '../../src/ops/conv2d.js';
import { fromHost, tensor } from '../../src/ops/creation.js';
import { crossEntropy, nllLoss } from '../../src/ops/cross-entropy.js';
import { dropout } from '../../src/ops/dropout.js';
import { expand } from '../../src/ops/expand.js';
import { interpolate } from '../../src/ops/interpolate.js';
import { linear } from '../../src/ops/linear.js';
import { matmul } from '../../src/ops/matmul.js';
import { maxPool2d } from '../../src/ops/max-pool2d.js';
import { maximum, minimum } from '../../src/ops/maximum.js';
import { at, narrow, select } from '../../src/ops/narrow.js';
import { pad, padAxis } from '../../src/ops/pad.js';
import { permute, transpose } from '../../src/ops/permute.js';
import { relu, reluGrad } from '../../src/ops/relu.js';
import { flatten, reshape, squeeze, unsqueeze, view } from '../../src/ops/reshape.js';
import { logSoftmax, softmax } from '../../src/ops/softmax.js';
import { sumTo } from '../../src/ops/sum-to.js';
import { mean, sum } from '../../src/ops/sum.js';
import { abs, affine, clamp, exp, log, neg, pow, reciprocal, rsqrt, sigmoid, sqrt, tanh } from '../../src/ops/unary.js';
import { std, variance } from '../../src/ops/variance.js';
import { RandomGenerator } from '../../src/tensor/random.js';
import { numel, type Shape } from '../../src/tensor/shape.js';
import type { Tensor } from '../../src/tensor/tensor.js';

export interface OpCase {
  /** The inputs, all of which require a gradient. Called with the backend active. */
  readonly inputs: () => Tensor[];
  readonly run: (...inputs: Tensor[]) => Tensor;
}

/** Distinct numbers between -2 and 2, at least 4 / (2 n) apart and from 0, in an order that looks random. */
export function spread(...shape: number[]): Tensor {
  const n = numel(shape);
  const order = new RandomGenerator(n).permutation(n);
  return fromHost(shape, (host) => host.forEach((_, i) => (host[i] = -2 + (4 * (order[i] + 0.5)) / n + 1 / (3 * n))));
}

/** Numbers between 0.5 and 2.5. */
const positive = (...shape: number[]): Tensor => affine(spread(...shape), 0.5, 1.5).detach();

const one = (shape: Shape, run: (x: Tensor) => Tensor): OpCase => ({ inputs: () => [spread(...shape)], run });
const onPositive = (run: (x: Tensor) => Tensor): OpCase => ({ inputs: () => [positive(2, 3)], run });
const two = (a: Shape, b: Shape, run: (a: Tensor, b: Tensor) => Tensor): OpCase => ({
  inputs: () => [spread(...a), affine(spread(...b), 0.7, 0.1).detach()],
  run,
});
const binary = (run: (a: Tensor, b: Tensor) => Tensor): OpCase[] => [
  two([2, 3], [2, 3], run),
  two([2, 1, 3], [4, 1], run),
  two([2, 3], [], run),
];
const reduction = (run: (x: Tensor, dims?: number | number[], keepdim?: boolean) => Tensor): OpCase[] => [
  one([2, 3, 2], (x) => run(x)),
  one([2, 3, 2], (x) => run(x, 1)),
  one([2, 3, 2], (x) => run(x, [0, -1], true)),
  one([], (x) => run(x)),
];
const conv = (x: Shape, weight: Shape, options: Parameters<typeof conv2d>[3]): OpCase => ({
  inputs: () => [spread(...x), spread(...weight), spread(weight[0])],
  run: (input, w, bias) => conv2d(input, w, bias, options),
});
const matrix = makeBand(
  [
    { start: 0, weights: [1, 2] },
    { start: 1, weights: [-1, 0.5, 3] },
  ],
  4,
);

export const opCases: Readonly<Record<string, readonly OpCase[]>> = {
  add: [
    ...binary((a, b) => add(a, b)),
    two([3], [3], (a, b) => add(a, b, -2.5)),
    one([3], (x) => add(x, 2)),
    one([3], (x) => add(2, x, 3)),
  ],
  sub: [
    ...binary((a, b) => sub(a, b)),
    two([3], [3], (a, b) => sub(a, b, -2.5)),
    one([3], (x) => sub(x, 2)),
    one([3], (x) => sub(2, x)),
  ],
  mul: [...binary(mul), one([3], (x) => mul(x, -3)), one([3], (x) => mul(x, x)), one([3], (x) => mul(4, x))],
  div: [...binary(div), one([3], (x) => div(x, -3)), one([3], (x) => div(4, x))],
  maximum: binary(maximum),
  minimum: binary(minimum),

  neg: [one([2, 3], neg)],
  abs: [one([2, 3], abs)],
  exp: [one([2, 3], exp)],
  log: [onPositive(log)],
  sqrt: [onPositive(sqrt)],
  rsqrt: [onPositive(rsqrt)],
  reciprocal: [onPositive(reciprocal)],
  sigmoid: [one([2, 3], sigmoid)],
  tanh: [one([2, 3], tanh)],
  relu: [one([3, 4], relu)],
  reluGrad: [one([3, 4], (g) => reluGrad(g, spread(3, 4)))],
  affine: [one([2, 3], (x) => affine(x, -1.5, 0.25))],
  pow: [
    one([2, 3], (x) => pow(x, 3)),
    one([2, 3], (x) => pow(x, 2)),
    one([2, 3], (x) => pow(x, 1)),
    one([2, 3], (x) => pow(x, 0)),
    onPositive((x) => pow(x, -1.5)),
  ],
  clamp: [
    one([3, 4], (x) => clamp(x, -1, 1.2)),
    one([3, 4], (x) => clamp(x, 0)),
    one([3, 4], (x) => clamp(x, undefined, 0)),
  ],

  sum: reduction(sum),
  mean: reduction(mean),
  amax: reduction(amax),
  variance: [
    one([2, 3, 2], (x) => variance(x)),
    one([2, 3, 2], (x) => variance(x, [0, 2], { correction: 0, keepdim: true })),
    one([2, 3], (x) => variance(x, -1)),
  ],
  std: [one([2, 3, 2], (x) => std(x)), one([2, 3, 2], (x) => std(x, [0, 2], { correction: 0, keepdim: true }))],
  softmax: [one([2, 4], (x) => softmax(x, 1)), one([2, 3, 2], (x) => softmax(x, -2)), one([], (x) => softmax(x, 0))],
  logSoftmax: [one([2, 4], (x) => logSoftmax(x, 1)), one([2, 3, 2], (x) => logSoftmax(x, 0))],
  crossEntropy: [
    one([3, 4], (x) => crossEntropy(x, [0, 3, 1])),
    one([3, 4], (x) => crossEntropy(x, [0, 3, 1], { reduction: 'sum', labelSmoothing: 0.2 })),
    one([3, 4], (x) => crossEntropy(x, tensor([0, 3, 1]), { reduction: 'none' })),
  ],
  nllLoss: [
    one([3, 4], (x) => nllLoss(x, [0, 3, 1])),
    one([3, 4], (x) => nllLoss(x, [2, 2, 2], { reduction: 'none' })),
  ],

  reshape: [one([2, 6], (x) => mul(reshape(x, [3, -1]), spread(3, 4)))],
  view: [one([2, 6], (x) => mul(view(x, [4, 3]), spread(4, 3)))],
  flatten: [one([2, 3, 2], (x) => mul(flatten(x, 1), spread(2, 6))), one([], (x) => flatten(x))],
  squeeze: [one([2, 1, 3], (x) => mul(squeeze(x, 1), spread(2, 3))), one([1, 3, 1], (x) => mul(squeeze(x), spread(3)))],
  unsqueeze: [one([2, 3], (x) => mul(unsqueeze(x, -1), spread(2, 3, 1)))],
  expand: [one([3, 1], (x) => mul(expand(x, [2, -1, 4]), spread(2, 3, 4)))],
  permute: [one([2, 3, 4], (x) => mul(permute(x, [2, 0, -2]), spread(4, 2, 3)))],
  transpose: [one([2, 3, 4], (x) => mul(transpose(x, 0, -1), spread(4, 3, 2)))],
  clone: [one([2, 3], (x) => mul(clone(x), spread(2, 3)))],
  narrow: [one([2, 5], (x) => mul(narrow(x, 1, 1, 3), spread(2, 3))), one([4, 2], (x) => narrow(x, 0, -2, 2))],
  select: [one([2, 3, 2], (x) => mul(select(x, 1, -1), spread(2, 2)))],
  at: [one([2, 3, 2], (x) => at(x, 1, -2)), one([2, 3], (x) => at(x, 0, 1))],
  cat: [two([2, 3], [2, 1], (a, b) => mul(cat([a, b, a], 1), spread(2, 7)))],
  stack: [two([2, 3], [2, 3], (a, b) => mul(stack([a, b], -1), spread(2, 3, 2)))],
  pad: [one([2, 3], (x) => mul(pad(x, [1, 2, 0, 1], 5), spread(3, 6))), one([4, 4], (x) => pad(x, [-1, 1, 2, -1]))],
  padAxis: [one([2, 3], (x) => mul(padAxis(x, 0, 1, 2, 5), spread(5, 3)))],
  sumTo: [one([2, 3, 4], (x) => mul(sumTo(x, [3, 1]), spread(3, 1)))],

  linear: [
    { inputs: () => [spread(2, 4), spread(3, 4), spread(3)], run: linear },
    two([2, 2, 3], [4, 3], (x, weight) => linear(x, weight)),
    two([3], [2, 3], (x, weight) => linear(x, weight)),
  ],
  matmul: [
    two([2, 3], [3, 4], matmul),
    two([2, 1, 2, 3], [2, 3, 2], matmul),
    two([2, 2, 3], [3, 2], matmul),
    two([3], [3], matmul),
    two([3], [2, 3, 2], matmul),
    two([2, 2, 3], [3], matmul),
  ],
  conv2d: [
    conv([2, 2, 4, 5], [3, 2, 3, 3], { padding: 1 }),
    conv([1, 2, 6, 5], [2, 2, 2, 3], { stride: [2, 1], padding: [0, 1], dilation: [2, 1] }),
    conv([1, 4, 3, 3], [4, 2, 2, 2], { groups: 2 }),
    two([1, 2, 3, 3], [2, 2, 1, 1], (x, weight) => conv2d(x, weight, null, { stride: 2 })),
  ],
  maxPool2d: [
    one([2, 4, 5], (x) => maxPool2d(x, 2)),
    one([1, 2, 5, 4], (x) => maxPool2d(x, 3, { stride: [1, 2], padding: 1, ceilMode: true })),
    one([1, 5, 5], (x) => maxPool2d(x, 2, { stride: 1, dilation: 2 })),
  ],
  avgPool2d: [
    one([2, 4, 5], (x) => avgPool2d(x, 2)),
    one([1, 2, 5, 4], (x) => avgPool2d(x, 3, { stride: [1, 2], padding: 1, ceilMode: true })),
    one([1, 2, 5, 4], (x) => avgPool2d(x, [2, 3], { padding: 1, countIncludePad: false })),
  ],
  adaptiveAvgPool2d: [
    one([1, 2, 5, 4], (x) => adaptiveAvgPool2d(x, [2, 3])),
    one([2, 2, 3], (x) => adaptiveAvgPool2d(x, [null, 5])),
  ],
  interpolate: [
    one([1, 2, 3, 2], (x) => interpolate(x, { size: [5, 3], mode: 'bilinear' })),
    one([1, 1, 4, 5], (x) => interpolate(x, { size: [2, 3], mode: 'bilinear', alignCorners: true })),
    one([1, 2, 3, 2], (x) => interpolate(x, { scaleFactor: 2 })),
  ],
  applyBand: [one([2, 4, 2], (x) => applyBand('Band', x, matrix, 1))],
  applyBands: [one([2, 4, 4], (x) => applyBands('Bands', x, matrix, matrix))],

  batchNorm: [
    {
      inputs: () => [spread(3, 2, 2), spread(2), positive(2)],
      run: (x, bias, weight) => batchNorm(x, null, null, weight, bias, { training: true }),
    },
    one([4, 3], (x) => batchNorm(x, null, null, null, null, { training: true, eps: 0.1 })),
    {
      inputs: () => [spread(2, 2, 2, 1), spread(2), positive(2), spread(2), positive(2)],
      run: (x, average, spreadOf, weight, bias) => batchNorm(x, average, spreadOf, weight, bias),
    },
  ],
  dropout: [
    one([3, 4], (x) => dropout(x, 0.4, true, new RandomGenerator(5))),
    one([3, 4], (x) => dropout(x, 0.4, false)),
    one([3, 4], (x) => dropout(x, 1)),
  ],
};

const fresh = 'it makes a new tensor from numbers';
const constant = 'its gradient is 0 wherever it has one, and no graph is recorded';
const helper = 'it is a part of ops that have rows, and records nothing itself';

/** Exported functions without a gradient to check, and why. */
export const withoutGradient: Readonly<Record<string, string>> = {
  tensor: fresh,
  fromHost: fresh,
  full: fresh,
  zeros: fresh,
  ones: fresh,
  zerosLike: fresh,
  onesLike: fresh,
  arange: fresh,
  rand: fresh,
  randn: fresh,
  eq: constant,
  ne: constant,
  lt: constant,
  le: constant,
  gt: constant,
  ge: constant,
  sign: constant,
  unaryKernel: helper,
  binaryKernel: helper,
  reduceKernel: helper,
  reducedShape: helper,
  makeBand: helper,
  transposeBand: helper,
  pair: helper,
  poolWindows: helper,
  assign: 'it changes a tensor in place, outside of any graph',
  to: 'it makes a leaf on another backend',
};
