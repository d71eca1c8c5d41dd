/** Reductions: which dimensions, what is left of them, nothing to reduce, ties. Values from PyTorch 2.13. */
import t from 'tap';
import { grad } from '../../src/autograd/backward.js';
import { assign } from '../../src/ops/assign.js';
import { amax } from '../../src/ops/amax.js';
import { mul } from '../../src/ops/arithmetic.js';
import { tensor, zeros } from '../../src/ops/creation.js';
import { norm } from '../../src/ops/norm.js';
import { mean, sum } from '../../src/ops/sum.js';
import { std, variance } from '../../src/ops/variance.js';
import { gradientsOfSum, leaf, near, onEveryBackend } from './values.js';

const cube = [
  [
    [1, 2],
    [3, 4],
    [5, 6],
  ],
  [
    [7, 8],
    [9, 10],
    [11, 12],
  ],
];

onEveryBackend(t, 'dimensions', (t) => {
  const x = tensor(cube);
  near(t, sum(x).tolist(), 78, 'all: a scalar');
  near(t, sum(x, []).tolist(), 78, 'an empty list means all, as in PyTorch');
  near(
    t,
    sum(x, 1).tolist(),
    [
      [9, 12],
      [27, 30],
    ],
    'one in the middle',
  );
  near(
    t,
    sum(x, -1).tolist(),
    [
      [3, 7, 11],
      [15, 19, 23],
    ],
    'the last',
  );
  near(t, sum(x, [0, 2]).tolist(), [18, 26, 34], 'two that are not neighbours');
  near(t, sum(x, [-1, 0], true).tolist(), [[[18], [26], [34]]], 'keepdim keeps them with size 1');
  near(t, mean(x, [1, 2]).tolist(), [3.5, 9.5], 'mean over two neighbours');
  near(t, mean(x, undefined, true).tolist(), [[[6.5]]], 'all, with keepdim');
  near(t, amax(x, [0, 1]).tolist(), [11, 12], 'amax');
});

onEveryBackend(t, 'nothing to reduce', (t) => {
  near(t, sum(zeros([0])).tolist(), 0, 'the sum of nothing is 0');
  near(t, sum(zeros([0, 3]), 0).tolist(), [0, 0, 0], 'for each column');
  near(t, sum(zeros([2, 0]), 0).tolist(), [], 'no columns');
  near(t, mean(zeros([0, 2]), 0).tolist(), [NaN, NaN], 'the mean of nothing is NaN');
  const x = leaf([[], []]);
  near(t, gradientsOfSum(sum(x, 1), x), [[[], []]], 'the gradient of nothing is empty');
});

onEveryBackend(t, 'a scalar', (t) => {
  const x = tensor(3);
  const total = sum(x);
  assign(x, tensor(5));
  near(t, total.tolist(), 3, 'its sum does not change with it');
  near(t, [mean(x).item(), amax(x).item(), sum(x, 0).item()], [5, 5, 5], 'and is itself');
});

onEveryBackend(t, 'gradients of sum and mean', (t) => {
  const x = leaf(cube);
  const weight = tensor([1, 10]);
  const ones = (value: number) => cube.map((plane) => plane.map((row) => row.map(() => value)));
  near(t, gradientsOfSum(sum(x), x), [ones(1)], 'sum');
  near(t, gradientsOfSum(mean(x), x), [ones(1 / 12)], 'mean');
  const weighed = cube.map((plane) => plane.map(() => [1 / 6, 10 / 6]));
  near(t, gradientsOfSum(mul(mean(x, [0, 1]), weight), x), [weighed], 'mean over [0,1], weighed');
});

onEveryBackend(t, 'amax splits the gradient evenly among ties', (t) => {
  const x = leaf([
    [1, 3, 3, 2],
    [5, 5, 5, 5],
  ]);
  near(
    t,
    gradientsOfSum(amax(x, 1), x),
    [
      [
        [0, 0.5, 0.5, 0],
        [0.25, 0.25, 0.25, 0.25],
      ],
    ],
    'along a dimension',
  );
  near(
    t,
    gradientsOfSum(amax(x), x),
    [
      [
        [0, 0, 0, 0],
        [0.25, 0.25, 0.25, 0.25],
      ],
    ],
    'over all',
  );
  near(
    t,
    amax(
      tensor([
        [1, NaN],
        [2, 3],
      ]),
      1,
    ).tolist(),
    [NaN, 3],
    'NaN wins',
  );
  near(t, amax(tensor([-Infinity, -Infinity])).tolist(), -Infinity, 'minus infinity');
});

onEveryBackend(t, 'variance and standard deviation', (t) => {
  const x = tensor([
    [1, 2, 3, 6],
    [2, 2, 2, 2],
  ]);
  near(t, variance(x, 1).tolist(), [14 / 3, 0], 'n - 1');
  near(t, variance(x, 1, { correction: 0 }).tolist(), [3.5, 0], 'n');
  near(t, variance(x, 1, { keepdim: true }).tolist(), [[14 / 3], [0]], 'keepdim');
  near(t, std(x, 1, { correction: 0 }).tolist(), [Math.sqrt(3.5), 0], 'std');
  near(t, variance(tensor([7])).tolist(), NaN, 'of one value, n - 1');
  near(t, variance(tensor([1, 2]), 0, { correction: 3 }).tolist(), Infinity, 'a correction larger than n');
  const same = leaf([2, 2, 2]);
  near(t, gradientsOfSum(std(same), same), [[0, 0, 0]], 'the gradient of std is 0 where all values are equal');
});

onEveryBackend(t, 'the gradient of a variance without degrees of freedom is what PyTorch makes of it', (t) => {
  const none = NaN;
  const cases: [dims: number | undefined, correction: number, ofVariance: number[], ofStd: number[]][] = [
    [undefined, 2, [Infinity, Infinity], [none, none]],
    [undefined, 3, [Infinity, Infinity], [none, none]],
    [0, 2, [-Infinity, Infinity], [none, none]],
    [0, 3, [2, -2], [0, 0]],
    [0, 1, [-2, 2], [-Math.SQRT1_2, Math.SQRT1_2]],
  ];
  for (const [dims, correction, ofVariance, ofStd] of cases) {
    const x = leaf([1, 3]);
    const name = `dimensions ${String(dims)}, correction ${correction}`;
    near(t, gradientsOfSum(variance(x, dims, { correction }), x), [ofVariance], `variance, ${name}`);
    near(t, gradientsOfSum(std(x, dims, { correction }), x), [ofStd], `std, ${name}`);
  }
  const single = leaf([2]);
  near(t, gradientsOfSum(variance(single), single), [[NaN]], 'of a single value');
  near(t, gradientsOfSum(variance(single, 0), single), [[NaN]], 'of a single value along a dimension');
});

onEveryBackend(t, "the norm 'fro' is the 2-norm of all values, or along dimensions", (t) => {
  const x = tensor(cube);
  near(t, norm(x, 'fro').tolist(), norm(x).tolist(), 'of all');
  near(
    t,
    norm(
      tensor([
        [1, 2],
        [3, 4],
      ]),
      'fro',
      1,
    ).tolist(),
    [Math.sqrt(5), 5],
    'along a dimension',
  );
});

onEveryBackend(t, 'second derivatives where there is no first', (t) => {
  const same = leaf([2, 2, 2]);
  const zero = leaf([0, 0, 0]);
  const direction = tensor([1, -3, 5]);
  for (const [name, out, x] of [
    ['std of equal values', std(same), same],
    ['norm of zeros', norm(zero), zero],
  ] as const) {
    const [first] = grad(out, [x], null, { createGraph: true });
    near(t, first.tolist(), [0, 0, 0], name);
    near(t, gradientsOfSum(mul(first, direction), x), [[0, 0, 0]], `${name}, second derivative`);
  }
});

t.test('errors', async (t) => {
  const x = tensor(cube);
  const shape = { name: 'ShapeError' };
  t.throws(() => sum(x, 3), { ...shape, message: 'sum: expected a dimension from -3 to 2, got 3' });
  t.throws(() => mean(x, [-4]), { ...shape, message: 'mean: expected a dimension from -3 to 2, got -4' });
  t.throws(() => amax(x, 0.5), { ...shape, message: 'amax: expected a dimension from -3 to 2, got 0.5' });
  t.throws(() => sum(x, [1, -2]), { ...shape, message: 'sum: expected each dimension once, got [1,1]' });
  t.throws(() => variance(x, 5), { ...shape, message: 'variance: expected a dimension from -3 to 2, got 5' });
  t.throws(() => amax(zeros([2, 0]), 1), {
    ...shape,
    message: 'amax: expected at least one value in each reduced dimension, got shape [2,0]',
  });
});
