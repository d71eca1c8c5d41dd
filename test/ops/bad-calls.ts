/** What the tables of bad calls are made of, and the ops that need none. */
import { zeros } from '../../src/ops/creation.js';
import type { Tensor } from '../../src/tensor/tensor.js';

/** What is wrong with a call. */
export type BadKind = 'rank' | 'size' | 'dim' | 'index' | 'argument';

export interface BadCall {
  readonly op: string;
  readonly kind: BadKind;
  readonly run: () => unknown;
  /** The message, whole. */
  readonly says: string;
}

/** Zeros of a shape. */
export const z = (...shape: number[]): Tensor => zeros(shape);

export const bad = (op: string, kind: BadKind, run: () => unknown, says: string): BadCall => ({ op, kind, run, says });

const anyTensor = 'it takes a tensor of any shape, and nothing else that could be wrong';

/** Public ops without a row, and why. */
export const needsNoRow: Readonly<Record<string, string>> = Object.fromEntries(
  [
    ...['abs', 'ceil', 'celu', 'clone', 'cos', 'elu', 'erf', 'erfc', 'exp', 'expm1', 'floor', 'gelu'],
    ...['hardsigmoid', 'hardswish', 'hardtanh', 'isFinite', 'isInf', 'isNaN', 'leakyRelu', 'log', 'log1p'],
    ...['logSigmoid', 'mish', 'neg', 'onesLike', 'fullLike', 'randLike', 'randnLike', 'zerosLike', 'reciprocal'],
    ...['relu', 'relu6', 'rsqrt', 'selu', 'sigmoid', 'sign', 'silu', 'sin', 'softplus', 'softsign', 'sqrt', 'tanh'],
    ...['trunc', 'square', 'log2', 'log10', 'tan', 'asin', 'acos', 'atan', 'sinh', 'cosh', 'asinh', 'acosh', 'atanh'],
  ].map((name) => [name, anyTensor]),
);
