/**
 * Activations and their relatives at kinks, far out and at what is no number: values, slopes and curvatures computed with
 * PyTorch 2.13 in float64.
 *
 * Where PyTorch has none (hardsigmoid's curvature) or NaN although the function has a limit (softsign's slope at infinity,
 * mish's curvature from 1000 on), the limit is written.
 */
import { celu, elu, selu } from '../../src/ops/exponential-units.js';
import { gelu, mish, silu } from '../../src/ops/gated-units.js';
import { hardsigmoid, hardswish, hardtanh, leakyRelu, relu6 } from '../../src/ops/rectifiers.js';
import { logSigmoid, softplus, softsign } from '../../src/ops/softplus.js';
import { erf, erfc, expm1, log1p } from '../../src/ops/special.js';
import type { Tensor } from '../../src/tensor/tensor.js';

export interface Values {
  readonly name: string;
  readonly f: (x: Tensor) => Tensor;
  /** f, f' and f'' at {@link points}; f'' without the first of them, NaN. */
  readonly y: readonly number[];
  readonly slope: readonly number[];
  readonly curvature: readonly number[];
}

const numbers = (text: string): number[] => text.split(' ').map(Number);

export const points: readonly number[] = numbers('NaN -Infinity -1000 -100 -20 -3 -1 -0 0 1 3 6 20 100 1000 Infinity');

export const activations: readonly Values[] = [
  {
    name: 'leakyRelu',
    f: leakyRelu,
    y: numbers('NaN -Infinity -10 -1 -0.2 -0.03 -0.01 0 0 1 3 6 20 100 1000 Infinity'),
    slope: numbers('0.01 0.01 0.01 0.01 0.01 0.01 0.01 0.01 0.01 1 1 1 1 1 1 1'),
    curvature: numbers('0 0 0 0 0 0 0 0 0 0 0 0 0 0 0'),
  },
  {
    name: 'leakyRelu, slope 0.3',
    f: (x) => leakyRelu(x, 0.3),
    y: numbers('NaN -Infinity -300 -30 -6 -0.9 -0.3 0 0 1 3 6 20 100 1000 Infinity'),
    slope: numbers('0.3 0.3 0.3 0.3 0.3 0.3 0.3 0.3 0.3 1 1 1 1 1 1 1'),
    curvature: numbers('0 0 0 0 0 0 0 0 0 0 0 0 0 0 0'),
  },
  {
    name: 'hardtanh',
    f: hardtanh,
    y: numbers('NaN -1 -1 -1 -1 -1 -1 0 0 1 1 1 1 1 1 1'),
    slope: numbers('0 0 0 0 0 0 0 1 1 0 0 0 0 0 0 0'),
    curvature: numbers('0 0 0 0 0 0 0 0 0 0 0 0 0 0 0'),
  },
  {
    name: 'hardtanh, -3 to 6',
    f: (x) => hardtanh(x, -3, 6),
    y: numbers('NaN -3 -3 -3 -3 -3 -1 0 0 1 3 6 6 6 6 6'),
    slope: numbers('0 0 0 0 0 0 1 1 1 1 1 0 0 0 0 0'),
    curvature: numbers('0 0 0 0 0 0 0 0 0 0 0 0 0 0 0'),
  },
  {
    name: 'relu6',
    f: relu6,
    y: numbers('NaN 0 0 0 0 0 0 0 0 1 3 6 6 6 6 6'),
    slope: numbers('0 0 0 0 0 0 0 0 0 1 1 0 0 0 0 0'),
    curvature: numbers('0 0 0 0 0 0 0 0 0 0 0 0 0 0 0'),
  },
  {
    name: 'hardsigmoid',
    f: hardsigmoid,
    y: numbers('NaN 0 0 0 0 0 0.33333333 0.5 0.5 0.66666667 1 1 1 1 1 1'),
    slope: numbers('0 0 0 0 0 0 0.16666667 0.16666667 0.16666667 0.16666667 0 0 0 0 0 0'),
    curvature: numbers('0 0 0 0 0 0 0 0 0 0 0 0 0 0 0'),
  },
  {
    name: 'hardswish',
    f: hardswish,
    y: numbers('NaN NaN 0 0 0 0 -0.33333333 0 0 0.66666667 3 6 20 100 1000 Infinity'),
    slope: numbers('NaN 0 0 0 0 0 0.16666667 0.5 0.5 0.83333333 1 1 1 1 1 1'),
    curvature: numbers('0 0 0 0 0 0.33333333 0.33333333 0.33333333 0.33333333 0 0 0 0 0 0'),
  },
  {
    name: 'elu',
    f: elu,
    y: numbers('NaN -1 -1 -1 -1 -0.95021293 -0.63212056 0 0 1 3 6 20 100 1000 Infinity'),
    slope: numbers('NaN 0 0 0 2.0611536e-09 0.049787068 0.36787944 1 1 1 1 1 1 1 1 1'),
    curvature: numbers('0 0 0 2.0611536e-09 0.049787068 0.36787944 0 0 0 0 0 0 0 0 0'),
  },
  {
    name: 'elu, alpha 1.5',
    f: (x) => elu(x, 1.5),
    y: numbers('NaN -1.5 -1.5 -1.5 -1.5 -1.4253194 -0.94818084 0 0 1 3 6 20 100 1000 Infinity'),
    slope: numbers('NaN 0 0 0 3.0917304e-09 0.074680603 0.55181916 1.5 1.5 1 1 1 1 1 1 1'),
    curvature: numbers('0 0 0 3.0917304e-09 0.074680603 0.55181916 0 0 0 0 0 0 0 0 0'),
  },
  {
    name: 'celu',
    f: celu,
    y: numbers('NaN -1 -1 -1 -1 -0.95021293 -0.63212056 0 0 1 3 6 20 100 1000 Infinity'),
    slope: numbers('NaN 0 0 0 2.0611536e-09 0.049787068 0.36787944 1 1 1 1 1 1 1 1 1'),
    curvature: numbers('0 0 0 2.0611536e-09 0.049787068 0.36787944 0 0 0 0 0 0 0 0 0'),
  },
  {
    name: 'celu, alpha 1.5',
    f: (x) => celu(x, 1.5),
    y: numbers('NaN -1.5 -1.5 -1.5 -1.4999976 -1.2969971 -0.72987432 0 0 1 3 6 20 100 1000 Infinity'),
    slope: numbers('NaN 0 0 1.1143832e-29 1.6195968e-06 0.13533528 0.51341712 1 1 1 1 1 1 1 1 1'),
    curvature: numbers('0 0 7.4292211e-30 1.0797312e-06 0.090223522 0.34227808 0 0 0 0 0 0 0 0 0'),
  },
  {
    name: 'selu',
    f: selu,
    y: numbers(
      'NaN -1.7580993 -1.7580993 -1.7580993 -1.7580993 -1.6705687 -1.1113307 0 0 1.050701 3.152103 6.3042059 21.01402 105.0701 1050.701 Infinity',
    ),
    slope: numbers(
      'NaN 0 0 0 3.6237128e-09 0.087530612 0.6467686 1.7580993 1.7580993 1.050701 1.050701 1.050701 1.050701 1.050701 1.050701 1.050701',
    ),
    curvature: numbers('0 0 0 3.6237128e-09 0.087530612 0.6467686 0 0 0 0 0 0 0 0 0'),
  },
  {
    name: 'gelu',
    f: gelu,
    y: numbers('NaN NaN 0 0 0 -0.0040496941 -0.15865525 0 0 0.84134475 2.9959503 6 20 100 1000 Infinity'),
    slope: numbers('NaN NaN 0 0 0 -0.011945647 -0.083315471 0.5 0.5 1.0833155 1.0119456 1 1 1 1 NaN'),
    curvature: numbers(
      'NaN 0 0 0 -0.031022939 0.24197072 0.79788456 0.79788456 0.24197072 -0.031022939 -2.0658002e-07 0 0 0 NaN',
    ),
  },
  {
    name: 'gelu, tanh',
    f: (x) => gelu(x, 'tanh'),
    y: numbers('NaN NaN 0 0 0 -0.0036373921 -0.15880801 0 0 0.84119199 2.9963626 6 20 100 1000 Infinity'),
    slope: numbers('NaN NaN 0 0 0 -0.011584167 -0.082964084 0.5 0.5 1.0829641 1.0115842 1 1 1 1 NaN'),
    curvature: numbers(
      'NaN 0 0 0 -0.031767659 0.2421482 0.79788456 0.79788456 0.2421482 -0.031767659 -6.8242471e-09 0 0 0 NaN',
    ),
  },
  {
    name: 'silu',
    f: silu,
    y: numbers(
      'NaN NaN 0 0 -4.1223072e-08 -0.14227762 -0.26894142 0 0 0.73105858 2.8577224 5.9851643 20 100 1000 Infinity',
    ),
    slope: numbers(
      'NaN NaN 0 0 -3.9161919e-08 -0.088104106 0.072329488 0.5 0.5 0.92767051 1.0881041 1.0123264 1 1 1 NaN',
    ),
    curvature: numbers(
      'NaN 0 0 -3.7100765e-08 -0.032321405 0.30236612 0.5 0.5 0.30236612 -0.032321405 -0.0097928522 -3.7100766e-08 0 0 NaN',
    ),
  },
  {
    name: 'mish',
    f: mish,
    y: numbers(
      'NaN NaN 0 0 -4.1223072e-08 -0.14564746 -0.30340146 0 0 0.86509839 2.986535 5.9999266 20 100 1000 Infinity',
    ),
    slope: numbers(
      'NaN NaN 0 0 -3.9161919e-08 -0.093393115 0.059216756 0.6 0.6 1.0490362 1.0211069 1.0001341 1 1 1 NaN',
    ),
    curvature: numbers(
      'NaN 0 0 -3.7100765e-08 -0.039928713 0.34970567 0.64 0.64 0.18468576 -0.030266497 -0.00024285763 0 0 0 NaN',
    ),
  },
  {
    name: 'softplus',
    f: softplus,
    y: numbers(
      'NaN 0 0 0 2.0611536e-09 0.048587352 0.31326169 0.69314718 0.69314718 1.3132617 3.0485874 6.0024757 20 100 1000 Infinity',
    ),
    slope: numbers('NaN 0 0 0 2.0611536e-09 0.047425873 0.26894142 0.5 0.5 0.73105858 0.95257413 0.99752738 1 1 1 1'),
    curvature: numbers(
      '0 0 0 2.0611536e-09 0.04517666 0.19661193 0.25 0.25 0.19661193 0.04517666 0.0024665093 0 0 0 0',
    ),
  },
  {
    name: 'softplus, beta 2',
    f: (x) => softplus(x, 2),
    y: numbers(
      'NaN 0 0 0 2.1241771e-18 0.0012378426 0.063464006 0.34657359 0.34657359 1.063464 3.0012378 6.0000031 20 100 1000 Infinity',
    ),
    slope: numbers('NaN 0 0 0 4.2483543e-18 0.0024726232 0.11920292 0.5 0.5 0.88079708 0.99752738 0.99999386 1 1 1 1'),
    curvature: numbers(
      '0 0 0 8.4967085e-18 0.0049330186 0.20998717 0.5 0.5 0.20998717 0.0049330186 1.2288274e-05 0 0 0 0',
    ),
  },
  {
    name: 'softplus, threshold 2',
    f: (x) => softplus(x, 1, 2),
    y: numbers(
      'NaN 0 0 0 2.0611536e-09 0.048587352 0.31326169 0.69314718 0.69314718 1.3132617 3 6 20 100 1000 Infinity',
    ),
    slope: numbers('NaN 0 0 0 2.0611536e-09 0.047425873 0.26894142 0.5 0.5 0.73105858 1 1 1 1 1 1'),
    curvature: numbers('0 0 0 2.0611536e-09 0.04517666 0.19661193 0.25 0.25 0.19661193 0 0 0 0 0 0'),
  },
  {
    name: 'logSigmoid',
    f: logSigmoid,
    y: numbers(
      'NaN -Infinity -1000 -100 -20 -3.0485874 -1.3132617 -0.69314718 -0.69314718 -0.31326169 -0.048587352 -0.0024756851 -2.0611536e-09 0 0 0',
    ),
    slope: numbers('NaN 1 1 1 1 0.95257413 0.73105858 0.5 0.5 0.26894142 0.047425873 0.0024726232 2.0611536e-09 0 0 0'),
    curvature: numbers(
      '0 0 0 -2.0611536e-09 -0.04517666 -0.19661193 -0.25 -0.25 -0.19661193 -0.04517666 -0.0024665093 -2.0611537e-09 0 0 0',
    ),
  },
  {
    name: 'softsign',
    f: softsign,
    y: numbers(
      'NaN NaN -0.999001 -0.99009901 -0.95238095 -0.75 -0.5 0 0 0.5 0.75 0.85714286 0.95238095 0.99009901 0.999001 NaN',
    ),
    slope: numbers(
      'NaN 0 9.98003e-07 9.8029605e-05 0.0022675737 0.0625 0.25 1 1 0.25 0.0625 0.020408163 0.0022675737 9.8029605e-05 9.98003e-07 0',
    ),
    curvature: numbers(
      '0 1.994012e-09 1.9411803e-06 0.0002159594 0.03125 0.25 0 0 -0.25 -0.03125 -0.0058309038 -0.0002159594 -1.9411803e-06 -1.994012e-09 0',
    ),
  },
  {
    name: 'erf',
    f: erf,
    y: numbers('NaN -1 -1 -1 -1 -0.99997791 -0.84270079 0 0 0.84270079 0.99997791 1 1 1 1 1'),
    slope: numbers(
      'NaN 0 0 0 0 0.00013925305 0.4151075 1.1283792 1.1283792 0.4151075 0.00013925305 2.6173012e-16 0 0 0 0',
    ),
    curvature: numbers('NaN 0 0 0 0.00083551831 0.83021499 0 0 -0.83021499 -0.00083551831 -3.1407615e-15 0 0 0 NaN'),
  },
  {
    name: 'erfc',
    f: erfc,
    y: numbers('NaN 2 2 2 2 1.9999779 1.8427008 1 1 0.15729921 2.2090497e-05 2.1519737e-17 0 0 0 0'),
    slope: numbers(
      'NaN 0 0 0 0 -0.00013925305 -0.4151075 -1.1283792 -1.1283792 -0.4151075 -0.00013925305 -2.6173012e-16 0 0 0 0',
    ),
    curvature: numbers('NaN 0 0 0 -0.00083551831 -0.83021499 0 0 0.83021499 0.00083551831 3.1407615e-15 0 0 0 NaN'),
  },
  {
    name: 'expm1',
    f: expm1,
    y: numbers(
      'NaN -1 -1 -1 -1 -0.95021293 -0.63212056 0 0 1.7182818 19.085537 402.42879 4.8516519e+08 2.6881171e+43 Infinity Infinity',
    ),
    slope: numbers(
      'NaN 0 0 0 2.0611536e-09 0.049787068 0.36787944 1 1 2.7182818 20.085537 403.42879 4.851652e+08 2.6881171e+43 Infinity Infinity',
    ),
    curvature: numbers(
      '0 0 0 2.0611536e-09 0.049787068 0.36787944 1 1 2.7182818 20.085537 403.42879 4.851652e+08 2.6881171e+43 Infinity Infinity',
    ),
  },
  {
    name: 'log1p',
    f: log1p,
    y: numbers(
      'NaN NaN NaN NaN NaN NaN -Infinity 0 0 0.69314718 1.3862944 1.9459101 3.0445224 4.6151205 6.9087548 Infinity',
    ),
    slope: numbers(
      'NaN 0 -0.001001001 -0.01010101 -0.052631579 -0.5 Infinity 1 1 0.5 0.25 0.14285714 0.047619048 0.0099009901 0.000999001 0',
    ),
    curvature: numbers(
      '0 -1.002003e-06 -0.00010203041 -0.0027700831 -0.25 -Infinity -1 -1 -0.25 -0.0625 -0.020408163 -0.0022675737 -9.8029605e-05 -9.98003e-07 0',
    ),
  },
];
