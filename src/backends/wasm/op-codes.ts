/** The numbers by which the kernels know the element-wise operations: places in these lists. */
import { BackendError } from '../../errors.js';
import type { BinaryOp, UnaryOp } from '../../tensor/backend.js';

/** In the order of `Unary` in kernels/elementwise.ts. */
const UNARY_OPS: readonly UnaryOp[] = [
  'neg',
  'abs',
  'sign',
  'exp',
  'log',
  'sqrt',
  'rsqrt',
  'reciprocal',
  'relu',
  'sigmoid',
  'tanh',
  'affine',
  'clamp',
  'inside',
  'pow',
  'expm1',
  'log1p',
  'erf',
  'erfc',
  'floor',
  'ceil',
  'round',
  'trunc',
  'sin',
  'cos',
];

/** In the order of `Binary` in kernels/broadcast.ts. */
const BINARY_OPS: readonly BinaryOp[] = [
  'add',
  'sub',
  'mul',
  'div',
  'maximum',
  'minimum',
  'eq',
  'ne',
  'lt',
  'le',
  'gt',
  'ge',
  'reluGrad',
  'pow',
];

const unaryCodes = new Map(UNARY_OPS.map((op, code) => [op, code]));
const binaryCodes = new Map(BINARY_OPS.map((op, code) => [op, code]));

export function unaryCode(op: UnaryOp): number {
  return known(unaryCodes.get(op), op);
}

export function binaryCode(op: BinaryOp): number {
  return known(binaryCodes.get(op), op);
}

function known(code: number | undefined, op: string): number {
  if (code === undefined) throw new BackendError(`wasm: there is no element-wise operation called ${op}`);
  return code;
}
