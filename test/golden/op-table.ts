/** Golden op -> our function. Names and arguments on the left are those of torch and torch.nn.functional. */
import { amax } from '../../src/ops/amax.js';
import { add, div, mul, sub } from '../../src/ops/arithmetic.js';
import { batchNorm } from '../../src/ops/batch-norm.js';
import { crossEntropy, nllLoss } from '../../src/ops/cross-entropy.js';
import { cumprod, cumsum, prod } from '../../src/ops/cumsum.js';
import { elu } from '../../src/ops/exponential-units.js';
import { max } from '../../src/ops/extremes.js';
import { gelu, silu } from '../../src/ops/gated-units.js';
import { linear } from '../../src/ops/linear.js';
import { matmul } from '../../src/ops/matmul.js';
import { maximum, minimum } from '../../src/ops/maximum.js';
import { leakyRelu } from '../../src/ops/rectifiers.js';
import { mseLoss } from '../../src/ops/regression-losses.js';
import { addmm, bmm, dot, mm, mv, outer } from '../../src/ops/products.js';
import { relu } from '../../src/ops/relu.js';
import { ceil, floor, round, trunc } from '../../src/ops/rounding.js';
import { logSoftmax, softmax } from '../../src/ops/softmax.js';
import { softplus } from '../../src/ops/softplus.js';
import { mean, sum } from '../../src/ops/sum.js';
import { cos, sin } from '../../src/ops/trigonometry.js';
import { clamp } from '../../src/ops/clamp.js';
import { pow } from '../../src/ops/power.js';
import { abs, exp, log, neg, reciprocal, rsqrt, sigmoid, sign, sqrt, tanh } from '../../src/ops/unary.js';
import { std, variance } from '../../src/ops/variance.js';
import { where } from '../../src/ops/where.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import type { Args } from './args.js';
import { alongDim, binary, required, unary, type GoldenOp, type GoldenOps } from './op-form.js';
import { shapeOps } from './shape-ops.js';
import { windowOps } from './window-ops.js';

const reduction =
  (f: (x: Tensor, dims?: number[], keepdim?: boolean) => Tensor): GoldenOp =>
  ([x], args) =>
    f(x, args.numbers('dim', undefined), args.flag('keepdim'));
const spread =
  (f: typeof variance): GoldenOp =>
  ([x], args) =>
    f(x, args.numbers('dim', undefined), {
      correction: args.number('correction', args.flag('unbiased', true) ? 1 : 0),
      keepdim: args.flag('keepdim'),
    });
/** The second operand: a tensor, or a number. */
const other = (b: Tensor | undefined, args: Args): Tensor | number =>
  b ?? required('other', args.number('other', undefined));
const reductionOf = (args: Args) => args.text('reduction', ['mean', 'sum', 'none'], 'mean');

export const opTable: GoldenOps = {
  ...windowOps,
  ...shapeOps,

  linear: ([x, weight, bias]) => linear(x, weight, bias ?? null),
  matmul: binary(matmul),
  mm: binary(mm),
  bmm: binary(bmm),
  mv: binary(mv),
  dot: binary(dot),
  outer: binary(outer),
  addmm: ([x, a, b], args) => addmm(x, a, b, { beta: args.number('beta', 1), alpha: args.number('alpha', 1) }),

  relu: unary(relu),
  leaky_relu: ([x], args) => leakyRelu(x, args.number('negative_slope', 0.01)),
  elu: ([x], args) => elu(x, args.number('alpha', 1)),
  gelu: ([x], args) => gelu(x, args.text('approximate', ['none', 'tanh'], 'none')),
  silu: unary(silu),
  softplus: ([x], args) => softplus(x, args.number('beta', 1), args.number('threshold', 20)),
  sigmoid: unary(sigmoid),
  tanh: unary(tanh),
  exp: unary(exp),
  log: unary(log),
  sqrt: unary(sqrt),
  rsqrt: unary(rsqrt),
  reciprocal: unary(reciprocal),
  abs: unary(abs),
  neg: unary(neg),
  floor: unary(floor),
  ceil: unary(ceil),
  trunc: unary(trunc),
  round: ([x], args) => round(x, args.number('decimals', 0)),
  sign: unary(sign),
  sin: unary(sin),
  cos: unary(cos),
  pow: ([x, exponent], args) => {
    const base = args.number('self', undefined);
    if (base !== undefined) return pow(base, x);
    return pow(x, exponent ?? required('exponent', args.number('exponent', undefined)));
  },
  clamp: ([x, min, max], args) => clamp(x, min ?? args.number('min', undefined), max ?? args.number('max', undefined)),

  add: ([a, b], args) => add(a, other(b, args), args.number('alpha', 1)),
  sub: ([a, b], args) => sub(a, other(b, args), args.number('alpha', 1)),
  mul: ([a, b], args) => mul(a, other(b, args)),
  div: ([a, b], args) => div(a, other(b, args)),
  maximum: binary(maximum),
  minimum: binary(minimum),
  where: ([condition, a, b]) => where(condition, a, b),

  sum: reduction(sum),
  mean: reduction(mean),
  amax: reduction(amax),
  max: unary((x) => max(x)),
  var: spread(variance),
  std: spread(std),
  prod: ([x], args) => prod(x, args.number('dim', undefined), args.flag('keepdim')),
  cumsum: alongDim(cumsum),
  cumprod: alongDim(cumprod),

  softmax: alongDim(softmax),
  log_softmax: alongDim(logSoftmax),
  cross_entropy: ([x, target, weight], args) =>
    crossEntropy(x, target, {
      weight,
      ignoreIndex: args.number('ignore_index', -100),
      reduction: reductionOf(args),
      labelSmoothing: args.number('label_smoothing', 0),
    }),
  mse_loss: ([x, target], args) => mseLoss(x, target, { reduction: reductionOf(args) }),
  nll_loss: ([x, target, weight], args) =>
    nllLoss(x, target, { weight, ignoreIndex: args.number('ignore_index', -100), reduction: reductionOf(args) }),

  batch_norm: ([x, runningMean, runningVar, weight, bias], args) => {
    const training = args.flag('training');
    // make_goldens.py gives the running statistics to PyTorch in evaluation only
    const [average, variance] = training ? [null, null] : [runningMean, runningVar];
    return batchNorm(x, average, variance, weight, bias, {
      training,
      momentum: args.number('momentum', 0.1),
      eps: args.number('eps', 1e-5),
    });
  },
};
