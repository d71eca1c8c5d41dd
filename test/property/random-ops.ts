/** Random calls of the library's ops. */
import fc from 'fast-check';
import { amax, amin } from '../../src/ops/amax.js';
import { batchNorm } from '../../src/ops/batch-norm.js';
import { cat } from '../../src/ops/cat.js';
import { tensor } from '../../src/ops/creation.js';
import { crossEntropy } from '../../src/ops/cross-entropy.js';
import { celu, elu, selu } from '../../src/ops/exponential-units.js';
import { gelu, mish, silu } from '../../src/ops/gated-units.js';
import { gather, indexSelect, scatterAdd } from '../../src/ops/gather.js';
import { groupNorm } from '../../src/ops/group-norm.js';
import { layerNorm } from '../../src/ops/layer-norm.js';
import { linear } from '../../src/ops/linear.js';
import { logsumexp } from '../../src/ops/logsumexp.js';
import { matmul } from '../../src/ops/matmul.js';
import { norm } from '../../src/ops/norm.js';
import { hardsigmoid, hardswish, hardtanh, leakyRelu, relu6 } from '../../src/ops/rectifiers.js';
import { huberLoss, l1Loss, mseLoss, smoothL1Loss } from '../../src/ops/regression-losses.js';
import { relu } from '../../src/ops/relu.js';
import { logSoftmax, softmax } from '../../src/ops/softmax.js';
import { logSigmoid, softplus, softsign } from '../../src/ops/softplus.js';
import { sort, topk } from '../../src/ops/sort.js';
import { erf, expm1, log1p } from '../../src/ops/special.js';
import { mean, sum } from '../../src/ops/sum.js';
import { clamp } from '../../src/ops/clamp.js';
import { pow } from '../../src/ops/power.js';
import { abs, exp, log, neg, reciprocal, rsqrt, sigmoid, sqrt, tanh } from '../../src/ops/unary.js';
import { std, variance } from '../../src/ops/variance.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { op, shape, size, type Call } from './random-call.js';
import { windowCalls } from './random-windows.js';

const onAny: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  ...{ relu, sigmoid, tanh, exp, abs, neg, elu, celu, selu, gelu, silu, mish, softplus, logSigmoid, softsign, erf },
  ...{ expm1, leakyRelu, hardtanh, relu6, hardsigmoid, hardswish },
  geluTanh: (x) => gelu(x, 'tanh'),
  clamp: (x) => clamp(x, -0.7, 1.1),
  cube: (x) => pow(x, 3),
};
const onPositive: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  ...{ sqrt, rsqrt, log, log1p, reciprocal },
  power: (x) => pow(x, 1.7),
};
const pointwise = (functions: typeof onAny, range: readonly [number, number]): fc.Arbitrary<Call> =>
  fc.constantFrom(...Object.keys(functions)).chain((name) =>
    op(
      name,
      shape(0, 3, 9),
      (own) => [own],
      (_, x) => functions[name](x),
      range,
    ),
  );

const reductions: Readonly<Record<string, (x: Tensor, dims: number[] | undefined, keepdim: boolean) => Tensor>> = {
  ...{ sum, mean, amax, amin },
  logsumexp: (x, dims, keepdim) => logsumexp(x, dims, keepdim),
  norm: (x, dims, keepdim) => norm(x, 2, dims, keepdim),
  variance: (x, dims, keepdim) => variance(x, dims, { correction: 0, keepdim }),
  std: (x, dims, keepdim) => std(x, dims, { correction: 0.5, keepdim }),
};
const reduction = op(
  'reduction',
  fc.record({
    name: fc.constantFrom(...Object.keys(reductions)),
    // at least two values are reduced in each dimension, so that the standard deviation is not 0
    own: fc.array(size(7, 2), { minLength: 1, maxLength: 4 }),
    dims: fc.option(fc.subarray([0, 1, 2, 3], { minLength: 1 })),
    keepdim: fc.boolean(),
  }),
  ({ own }) => [own],
  ({ name, dims, keepdim }, x) => {
    const within = dims?.filter((dim) => dim < x.ndim);
    return reductions[name](x, within?.length ? within : undefined, keepdim);
  },
);

const products = [
  op(
    'matmul',
    fc.record({ m: size(17), k: size(19), n: size(17), a: shape(0, 2, 3), b: shape(0, 2, 3), vectors: fc.nat(8) }),
    ({ m, k, n, a, b, vectors }) => {
      // batches that broadcast: where both have a size it is the same, or one of them 1
      const batch = b.map((s, i) => {
        const other = a[a.length - b.length + i];
        return other === undefined || other === 1 ? s : s === 1 ? 1 : other;
      });
      if (vectors === 0) return [[k], [...batch, k, n]];
      if (vectors === 1) return [[...a, m, k], [k]];
      return [
        [...a, m, k],
        [...batch, k, n],
      ];
    },
    (_, a, b) => matmul(a, b),
  ),
  op(
    'linear',
    fc.record({ batch: shape(0, 2, 5), k: size(40), n: size(20), bias: fc.boolean() }),
    ({ batch, k, n, bias }) => [[...batch, k], [n, k], ...(bias ? [[n]] : [])],
    (_, x, weight, bias) => linear(x, weight, bias ?? null),
  ),
];

const classes = op(
  'softmax and its losses',
  fc.record({
    name: fc.constantFrom('softmax', 'logSoftmax', 'crossEntropy'),
    n: size(6),
    c: size(40, 2),
    dim: fc.nat(1),
    labelSmoothing: fc.constantFrom(0, 0.1),
    reduction: fc.constantFrom('mean', 'sum', 'none'),
  }),
  ({ n, c }) => [[n, c]],
  ({ name, n, c, dim, labelSmoothing, reduction }, x) => {
    if (name === 'softmax') return softmax(x, dim);
    if (name === 'logSoftmax') return logSoftmax(x, dim);
    const target = Array.from({ length: n }, (_, i) => (5 * i) % c);
    return crossEntropy(x, target, { labelSmoothing, reduction });
  },
  [-8, 8],
);

const losses = { mseLoss, l1Loss, smoothL1Loss, huberLoss };
const loss = op(
  'loss',
  fc.record({
    name: fc.constantFrom<(keyof typeof losses)[]>('mseLoss', 'l1Loss', 'smoothL1Loss', 'huberLoss'),
    own: shape(1, 3),
  }),
  ({ own }) => [own, own],
  ({ name }, x, target) => losses[name](x, target),
);

// Over few values the standard deviation can be tiny, and rounding errors are divided by it: at least 9 are taken.
const normalisation = op(
  'normalisation',
  fc.record({
    name: fc.constantFrom('batch', 'layer', 'group'),
    n: size(3, 2),
    groups: size(2),
    per: size(3),
    hw: size(5, 3),
  }),
  ({ n, groups, per, hw, name }) => {
    const affine = name === 'layer' ? [hw, hw] : [groups * per];
    return [[n, groups * per, hw, hw], affine, affine];
  },
  ({ name, groups, hw }, x, weight, bias) => {
    if (name === 'batch') return batchNorm(x, null, null, weight, bias, { training: true });
    if (name === 'layer') return layerNorm(x, [hw, hw], weight, bias);
    return groupNorm(x, groups, weight, bias);
  },
);

const indexing = op(
  'indexing',
  fc.record({
    name: fc.constantFrom('gather', 'indexSelect', 'scatterAdd', 'sort', 'topk', 'cat'),
    own: fc.array(size(7, 2), { minLength: 2, maxLength: 3 }),
    dim: fc.nat(2),
    picks: fc.array(fc.nat(1000), { minLength: 1, maxLength: 6 }),
    flag: fc.boolean(),
  }),
  ({ own }) => [own, own],
  ({ name, own, dim, picks, flag }, x, other) => {
    const axis = dim % own.length;
    const places = picks.map((pick) => pick % own[axis]);
    const shape = own.map((n, i) => (i === axis ? places.length : n));
    if (name === 'cat') return cat(flag ? [x, other, x] : [other, x], axis);
    if (name === 'sort') return sort(x, axis, flag).values;
    if (name === 'topk') return topk(x, places[0], axis, { largest: flag }).values;
    if (name === 'indexSelect') return indexSelect(x, axis, places);
    const length = shape.reduce((a, b) => a * b, 1);
    const data = Array.from({ length }, (_, i) => places[i % places.length]);
    const index = tensor(data, { shape, backend: x.backend });
    if (name === 'gather') return gather(x, axis, index);
    const source = cat([other, other, other, other, other, other], axis);
    return scatterAdd(x, axis, index, source);
  },
);

/** Calls of all of these ops, each as likely. */
export const calls: fc.Arbitrary<Call> = fc.oneof(
  pointwise(onAny, [-4, 4]),
  pointwise(onPositive, [0.1, 3]),
  reduction,
  ...windowCalls,
  ...products,
  classes,
  loss,
  normalisation,
  indexing,
);
