/** ONNX's arithmetic, comparison and logic of two or more tensors. Booleans are 0 and 1 here. */
import {
  add,
  clamp,
  div,
  eq,
  ge,
  gt,
  le,
  lt,
  maximum,
  minimum,
  mul,
  ne,
  pow,
  reshape,
  sub,
  trunc,
} from '../../../src/index.js';
import type { Tensor } from '../../../src/tensor/tensor.js';
import { typeOf } from '../element-types.js';
import type { NodeCall, NodeOp } from '../node-call.js';
import { bool } from '../value.js';

type Binary = (a: Tensor, b: Tensor) => Tensor;

/** Before opset 7 the second tensor was broadcast only where the model said so, from dimension `axis` on. */
function operands(call: NodeCall): [Tensor, Tensor] {
  const [a, b] = [call.tensor(0), call.tensor(1)];
  if (call.opset >= 7) return [a, b];
  call.ignore('broadcast');
  const axis = call.int('axis', a.ndim - b.ndim);
  return [a, reshape(b, [...b.shape, ...a.shape.slice(axis + b.ndim).map(() => 1)])];
}

const binary =
  (f: Binary): NodeOp =>
  (call) =>
    f(...operands(call));
const comparison =
  (f: Binary): NodeOp =>
  (call) =>
    bool(f(...operands(call)));
const variadic =
  (f: (tensors: Tensor[]) => Tensor): NodeOp =>
  (call) =>
    f(call.tensors());
const total = (tensors: Tensor[]) => tensors.reduce((a, b) => add(a, b));

export const arithmetic: Readonly<Record<string, NodeOp>> = {
  Add: binary((a, b) => add(a, b)),
  Sub: binary((a, b) => sub(a, b)),
  Mul: binary(mul),
  // integers are divided without what follows the point
  Div: (call) => {
    const quotient = div(...operands(call));
    return typeOf(call.value(0).elementType).isFloat ? quotient : trunc(quotient);
  },
  Pow: (call) => {
    const power = pow(...operands(call));
    return typeOf(call.value(0).elementType).isFloat ? power : trunc(power);
  },

  Sum: variadic(total),
  Mean: variadic((tensors) => div(total(tensors), tensors.length)),
  Max: variadic((tensors) => tensors.reduce(maximum)),
  Min: variadic((tensors) => tensors.reduce(minimum)),
  // limits were attributes before opset 11
  Clip: (call) => {
    const inputs = call.opset >= 11;
    const min = inputs ? call.numbers(1)?.[0] : call.float('min', undefined);
    const max = inputs ? call.numbers(2)?.[0] : call.float('max', undefined);
    return clamp(call.tensor(0), min ?? -Infinity, max);
  },

  Equal: comparison(eq),
  Greater: comparison(gt),
  GreaterOrEqual: comparison(ge),
  Less: comparison(lt),
  LessOrEqual: comparison(le),
  And: comparison(mul),
  Or: comparison(maximum),
  Xor: comparison(ne),
  Not: (call) => bool(eq(call.tensor(0), 0)),
};
