/** ONNX's normalisations, soft maxima and dropout. */
import {
  add,
  avgPool2d,
  batchNorm,
  clone,
  div,
  dropout,
  instanceNorm,
  layerNorm,
  logSoftmax,
  mean,
  mul,
  onesLike,
  pad,
  pow,
  reshape,
  rsqrt,
  softmax,
  std,
  sub,
  variance,
} from '../../../src/index.js';
import type { Tensor } from '../../../src/tensor/tensor.js';
import { normalizeDim, numel } from '../../../src/tensor/shape.js';
import type { NodeCall, NodeOp } from '../node-call.js';
import { bool } from '../value.js';

/** Before opset 13 the axis split the tensor into two dimensions, of which the last was normalised. */
const alongAxis =
  (f: (x: Tensor, dim: number) => Tensor): NodeOp =>
  (call) => {
    const x = call.tensor(0);
    if (call.opset >= 13) return f(x, call.int('axis', -1));
    const axis = call.int('axis', 1);
    const split = axis < 0 ? axis + x.ndim : axis;
    const matrix = reshape(x, [numel(x.shape.slice(0, split)), numel(x.shape.slice(split))]);
    return reshape(f(matrix, 1), x.shape);
  };

/** ONNX's momentum is the old value's share, ours the new one's. */
const batchNormalization: NodeOp = (call) => {
  const [x, weight, bias, average, spread] = call.tensors();
  call.ignore('is_test');
  const eps = call.float('epsilon', 1e-5);
  const kept = call.float('momentum', 0.9);
  if (!call.flag('training_mode')) return batchNorm(x, average, spread, weight, bias, { eps });
  const [runningMean, runningVar] = [clone(average), clone(spread)];
  const y = batchNorm(x, runningMean, runningVar, weight, bias, { eps, training: true, momentum: 1 - kept });
  // ONNX's running variance takes in the biased variance, PyTorch's and ours the unbiased one, n / (n - 1) times that
  const count = x.numel() / x.shape[1];
  const old = mul(spread, kept);
  return [y, runningMean, add(old, mul(sub(runningVar, old), (count - 1) / count))];
};

const instanceNormalization: NodeOp = (call) =>
  instanceNorm(call.tensor(0), null, null, call.tensor(1), call.tensor(2), { eps: call.float('epsilon', 1e-5) });

/** Also tells the mean and 1 / sqrt(variance + epsilon). */
const layerNormalization: NodeOp = (call) => {
  const x = call.tensor(0);
  call.ignore('stash_type');
  const axis = normalizeDim(call.int('axis', -1), x.ndim, 'LayerNormalization');
  const eps = call.float('epsilon', 1e-5);
  const y = layerNorm(x, x.shape.slice(axis), call.tensor(1), call.optionalTensor(2), eps);
  const axes = x.shape.map((_, i) => i).slice(axis);
  const spread = variance(x, axes, { correction: 0, keepdim: true });
  return [y, mean(x, axes, true), rsqrt(add(spread, eps))];
};

const meanVarianceNormalization: NodeOp = (call) => {
  const x = call.tensor(0);
  const axes = call.ints('axes') ?? [0, 2, 3];
  return div(sub(x, mean(x, axes, true)), std(x, axes, { correction: 0, keepdim: true }));
};

/** x / (bias + alpha * the mean square of neighbouring channels)^beta, channels beyond the first and last being 0 */
const localResponse: NodeOp = (call) => {
  const x = call.tensor(0);
  const [n, c] = x.shape;
  const size = call.int('size', 1);
  const before = Math.floor((size - 1) / 2);
  const rows = pad(reshape(mul(x, x), [n, 1, c, x.numel() / (n * c)]), [0, 0, before, size - 1 - before]);
  const squares = reshape(avgPool2d(rows, [size, 1], { stride: 1 }), x.shape);
  const [alpha, beta, bias] = [call.float('alpha', 1e-4), call.float('beta', 0.75), call.float('bias', 1)];
  return mul(x, pow(add(mul(squares, alpha), bias), -beta));
};

/** The second output says what was kept. */
const dropoutOp: NodeOp = (call: NodeCall) => {
  const x = call.tensor(0);
  call.ignore('seed', 'ratio');
  const training = call.numbers(2)?.[0] === 1;
  const ratio = call.numbers(1)?.[0] ?? 0.5;
  return [dropout(x, ratio, training), bool(onesLike(x))];
};

export const normalization: Readonly<Record<string, NodeOp>> = {
  BatchNormalization: batchNormalization,
  Dropout: dropoutOp,
  InstanceNormalization: instanceNormalization,
  LayerNormalization: layerNormalization,
  LogSoftmax: alongAxis(logSoftmax),
  LRN: localResponse,
  MeanVarianceNormalization: meanVarianceNormalization,
  Softmax: alongAxis(softmax),
};
