/** Shapes as arrays of numbers. */
import t from 'tap';
import {
  broadcastShapes,
  broadcastStrides,
  checkShape,
  formatShape,
  inferShape,
  normalizeDim,
  normalizeDims,
  numel,
  sameShape,
  stridesOf,
} from '../../src/tensor/shape.js';

const refused = (message: string | RegExp) => ({ name: 'ShapeError', message });

t.test('numel, strides, equality, as text', async (t) => {
  t.same([numel([]), numel([2, 3, 4]), numel([2, 0])], [1, 24, 0]);
  t.same(stridesOf([2, 3, 4]), [12, 4, 1]);
  t.same(stridesOf([]), []);
  t.equal(formatShape([64, 3, 3, 3]), '[64,3,3,3]');
  t.equal(formatShape([]), '[]');
  t.ok(sameShape([1, 2], [1, 2]));
  t.notOk(sameShape([1, 2], [2, 1]));
  t.notOk(sameShape([1], [1, 1]));
});

t.test('dimensions count from both ends', async (t) => {
  t.same([normalizeDim(-1, 3, 'op'), normalizeDim(2, 3, 'op'), normalizeDim(-3, 3, 'op')], [2, 2, 0]);
  t.equal(normalizeDim(-1, 0, 'op'), 0, 'a scalar counts as having one');
  for (const bad of [3, -4, 0.5, NaN]) {
    t.throws(() => normalizeDim(bad, 3, 'sum'), refused(`sum: expected a dimension from -3 to 2, got ${bad}`));
  }
  t.same(normalizeDims(undefined, 3, 'op'), [0, 1, 2]);
  t.same(normalizeDims([], 2, 'op'), [0, 1]);
  t.same(normalizeDims([-1, 0], 3, 'op'), [0, 2]);
  t.same(normalizeDims(1, 2, 'op'), [1]);
  t.same(normalizeDims(0, 0, 'op'), []);
  t.throws(() => normalizeDims([0, -3], 3, 'mean'), refused('mean: expected each dimension once, got [0,0]'));
});

t.test('broadcasting', async (t) => {
  t.same(broadcastShapes([2, 1, 4], [3, 1], 'op'), [2, 3, 4]);
  t.same(broadcastShapes([], [5], 'op'), [5]);
  t.same(broadcastShapes([1], [0], 'op'), [0]);
  t.throws(() => broadcastShapes([2, 3], [2, 4], 'add'), refused(/^add: .*got \[2,3\] and \[2,4\]$/));
  t.throws(() => broadcastShapes([2], [0], 'add'), refused(/got \[2\] and \[0\]/));
  t.same(broadcastStrides([3, 1], [2, 3, 4]), [0, 1, 0]);
  t.same(broadcastStrides([2, 3], [2, 3]), [3, 1]);
  t.same(broadcastStrides([], [2, 2]), [0, 0]);
});

t.test('inferShape fills in one -1', async (t) => {
  t.same(inferShape([2, -1], 6, 'reshape'), [2, 3]);
  t.same(inferShape([-1], 1, 'reshape'), [1]);
  t.same(inferShape([6], 6, 'reshape'), [6]);
  t.same(inferShape([2, -1], 0, 'reshape'), [2, 0]);
  t.throws(
    () => inferShape([0, -1], 0, 'reshape'),
    refused('reshape: expected sizes that tell what -1 stands for, got [0,-1] for 0 elements'),
  );
  t.throws(() => inferShape([-1, -1], 6, 'reshape'), refused(/expected at most one size of -1, got \[-1,-1\]/));
  t.throws(() => inferShape([4, -1], 6, 'reshape'), refused('reshape: expected a shape of 6 elements, got [4,-1]'));
  t.throws(() => inferShape([5], 6, 'view'), refused('view: expected a shape of 6 elements, got [5]'));
  t.throws(() => inferShape([-2, 3], 6, 'view'), refused(/sizes that are whole numbers/));
});

t.test('checkShape', async (t) => {
  checkShape([], 'zeros');
  checkShape([0, 3], 'zeros');
  for (const bad of [[-1], [1.5], [NaN], [Infinity]]) {
    t.throws(() => checkShape(bad, 'zeros'), refused(/^zeros: expected sizes that are whole numbers of at least 0/));
  }
});
