/** sort, argsort, topk, argmax, argmin, max, min and amin at known values; numbers computed with PyTorch. */
import t from 'tap';
import { ShapeError } from '../../src/errors.js';
import { amax, amin } from '../../src/ops/amax.js';
import { mul } from '../../src/ops/arithmetic.js';
import { tensor, zeros } from '../../src/ops/creation.js';
import { argmax, argmin, max, min } from '../../src/ops/extremes.js';
import '../../src/ops/methods.js';
import { argsort, sort, topk } from '../../src/ops/sort.js';
import { gradientsOfSum, leaf, near, onEveryBackend } from './values.js';

const odd = [
  [3, NaN, 1, NaN],
  [2, 2, -Infinity, Infinity],
];

onEveryBackend(t, 'sort: stable, NaN last, along any dimension', (t) => {
  const ascending = sort(tensor(odd));
  t.strictSame(ascending.values.tolist(), [
    [1, 3, NaN, NaN],
    [-Infinity, 2, 2, Infinity],
  ]);
  t.strictSame(ascending.indices.tolist(), [
    [2, 0, 1, 3],
    [2, 0, 1, 3],
  ]);
  const descending = sort(tensor(odd), 1, true);
  t.strictSame(descending.values.tolist(), [
    [NaN, NaN, 3, 1],
    [Infinity, 2, 2, -Infinity],
  ]);
  t.strictSame(descending.indices.tolist(), [
    [1, 3, 0, 2],
    [3, 0, 1, 2],
  ]);
  const columns = sort(tensor(odd), -2);
  t.strictSame(columns.values.tolist(), [
    [2, 2, -Infinity, Infinity],
    [3, NaN, 1, NaN],
  ]);
  t.strictSame(columns.indices.tolist(), [
    [1, 1, 1, 1],
    [0, 0, 0, 0],
  ]);
  t.strictSame(argsort(tensor(odd), 1, true).tolist(), descending.indices.tolist());
});

onEveryBackend(t, 'sort sends its gradient back to where the values came from', (t) => {
  const x = leaf([[4, 1, 3]]);
  t.strictSame(gradientsOfSum(mul(sort(x).values, tensor([[1, 10, 100]])), x)[0], [[100, 1, 10]]);
  t.equal(sort(x).indices.requiresGrad, false);
});

onEveryBackend(t, 'sorting scalars and nothing', (t) => {
  const scalar = sort(tensor(3));
  t.strictSame([scalar.values.tolist(), scalar.indices.tolist()], [3, 0]);
  t.strictSame(sort(zeros([2, 0])).values.shape, [2, 0]);
  t.strictSame(argsort(zeros([0, 2])).shape, [0, 2]);
  t.strictSame(topk(tensor(3), 1).values.tolist(), 3);
  t.strictSame(topk(zeros([2, 3]), 0).indices.shape, [2, 0]);
});

onEveryBackend(t, 'topk', (t) => {
  const columns = topk(
    tensor([
      [5, 1, 4],
      [2, 9, 3],
    ]),
    2,
    0,
  );
  t.strictSame(columns.values.tolist(), [
    [5, 9, 4],
    [2, 1, 3],
  ]);
  t.strictSame(columns.indices.tolist(), [
    [0, 1, 0],
    [1, 0, 1],
  ]);
  const greatest = topk(tensor([1, NaN, 3, 2]), 2);
  t.strictSame(
    [greatest.values.tolist(), greatest.indices.tolist()],
    [
      [NaN, 3],
      [1, 2],
    ],
  );
  const smallest = topk(tensor([1, NaN, 3, 2]), 4, -1, { largest: false });
  t.strictSame(
    [smallest.values.tolist(), smallest.indices.tolist()],
    [
      [1, 2, 3, NaN],
      [0, 3, 2, 1],
    ],
  );
  const x = leaf([3, 5, 4]);
  t.strictSame(gradientsOfSum(topk(x, 2).values, x)[0], [0, 1, 1]);
  t.throws(() => topk(x, 4), new ShapeError('topk: expected a whole number k from 0 to 3 (dimension 0 of [3]), got 4'));
});

onEveryBackend(t, 'argmax and argmin: the first of equals, the first NaN', (t) => {
  t.equal(argmax(tensor([1, 3, 3])).item(), 1);
  t.equal(argmin(tensor([3, 1, 1])).item(), 1);
  t.equal(argmax(tensor([1, NaN, 5, NaN])).item(), 1);
  t.equal(argmin(tensor([1, NaN, 5, NaN])).item(), 1);
  t.equal(argmax(tensor([-Infinity, -Infinity])).item(), 0);
  t.equal(argmax(tensor([-0, 0])).item(), 0, '-0 equals 0');
  const x = tensor([
    [
      [1, 5],
      [7, 2],
      [7, 2],
    ],
    [
      [9, 0],
      [3, 8],
      [4, 8],
    ],
  ]);
  t.equal(argmax(x).item(), 6, 'in the flattened tensor');
  t.strictSame(argmax(x, undefined, true).shape, [1, 1, 1]);
  t.strictSame(argmax(x, 1).tolist(), [
    [1, 0],
    [0, 1],
  ]);
  t.strictSame(argmax(x, 0, true).tolist(), [
    [
      [1, 0],
      [0, 1],
      [0, 1],
    ],
  ]);
  t.strictSame(argmin(x, -1).tolist(), [
    [0, 1, 1],
    [1, 0, 0],
  ]);
  t.equal(argmax(tensor(3), -1, true).tolist(), 0);
  t.strictSame(argmax(zeros([0, 3]), 1).shape, [0]);
  t.throws(() => argmax(zeros([0, 3])), new ShapeError('argmax: expected at least one value, got shape [0,3]'));
  t.throws(() => argmin(zeros([0, 3]), 0), {
    message: 'argmin: expected at least one value in dimension 0, got shape [0,3]',
  });
});

onEveryBackend(t, 'max and min of a whole tensor split their gradient among equals', (t) => {
  const x = leaf([3, 1, 3, 3]);
  t.equal(max(x).item(), 3);
  near(t, gradientsOfSum(max(x), x)[0], [1 / 3, 0, 1 / 3, 1 / 3], 'max');
  t.strictSame(gradientsOfSum(min(x), x)[0], [0, 1, 0, 0]);
  const y = leaf([NaN, 1, NaN, 3]);
  t.ok(Number.isNaN(max(y).item()));
  t.ok(Number.isNaN(min(y).item()));
  t.strictSame(gradientsOfSum(max(y), y)[0], [0.5, 0, 0.5, 0], 'NaN counts as the maximum');
  t.strictSame(gradientsOfSum(min(y), y)[0], [0.5, 0, 0.5, 0], 'and as the minimum');
  t.equal(max(tensor(2)).item(), 2);
  t.throws(() => max(zeros([0])), new ShapeError('max: expected at least one value, got shape [0]'));
});

onEveryBackend(t, 'max and min along a dimension tell the place, which gets the gradient', (t) => {
  const greatest = max(
    tensor([
      [NaN, 1, NaN],
      [1, 2, 2],
    ]),
    1,
  );
  t.strictSame(greatest.values.tolist(), [NaN, 2]);
  t.strictSame(greatest.indices.tolist(), [0, 1]);
  const smallest = min(
    tensor([
      [NaN, 1, NaN],
      [2, 1, 1],
    ]),
    -1,
    true,
  );
  t.strictSame(smallest.values.tolist(), [[NaN], [1]]);
  t.strictSame(smallest.indices.tolist(), [[0], [1]]);
  const x = leaf([3, 1, 3, 3]);
  t.strictSame(gradientsOfSum(max(x, 0).values, x)[0], [1, 0, 0, 0]);
  const scalar = max(tensor(2), 0);
  t.strictSame([scalar.values.tolist(), scalar.indices.tolist()], [2, 0]);
  t.strictSame(max(zeros([0, 3]), 1).values.shape, [0]);
  t.throws(() => max(zeros([0, 3]), 0), {
    message: 'max: expected at least one value in dimension 0, got shape [0,3]',
  });
});

onEveryBackend(t, 'amin', (t) => {
  const x = leaf([
    [2, 1, 1],
    [4, 3, 5],
  ]);
  t.strictSame(amin(x, 1).tolist(), [1, 3]);
  t.strictSame(amin(x, 0, true).tolist(), [[2, 1, 1]]);
  t.strictSame(gradientsOfSum(amin(x, 1), x)[0], [
    [0, 0.5, 0.5],
    [0, 1, 0],
  ]);
  t.ok(Number.isNaN(amin(tensor([1, NaN])).item()));
  t.throws(() => amin(zeros([0])), { message: /^amin: expected at least one value in each reduced dimension/ });
  t.throws(() => amax(zeros([0])), { message: /^amax: expected at least one value in each reduced dimension/ });
});

onEveryBackend(t, 'as methods', (t) => {
  const x = tensor([
    [3, 1, 2],
    [4, 6, 5],
  ]);
  t.equal(x.max().item(), 6);
  t.equal(x.min().item(), 1);
  t.strictSame(x.max(1).values.tolist(), [3, 6]);
  t.strictSame(x.min(0, true).indices.tolist(), [[0, 0, 0]]);
  t.strictSame(x.argmax(1).tolist(), [0, 1]);
  t.strictSame(x.topk(1).values.tolist(), [[3], [6]]);
  t.strictSame(x.sort(1, true).indices.tolist(), [
    [0, 2, 1],
    [1, 2, 0],
  ]);
  t.strictSame(x.gather(1, x.argmin(1, true)).tolist(), [[1], [4]]);
  t.strictSame(x.flip(1).roll(1, 0).tolist(), [
    [5, 6, 4],
    [2, 1, 3],
  ]);
  t.strictSame(
    x.chunk(2).map((part) => part.norm(1).item()),
    [6, 15],
  );
});
