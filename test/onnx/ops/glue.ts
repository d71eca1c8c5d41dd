/**
 * What graphs need besides ops: constants, shapes and element types. None of it is the library's work, so tests that
 * consist of nothing else say something about this runner only, and are counted apart.
 */
import { numel } from '../../../src/tensor/shape.js';
import { fromFloat16Bits, toFloat16Bits } from '../../../src/weights/half.js';
import { BOOL, FLOAT, typeOf } from '../element-types.js';
import type { NodeCall, NodeOp } from '../node-call.js';
import { int64List, Unsupported, Value } from '../value.js';

const constant: NodeOp = (call) => {
  const given = call.tensorAttribute('value');
  if (given) return Value.fromProto(given);
  const [int, float] = [call.int('value_int', undefined), call.float('value_float', undefined)];
  if (int !== undefined) return int64List([int], []);
  if (float !== undefined) return new Value([float], FLOAT, []);
  const [ints, floats] = [call.ints('value_ints'), call.floats('value_floats')];
  if (ints) return int64List(ints);
  if (floats) return new Value(floats, FLOAT, [floats.length]);
  throw new Unsupported('Constant of another kind');
};

/** Integers are cut off behind the point; what a floating-point type cannot hold is rounded. */
function cast(value: Value, to: number): Value {
  const { name, isFloat } = typeOf(to);
  if (to === BOOL) return mapped(value, to, (x) => Number(x !== 0));
  if (!isFloat) return mapped(value, to, Math.trunc);
  if (name === 'float') return mapped(value, to, Math.fround);
  if (name === 'double') return mapped(value, to, (x) => x);
  if (name === 'float16') return mapped(value, to, (x) => fromFloat16Bits(toFloat16Bits(x)));
  throw new Unsupported(`Cast to ${name}`);
}

function mapped(value: Value, to: number, f: (x: number) => number): Value {
  return new Value(value.numbers().map(f), to, value.shape);
}

const shape: NodeOp = (call: NodeCall) => {
  const { shape } = call.value(0);
  return int64List(shape.slice(call.int('start', 0), call.int('end', undefined)));
};

export const glue: Readonly<Record<string, NodeOp>> = {
  Cast: (call) => cast(call.value(0), call.int('to', FLOAT)),
  CastLike: (call) => cast(call.value(0), call.value(1).elementType),
  Constant: constant,
  ConstantOfShape: (call) => {
    const value = call.tensorAttribute('value');
    const sizes = call.numbers(0) ?? [];
    const element = value?.values?.[0] ?? 0;
    return new Value(new Array<number>(numel(sizes)).fill(element), value?.elementType ?? FLOAT, sizes);
  },
  Identity: (call) => call.value(0),
  Shape: shape,
  Size: (call) => int64List([numel(call.value(0).shape)], []),
};
