/** Losses between probabilities: values, gradients, certainty at 0 and 1, and what they refuse. Values computed with PyTorch 2.13. */
import t from 'tap';
import { grad } from '../../src/autograd/backward.js';
import { tensor, zeros } from '../../src/ops/creation.js';
import { binaryCrossEntropy, binaryCrossEntropyWithLogits, klDiv } from '../../src/ops/probability-losses.js';
import { logSoftmax, softmax } from '../../src/ops/softmax.js';
import { sum } from '../../src/ops/sum.js';
import { log } from '../../src/ops/unary.js';
import type { NestedNumbers } from '../../src/tensor/tensor.js';
import { gradientsOfSum, leaf, near, onEveryBackend } from './values.js';

/** A reduction, its result, and what it divides the gradients by. */
type Case = [reduction: 'mean' | 'sum' | 'none', value: NestedNumbers, divisor: number];

const target = [0, 1, 0.25, 0.6];

onEveryBackend(t, 'binaryCrossEntropy', (t) => {
  const each = [0.3566749439, 0.1053605157, 0.6931471806, 2.767122246];
  const slopes = [
    [1.428571429, -1.111111111, 1, -59.5959596],
    [0.8472978604, -2.197224577, 0, 4.59511985],
  ];
  const reductions: Case[] = [
    ['mean', 0.9805762215, 4],
    ['sum', 3.922304886, 1],
    ['none', each, 1],
  ];
  for (const [reduction, value, divisor] of reductions) {
    const [x, y] = [leaf([0.3, 0.9, 0.5, 0.01]), leaf(target)];
    const out = binaryCrossEntropy(x, y, { reduction });
    near(t, out.tolist(), value, reduction);
    const wanted = slopes.map((row) => row.map((slope) => slope / divisor));
    near(t, gradientsOfSum(out, x, y), wanted, `gradients, ${reduction}`);
  }
  const x = leaf([0.3, 0.9, 0.5, 0.01]);
  const weighed = binaryCrossEntropy(x, tensor(target), { weight: tensor([2, 0.5, 1, 3]) });
  near(t, weighed.tolist(), 2.440136016, 'weighed: the mean still divides by the number of elements');
  near(t, gradientsOfSum(weighed, x), [[0.7142857143, -0.1388888889, 0.25, -44.6969697]], 'and its gradient');
});

onEveryBackend(t, 'binaryCrossEntropy of what is certain', (t) => {
  const x = leaf([0, 0, 0, 1, 1, 1]);
  const y = leaf([0, 1, 0.5, 0, 1, 0.5]);
  const out = binaryCrossEntropy(x, y, { reduction: 'none' });
  near(t, out.tolist(), [0, 100, 50, 100, 0, 50], 'logarithms are at least -100');
  const [first, ofTarget] = grad([sum(out)], [x, y], null, { createGraph: true });
  near(t, first.tolist(), [0, -1e12, -5e11, 1e12, 0, 5e11], 'slopes are divided by at least 1e-12');
  near(t, ofTarget.tolist(), [Infinity, Infinity, Infinity, -Infinity, -Infinity, -Infinity], 'slopes of the target');
  const [second] = grad([sum(first)], [x]);
  near(t, second.tolist(), [0, 1e24, 5e23, 1e24, 0, 5e23], 'curvatures');
  near(t, binaryCrossEntropy(tensor([-0.1, 1.1]), tensor([0, 1])).tolist(), NaN, 'an input that is no probability');
});

onEveryBackend(t, 'binaryCrossEntropyWithLogits', (t) => {
  const logits = [-2, 0.5, 3, 0];
  const each = [0.126928011, 0.4740769842, 2.298587352, 0.6931471806];
  const slopes = [
    [0.119202922, -0.3775406688, 0.7025741268, -0.1],
    [2, -0.5, -3, 0],
  ];
  const reductions: Case[] = [
    ['mean', 0.8981848818, 4],
    ['sum', 3.592739527, 1],
    ['none', each, 1],
  ];
  for (const [reduction, value, divisor] of reductions) {
    const [x, y] = [leaf(logits), leaf(target)];
    const out = binaryCrossEntropyWithLogits(x, y, { reduction });
    near(t, out.tolist(), value, reduction);
    const wanted = slopes.map((row) => row.map((slope) => slope / divisor));
    near(t, gradientsOfSum(out, x, y), wanted, `gradients, ${reduction}`);
  }
  const [x, y] = [leaf(logits), leaf(target)];
  const options = { weight: tensor([2, 0.5, 1, 3]), posWeight: tensor([3, 2, 0.5, 1.5]), reduction: 'none' } as const;
  const out = binaryCrossEntropyWithLogits(x, y, options);
  near(t, out.tolist(), [0.2538560221, 0.4740769842, 2.292513933, 2.703274004], 'with both weights');
  near(
    t,
    gradientsOfSum(out, x, y),
    [
      [0.238405844, -0.3775406688, 0.708502361, -0.75],
      [12.50771204, -0.01296150791, -3.024293676, 1.039720771],
    ],
    'and its gradients',
  );
});

onEveryBackend(t, 'binaryCrossEntropyWithLogits far out', (t) => {
  const x = leaf([-1000, -1000, 1000, 1000, -Infinity, -Infinity, Infinity, Infinity]);
  const y = leaf([0, 1, 0, 1, 1, 0, 0, 1]);
  const out = binaryCrossEntropyWithLogits(x, y, { reduction: 'none' });
  near(t, (out.tolist() as number[]).slice(0, 4), [0, 1000, 1000, 0], 'values');
  const [first, ofTarget] = grad([sum(out)], [x, y], null, { createGraph: true });
  near(t, first.tolist(), [0, -1, 1, 0, -1, 0, 1, 0], 'slopes, at infinity too');
  near(t, ofTarget.tolist(), [1000, 1000, -1000, -1000, Infinity, Infinity, -Infinity, -Infinity], 'of the target');
  near(t, grad([sum(first)], [x])[0].tolist(), [0, 0, 0, 0, 0, 0, 0, 0], 'curvatures');

  const sure = leaf([-30, 30]);
  const small = binaryCrossEntropyWithLogits(sure, tensor([0, 1]), { reduction: 'none' });
  // ln(1 + e^-30) and 1 / (1 + e^30)
  const tiny = 9.3576229688397e-14;
  const rightly = (found: number, wanted: number): boolean => Math.abs(found - wanted) < 1e-5 * tiny;
  const [low, high] = small.tolist() as number[];
  t.ok(rightly(low, tiny) && rightly(high, tiny), `small losses keep their digits: ${low}, ${high}`);
  const [[up, down]] = gradientsOfSum(small, sure) as number[][];
  t.ok(rightly(up, tiny) && rightly(down, -tiny), `and small slopes: ${up}, ${down}`);
});

const logits = [
  [1, 2, 0.5],
  [0, -1, 1],
];
const wantedLogits = [
  [0.3, 0.1, 2],
  [1, 1, 0],
];

onEveryBackend(t, 'klDiv', (t) => {
  const input = logSoftmax(tensor(logits), 1);
  const wanted = softmax(tensor(wantedLogits), 1);
  const each = [
    [-0.07164748758607, -0.1933810030235, 1.259144480734],
    [0.2304218495669, 0.6527406478184, -0.2259573457416],
  ];
  const reductions: ['mean' | 'batchmean' | 'sum' | 'none', NestedNumbers][] = [
    ['mean', 0.2752201902946],
    ['batchmean', 0.825660570884],
    ['sum', 1.651321141768],
    ['none', each],
  ];
  for (const [reduction, value] of reductions) {
    near(t, klDiv(input, wanted, { reduction }).tolist(), value, reduction);
    const logTarget = klDiv(input, log(wanted), { reduction, logTarget: true });
    near(t, logTarget.tolist(), value, `${reduction}, target in logarithms`);
  }
  near(t, klDiv(tensor(-1), tensor(0.5), { reduction: 'batchmean' }).tolist(), 0.1534264097, 'a scalar');
});

onEveryBackend(t, 'klDiv: a target of 0 costs nothing', (t) => {
  const [x, y] = [leaf([-1, -1, -2]), leaf([0, 0.5, 1])];
  const out = klDiv(x, y, { reduction: 'none' });
  near(t, out.tolist(), [0, 0.1534264097, 2], 'values');
  near(t, gradientsOfSum(out, x), [[0, -0.5, -1]], 'slopes');
  const [ofTarget] = gradientsOfSum(klDiv(x, y, { reduction: 'none' }), y) as number[][];
  near(t, ofTarget.slice(1), [1.306852819, 3], 'slopes of the target');
});

t.test('what is refused', async (t) => {
  const [x, y] = [zeros([2, 3]), zeros([2, 1])];
  for (const [name, loss] of Object.entries({ binaryCrossEntropy, binaryCrossEntropyWithLogits, klDiv })) {
    t.throws(() => loss(x, y), {
      name: 'ShapeError',
      message: `${name}: expected input and target of the same shape, got [2,3] and [2,1]; reshape() or expand() one to the other's`,
    });
  }
  t.throws(() => binaryCrossEntropy(x, x, { weight: zeros([4, 2, 3]) }), {
    message: 'binaryCrossEntropy: expected a weight that broadcasts to [2,3], got [4,2,3]',
  });
  t.throws(() => binaryCrossEntropyWithLogits(x, x, { posWeight: zeros([4, 2, 3]) }), {
    message: 'binaryCrossEntropyWithLogits: expected a posWeight that broadcasts to [2,3], got [4,2,3]',
  });
});
