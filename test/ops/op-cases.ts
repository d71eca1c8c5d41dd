/**
 * One row for every exported op: inputs and arguments at which its gradient is checked against finite differences.
 *
 * Inputs are kept away from kinks (relu at 0, the ends of clamp) and from ties (amax, maximum, pooling), where a
 * function has no derivative. A test fails for an exported function of src/ops without a row, unless `withoutGradient`
 * says why.
 */
import { amax } from '../../src/ops/amax.js';
import { add, div, mul, sub } from '../../src/ops/arithmetic.js';
import { batchNorm } from '../../src/ops/batch-norm.js';
import { cat, stack } from '../../src/ops/cat.js';
import { clone } from '../../src/ops/clone.js';
import { dropout } from '../../src/ops/dropout.js';
import { expand } from '../../src/ops/expand.js';
import { linear } from '../../src/ops/linear.js';
import { matmul } from '../../src/ops/matmul.js';
import { maximum, minimum } from '../../src/ops/maximum.js';
import { at, narrow, select } from '../../src/ops/narrow.js';
import { permute, transpose } from '../../src/ops/permute.js';
import { relu, reluGrad } from '../../src/ops/relu.js';
import { flatten, reshape, squeeze, unsqueeze, view } from '../../src/ops/reshape.js';
import { logSoftmax, softmax } from '../../src/ops/softmax.js';
import { sumTo } from '../../src/ops/sum-to.js';
import { mean, sum } from '../../src/ops/sum.js';
import { abs, affine, exp, log, neg, reciprocal, rsqrt, sigmoid, sqrt, tanh } from '../../src/ops/unary.js';
import { std, variance } from '../../src/ops/variance.js';
import { RandomGenerator } from '../../src/tensor/random.js';
import { activationCases } from './activation-cases.js';
import { argumentCases } from './argument-cases.js';
import { binary, one, onPositive, positive, reduction, spread, two, type OpCase } from './case-inputs.js';
import { indexingCases, withoutGradientIndexing } from './indexing-cases.js';
import { lossCases } from './loss-cases.js';
import { normCases } from './norm-cases.js';
import { windowCases } from './window-cases.js';

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
  batchNorm: [
    {
      inputs: () => [spread(3, 2, 2), spread(2), positive(2)],
      run: (x, bias, weight) => batchNorm(x, null, null, weight, bias, { training: true }),
    },
    one([4, 3], (x) => batchNorm(x, null, null, null, null, { training: true, eps: 0.1 })),
    {
      inputs: () => [spread(2, 2, 2, 1), spread(2), positive(2)],
      run: (x, weight, bias) => batchNorm(x, spread(2), positive(2), weight, bias),
    },
  ],
  dropout: [
    one([3, 4], (x) => dropout(x, 0.4, true, new RandomGenerator(5))),
    one([3, 4], (x) => dropout(x, 0.4, false)),
    one([3, 4], (x) => dropout(x, 1)),
  ],
  ...activationCases,
  ...argumentCases,
  ...indexingCases,
  ...lossCases,
  ...normCases,
  ...windowCases,
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
  randint: fresh,
  randperm: fresh,
  randLike: fresh,
  randnLike: fresh,
  fullLike: fresh,
  linspace: fresh,
  eye: fresh,
  ...withoutGradientIndexing,
  eq: constant,
  ne: constant,
  lt: constant,
  le: constant,
  gt: constant,
  ge: constant,
  unaryKernel: helper,
  binaryKernel: helper,
  reduceKernel: helper,
  reducedShape: helper,
  makeBand: helper,
  transposeBand: helper,
  pointwise: helper,
  softplusRest: helper,
  reduceLoss: helper,
  checkPair: helper,
  checkBroadcastPair: helper,
  checkOperand: helper,
  asTensor: helper,
  checkLossWeight: helper,
  checkPerChannel: helper,
  pair: helper,
  partRow: helper,
  resampleBand: helper,
  checkConvRanks: helper,
  checkConvBias: helper,
  convDims: helper,
  kernelDims: helper,
  samePadding: helper,
  classDim: helper,
  placesOf: helper,
  oneHotLike: helper,
  placeWeights: helper,
  perClass: helper,
  poolWindows: helper,
  conv2dRelu: 'it refuses to be recorded; test/ops/conv2d-relu.test.ts compares it with relu(conv2d(..))',
  channelMoments: 'it computes outside of any graph; standardize lets the gradient flow through the moments',
  assign: 'it changes a tensor in place, outside of any graph',
  to: 'it makes a leaf on another backend',
};
