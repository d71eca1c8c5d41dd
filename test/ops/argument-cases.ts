/** Rows of op-cases.ts for powers, rounding, products, running sums, shapes, and the losses of a classifier. */
import { mul } from '../../src/ops/arithmetic.js';
import { tensor } from '../../src/ops/creation.js';
import { crossEntropy, nllLoss } from '../../src/ops/cross-entropy.js';
import { cumprod, cumsum, prod } from '../../src/ops/cumsum.js';
import { movedim, t } from '../../src/ops/permute.js';
import { addmm, bmm, dot, mm, mv, outer } from '../../src/ops/products.js';
import { unflatten } from '../../src/ops/reshape.js';
import { ceil, floor, round, trunc } from '../../src/ops/rounding.js';
import { softmax } from '../../src/ops/softmax.js';
import { cos, sin } from '../../src/ops/trigonometry.js';
import { clamp } from '../../src/ops/clamp.js';
import { pow } from '../../src/ops/power.js';
import { sign } from '../../src/ops/unary.js';
import { one, onPositive, positive, spread, two, type OpCase } from './case-inputs.js';

const weight = () => tensor([0.5, 2, 1, 0.25]);

export const argumentCases: Readonly<Record<string, readonly OpCase[]>> = {
  sign: [one([2, 3], sign)],
  floor: [one([2, 3], floor)],
  ceil: [one([2, 3], ceil)],
  trunc: [one([2, 3], trunc)],
  round: [one([2, 3], (x) => round(x)), one([2, 3], (x) => round(x, 1))],
  sin: [one([2, 3], sin)],
  cos: [one([2, 3], cos)],
  pow: [
    one([2, 3], (x) => pow(x, 3)),
    one([2, 3], (x) => pow(x, 2)),
    one([2, 3], (x) => pow(x, 1)),
    one([2, 3], (x) => pow(x, 0)),
    onPositive((x) => pow(x, -1.5)),
    { inputs: () => [positive(2, 3), spread(3)], run: pow },
    one([2, 3], (x) => pow(2.5, x)),
    { inputs: () => [positive(2, 1), spread(3)], run: pow },
    one([3], (x) => pow(x, tensor([2, 0, -3]))),
  ],
  clamp: [
    one([3, 4], (x) => clamp(x, -1, 1.2)),
    one([3, 4], (x) => clamp(x, 0)),
    one([3, 4], (x) => clamp(x, undefined, 0)),
    two([3, 4], [3, 1], (x, max) => clamp(x, -1.5, max)),
    { inputs: () => [spread(3, 4), tensor([-1.1, 0.4, -0.3, 1]), tensor([[1.3], [0.6], [-0.2]])], run: clamp },
  ],

  mm: [two([2, 3], [3, 2], mm)],
  bmm: [two([2, 2, 3], [2, 3, 2], bmm)],
  mv: [two([2, 3], [3], mv)],
  dot: [two([3], [3], dot)],
  outer: [two([3], [2], outer)],
  addmm: [
    {
      inputs: () => [spread(3), spread(2, 4), spread(4, 3)],
      run: (x, a, b) => addmm(x, a, b, { beta: 0.5, alpha: -2 }),
    },
  ],
  cumsum: [one([2, 5], (x) => mul(cumsum(x, 1), spread(2, 5))), one([3, 2], (x) => cumsum(x, 0))],
  cumprod: [
    one([2, 5], (x) => cumprod(x, -1)),
    one([4], (x) => cumprod(mul(x, tensor([1, 0, 1, 1])), 0)),
    one([], (x) => cumprod(x, 0)),
  ],
  prod: [
    one([2, 3], (x) => prod(x)),
    one([2, 5], (x) => prod(x, 1, true)),
    one([4], (x) => prod(mul(x, tensor([1, 0, 1, 1])), 0)),
    one([4], (x) => prod(mul(x, tensor([1, 0, 0, 1])))),
  ],

  unflatten: [one([2, 6], (x) => mul(unflatten(x, 1, [-1, 2]), spread(2, 3, 2)))],
  movedim: [one([2, 3, 4], (x) => mul(movedim(x, [0, 1], [-1, 0]), spread(3, 4, 2)))],
  t: [one([2, 3], (x) => mul(t(x), spread(3, 2))), one([3], t)],

  crossEntropy: [
    one([3, 4], (x) => crossEntropy(x, [0, 3, 1])),
    one([3, 4], (x) => crossEntropy(x, [0, 3, 1], { reduction: 'sum', labelSmoothing: 0.2 })),
    one([3, 4], (x) => crossEntropy(x, tensor([0, 3, 1]), { reduction: 'none' })),
    one([3, 4], (x) => crossEntropy(x, [0, 2, 1], { weight: weight(), ignoreIndex: 2, labelSmoothing: 0.2 })),
    one([2, 4, 2], (x) => crossEntropy(x, [0, 3, 1, -100], { weight: weight() })),
    one([4], (x) => crossEntropy(x, tensor(2))),
    one([4], (x) => crossEntropy(x, 2)),
    two([3, 4], [3, 4], (x, q) => crossEntropy(x, softmax(q, 1), { weight: weight(), labelSmoothing: 0.1 })),
  ],
  nllLoss: [
    one([3, 4], (x) => nllLoss(x, [0, 3, 1])),
    one([3, 4], (x) => nllLoss(x, [2, 2, 2], { reduction: 'none' })),
    one([4], (x) => nllLoss(x, 1)),
    one([2, 4, 3], (x) => nllLoss(x, [0, 1, 2, 3, 2, 1], { weight: weight(), ignoreIndex: 1 })),
  ],
};
