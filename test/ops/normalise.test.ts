/** Batch norm's statistics and dropout's. Values from PyTorch 2.13. */
import t from 'tap';
import { batchNorm } from '../../src/ops/batch-norm.js';
import { ones, tensor, zeros } from '../../src/ops/creation.js';
import { dropout } from '../../src/ops/dropout.js';
import { mean } from '../../src/ops/sum.js';
import { variance } from '../../src/ops/variance.js';
import { RandomGenerator } from '../../src/tensor/random.js';
import { gradientsOfSum, leaf, near, onEveryBackend } from './values.js';

const batch = [
  [1, 2],
  [3, 6],
  [8, 4],
];

onEveryBackend(t, 'batchNorm in training', (t) => {
  const [runningMean, runningVar] = [zeros([2]), ones([2])];
  const y = batchNorm(tensor(batch), runningMean, runningVar, null, null, { training: true, momentum: 0.3, eps: 0 });
  near(t, mean(y, 0).tolist(), [0, 0], 'each channel has the mean 0');
  near(t, variance(y, 0, { correction: 0 }).tolist(), [1, 1], 'and the (population) variance 1');
  near(t, runningMean.tolist(), [1.2, 1.2], 'running mean');
  near(t, runningVar.tolist(), [4.6, 1.9], 'running variance: with n - 1, although y is made with n');
  t.notOk(runningMean.requiresGrad || runningVar.requiresGrad, 'running statistics are outside of the graph');
});

onEveryBackend(t, 'batchNorm in evaluation changes nothing but x', (t) => {
  const [runningMean, runningVar] = [tensor([1, 2]), tensor([4, 9])];
  const y = batchNorm(tensor(batch), runningMean, runningVar, tensor([2, 3]), tensor([10, 20]), { eps: 0 });
  near(
    t,
    y.tolist(),
    [
      [10, 20],
      [12, 24],
      [17, 22],
    ],
    'values',
  );
  near(
    t,
    [runningMean.tolist(), runningVar.tolist()],
    [
      [1, 2],
      [4, 9],
    ],
    'the statistics stay',
  );
});

onEveryBackend(t, 'the eps is added to the variance', (t) => {
  near(
    t,
    batchNorm(tensor([[3]]), tensor([1]), tensor([3]), null, null, { eps: 1 }).tolist(),
    [[1]],
    '(3 - 1) / sqrt(3 + 1)',
  );
  const same = batchNorm(tensor([[5], [5]]), null, null, null, null, { training: true });
  near(t, same.tolist(), [[0], [0]], 'equal values become 0, not NaN');
});

onEveryBackend(t, 'dropout', (t) => {
  const x = leaf(Float32Array.from({ length: 20000 }, () => 3));
  const y = dropout(x, 0.2, true, new RandomGenerator(1));
  const values = [...y.dataSync()];
  const zeroed = values.filter((value) => value === 0).length / values.length;
  t.ok(Math.abs(zeroed - 0.2) < 0.01, `a share of ${zeroed} is zero`);
  t.ok(
    values.every((value) => value === 0 || Math.abs(value - 3.75) < 1e-6),
    'the others are divided by 0.8',
  );
  const [gradient] = gradientsOfSum(y, x) as number[][];
  t.ok(
    gradient.every((value, i) => Math.abs(value - values[i] / 3) < 1e-6),
    'the gradient passes where the value did, scaled alike',
  );
  t.equal(dropout(x, 0.5, false), x, 'in evaluation it is the input itself');
  t.equal(dropout(x, 0), x, 'so it is with p = 0');
  t.ok(
    dropout(x, 1)
      .dataSync()
      .every((value) => value === 0),
    'p = 1 leaves nothing, and no NaN',
  );
});

t.test('the same seed drops the same values', async (t) => {
  const drop = (seed: number) => dropout(ones([50]), 0.5, true, new RandomGenerator(seed)).tolist();
  t.same(drop(3), drop(3));
  t.notSame(drop(3), drop(4));
});

t.test('errors', async (t) => {
  const fails = (run: () => unknown, message: string) => t.throws(run, { name: 'ShapeError', message }, message);
  const x = tensor(batch);
  const statistics =
    'batchNorm: expected running statistics in evaluation mode, got none; give them, or { training: true }';
  fails(() => batchNorm(x, null, null), statistics);
  fails(
    () => batchNorm(x, zeros([2]), zeros([3])),
    'batchNorm: expected runningVar of shape [2] for input [3,2], got [3]',
  );
  fails(
    () => batchNorm(x, zeros([2]), zeros([2]), zeros([2, 1])),
    'batchNorm: expected weight of shape [2] for input [3,2], got [2,1]',
  );
  fails(() => batchNorm(tensor([1, 2]), null, null), 'batchNorm: expected an input of shape [N,C,..], got [2]');
  fails(
    () => batchNorm(zeros([1, 2]), null, null, null, null, { training: true }),
    'batchNorm: expected more than one value per channel in training, got input [1,2]',
  );
  t.throws(() => batchNorm(x, leaf([1, 2]), ones([2])), {
    name: 'AutogradError',
    message: 'batchNorm: expected running statistics that require no gradient, got some that do; detach() them',
  });
  for (const p of [-0.1, 1.1, NaN]) fails(() => dropout(x, p), `dropout: expected a probability from 0 to 1, got ${p}`);
});
