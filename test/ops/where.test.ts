/** Choosing: values, gradients of the sides that are not chosen, broadcasting, and methods. */
import t from 'tap';
import { backendNamed } from '../../src/backends/active.js';
import '../../src/index.js';
import { gt } from '../../src/ops/compare.js';
import { ones, tensor, zeros } from '../../src/ops/creation.js';
import { log } from '../../src/ops/unary.js';
import { maskedFill, where } from '../../src/ops/where.js';
import { gradientsOfSum, leaf, near, onEveryBackend } from './values.js';

onEveryBackend(t, 'where picks, and only the side that was picked gets a gradient', (t) => {
  const [a, b] = [leaf([1, NaN, -0, 4]), leaf([NaN, 20, 30, -Infinity])];
  const out = where(tensor([1, 0, -2, NaN]), a, b);
  const values = out.tolist() as number[];
  t.ok(
    values.every((value, i) => Object.is(value, [1, 20, -0, 4][i])),
    `${values.join(' ')}: NaN as a condition is true, -0 stays`,
  );
  near(
    t,
    gradientsOfSum(out, a, b),
    [
      [1, 0, 1, 1],
      [0, 1, 0, 0],
    ],
    'gradients',
  );
});

onEveryBackend(t, 'a gradient that is no number stays on its side', (t) => {
  const [x, y] = [leaf([2, 0]), leaf([3, 5])];
  const out = where(gt(x, 1), x, log(where(gt(x, 1), 1, y)));
  near(t, out.tolist(), [2, Math.log(5)], 'values');
  near(
    t,
    gradientsOfSum(out, x, y),
    [
      [1, 0],
      [0, 0.2],
    ],
    'gradients',
  );
  const z = leaf([2, 3]);
  const poisoned = where(tensor([1, 0]), z, log(tensor([-1, 1], { requiresGrad: true })));
  near(t, gradientsOfSum(poisoned, z), [[1, 0]], 'the other side is NaN');
});

onEveryBackend(t, 'broadcasting, and numbers as sides', (t) => {
  const [a, b] = [leaf([[1], [2]]), leaf([10, 20, 30])];
  const out = where(tensor([1, 0, 1]), a, b);
  near(
    t,
    out.tolist(),
    [
      [1, 20, 1],
      [2, 20, 2],
    ],
    'values',
  );
  near(
    t,
    gradientsOfSum(out, a, b),
    [
      [[2], [2]],
      [0, 2, 0],
    ],
    'gradients are summed over what was repeated',
  );
  near(
    t,
    where(tensor([[1], [0]]), 5, tensor([6, 7])).tolist(),
    [
      [5, 5],
      [6, 7],
    ],
    'a number first',
  );
  near(t, where(tensor([1, 0]), tensor(3), -Infinity).tolist(), [3, -Infinity], 'a number second');
  near(t, where(tensor([1, 0]), 1, 2).tolist(), [1, 2], 'two numbers');
  near(t, where(tensor(0), 1, 2).tolist(), 2, 'a scalar');
  t.same(where(zeros([0, 3]), ones([3]), 2).shape, [0, 3], 'nothing');
});

onEveryBackend(t, 'maskedFill', (t) => {
  const x = leaf([
    [1, 2],
    [3, NaN],
  ]);
  const out = maskedFill(x, tensor([0, 1]), -Infinity);
  near(
    t,
    out.tolist(),
    [
      [1, -Infinity],
      [3, -Infinity],
    ],
    'values',
  );
  near(
    t,
    gradientsOfSum(out, x),
    [
      [
        [1, 0],
        [1, 0],
      ],
    ],
    'gradient',
  );
  const value = leaf(7);
  const filled = maskedFill(x, tensor([0, 1]), value);
  near(t, gradientsOfSum(filled, value), [2], 'a tensor as the value gets the gradient of what it fills');
});

onEveryBackend(t, 'methods', (t) => {
  const x = tensor([-1, 0.5]);
  near(t, x.where(x.gt(0), 9).tolist(), [9, 0.5], 'x.where(condition, other)');
  near(t, x.maskedFill(x.gt(0), 9).tolist(), [-1, 9], 'x.maskedFill(mask, value)');
  near(t, x.erf().tolist(), [-0.8427007929, 0.5204998778], 'x.erf()');
  near(t, x.erfc().tolist(), [1.8427007929, 0.4795001222], 'x.erfc()');
  near(t, x.expm1().tolist(), [-0.6321205588, 0.6487212707], 'x.expm1()');
  near(t, x.log1p().tolist(), [-Infinity, 0.4054651081], 'x.log1p()');
});

t.test('what is refused', async (t) => {
  t.throws(() => where(ones([2]), ones([3]), 1), {
    message: 'where: expected shapes that broadcast (equal sizes or 1, aligned at the end), got [2] and [3]',
  });
  const elsewhere = tensor([1], { backend: backendNamed('reference64') });
  t.throws(() => where(ones([1]), elsewhere, 1), {
    name: 'BackendError',
    message: /^where: expected all tensors on one/,
  });
});
