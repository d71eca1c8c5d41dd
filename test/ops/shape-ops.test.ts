/** Ops that move values without changing them: reshape, permute, parts, padding, cat, expand. */
import t from 'tap';
import { mul } from '../../src/ops/arithmetic.js';
import { assign } from '../../src/ops/assign.js';
import { cat, stack } from '../../src/ops/cat.js';
import { clone } from '../../src/ops/clone.js';
import { tensor, zeros } from '../../src/ops/creation.js';
import { expand } from '../../src/ops/expand.js';
import { at, narrow, select } from '../../src/ops/narrow.js';
import { pad } from '../../src/ops/pad.js';
import { permute, transpose } from '../../src/ops/permute.js';
import { flatten, reshape, squeeze, unsqueeze, view } from '../../src/ops/reshape.js';
import { sumTo } from '../../src/ops/sum-to.js';
import { gradientsOfSum, leaf, near, onEveryBackend } from './values.js';

const rows = [
  [1, 2, 3],
  [4, 5, 6],
];

onEveryBackend(t, 'reshape keeps the order, permute and transpose change it', (t) => {
  const x = tensor(rows);
  near(
    t,
    reshape(x, [3, -1]).tolist(),
    [
      [1, 2],
      [3, 4],
      [5, 6],
    ],
    'reshape',
  );
  near(
    t,
    transpose(x, 0, 1).tolist(),
    [
      [1, 4],
      [2, 5],
      [3, 6],
    ],
    'transpose',
  );
  near(t, permute(reshape(x, [1, 2, 3]), [-1, 0, 1]).tolist(), [[[1, 4]], [[2, 5]], [[3, 6]]], 'permute');
  const weight = tensor([
    [1, 2],
    [3, 4],
    [5, 6],
  ]);
  const y = leaf(rows);
  near(
    t,
    gradientsOfSum(mul(transpose(y, 0, 1), weight), y),
    [
      [
        [1, 3, 5],
        [2, 4, 6],
      ],
    ],
    'gradient of transpose',
  );
  near(t, gradientsOfSum(mul(view(y, [3, 2]), weight), y), [rows], 'gradient of view');
});

onEveryBackend(t, 'reshape shares memory, clone and permute do not', (t) => {
  const x = tensor([1, 2]);
  const [shared, copied, moved] = [reshape(x, [2, 1]), clone(x), permute(x, [0])];
  assign(x, tensor([8, 9]));
  near(t, shared.tolist(), [[8], [9]], 'reshape sees the change');
  near(t, copied.tolist(), [1, 2], 'clone does not');
  near(t, moved.tolist(), [1, 2], 'permute does not');
});

t.test('flatten, squeeze, unsqueeze: shapes', async (t) => {
  const x = zeros([2, 1, 3, 1]);
  t.same(flatten(x).shape, [6]);
  t.same(flatten(x, 1, 2).shape, [2, 3, 1]);
  t.same(flatten(tensor(1)).shape, [1]);
  t.same(squeeze(x).shape, [2, 3]);
  t.same(squeeze(x, -1).shape, [2, 1, 3]);
  t.same(squeeze(x, 0).shape, [2, 1, 3, 1], 'a dimension of another size stays');
  t.same(unsqueeze(x, 0).shape, [1, 2, 1, 3, 1]);
  t.same(unsqueeze(x, -1).shape, [2, 1, 3, 1, 1]);
  t.same(unsqueeze(x, -5).shape, [1, 2, 1, 3, 1]);
  t.same(reshape(zeros([0, 3]), [-1, 3]).shape, [0, 3]);
});

onEveryBackend(t, 'parts: negative places count from the end', (t) => {
  const x = leaf(rows);
  near(
    t,
    narrow(x, -1, 1, 2).tolist(),
    [
      [2, 3],
      [5, 6],
    ],
    'narrow',
  );
  near(t, narrow(x, 1, -2, 1).tolist(), [[2], [5]], 'narrow from the end');
  near(t, narrow(x, 1, 3, 0).tolist(), [[], []], 'an empty part at the very end');
  near(t, select(x, 1, -1).tolist(), [3, 6], 'select');
  near(t, select(x, -2, 0).tolist(), [1, 2, 3], 'select in a dimension from the end');
  near(t, at(x, -1, 0).tolist(), 4, 'at');
  near(t, at(x, 1).tolist(), [4, 5, 6], 'at with fewer indices');
  near(
    t,
    gradientsOfSum(at(x, -1, 1), x),
    [
      [
        [0, 0, 0],
        [0, 1, 0],
      ],
    ],
    'the gradient is 0 elsewhere',
  );
  near(
    t,
    gradientsOfSum(narrow(x, 1, -2, 1), x),
    [
      [
        [0, 1, 0],
        [0, 1, 0],
      ],
    ],
    'gradient of narrow',
  );
});

onEveryBackend(t, 'pad: the last dimension first; negative amounts crop', (t) => {
  const x = leaf(rows);
  near(
    t,
    pad(x, [1, 0]).tolist(),
    [
      [0, 1, 2, 3],
      [0, 4, 5, 6],
    ],
    'left',
  );
  near(
    t,
    pad(x, [0, 1, 1, 0], 7).tolist(),
    [
      [7, 7, 7, 7],
      [1, 2, 3, 7],
      [4, 5, 6, 7],
    ],
    'right and top, with a value',
  );
  near(
    t,
    pad(x, [-1, 1]).tolist(),
    [
      [2, 3, 0],
      [5, 6, 0],
    ],
    'crop on the left, pad on the right',
  );
  near(t, pad(x, [-1, -1, -1, 0]).tolist(), [[5]], 'crop');
  near(t, pad(x, [-2, -1]).tolist(), [[], []], 'crop everything');
  near(
    t,
    gradientsOfSum(pad(x, [-1, 1], 9), x),
    [
      [
        [0, 1, 1],
        [0, 1, 1],
      ],
    ],
    'gradient',
  );
});

onEveryBackend(t, 'cat, stack, expand', (t) => {
  const [a, b] = [leaf([[1], [2]]), leaf(rows)];
  near(
    t,
    cat([a, b, a], -1).tolist(),
    [
      [1, 1, 2, 3, 1],
      [2, 4, 5, 6, 2],
    ],
    'cat',
  );
  const [da, db] = gradientsOfSum(mul(cat([a, b, a], 1), tensor([1, 2, 3, 4, 5])), a, b);
  near(t, da, [[6], [6]], 'a tensor that is there twice gets both gradients');
  near(
    t,
    db,
    [
      [2, 3, 4],
      [2, 3, 4],
    ],
    'gradient of the middle part',
  );
  near(t, cat([tensor([]), tensor([1, 2])]).tolist(), [1, 2], 'with an empty one');
  const nothing = leaf([]);
  const c = cat([nothing, b, nothing], -1);
  near(t, c.tolist(), b.tolist(), 'of shape [0] beside matrices');
  const ones = [
    [1, 1, 1],
    [1, 1, 1],
  ];
  near(t, gradientsOfSum(c, nothing, b), [[], ones], 'its gradient has the shape [0]');
  t.strictSame(cat([nothing, nothing]).shape, [0]);
  near(
    t,
    stack([tensor([1, 2]), tensor([3, 4])], -1).tolist(),
    [
      [1, 3],
      [2, 4],
    ],
    'stack at the end',
  );
  near(t, stack([tensor(1), tensor(2)]).tolist(), [1, 2], 'stack of scalars');
  near(
    t,
    expand(a, [2, -1, 2]).tolist(),
    [
      [
        [1, 1],
        [2, 2],
      ],
      [
        [1, 1],
        [2, 2],
      ],
    ],
    'expand',
  );
  near(t, gradientsOfSum(expand(a, [2, -1, 2]), a), [[[4], [4]]], 'gradient of expand');
  near(t, sumTo(tensor(rows), [2, 1]).tolist(), [[6], [15]], 'sumTo');
  near(t, sumTo(tensor(rows), []).tolist(), 21, 'sumTo a scalar');
});

t.test('errors', async (t) => {
  const x = tensor(rows);
  const fails = (run: () => unknown, message: string) => t.throws(run, { name: 'ShapeError', message }, message);
  fails(() => reshape(x, [4, 2]), 'reshape: expected a shape of 6 elements, got [4,2]');
  fails(() => reshape(x, [-1, 4]), 'reshape: expected a shape of 6 elements, got [-1,4]');
  fails(() => reshape(x, [-1, -1]), 'reshape: expected at most one size of -1, got [-1,-1]');
  fails(() => flatten(x, 1, 0), 'flatten: expected startDim <= endDim, got 1 and 0 for [2,3]');
  fails(() => squeeze(x, 2), 'squeeze: expected a dimension from -2 to 1, got 2');
  fails(() => unsqueeze(x, 3), 'unsqueeze: expected a dimension from -3 to 2, got 3');
  fails(() => permute(x, [0, 0]), 'permute: expected each of the 2 dimensions of [2,3] once, got [0,0]');
  fails(() => permute(x, [0]), 'permute: expected each of the 2 dimensions of [2,3] once, got [0]');
  fails(() => transpose(x, 0, 2), 'transpose: expected a dimension from -2 to 1, got 2');
  fails(
    () => expand(x, [2, 4]),
    'expand: expected shapes that broadcast (equal sizes or 1, aligned at the end), got [2,3] and [2,4]',
  );
  fails(() => expand(x, [3]), 'expand: expected a shape to which [2,3] can be repeated, got [3]');
  fails(() => expand(x, [-1, 2, 3]), 'expand: expected a shape to which [2,3] can be repeated, got [-1,2,3]');
  fails(() => narrow(x, 1, 2, 2), 'narrow: expected a range inside dimension 1 of [2,3], got start 2 and length 2');
  fails(() => narrow(x, 1, -4, 1), 'narrow: expected a range inside dimension 1 of [2,3], got start -4 and length 1');
  fails(
    () => narrow(tensor(1), 0, 0, 1),
    'narrow: expected a range inside dimension 0 of [], got start 0 and length 1',
  );
  fails(() => select(x, 0, 2), 'select: expected an index from -2 to 1 for dimension 0 of [2,3], got 2');
  fails(() => at(x, 0, 0, 0), 'at: expected at most 2 indices for shape [2,3], got 3');
  fails(() => pad(x, [1]), 'pad: expected up to 2 pairs of whole numbers for shape [2,3], got [1]');
  fails(
    () => pad(x, [0, 0, 0, 0, 0, 0]),
    'pad: expected up to 2 pairs of whole numbers for shape [2,3], got [0,0,0,0,0,0]',
  );
  fails(() => pad(x, [-2, -2]), 'pad: expected amounts that crop at most what is there, got [-2,-2] for shape [2,3]');
  fails(() => cat([]), 'cat: expected at least one tensor, got none');
  fails(() => cat([tensor(1)]), 'cat: expected tensors of at least one dimension, got a scalar; use stack()');
  fails(() => cat([x, zeros([3, 3])], 1), 'cat: expected shapes like [2,3] except in dimension 1, got [3,3]');
  fails(() => cat([x, zeros([2])], 0), 'cat: expected shapes like [2,3] except in dimension 0, got [2]');
  fails(() => stack([x, zeros([2, 2])]), 'stack: expected tensors of one shape, [2,3], got [2,2]');
  fails(() => assign(x, zeros([3, 2])), 'copy_: expected values of shape [2,3], got [3,2]');
});
