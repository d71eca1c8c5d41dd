/** crossEntropy and nllLoss: weights, ignored classes, probabilities, pixels. Values from PyTorch 2.13. */
import t from 'tap';
import { full, tensor, zeros } from '../../src/ops/creation.js';
import { crossEntropy, nllLoss, type CrossEntropyOptions } from '../../src/ops/cross-entropy.js';
import { checksIndices } from '../backends/under-test.js';
import { gradientsOfSum, leaf, near, onEveryBackend } from './values.js';

const logits = [
  [1, 2, 3],
  [0, 0, 1],
  [2, -1, 0],
];
const probabilities = [
  [0.2, 0.3, 0.5],
  [1, 0, 0],
  [0.1, 0.1, 0.8],
];
const weights = () => tensor([0.5, 1, 2]);
/** Nine numbers as three rows. */
const rows = (values: number[]) => [values.slice(0, 3), values.slice(3, 6), values.slice(6)];

type Case = readonly [options: CrossEntropyOptions, weighted: boolean, value: number | number[], gradient: number[]];

onEveryBackend(t, 'class numbers', (t) => {
  const smoothed = [
    ...[0.1075535, 0.3282748, -0.4358283, -0.2516409, 0.0483591, 0.2032818],
    ...[0.8359845, -0.7558894, -0.080095],
  ];
  const cases: readonly Case[] = [
    [
      {},
      true,
      1.3602229,
      [0.051446, 0.1398448, -0.1912909, -0.1125798, 0.0302774, 0.0823024, 0.2410842, -0.2737114, 0.0326272],
    ],
    [{ ignoreIndex: 0 }, false, 1.788726, [0.0450153, 0.1223642, -0.1673795, 0, 0, 0, 0.4218974, -0.478995, 0.0570976]],
    [
      { ignoreIndex: 1, labelSmoothing: 0.3 },
      true,
      0.7197287,
      [0.0430214, 0.1313099, -0.1743313, -0.1006564, 0.0193436, 0.0813127, 0, 0, 0],
    ],
    [{ labelSmoothing: 0.3, reduction: 'sum' }, true, 4.7776601, smoothed],
    [{ labelSmoothing: 0.3, reduction: 'none' }, true, [0.9133104, 0.8860113, 2.9783383], smoothed],
  ];
  for (const [options, weighted, value, gradient] of cases) {
    const x = leaf(logits);
    const loss = crossEntropy(x, tensor([2, 0, 1]), { ...options, weight: weighted ? weights() : null });
    near(t, loss.tolist(), value, JSON.stringify(options));
    near(t, gradientsOfSum(loss, x), [rows(gradient)], `gradient, ${JSON.stringify(options)}`);
  }
});

onEveryBackend(t, 'probabilities as targets', (t) => {
  const cases: readonly Case[] = [
    [
      {},
      false,
      1.5762989,
      [-0.0366565, -0.0184238, 0.0550803, -0.2626861, 0.0706472, 0.192039, 0.2479316, -0.01933, -0.2286016],
    ],
    [
      { labelSmoothing: 0.3 },
      true,
      1.7985449,
      [-0.0000864, 0.005163, -0.0050765, -0.0838803, 0.0161197, 0.0677606, 0.4146589, -0.0346114, -0.3800475],
    ],
    [
      { reduction: 'none' },
      true,
      [1.0706484, 0.7757224, 3.7972306],
      [0.0260428, 0.0426199, -0.0686627, -0.3940292, 0.1059708, 0.2880584, 1.4266408, -0.0264824, -1.4001584],
    ],
  ];
  for (const [options, weighted, value, gradient] of cases) {
    const x = leaf(logits);
    const loss = crossEntropy(x, tensor(probabilities), { ...options, weight: weighted ? weights() : null });
    near(t, loss.tolist(), value, JSON.stringify(options));
    near(t, gradientsOfSum(loss, x), [rows(gradient)], `gradient, ${JSON.stringify(options)}`);
  }
});

onEveryBackend(t, 'pixels, and a single sample', (t) => {
  const x = tensor([
    [
      [1, 2],
      [0, 1],
      [3, 0],
    ],
  ]);
  near(t, crossEntropy(x, tensor([[2, -100]]), { reduction: 'none' }).tolist(), [[0.169846, 0]], 'one ignored');
  near(t, crossEntropy(x, [2, -100]).item(), 0.169846, 'the mean is over the others');
  near(t, crossEntropy(x, [0, 1], { weight: weights() }).item(), 1.661686, 'weights');
  near(t, crossEntropy(tensor([1, 0, 3]), tensor(2)).item(), 0.169846, 'no batch');
  near(t, crossEntropy(tensor([1, 0, 3]), [2], { reduction: 'none' }).tolist(), 0.169846, 'no batch, a number');
});

onEveryBackend(t, 'nothing that counts', (t) => {
  const x = leaf([[1, 2]]);
  near(t, crossEntropy(x, [1], { ignoreIndex: 1 }).item(), NaN, 'mean');
  near(t, crossEntropy(x, [1], { ignoreIndex: 1, reduction: 'sum' }).item(), 0, 'sum');
  near(t, gradientsOfSum(crossEntropy(x, [-100], { reduction: 'sum' }), x), [[[0, 0]]], 'gradient');
  near(t, nllLoss(zeros([0, 3]), []).item(), NaN, 'no samples');
  const far = leaf([[-Infinity, 0]]);
  const ignored = crossEntropy(far, [0], { ignoreIndex: 0, reduction: 'sum', labelSmoothing: 0.5 });
  near(t, ignored.item(), 0, 'an infinite loss that is ignored');
});

onEveryBackend(t, 'a number as the class of a single sample', (t) => {
  const single = tensor(logits[0]);
  near(t, [crossEntropy(single, 2).item()], [0.40760596], 'crossEntropy');
  t.strictSame(crossEntropy(single, 2).shape, []);
  near(t, [nllLoss(single, 1, { weight: weights(), reduction: 'sum' }).item()], [-2], 'nllLoss');
  const missing: { target?: number } = {};
  for (const [name, loss] of Object.entries({ crossEntropy, nllLoss })) {
    t.throws(() => loss(single, missing.target as number), {
      name: 'ShapeError',
      message: `${name}: expected class numbers as a tensor, a list or one number, got undefined`,
    });
  }
});

onEveryBackend(t, 'errors', (t) => {
  const fails = (run: () => unknown, message: string) => t.throws(run, { name: 'ShapeError', message }, message);
  const x = zeros([2, 3, 4]);
  fails(
    () => crossEntropy(x, zeros([2, 3])),
    'crossEntropy: expected class numbers of shape [2,4] for input [2,3,4], got [2,3]',
  );
  fails(() => nllLoss(x, [1, 2]), 'nllLoss: expected 8 class numbers (input [2,3,4]), got 2');
  if (checksIndices) {
    fails(() => nllLoss(zeros([2, 3]), tensor([1, 3])), 'nllLoss: expected class numbers from 0 to 2, got 3');
    fails(() => nllLoss(zeros([1, 3]), tensor([-1])), 'nllLoss: expected class numbers from 0 to 2, got -1');
  } else {
    near(t, nllLoss(full([2, 3], -1), tensor([1, 3]), { reduction: 'none' }).tolist(), [1, 0], 'a wrong class picks 0');
  }
  fails(
    () => crossEntropy(zeros([1, 3]), [0], { weight: zeros([2]) }),
    'crossEntropy: expected a weight of shape [3], one for each class, got [2]',
  );
  fails(
    () => crossEntropy(zeros([1, 3]), zeros([1, 3]), { ignoreIndex: 1 }),
    'crossEntropy: expected no ignoreIndex with probabilities as targets, got 1',
  );
  t.throws(() => crossEntropy(zeros([1, 3]), [0], { reduction: 'average' as 'mean' }), {
    name: 'ArgumentError',
    message: "crossEntropy: expected reduction to be 'mean', 'sum' or 'none', got \"average\"",
  });
});
