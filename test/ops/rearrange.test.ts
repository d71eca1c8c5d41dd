/** flip, roll, repeat, split, chunk, unbind, tril, triu and isNaN at known values; numbers computed with PyTorch. */
import t from 'tap';
import { ShapeError } from '../../src/errors.js';
import { isFinite, isInf, isNaN } from '../../src/ops/classify.js';
import { arange, tensor, zeros } from '../../src/ops/creation.js';
import { flip, repeat, roll } from '../../src/ops/flip.js';
import { reshape } from '../../src/ops/reshape.js';
import { chunk, split, unbind } from '../../src/ops/split.js';
import { tril, triu } from '../../src/ops/triangle.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { gradientsOfSum, leaf, onEveryBackend } from './values.js';

const two = (): Tensor => reshape(arange(6), [2, 3]);
const lists = (parts: readonly Tensor[]) => parts.map((part) => part.tolist());
const shapes = (parts: readonly Tensor[]) => parts.map((part) => part.shape);

onEveryBackend(t, 'flip', (t) => {
  t.strictSame(flip(reshape(two(), [1, 2, 3]), [0, 2]).tolist(), [
    [
      [2, 1, 0],
      [5, 4, 3],
    ],
  ]);
  t.strictSame(flip(two(), -2).tolist(), [
    [3, 4, 5],
    [0, 1, 2],
  ]);
  t.strictSame(flip(two(), []).tolist(), two().tolist());
  t.equal(flip(tensor(2), [0]).item(), 2);
  t.strictSame(flip(zeros([0, 2]), [0, 1]).shape, [0, 2]);
  t.throws(() => flip(two(), [0, -2]), new ShapeError('flip: expected each dimension once, got [0,0]'));
});

onEveryBackend(t, 'roll', (t) => {
  t.strictSame(roll(two(), 1).tolist(), [
    [5, 0, 1],
    [2, 3, 4],
  ]);
  t.strictSame(roll(two(), [1, -4], [0, 1]).tolist(), [
    [4, 5, 3],
    [1, 2, 0],
  ]);
  t.strictSame(roll(arange(4), [1, 1], [0, 0]).tolist(), [2, 3, 0, 1]);
  t.strictSame(roll(two(), 3, 1).tolist(), two().tolist());
  t.equal(roll(tensor(3), 1).item(), 3);
  t.strictSame(roll(zeros([0]), 1, 0).shape, [0]);
  t.throws(() => roll(two(), [1, 2]), {
    message: 'roll: expected as many shifts as dimensions of [2,3], got shifts [1,2] and dimensions []',
  });
  t.throws(() => roll(tensor(3), 1, 0), { message: /^roll: expected as many shifts as dimensions of \[\]/ });
  t.throws(() => roll(two(), 0.5), { message: 'roll: expected whole numbers as shifts, got [0.5]' });
});

onEveryBackend(t, 'repeat', (t) => {
  const row = [
    [0, 1, 2, 0, 1, 2],
    [3, 4, 5, 3, 4, 5],
  ];
  t.strictSame(repeat(two(), [2, 1, 2]).tolist(), [row, row]);
  t.strictSame(repeat(tensor(3), [2, 2]).tolist(), [
    [3, 3],
    [3, 3],
  ]);
  t.strictSame(repeat(tensor([1, 1]), [2, 0]).shape, [2, 0]);
  const x = leaf([1, 2]);
  t.strictSame(gradientsOfSum(repeat(x, [3, 2]), x)[0], [6, 6]);
  t.throws(() => repeat(two(), [2]), {
    message: 'repeat: expected at least 2 whole numbers from 0 on (shape [2,3]), got [2]',
  });
});

onEveryBackend(t, 'split and chunk', (t) => {
  t.strictSame(lists(split(arange(5), 2)), [[0, 1], [2, 3], [4]]);
  t.strictSame(lists(split(two(), [1, 2], 1)), [
    [[0], [3]],
    [
      [1, 2],
      [4, 5],
    ],
  ]);
  t.strictSame(shapes(split(zeros([0]), 3)), [[0]]);
  t.strictSame(shapes(split(zeros([0]), 0)), [[0]]);
  t.strictSame(lists(chunk(tensor([1, 2, 3, 4, 5]), 4)), [[1, 2], [3, 4], [5]], 'fewer than asked for');
  t.strictSame(shapes(chunk(zeros([2, 7]), 3, 1)), [
    [2, 3],
    [2, 3],
    [2, 1],
  ]);
  t.strictSame(shapes(chunk(zeros([0]), 3)), [[0], [0], [0]]);
  t.throws(
    () => split(zeros([4]), [1, 2]),
    new ShapeError('split: expected sizes that add up to 4 (dimension 0 of [4]), got [1,2]'),
  );
  t.throws(() => split(zeros([4]), 0), {
    message: 'split: expected a whole size from 1 on (dimension 0 of [4]), got 0',
  });
  t.throws(() => chunk(tensor(1), 1), { message: 'chunk: expected a tensor with dimensions, got a scalar' });
  t.throws(() => chunk(zeros([4]), 0), { message: 'chunk: expected a whole number of parts from 1 on, got 0' });
});

onEveryBackend(t, 'unbind', (t) => {
  t.strictSame(lists(unbind(two(), -1)), [
    [0, 3],
    [1, 4],
    [2, 5],
  ]);
  t.strictSame(unbind(zeros([0, 2])), []);
  t.throws(() => unbind(tensor(1)), { message: 'unbind: expected a tensor with dimensions, got a scalar' });
});

onEveryBackend(t, 'tril and triu', (t) => {
  const x = reshape(arange(12), [3, 4]);
  t.strictSame(tril(x, 1).tolist(), [
    [0, 1, 0, 0],
    [4, 5, 6, 0],
    [8, 9, 10, 11],
  ]);
  t.strictSame(triu(x, -1).tolist(), [
    [0, 1, 2, 3],
    [4, 5, 6, 7],
    [0, 9, 10, 11],
  ]);
  const odd = tensor([
    [
      [1, NaN],
      [NaN, -Infinity],
    ],
  ]);
  t.strictSame(tril(odd).tolist(), [
    [
      [1, 0],
      [NaN, -Infinity],
    ],
  ]);
  t.throws(() => tril(arange(3)), new ShapeError('tril: expected a tensor of shape [..,H,W], got [3]'));
  t.throws(() => triu(x, 0.5), { message: 'triu: expected a whole number as diagonal, got 0.5' });
});

onEveryBackend(t, 'isNaN, isFinite, isInf', (t) => {
  const x = tensor([NaN, Infinity, -Infinity, 3.4e38, -0, 1e-40]);
  t.strictSame(isNaN(x).tolist(), [1, 0, 0, 0, 0, 0]);
  t.strictSame(isFinite(x).tolist(), [0, 0, 0, 1, 1, 1]);
  t.strictSame(isInf(x).tolist(), [0, 1, 1, 0, 0, 0]);
});
