/** ONNX's functions of one tensor, element by element. */
import {
  abs,
  acos,
  acosh,
  add,
  asin,
  asinh,
  atan,
  atanh,
  ceil,
  celu,
  clamp,
  cos,
  cosh,
  elu,
  eq,
  erf,
  exp,
  floor,
  gt,
  hardswish,
  isInf,
  isNaN,
  leakyRelu,
  log,
  lt,
  mul,
  neg,
  reciprocal,
  relu,
  reshape,
  round,
  selu,
  sigmoid,
  sign,
  sin,
  sinh,
  softplus,
  softsign,
  sqrt,
  sub,
  tan,
  tanh,
  where,
} from '../../../src/index.js';
import type { Tensor } from '../../../src/tensor/tensor.js';
import type { NodeOp } from '../node-call.js';
import { bool } from '../value.js';

const unary =
  (f: (x: Tensor) => Tensor): NodeOp =>
  (call) =>
    f(call.tensor(0));

/** selu's constants as ONNX writes them, which a model may change. */
const SELU_ALPHA = Math.fround(1.6732632423543772);
const SELU_SCALE = Math.fround(1.0507009873554805);

const seluOp: NodeOp = (call) => {
  const [alpha, scale] = [call.float('alpha', SELU_ALPHA), call.float('gamma', SELU_SCALE)];
  const x = call.tensor(0);
  return alpha === SELU_ALPHA && scale === SELU_SCALE ? selu(x) : mul(elu(x, alpha), scale);
};

/** Nothing up to `lambd` away from 0, beyond that `bias` nearer to 0. */
const shrink: NodeOp = (call) => {
  const x = call.tensor(0);
  const [edge, bias] = [call.float('lambd', 0.5), call.float('bias', 0)];
  return where(lt(x, -edge), add(x, bias), where(gt(x, edge), sub(x, bias), 0));
};

/** Before opset 7 a slope per channel was not shaped to broadcast. */
const prelu: NodeOp = (call) => {
  const [x, slope] = [call.tensor(0), call.tensor(1)];
  const perChannel = call.opset < 7 && slope.ndim === 1 && x.ndim > 2;
  const factor = perChannel ? reshape(slope, [slope.numel(), ...x.shape.slice(2).map(() => 1)]) : slope;
  return where(lt(x, 0), mul(x, factor), x);
};

const infinite: NodeOp = (call) => {
  const x = call.tensor(0);
  const [negative, positive] = [call.flag('detect_negative', true), call.flag('detect_positive', true)];
  if (negative && positive) return bool(isInf(x));
  return bool(eq(x, negative ? -Infinity : Infinity));
};

export const functions: Readonly<Record<string, NodeOp>> = {
  Abs: unary(abs),
  Acos: unary(acos),
  Acosh: unary(acosh),
  Asin: unary(asin),
  Asinh: unary(asinh),
  Atan: unary(atan),
  Atanh: unary(atanh),
  Ceil: unary(ceil),
  Celu: (call) => celu(call.tensor(0), call.float('alpha', 1)),
  Cos: unary(cos),
  Cosh: unary(cosh),
  Elu: (call) => elu(call.tensor(0), call.float('alpha', 1)),
  Erf: unary(erf),
  Exp: unary(exp),
  Floor: unary(floor),
  HardSigmoid: (call) => clamp(add(mul(call.tensor(0), call.float('alpha', 0.2)), call.float('beta', 0.5)), 0, 1),
  HardSwish: unary(hardswish),
  IsInf: infinite,
  IsNaN: (call) => bool(isNaN(call.tensor(0))),
  LeakyRelu: (call) => leakyRelu(call.tensor(0), call.float('alpha', 0.01)),
  Log: unary(log),
  Neg: unary(neg),
  PRelu: prelu,
  Reciprocal: unary(reciprocal),
  Relu: unary(relu),
  Round: unary(round),
  Selu: seluOp,
  Shrink: shrink,
  Sigmoid: unary(sigmoid),
  Sign: unary(sign),
  Sin: unary(sin),
  Sinh: unary(sinh),
  Softplus: unary((x) => softplus(x)),
  Softsign: unary(softsign),
  Sqrt: unary(sqrt),
  Tan: unary(tan),
  Tanh: unary(tanh),
  ThresholdedRelu: (call) => where(gt(call.tensor(0), call.float('alpha', 1)), call.tensor(0), 0),
};
