/** Powers, limits and rounding, products and running sums, and the forms that methods take. Values from PyTorch 2.13. */
import t from 'tap';
import '../../src/ops/methods.js';
import { grad } from '../../src/autograd/backward.js';
import { div } from '../../src/ops/arithmetic.js';
import { tensor, zeros } from '../../src/ops/creation.js';
import { cumprod, cumsum, prod } from '../../src/ops/cumsum.js';
import { movedim, t as turned } from '../../src/ops/permute.js';
import { addmm, bmm, dot, mm, mv, outer } from '../../src/ops/products.js';
import { squeeze, unflatten } from '../../src/ops/reshape.js';
import { ceil, floor, round, trunc } from '../../src/ops/rounding.js';
import { sum } from '../../src/ops/sum.js';
import { cos, sin } from '../../src/ops/trigonometry.js';
import { clamp } from '../../src/ops/clamp.js';
import { pow } from '../../src/ops/power.js';
import { gradientsOfSum, leaf, near, onEveryBackend } from './values.js';

onEveryBackend(t, 'pow with a tensor as exponent, at its edges', (t) => {
  const base = leaf([0, 0, -2, -2, 3, 1, -1, NaN, 1]);
  const exponent = leaf([0, 2, 3, 0.5, -1, Infinity, Infinity, 0, NaN]);
  const out = pow(base, exponent);
  near(t, out.tolist(), [1, 0, -8, NaN, 1 / 3, 1, 1, 1, 1], 'values');
  near(
    t,
    gradientsOfSum(out, base, exponent),
    [
      [0, 0, 12, NaN, -1 / 9, Infinity, Infinity, 0, NaN],
      [0, 0, NaN, NaN, 0.3662040962, 0, NaN, NaN, 0],
    ],
    'gradients',
  );
  const powers = leaf([0, 2, -1]);
  near(t, pow(0, powers).tolist(), [1, 0, Infinity], '0 as base');
  near(t, gradientsOfSum(pow(0, powers), powers), [[0, 0, -Infinity]], 'its gradient');
  near(t, tensor([[2], [3]]).pow(tensor([1, 2])).tolist(), [[2, 4], [3, 9]], 'broadcast'); // prettier-ignore
});

onEveryBackend(t, 'the second derivative of pow where the exponent is 0', (t) => {
  const [base, exponent] = [leaf([-1, 2]), leaf([0, 0])];
  const [first, slope] = grad(sum(pow(base, exponent)), [base, exponent], null, { createGraph: true });
  near(t, first.tolist(), [0, 0], 'first, for the base');
  near(t, slope.tolist(), [NaN, Math.LN2], 'and for the exponent');
  near(t, gradientsOfSum(slope, base), [[-1, 0.5]], 'the logarithm of a negative base spoils only its own');
});

onEveryBackend(t, 'clamp with tensors', (t) => {
  const x = leaf([-2, 0, 2, NaN, 1]);
  const [low, high] = [leaf([-1, 0, -1, 0, 2]), leaf([1, 0, 1, 1, 1])];
  const out = clamp(x, low, high);
  near(t, out.tolist(), [-1, 0, 1, NaN, 1], 'values');
  near(
    t,
    gradientsOfSum(out, x, low, high),
    [
      [0, 1, 0, 0, 0],
      [1, 0, 0, 0, 0],
      [0, 0, 1, 0, 1],
    ],
    'gradients: to whoever decides, to nobody where the bounds are one number and x is NaN',
  );
  near(t, clamp(tensor([-2, 0, 2]), tensor([-1]), 1).tolist(), [-1, 0, 1], 'a tensor and a number');
  near(t, clamp(tensor([-2, 0, 2]), undefined, tensor(-1)).tolist(), [-2, -1, -1], 'only a maximum');
});

onEveryBackend(t, 'rounding', (t) => {
  const x = leaf([0.5, 1.5, 2.5, -0.5, -1.5, NaN, Infinity, 2.4999]);
  near(t, round(x).tolist(), [0, 2, 2, 0, -2, NaN, Infinity, 2], 'halves go to the even neighbour');
  near(t, gradientsOfSum(round(x), x), [[0, 0, 0, 0, 0, 0, 0, 0]], 'gradient');
  near(t, floor(x).tolist(), [0, 1, 2, -1, -2, NaN, Infinity, 2], 'floor');
  near(t, ceil(x).tolist(), [1, 2, 3, 0, -1, NaN, Infinity, 3], 'ceil');
  near(t, trunc(x).tolist(), [0, 1, 2, 0, -1, NaN, Infinity, 2], 'trunc');
  near(t, round(tensor([0.125, 2.344]), 2).tolist(), [0.12, 2.34], 'decimals');
  near(t, round(tensor([25, -15, 1.2]), -1).tolist(), [20, -20, 0], 'tens');
  near(t, floor(div(tensor([41, 49]), 49)).tolist(), [0, 1], 'a number divides exactly');
});

onEveryBackend(t, 'sin and cos', (t) => {
  const x = leaf([0, 1, -2, 100, 1e5, Infinity]);
  near(t, sin(x).tolist(), [0, 0.841470985, -0.909297427, -0.506365641, 0.035748798, NaN], 'sin');
  near(t, cos(x).tolist(), [1, 0.540302306, -0.416146837, 0.862318872, -0.999360807, NaN], 'cos');
  near(t, gradientsOfSum(cos(x), x), [[0, -0.841470985, 0.909297427, 0.506365641, -0.035748798, NaN]], 'gradient');
});

onEveryBackend(t, 'prod, cumprod, cumsum', (t) => {
  const one = leaf([2, 0, 3]);
  near(t, gradientsOfSum(prod(one), one), [[0, 6, 0]], 'the gradient at a zero is the product of the others');
  const [first] = grad(prod(one), [one], null, { createGraph: true });
  near(t, gradientsOfSum(first, one), [[3, 5, 2]], 'and its own gradient is right too');
  near(t, prod(zeros([2, 0]), 1, true).tolist(), [[1], [1]], 'of nothing');
  near(t, prod(tensor([[1, 2], [3, 4]])).item(), 24, 'of all'); // prettier-ignore
  near(t, cumsum(tensor([1, Infinity, -Infinity, 2]), 0).tolist(), [1, Infinity, NaN, NaN], 'cumsum');
  const x = leaf([1, 2, 3, 4, 5]);
  near(t, cumsum(x, 0).tolist(), [1, 3, 6, 10, 15], 'cumsum');
  near(t, gradientsOfSum(cumsum(x, 0), x), [[5, 4, 3, 2, 1]], 'gradient');
  near(t, cumprod(x, -1).tolist(), [1, 2, 6, 24, 120], 'cumprod');
  near(t, cumsum(tensor(3), 0).tolist(), 3, 'of a scalar');
  near(t, cumsum(zeros([2, 0]), 1).tolist(), [[], []], 'of nothing');
});

onEveryBackend(t, 'products by name', (t) => {
  const [a, b] = [tensor([[1, 2], [3, 4]]), tensor([[1, 0], [1, 1]])]; // prettier-ignore
  near(t, mm(a, b).tolist(), [[3, 2], [7, 4]], 'mm'); // prettier-ignore
  near(t, bmm(a.unsqueeze(0), b.unsqueeze(0)).tolist(), [[[3, 2], [7, 4]]], 'bmm'); // prettier-ignore
  near(t, mv(a, tensor([1, 10])).tolist(), [21, 43], 'mv');
  near(t, dot(tensor([1, 2]), tensor([3, 4])).item(), 11, 'dot');
  near(t, outer(tensor([1, 2]), tensor([3, 4, 5])).tolist(), [[3, 4, 5], [6, 8, 10]], 'outer'); // prettier-ignore
  near(t, addmm(tensor([1, 2]), a, b, { beta: 10, alpha: -1 }).tolist(), [[7, 18], [3, 16]], 'addmm'); // prettier-ignore
  near(t, addmm(tensor(NaN), a, b, { beta: 0 }).tolist(), [[3, 2], [7, 4]], 'a beta of 0 leaves the input out'); // prettier-ignore
});

onEveryBackend(t, 'forms of shapes', (t) => {
  const x = tensor([1, 2, 3, 4, 5, 6], { shape: [1, 2, 3] });
  t.same(x.reshape(3, -1).shape, [3, 2], 'sizes one by one');
  t.same(x.view([6]).shape, [6], 'or as a list');
  t.same(x.permute(2, 0, 1).shape, [3, 1, 2]);
  t.same(x.expand(4, -1, 3).shape, [4, 2, 3]);
  t.same(squeeze(zeros([1, 2, 1, 1]), [0, 1, -1]).shape, [2, 1], 'only dimensions of size 1 go');
  t.same(squeeze(zeros([1, 2, 1]), []).shape, [1, 2, 1], 'none of them');
  t.same(unflatten(zeros([2, 6]), -1, [3, -1]).shape, [2, 3, 2]);
  near(t, movedim(x, 2, 0).tolist(), [[[1, 4]], [[2, 5]], [[3, 6]]], 'movedim');
  t.same(movedim(zeros([2, 3, 4, 5]), [0, -1], [2, 0]).shape, [5, 3, 2, 4]);
  near(t, turned(tensor([[1, 2]])).tolist(), [[1], [2]], 't');
  near(t, x.squeeze(0).t().tolist(), [[1, 4], [2, 5], [3, 6]], 't as a method'); // prettier-ignore
  near(t, sum(x, []).item(), 21, 'an empty list of dimensions means all');
});

t.test('errors', async (t) => {
  const fails = (run: () => unknown, message: string) => t.throws(run, { name: 'ShapeError', message }, message);
  const ranks = 'matmul() takes all ranks';
  fails(() => mm(zeros([2]), zeros([2, 2])), `mm: expected tensors of 2 and 2 dimensions, got [2] and [2,2]; ${ranks}`);
  fails(
    () => bmm(zeros([2, 1, 1]), zeros([3, 1, 1])),
    'bmm: expected batches of equal size, got [2,1,1] and [3,1,1]; see matmul()',
  );
  fails(() => mm(zeros([2, 3]), zeros([2, 3])), 'mm: expected inner sizes that are equal, got [2,3] x [2,3]');
  fails(() => dot(zeros([1]), zeros([3])), 'dot: expected vectors of equal length, got [1] and [3]');
  fails(() => turned(zeros([1, 1, 1])), 't: expected at most 2 dimensions, got [1,1,1]; see transpose()');
  fails(
    () => movedim(zeros([2, 3]), [0, 1], 0),
    'movedim: expected as many destinations as sources, each dimension once, got [0,1] and [0]',
  );
  fails(() => unflatten(zeros([2, 6]), 1, [4, 2]), 'unflatten: expected a shape of 6 elements, got [4,2]');
  fails(() => cumsum(zeros([2]), 1), 'cumsum: expected a dimension from -1 to 0, got 1');
  fails(() => prod(zeros([2]), 1), 'prod: expected a dimension from -1 to 0, got 1');
  fails(() => round(zeros([1]), 0.5), 'round: expected a whole number of decimals, got 0.5');
  fails(() => pow(2, 3), 'pow: expected at least one tensor, got two numbers');
});
