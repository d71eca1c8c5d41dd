/**
 * Element-wise ops where their definition is a choice: at 0, at NaN, at ties and at the ends of a range. Values from
 * PyTorch 2.13.
 */
import t from 'tap';
import { add, div, mul, sub } from '../../src/ops/arithmetic.js';
import { eq, ge, gt, le, lt, ne } from '../../src/ops/compare.js';
import { tensor } from '../../src/ops/creation.js';
import { maximum, minimum } from '../../src/ops/maximum.js';
import { to } from '../../src/ops/move.js';
import { relu } from '../../src/ops/relu.js';
import { clamp } from '../../src/ops/clamp.js';
import { pow } from '../../src/ops/power.js';
import { abs, exp, log, reciprocal, rsqrt, sigmoid, sign, sqrt, tanh } from '../../src/ops/unary.js';
import { candidateName } from '../backends/under-test.js';
import { gradientsOfSum, leaf, near, onEveryBackend } from './values.js';

onEveryBackend(t, 'relu keeps NaN, and its gradient is 0 at 0 and passes at NaN', (t) => {
  const x = leaf([-1, 0, 2, NaN, Infinity, -Infinity]);
  const y = relu(x);
  near(t, y.tolist(), [0, 0, 2, NaN, Infinity, 0], 'values');
  near(t, gradientsOfSum(y, x), [[0, 0, 1, 1, 1, 0]], 'gradient');
});

onEveryBackend(t, 'maximum and minimum: ties share the gradient, NaN spreads', (t) => {
  const a = [1, 2, NaN, 3, NaN];
  const b = [1, NaN, 2, 1, NaN];
  const [x, y] = [leaf(a), leaf(b)];
  const larger = maximum(x, y);
  near(t, larger.tolist(), [1, NaN, NaN, 3, NaN], 'maximum');
  near(
    t,
    gradientsOfSum(larger, x, y),
    [
      [0.5, 1, 1, 1, 1],
      [0.5, 1, 1, 0, 1],
    ],
    'gradients of maximum',
  );
  const smaller = minimum(x, y);
  near(t, smaller.tolist(), [1, NaN, NaN, 1, NaN], 'minimum');
  near(
    t,
    gradientsOfSum(smaller, x, y),
    [
      [0.5, 1, 1, 0, 1],
      [0.5, 1, 1, 1, 1],
    ],
    'gradients of minimum',
  );
});

onEveryBackend(t, 'clamp passes the gradient at its ends', (t) => {
  const x = leaf([-2, -1, 0, 1, 2, NaN]);
  const y = clamp(x, -1, 1);
  near(t, y.tolist(), [-1, -1, 0, 1, 1, NaN], 'values');
  near(t, gradientsOfSum(y, x), [[0, 1, 1, 1, 0, 0]], 'gradient');
  near(t, clamp(x, 0).tolist(), [0, 0, 0, 1, 2, NaN], 'only a minimum');
  near(t, clamp(x, undefined, 0).tolist(), [-2, -1, 0, 0, 0, NaN], 'only a maximum');
  near(t, clamp(x, null, 0).tolist(), [-2, -1, 0, 0, 0, NaN], 'null is no minimum');
  for (const [low, high] of [
    [NaN, 1],
    [0, NaN],
    [NaN, undefined],
  ]) {
    const none = clamp(x, low, high);
    near(t, none.tolist(), [NaN, NaN, NaN, NaN, NaN, NaN], `${String(low)} to ${String(high)}`);
    near(t, gradientsOfSum(none, x), [[0, 0, 0, 0, 0, 0]], 'its gradient');
  }
  near(t, clamp(tensor([0, 3]), 2, 1).tolist(), [1, 1], 'the maximum wins over a minimum that is larger');
});

onEveryBackend(t, 'abs and sign at 0', (t) => {
  const x = leaf([-3, 0, 3]);
  near(t, abs(x).tolist(), [3, 0, 3], 'abs');
  near(t, gradientsOfSum(abs(x), x), [[-1, 0, 1]], 'gradient');
  near(t, sign(x).tolist(), [-1, 0, 1], 'sign');
  near(t, gradientsOfSum(sign(x), x), [[0, 0, 0]], 'gradient of sign');
});

onEveryBackend(t, 'functions outside of their range', (t) => {
  near(t, log(tensor([0, -1, 1])).tolist(), [-Infinity, NaN, 0], 'log');
  near(t, sqrt(tensor([0, -1, 4])).tolist(), [0, NaN, 2], 'sqrt');
  near(t, reciprocal(tensor([0, 4, Infinity])).tolist(), [Infinity, 0.25, 0], 'reciprocal');
  near(t, rsqrt(tensor([0, 4, -1])).tolist(), [Infinity, 0.5, NaN], 'rsqrt');
  near(t, exp(tensor([0, 1000, -1000])).tolist(), [1, Infinity, 0], 'exp');
  near(t, sigmoid(tensor([0, 1000, -1000, NaN])).tolist(), [0.5, 1, 0, NaN], 'sigmoid');
  near(t, tanh(tensor([0, 1000, -1000, NaN])).tolist(), [0, 1, -1, NaN], 'tanh');
  const x = leaf([0, 4]);
  near(t, gradientsOfSum(sqrt(x), x), [[Infinity, 0.25]], 'the gradient of sqrt at 0');
});

onEveryBackend(t, 'pow', (t) => {
  const x = leaf([-2, 0, 3]);
  near(t, pow(x, 3).tolist(), [-8, 0, 27], 'a whole exponent of negative numbers');
  near(t, gradientsOfSum(pow(x, 3), x), [[12, 0, 27]], 'its gradient');
  near(t, pow(x, 0).tolist(), [1, 1, 1], 'x^0');
  near(t, gradientsOfSum(pow(x, 0), x), [[0, 0, 0]], 'the gradient of x^0');
  near(t, gradientsOfSum(pow(x, 1), x), [[1, 1, 1]], 'the gradient of x^1, at 0 too');
  near(t, pow(x, 0.5).tolist(), [NaN, 0, Math.sqrt(3)], 'a root of a negative number');
  near(t, pow(x, -1).tolist(), [-0.5, Infinity, 1 / 3], 'a negative exponent');
});

onEveryBackend(t, 'arithmetic with numbers on either side, and alpha', (t) => {
  const x = tensor([1, 2]);
  near(t, add(x, 10).tolist(), [11, 12], 'x + 10');
  near(t, add(10, x, 3).tolist(), [13, 16], '10 + 3x');
  near(t, add(x, tensor([10, 20]), 0.5).tolist(), [6, 12], 'x + y/2');
  near(t, sub(x, 10, 2).tolist(), [-19, -18], 'x - 2*10');
  near(t, sub(10, x).tolist(), [9, 8], '10 - x');
  near(t, sub(10, x, 3).tolist(), [7, 4], '10 - 3x');
  near(t, mul(4, x).tolist(), [4, 8], '4x');
  near(t, div(4, x).tolist(), [4, 2], '4/x');
  near(t, div(x, 4).tolist(), [0.25, 0.5], 'x/4');
  near(t, div(tensor([0, 1, -1]), 0).tolist(), [NaN, Infinity, -Infinity], 'x/0');
});

onEveryBackend(t, 'broadcasting: what was repeated gets the sum of the gradients', (t) => {
  const a = leaf([[[1, 2, 3]], [[4, 5, 6]]]);
  const b = leaf([[10], [20]]);
  const product = mul(a, b);
  near(
    t,
    product.tolist(),
    [
      [
        [10, 20, 30],
        [20, 40, 60],
      ],
      [
        [40, 50, 60],
        [80, 100, 120],
      ],
    ],
    'values',
  );
  const [da, db] = gradientsOfSum(product, a, b);
  near(t, da, [[[30, 30, 30]], [[30, 30, 30]]], 'gradient of [2,1,3]');
  near(t, db, [[21], [21]], 'gradient of [2,1]');
  const s = leaf(2);
  near(t, gradientsOfSum(div(tensor([4, 8]), s), s), [-3], 'gradient of a scalar tensor has no dimensions');
  near(t, add(tensor([[1], [2]]), tensor([])).tolist(), [[], []], 'an empty dimension stays empty');
});

onEveryBackend(t, 'comparisons with NaN are false, and have no gradient', (t) => {
  const [a, b] = [leaf([1, 2, 3, NaN]), tensor([2, 2, 2, NaN])];
  near(t, eq(a, b).tolist(), [0, 1, 0, 0], 'eq');
  near(t, ne(a, b).tolist(), [1, 0, 1, 1], 'ne');
  near(t, lt(a, b).tolist(), [1, 0, 0, 0], 'lt');
  near(t, le(a, b).tolist(), [1, 1, 0, 0], 'le');
  near(t, gt(a, 2).tolist(), [0, 0, 1, 0], 'gt');
  near(t, ge(a, 2).tolist(), [0, 1, 1, 0], 'ge');
  t.notOk(gt(a, 2).requiresGrad, 'no gradient');
});

t.test('errors', async (t) => {
  const [a, b] = [tensor([1, 2, 3]), tensor([1, 2])];
  const shapes = 'expected shapes that broadcast (equal sizes or 1, aligned at the end), got [3] and [2]';
  for (const [name, run] of Object.entries({ add, sub, mul, div, maximum, minimum, eq, ge })) {
    t.throws(() => run(a, b), { name: 'ShapeError', message: `${name}: ${shapes}` }, name);
  }
  t.throws(() => add(1, 2), { message: 'add: expected at least one tensor, got two numbers' });
  const other = to(a, 'reference');
  t.throws(() => add(a, other), {
    name: 'BackendError',
    message: `add: expected all tensors on one backend, got ${candidateName} and reference; move one with tensor.to(backend)`,
  });
});
