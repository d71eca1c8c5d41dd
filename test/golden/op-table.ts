/** Golden op -> our function. Names and arguments on the left are those of torch and torch.nn.functional. */
import { amax } from '../../src/ops/amax.js';
import { add, div, mul, sub } from '../../src/ops/arithmetic.js';
import { adaptiveAvgPool2d, avgPool2d } from '../../src/ops/avg-pool2d.js';
import { batchNorm } from '../../src/ops/batch-norm.js';
import { cat, stack } from '../../src/ops/cat.js';
import { conv2d } from '../../src/ops/conv2d.js';
import { crossEntropy, nllLoss } from '../../src/ops/cross-entropy.js';
import { expand } from '../../src/ops/expand.js';
import { interpolate } from '../../src/ops/interpolate.js';
import { linear } from '../../src/ops/linear.js';
import { matmul } from '../../src/ops/matmul.js';
import { maxPool2d } from '../../src/ops/max-pool2d.js';
import { maximum, minimum } from '../../src/ops/maximum.js';
import { narrow } from '../../src/ops/narrow.js';
import { pad } from '../../src/ops/pad.js';
import { permute, transpose } from '../../src/ops/permute.js';
import { relu } from '../../src/ops/relu.js';
import { flatten, reshape, squeeze, unsqueeze } from '../../src/ops/reshape.js';
import { logSoftmax, softmax } from '../../src/ops/softmax.js';
import { mean, sum } from '../../src/ops/sum.js';
import { abs, clamp, exp, log, neg, pow, reciprocal, rsqrt, sigmoid, sqrt, tanh } from '../../src/ops/unary.js';
import { std, variance } from '../../src/ops/variance.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import type { Args } from './args.js';

/** Inputs and arguments of a case -> its result. */
export type GoldenOp = (inputs: readonly Tensor[], args: Args) => Tensor;

const unary =
  (f: (x: Tensor) => Tensor): GoldenOp =>
  ([x]) =>
    f(x);
const binary =
  (f: (a: Tensor, b: Tensor) => Tensor): GoldenOp =>
  ([a, b]) =>
    f(a, b);
const reduction =
  (f: (x: Tensor, dims?: number[], keepdim?: boolean) => Tensor): GoldenOp =>
  ([x], args) =>
    f(x, args.numbers('dim', undefined), args.flag('keepdim'));
const spread =
  (f: typeof variance): GoldenOp =>
  ([x], args) =>
    f(x, args.numbers('dim', undefined), {
      correction: args.number('correction', 1),
      keepdim: args.flag('keepdim'),
    });
const alongDim =
  (f: (x: Tensor, dim: number) => Tensor): GoldenOp =>
  ([x], args) =>
    f(x, required('dim', args.number('dim', undefined)));
const reductionOf = (args: Args) => args.text('reduction', ['mean', 'sum', 'none'], 'mean');

function required<T>(name: string, value: T | undefined): T {
  if (value === undefined) throw new Error(`the case has no argument ${name}`);
  return value;
}

export const opTable: Readonly<Record<string, GoldenOp>> = {
  conv2d: ([x, weight, bias], args) =>
    conv2d(x, weight, bias ?? null, {
      stride: args.pair('stride', [1, 1]),
      padding: args.pair('padding', [0, 0]),
      dilation: args.pair('dilation', [1, 1]),
      groups: args.number('groups', 1),
    }),
  linear: ([x, weight, bias]) => linear(x, weight, bias ?? null),
  matmul: binary(matmul),

  relu: unary(relu),
  sigmoid: unary(sigmoid),
  tanh: unary(tanh),
  exp: unary(exp),
  log: unary(log),
  sqrt: unary(sqrt),
  rsqrt: unary(rsqrt),
  reciprocal: unary(reciprocal),
  abs: unary(abs),
  neg: unary(neg),
  pow: ([x], args) => pow(x, required('exponent', args.number('exponent', undefined))),
  clamp: ([x], args) => clamp(x, args.number('min', undefined), args.number('max', undefined)),

  add: binary((a, b) => add(a, b)),
  sub: binary((a, b) => sub(a, b)),
  mul: binary(mul),
  div: binary(div),
  maximum: binary(maximum),
  minimum: binary(minimum),

  sum: reduction(sum),
  mean: reduction(mean),
  amax: reduction(amax),
  max: unary((x) => amax(x)),
  var: spread(variance),
  std: spread(std),

  permute: ([x], args) => permute(x, required('dims', args.numbers('dims', undefined))),
  transpose: ([x], args) =>
    transpose(x, required('dim0', args.number('dim0', undefined)), required('dim1', args.number('dim1', undefined))),
  reshape: ([x], args) => reshape(x, required('shape', args.numbers('shape', undefined))),
  flatten: ([x], args) => flatten(x, args.number('start_dim', 0), args.number('end_dim', -1)),
  squeeze: ([x], args) => squeeze(x, args.number('dim', undefined)),
  unsqueeze: alongDim(unsqueeze),
  expand: ([x], args) => expand(x, required('shape', args.numbers('shape', undefined))),
  cat: (inputs, args) => cat(inputs, args.number('dim', 0)),
  stack: (inputs, args) => stack(inputs, args.number('dim', 0)),
  narrow: ([x], args) =>
    narrow(
      x,
      required('dim', args.number('dim', undefined)),
      required('start', args.number('start', undefined)),
      required('length', args.number('length', undefined)),
    ),
  pad: ([x], args) => pad(x, required('pad', args.numbers('pad', undefined)), args.number('value', 0)),

  softmax: alongDim(softmax),
  log_softmax: alongDim(logSoftmax),
  cross_entropy: ([x, target], args) =>
    crossEntropy(x, target, { reduction: reductionOf(args), labelSmoothing: args.number('label_smoothing', 0) }),
  nll_loss: ([x, target], args) => nllLoss(x, target, { reduction: reductionOf(args) }),

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
    }),
  adaptive_avg_pool2d: ([x], args) =>
    adaptiveAvgPool2d(x, required('output_size', args.pair('output_size', undefined))),
  batch_norm: ([x, runningMean, runningVar, weight, bias], args) => {
    const training = args.flag('training');
    // make_goldens.py gives the running statistics to PyTorch in evaluation only
    const [average, variance] = training ? [null, null] : [runningMean, runningVar];
    return batchNorm(x, average, variance, weight, bias, { training, eps: args.number('eps', 1e-5) });
  },
  interpolate: ([x], args) =>
    interpolate(x, {
      size: args.pair('size', undefined),
      mode: args.text('mode', ['nearest', 'bilinear'], 'nearest'),
      alignCorners: args.flag('align_corners'),
    }),
};
