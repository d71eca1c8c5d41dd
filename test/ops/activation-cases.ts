/** Rows of op-cases.ts for activations, for functions like them, and for choosing. */
import { mul } from '../../src/ops/arithmetic.js';
import { gt } from '../../src/ops/compare.js';
import { celu, elu, selu } from '../../src/ops/exponential-units.js';
import { gelu, mish, silu } from '../../src/ops/gated-units.js';
import { hardsigmoid, hardswish, hardtanh, leakyRelu, prelu, relu6 } from '../../src/ops/rectifiers.js';
import { logSigmoid, softplus, softsign } from '../../src/ops/softplus.js';
import { erf, erfc, expm1, log1p } from '../../src/ops/special.js';
import { acosh, asinh, atanh, cosh, sinh } from '../../src/ops/hyperbolic.js';
import { acos, asin, atan } from '../../src/ops/inverse-trigonometry.js';
import { log10, log2, square } from '../../src/ops/logarithms.js';
import { tan } from '../../src/ops/trigonometry.js';
import { affine } from '../../src/ops/unary.js';
import { maskedFill, where } from '../../src/ops/where.js';
import { one, onPositive, spread, two, type OpCase } from './case-inputs.js';

/** Numbers between -4 and 4, for functions that are interesting up to there. */
const wide = (run: OpCase['run']): OpCase => one([3, 5], (x) => run(mul(x, 2)));

export const activationCases: Readonly<Record<string, readonly OpCase[]>> = {
  leakyRelu: [one([3, 4], leakyRelu), one([3, 4], (x) => leakyRelu(x, 0.3)), one([3, 4], (x) => leakyRelu(x, -2))],
  hardtanh: [one([3, 4], hardtanh), one([3, 4], (x) => hardtanh(x, -0.4, 1.4))],
  relu6: [one([3, 4], (x) => relu6(mul(x, 4)))],
  hardsigmoid: [wide(hardsigmoid)],
  hardswish: [wide(hardswish)],

  elu: [one([3, 4], (x) => elu(x)), one([3, 4], (x) => elu(x, 1.7))],
  celu: [one([3, 4], (x) => celu(x)), one([3, 4], (x) => celu(x, 0.6))],
  selu: [one([3, 4], selu)],

  gelu: [wide((x) => gelu(x)), wide((x) => gelu(x, 'tanh'))],
  silu: [wide(silu)],
  mish: [wide(mish)],

  softplus: [wide((x) => softplus(x)), wide((x) => softplus(x, 3, 5)), wide((x) => softplus(x, 0.5))],
  logSigmoid: [wide(logSigmoid)],
  softsign: [one([3, 4], softsign)],

  erf: [one([3, 4], erf)],
  erfc: [one([3, 4], erfc)],
  expm1: [one([3, 4], expm1)],
  log1p: [onPositive(log1p), one([4], (x) => log1p(mul(x, 0.4)))],

  square: [one([2, 3], square)],
  log2: [onPositive(log2)],
  log10: [onPositive(log10)],
  tan: [one([2, 3], (x) => tan(mul(x, 0.7)))],
  asin: [one([2, 3], (x) => asin(mul(x, 0.45)))],
  acos: [one([2, 3], (x) => acos(mul(x, 0.45)))],
  atan: [one([3, 4], (x) => atan(mul(x, 2)))],
  sinh: [one([2, 3], sinh)],
  cosh: [one([2, 3], cosh)],
  asinh: [one([2, 3], asinh)],
  acosh: [onPositive((x) => acosh(affine(x, 1, 1)))],
  atanh: [one([2, 3], (x) => atanh(mul(x, 0.45)))],
  prelu: [two([2, 3, 2], [3], prelu), two([3, 4], [], prelu), two([4], [1], prelu)],

  where: [
    two([3, 4], [3, 4], (a, b) => where(gt(spread(3, 4), 0), mul(a, spread(3, 4)), b)),
    two([3, 1], [4], (a, b) => mul(where(gt(spread(2, 1, 1), 0), a, b), spread(2, 3, 4))),
    one([2, 3], (x) => where(gt(spread(2, 3), 0), x, 3)),
    one([2, 3], (x) => where(gt(spread(2, 3), 0), -2, mul(x, x))),
  ],
  maskedFill: [
    one([2, 3], (x) => maskedFill(mul(x, x), gt(spread(3), 0), -1)),
    two([2, 3], [], (x, value) => maskedFill(x, gt(spread(2, 3), 0), mul(value, value))),
  ],
};
