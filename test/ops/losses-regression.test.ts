/** Losses of a difference: values, gradients, kinks, and what they refuse. Values computed with PyTorch 2.13. */
import t from 'tap';
import { grad } from '../../src/autograd/backward.js';
import { tensor, zeros } from '../../src/ops/creation.js';
import { huberLoss, l1Loss, mseLoss, smoothL1Loss, type LossOptions } from '../../src/ops/regression-losses.js';
import { expand } from '../../src/ops/expand.js';
import { sum } from '../../src/ops/sum.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { setWarningHandler } from '../../src/warnings.js';
import { gradientsOfSum, leaf, near, onEveryBackend } from './values.js';

type Loss = (input: Tensor, target: Tensor, options?: LossOptions) => Tensor;

const half: Loss = (x, t, options) => smoothL1Loss(x, t, { ...options, beta: 0.5 });
const sevenTenths: Loss = (x, t, options) => huberLoss(x, t, { ...options, delta: 0.7 });
const cases: [name: string, loss: Loss, each: number[], slopes: number[]][] = [
  ['mseLoss', mseLoss, [0.5625, 0.25, 6.25, 9], [1.5, 1, -5, 6]],
  ['l1Loss', l1Loss, [0.75, 0.5, 2.5, 3], [1, 1, -1, 1]],
  ['smoothL1Loss', smoothL1Loss, [0.28125, 0.125, 2, 2.5], [0.75, 0.5, -1, 1]],
  ['smoothL1Loss, beta 0.5', half, [0.5, 0.25, 2.25, 2.75], [1, 1, -1, 1]],
  ['huberLoss', huberLoss, [0.28125, 0.125, 2, 2.5], [0.75, 0.5, -1, 1]],
  ['huberLoss, delta 0.7', sevenTenths, [0.28, 0.125, 1.505, 1.855], [0.7, 0.5, -0.7, 0.7]],
];

for (const [name, loss, each, slopes] of cases) {
  onEveryBackend(t, name, (t) => {
    const total = each.reduce((a, b) => a + b, 0);
    const reductions: [LossOptions, number | number[], number][] = [
      [{}, total / 4, 4],
      [{ reduction: 'mean' }, total / 4, 4],
      [{ reduction: 'sum' }, total, 1],
      [{ reduction: 'none' }, each, 1],
    ];
    for (const [options, value, divisor] of reductions) {
      const [x, target] = [leaf([1, -2, 0.5, 4]), leaf([0.25, -2.5, 3, 1])];
      const out = loss(x, target, options);
      const wanted = slopes.map((slope) => slope / divisor);
      near(t, out.tolist(), value, JSON.stringify(options));
      near(t, gradientsOfSum(out, x, target), [wanted, wanted.map((slope) => -slope)], 'gradients of both');
    }
  });
}

onEveryBackend(t, 'at kinks, far out and at what is no number', (t) => {
  const d = [NaN, -Infinity, -3, -1, -0.5, 0, 0.5, 1, 3, Infinity];
  const parabolaAndLine = {
    each: [NaN, Infinity, 2.5, 0.5, 0.125, 0, 0.125, 0.5, 2.5, Infinity],
    slope: [NaN, -1, -1, -1, -0.5, 0, 0.5, 1, 1, 1],
    curvature: [0, 0, 0, 1, 1, 1, 0, 0, 0],
  };
  const expected: [string, Loss, typeof parabolaAndLine][] = [
    ['smoothL1Loss', smoothL1Loss, parabolaAndLine],
    ['huberLoss', huberLoss, parabolaAndLine],
    [
      'mseLoss',
      mseLoss,
      {
        each: [NaN, Infinity, 9, 1, 0.25, 0, 0.25, 1, 9, Infinity],
        slope: [NaN, -Infinity, -6, -2, -1, 0, 1, 2, 6, Infinity],
        curvature: [2, 2, 2, 2, 2, 2, 2, 2, 2],
      },
    ],
    [
      'l1Loss',
      l1Loss,
      {
        each: [NaN, Infinity, 3, 1, 0.5, 0, 0.5, 1, 3, Infinity],
        slope: [0, -1, -1, -1, -1, 0, 1, 1, 1, 1],
        curvature: [0, 0, 0, 0, 0, 0, 0, 0, 0],
      },
    ],
  ];
  for (const [name, loss, { each, slope, curvature }] of expected) {
    const x = leaf(d);
    const out = loss(x, zeros([d.length]), { reduction: 'none' });
    near(t, out.tolist(), each, `${name}, values`);
    const [first] = grad([sum(out)], [x], null, { createGraph: true });
    near(t, first.tolist(), slope, `${name}, slopes`);
    const second = first.requiresGrad ? grad([sum(first)], [x], null, { allowUnused: true })[0] : null;
    near(t, ((second?.tolist() ?? d.map(() => 0)) as number[]).slice(1), curvature, `${name}, curvatures`);
  }
});

onEveryBackend(t, 'a beta of 0 is the absolute error', (t) => {
  const x = leaf([3, 0, -0.25]);
  const out = smoothL1Loss(x, zeros([3]), { beta: 0, reduction: 'none' });
  near(t, out.tolist(), [3, 0, 0.25], 'values');
  near(t, gradientsOfSum(out, x), [[1, 0, -1]], 'slopes');
});

onEveryBackend(t, 'scalars and nothing', (t) => {
  near(t, mseLoss(tensor(3), tensor(1)).tolist(), 4, 'of scalars');
  near(t, mseLoss(zeros([0, 2]), zeros([0, 2])).tolist(), NaN, 'the mean of nothing');
  near(t, mseLoss(zeros([0, 2]), zeros([0, 2]), { reduction: 'sum' }).tolist(), 0, 'the sum of nothing');
});

onEveryBackend(t, 'other shapes are repeated, with a warning', (t) => {
  for (const [name, loss] of Object.entries({ mseLoss, l1Loss, smoothL1Loss, huberLoss })) {
    const [x, y] = [leaf([[1], [2]]), leaf([0.5, 4])];
    const whole: [Tensor, Tensor] = [expand(x, [2, 2]), expand(y, [2, 2])];
    const warnings: string[] = [];
    const before = setWarningHandler((message) => warnings.push(message));
    try {
      near(t, loss(x, y).tolist(), loss(...whole).tolist(), `${name}: value`);
      near(t, gradientsOfSum(loss(x, y), x, y), gradientsOfSum(loss(...whole), x, y), `${name}: gradients`);
    } finally {
      setWarningHandler(before);
    }
    t.equal(warnings.length, 2, 'each such call warns, and no other');
    t.match(warnings[0], `${name}: input and target have different shapes, [2,1] and [2], and are repeated to [2,2];`);
  }
});

t.test('what is refused', async (t) => {
  const [x, y] = [zeros([2, 3]), zeros([2])];
  for (const [name, loss] of Object.entries({ mseLoss, l1Loss, smoothL1Loss, huberLoss })) {
    t.throws(() => loss(x, y), {
      name: 'ShapeError',
      message: `${name}: expected shapes that broadcast (equal sizes or 1, aligned at the end), got [2,3] and [2]`,
    });
    // @ts-expect-error what JavaScript may pass
    t.throws(() => loss(x, x, { reduction: 'average' }), {
      message: `${name}: expected reduction to be 'mean', 'sum' or 'none', got "average"`,
    });
  }
  t.throws(() => smoothL1Loss(x, x, { beta: -1 }), { message: 'smoothL1Loss: expected a beta of at least 0, got -1' });
  t.throws(() => huberLoss(x, x, { delta: 0 }), { message: 'huberLoss: expected a delta above 0, got 0' });
});
