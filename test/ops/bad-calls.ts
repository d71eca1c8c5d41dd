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

/** Ops that take indices or places: one that is not whole, and one that is out of range, must be in the tables. */
export const takesIndices: readonly string[] = [
  ...['select', 'at', 'narrow', 'gather', 'scatter', 'scatterAdd', 'indexSelect', 'oneHot', 'crossEntropy', 'nllLoss'],
];

/** Ops that do not take tensors of any rank: one of a wrong rank must be in the tables. */
export const limitsRanks: readonly string[] = [
  ...['matmul', 'mm', 'bmm', 'mv', 'dot', 'outer', 'addmm', 'linear', 'crossEntropy', 'nllLoss', 'prelu'],
  ...[
    'batchNorm',
    'layerNorm',
    'groupNorm',
    'instanceNorm',
    'conv1d',
    'conv2d',
    'convTranspose2d',
    'interpolate',
    'pad',
  ],
  ...['maxPool1d', 'avgPool1d', 'adaptiveAvgPool1d', 'adaptiveMaxPool1d', 'maxPool2d', 'maxPool2dWithIndices'],
  ...['avgPool2d', 'adaptiveAvgPool2d', 'adaptiveMaxPool2d', 'tril', 'triu', 't', 'cat', 'split', 'chunk', 'unbind'],
  ...['select', 'at', 'narrow', 'gather', 'scatter', 'scatterAdd', 'indexSelect', 'expand', 'permute', 'repeat'],
  'unflatten',
];

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
