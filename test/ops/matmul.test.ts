/** Matrix products: vectors, batches, broadcasting batches; linear. */
import t from 'tap';
import { tensor, zeros } from '../../src/ops/creation.js';
import { linear } from '../../src/ops/linear.js';
import { matmul } from '../../src/ops/matmul.js';
import { gradientsOfSum, leaf, near, onEveryBackend } from './values.js';

const m = [
  [1, 2, 3],
  [4, 5, 6],
];

onEveryBackend(t, 'vectors', (t) => {
  const [matrix, three, two] = [tensor(m), tensor([1, 0, -1]), tensor([1, 10])];
  near(t, matmul(three, tensor([2, 3, 4])).tolist(), -2, 'a dot product is a scalar');
  near(t, matmul(matrix, three).tolist(), [-2, -2], 'matrix x vector');
  near(t, matmul(two, matrix).tolist(), [41, 52, 63], 'vector x matrix');
  near(
    t,
    matmul(two, tensor([m, m])).tolist(),
    [
      [41, 52, 63],
      [41, 52, 63],
    ],
    'vector x batch',
  );
  near(
    t,
    matmul(tensor([m, m]), three).tolist(),
    [
      [-2, -2],
      [-2, -2],
    ],
    'batch x vector',
  );
  const [a, b] = [leaf([1, 2]), leaf([3, 4])];
  near(
    t,
    gradientsOfSum(matmul(a, b), a, b),
    [
      [3, 4],
      [1, 2],
    ],
    'gradients of a dot product',
  );
});

onEveryBackend(t, 'batches', (t) => {
  const [a, b] = [
    leaf([[[1, 2]], [[3, 4]]]),
    leaf([
      [1, 0],
      [0, 2],
    ]),
  ];
  near(t, matmul(a, b).tolist(), [[[1, 4]], [[3, 8]]], 'one matrix for the whole batch');
  near(
    t,
    gradientsOfSum(matmul(a, b), a, b),
    [
      [[[1, 2]], [[1, 2]]],
      [
        [4, 4],
        [6, 6],
      ],
    ],
    'its gradient is summed over the batch',
  );
  const c = tensor([[[[1]], [[2]]]]);
  const d = tensor([[[[10]]], [[[20]]], [[[30]]]]);
  near(
    t,
    matmul(c, d).tolist(),
    [
      [[[10]], [[20]]],
      [[[20]], [[40]]],
      [[[30]], [[60]]],
    ],
    '[1,2,1,1] x [3,1,1,1]: both batches are repeated',
  );
  near(
    t,
    matmul(zeros([2, 0]), zeros([0, 3])).tolist(),
    [
      [0, 0, 0],
      [0, 0, 0],
    ],
    'an inner size of 0 gives zeros',
  );
  near(t, matmul(zeros([0, 2]), zeros([2, 3])).tolist(), [], 'no rows');
});

onEveryBackend(t, 'linear', (t) => {
  const weight = tensor(m);
  const bias = tensor([100, 200]);
  near(t, linear(tensor([1, 1, 1]), weight, bias).tolist(), [106, 215], 'a vector');
  near(t, linear(tensor([[[1, 0, 0]], [[0, 0, 1]]]), weight).tolist(), [[[1, 4]], [[3, 6]]], 'three dimensions');
});

t.test('errors', async (t) => {
  const fails = (run: () => unknown, message: string) => t.throws(run, { name: 'ShapeError', message }, message);
  const x = tensor(m);
  fails(() => matmul(x, x), 'matmul: expected inner sizes that are equal ([..,m,k] x [..,k,n]), got [2,3] x [2,3]');
  fails(() => matmul(x, tensor(2)), 'matmul: expected tensors of at least one dimension, got a scalar; use mul()');
  fails(
    () => matmul(zeros([2, 2, 3]), zeros([3, 3, 2])),
    'matmul: expected shapes that broadcast (equal sizes or 1, aligned at the end), got [2,2,3] and [3,3,2]',
  );
  fails(() => linear(x, zeros([4])), 'linear: expected a weight of shape [out,in], got [4]');
  fails(
    () => linear(x, zeros([4, 2])),
    'linear: expected an input with 2 features in its last dimension (weight [4,2]), got [2,3]',
  );
  fails(() => linear(x, zeros([4, 3]), zeros([3])), 'linear: expected a bias of shape [4], got [3]');
});
