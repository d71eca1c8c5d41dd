/** gather, scatterAdd, indexSelect and oneHot at known values; numbers computed with PyTorch. */
import t from 'tap';
import { mul } from '../../src/ops/arithmetic.js';
import { tensor, zeros } from '../../src/ops/creation.js';
import { crossEntropy, nllLoss } from '../../src/ops/cross-entropy.js';
import { gather, indexSelect, scatterAdd } from '../../src/ops/gather.js';
import { oneHot } from '../../src/ops/one-hot.js';
import { ShapeError } from '../../src/errors.js';
import { checksIndices } from '../backends/under-test.js';
import { gradientsOfSum, leaf, onEveryBackend } from './values.js';

const values = [
  [0.5, -2, 3, 1],
  [4, -1, 2.5, -3],
];
const weights = [
  [1, 2, 4],
  [8, 16, 32],
];
const places = [
  [3, 0, 3],
  [1, 1, 2],
];

onEveryBackend(t, 'gather picks, and its gradient adds up where it picked', (t) => {
  const x = leaf(values);
  const out = gather(x, 1, tensor(places));
  t.strictSame(out.tolist(), [
    [1, 0.5, 1],
    [-1, -1, 2.5],
  ]);
  t.strictSame(gradientsOfSum(mul(out, tensor(weights)), x)[0], [
    [2, 0, 0, 5],
    [0, 24, 32, 0],
  ]);
});

onEveryBackend(t, 'gather with an index smaller than the input, along a middle dimension', (t) => {
  const x = tensor(
    Float32Array.from({ length: 24 }, (_, i) => i),
    { shape: [2, 3, 4] },
  );
  const index = tensor([
    [
      [2, 0],
      [1, 1],
      [0, 2],
      [0, 0],
    ],
  ]);
  const picked = [
    [
      [8, 1],
      [4, 5],
      [0, 9],
      [0, 1],
    ],
  ];
  t.strictSame(gather(x, 1, index).tolist(), picked);
  t.strictSame(gather(x, -2, index).tolist(), picked);
});

onEveryBackend(t, 'gather of scalars and of nothing', (t) => {
  t.strictSame(gather(tensor(3), 0, tensor([0, 0])).tolist(), [3, 3]);
  t.strictSame(gather(tensor([3, 4]), 0, tensor(1)).tolist(), 4);
  t.strictSame(gather(zeros([3, 0]), 1, zeros([3, 0])).tolist(), [[], [], []]);
  t.strictSame(gather(zeros([2, 3]), 1, zeros([0, 2])).shape, [0, 2]);
  t.strictSame(gather(tensor([[1, NaN, Infinity]]), 1, tensor([[2, 1]])).tolist(), [[Infinity, NaN]]);
});

onEveryBackend(t, 'scatterAdd adds to picked places', (t) => {
  const [x, source] = [leaf(values), leaf(weights)];
  const out = scatterAdd(x, 1, tensor(places), source);
  t.strictSame(out.tolist(), [
    [2.5, -2, 3, 6],
    [4, 23, 34.5, -3],
  ]);
  const [toX, toSource] = gradientsOfSum(mul(out, x), x, source);
  t.strictSame(toSource, [
    [1, 0.5, 1],
    [-1, -1, 2.5],
  ]);
  t.strictSame(toX, [
    [3, -4, 6, 7],
    [8, 22, 37, -6],
  ]);
});

onEveryBackend(t, 'scatterAdd with an index smaller than the source', (t) => {
  const index = tensor([
    [2, 0],
    [2, 2],
  ]);
  const source = leaf(weights);
  const out = scatterAdd(zeros([3, 4]), 0, index, source);
  t.strictSame(out.tolist(), [
    [0, 2, 0, 0],
    [0, 0, 0, 0],
    [9, 16, 0, 0],
  ]);
  t.strictSame(
    gradientsOfSum(out, source)[0],
    [
      [1, 1, 0],
      [1, 1, 0],
    ],
    'what the index leaves out has no gradient',
  );
});

onEveryBackend(t, 'indexSelect takes entries in order, from numbers and from a tensor', (t) => {
  const x = leaf(values);
  const expected = [
    [3, 0.5, 3],
    [2.5, 4, 2.5],
  ];
  for (const index of [[2, 0, 2], Int32Array.of(2, 0, 2), tensor([2, 0, 2])]) {
    t.strictSame(indexSelect(x, 1, index).tolist(), expected);
    t.strictSame(indexSelect(x, -1, index).tolist(), expected);
  }
  t.strictSame(gradientsOfSum(indexSelect(x, 1, [2, 0, 2]), x)[0], [
    [1, 0, 2, 0],
    [1, 0, 2, 0],
  ]);
  t.strictSame(indexSelect(x, 0, []).shape, [0, 4]);
  t.strictSame(indexSelect(tensor(5), 0, [0]).tolist(), 5);
  t.strictSame(indexSelect(x, 0, tensor(1)).tolist(), [[4, -1, 2.5, -3]]);
});

onEveryBackend(t, 'oneHot', (t) => {
  t.strictSame(oneHot(1, 3).tolist(), [0, 1, 0], 'of a number');
  t.strictSame(oneHot(2).tolist(), [0, 0, 1], 'of a number alone');
  t.strictSame(oneHot(tensor(2), 3).tolist(), [0, 0, 1], 'of a scalar');
  t.strictSame(oneHot([0, 2]).tolist(), [
    [1, 0, 0],
    [0, 0, 1],
  ]);
  t.strictSame(oneHot([1], 2).tolist(), [[0, 1]]);
  t.strictSame(oneHot(tensor([[1], [0]]), 2).tolist(), [[[0, 1]], [[1, 0]]]);
  t.strictSame(oneHot(tensor(2), 3).tolist(), [0, 0, 1]);
  t.strictSame(oneHot([], 3).shape, [0, 3]);
});

onEveryBackend(t, 'wrong indices are named, in numbers and in tensors', (t) => {
  const x = zeros([2, 5]);
  const cases: readonly (readonly [name: string, run: () => unknown, message: string])[] = [
    [
      'too large',
      () => gather(x, 1, tensor([[7]])),
      'gather: expected whole indices from 0 to 4 (dimension 1 of [2,5]), got 7',
    ],
    [
      'negative',
      () => gather(x, -1, tensor([[-1]])),
      'gather: expected whole indices from 0 to 4 (dimension 1 of [2,5]), got -1',
    ],
    [
      'a fraction',
      () => scatterAdd(x, 0, tensor([[0.5]]), x),
      'scatterAdd: expected whole indices from 0 to 1 (dimension 0 of [2,5]), got 0.5',
    ],
    [
      'NaN',
      () => indexSelect(x, 0, tensor([0, NaN])),
      'indexSelect: expected whole indices from 0 to 1 (dimension 0 of [2,5]), got NaN',
    ],
    [
      'numbers',
      () => indexSelect(x, 1, [0, 5]),
      'indexSelect: expected whole indices from 0 to 4 (dimension 1 of [2,5]), got 5',
    ],
    [
      'from nothing',
      () => indexSelect(zeros([0]), 0, [0]),
      'indexSelect: expected no index, as there is nothing to pick (dimension 0 of [0]), got 0',
    ],
    ['classes', () => oneHot(tensor([3]), 3), 'oneHot: expected whole indices from 0 to 2 (3 classes), got 3'],
    ['fewer classes', () => oneHot([1, 4], 3), 'oneHot: expected whole indices from 0 to 2 (3 classes), got 4'],
  ];
  for (const [name, run, message] of cases) t.throws(run, new ShapeError(message), name);
  for (const loss of checksIndices ? [crossEntropy, nllLoss] : []) {
    t.throws(() => loss(x, tensor([0, 5])), /(crossEntropy|nllLoss): expected .* from 0 to 4.*got 5/);
    t.throws(() => loss(x, tensor([1.5, 0])), /(crossEntropy|nllLoss): expected .* from 0 to 4.*got 1\.5/);
  }
});

onEveryBackend(t, 'wrong shapes are named', (t) => {
  const x = zeros([2, 5]);
  t.throws(
    () => gather(x, 1, zeros([3, 1])),
    new ShapeError('gather: expected an index that is no larger than [2,5] except in dimension 1, got [3,1]'),
  );
  t.throws(() => gather(x, 1, zeros([2])), { message: /gather: expected an index .* got \[2\]/ });
  t.throws(() => scatterAdd(x, 1, zeros([1, 2]), zeros([1, 1])), {
    message: /scatterAdd: expected an index that is no larger than the source \[1,1\] .* got \[1,2\]/,
  });
  t.throws(() => gather(x, 2, x), { message: 'gather: expected a dimension from -2 to 1, got 2' });
  t.throws(() => indexSelect(x, 0, zeros([1, 1])), {
    message: 'indexSelect: expected indices of shape [n], got [1,1]',
  });
  t.throws(() => oneHot(tensor([1])), { message: /oneHot: expected numClasses, .* got none and a tensor/ });
  t.throws(() => oneHot([]), { message: /oneHot: expected numClasses, .* got none and no numbers/ });
});
