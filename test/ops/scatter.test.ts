/** scatter, prelu, any and all at known values, from PyTorch 2.13. */
import t from 'tap';
import { all, any } from '../../src/ops/any.js';
import { mul } from '../../src/ops/arithmetic.js';
import { arange, tensor, zeros } from '../../src/ops/creation.js';
import { prelu } from '../../src/ops/rectifiers.js';
import { reshape } from '../../src/ops/reshape.js';
import { scatter } from '../../src/ops/scatter.js';
import { gradientsOfSum, leaf, near, onEveryBackend } from './values.js';

const weights = () => reshape(arange(1, 13), [3, 4]);
const twelve = () => reshape(arange(12), [3, 4]).requiresGrad_();

onEveryBackend(t, 'scatter along the last and the first dimension', (t) => {
  const x = twelve();
  const index = tensor([
    [3, 0, 1],
    [2, 1, 0],
  ]);
  const source = leaf([
    [10, 11, 12],
    [13, 14, 15],
  ]);
  const y = scatter(x, 1, index, source);
  const rest = [8, 9, 10, 11];
  near(t, y.tolist(), [[11, 12, 2, 10], [15, 14, 13, 7], rest], 'values');
  const left = [
    [0, 0, 3, 0],
    [0, 0, 0, 8],
    [9, 10, 11, 12],
  ];
  const moved = [
    [4, 1, 2],
    [7, 6, 5],
  ];
  near(t, gradientsOfSum(mul(y, weights()), x, source), [left, moved], 'gradients');

  const number = scatter(x, -1, index, -1.5);
  near(t, number.tolist(), [[-1.5, -1.5, 2, -1.5], [-1.5, -1.5, -1.5, 7], rest], 'a number');
  near(t, gradientsOfSum(mul(number, weights()), x), [left], 'its gradient');

  const row = leaf([[10, 11, 12, 13]]);
  const first = scatter(x, 0, tensor([[2, 0, 1, 0]]), row);
  const columns = [
    [0, 11, 2, 13],
    [4, 5, 12, 7],
    [10, 9, 10, 11],
  ];
  near(t, first.tolist(), columns, 'along the first dimension');
  near(t, gradientsOfSum(mul(first, weights()), row), [[[9, 2, 7, 4]]], 'its gradient');
});

onEveryBackend(t, 'scatter: values that meet, scalars, a larger source, nothing', (t) => {
  const source = leaf([5, 6, 7, 8]);
  const y = scatter(zeros([4]), 0, tensor([1, 1, 3, 1]), source);
  near(t, y.tolist(), [0, 8, 0, 7], 'the last one stays');
  near(t, gradientsOfSum(y, source), [[0, 0, 1, 1]], 'and has the gradient');
  const spoilt = scatter(zeros([2]), 0, tensor([1, 1]), tensor([NaN, 3]));
  near(t, spoilt.tolist(), [0, 3], 'what is replaced does no harm');
  near(t, scatter(tensor(3), 0, tensor(0), tensor(9)).tolist(), 9, 'a scalar');
  near(t, scatter(zeros([3]), 0, tensor([2]), source).tolist(), [0, 0, 5], 'the rest of the source is left out');
  near(t, scatter(tensor([1, 2]), 0, tensor([]), tensor([])).tolist(), [1, 2], 'nothing');
});

onEveryBackend(t, 'prelu', (t) => {
  const rows = [
    [-2, 0, 3],
    [-1, Infinity, NaN],
  ];
  for (const [given, values, ofInput, ofWeight] of [
    [[0.25], [-0.5, 0, 3, -0.25, Infinity, NaN], [0.25, 0.25, 1, 0.25, 1, 0.25], [NaN]],
    [
      [0.5, -2, 3],
      [-1, 0, 3, -0.5, Infinity, NaN],
      [0.5, -2, 1, 0.5, 1, 3],
      [-3, 0, NaN],
    ],
  ]) {
    const [x, weight] = [leaf(rows), leaf(given)];
    const y = prelu(x, weight);
    near(t, reshape(y, [6]).tolist(), values, `values with ${given.join()}`);
    const [dx, dw] = gradientsOfSum(y, x, weight);
    near(t, [dx].flat(2), ofInput, 'gradient of the input');
    near(t, dw, ofWeight, 'gradient of the weight');
  }
  near(t, prelu(tensor([-2, 3]), tensor(0.5)).tolist(), [-1, 3], 'a vector has no channels');
  const images = prelu(tensor([[[[-1]], [[-1]]]]), tensor([0.5, 0.25]));
  near(t, images.tolist(), [[[[-0.5]], [[-0.25]]]], 'channels of images');
});

onEveryBackend(t, 'any and all', (t) => {
  const x = tensor([
    [0, 1, NaN],
    [0, 0, 0],
    [2, 3, 4],
  ]);
  t.strictSame([any(x).item(), all(x).item()], [1, 0]);
  t.strictSame(
    [any(x, 1).tolist(), all(x, -1).tolist()],
    [
      [1, 0, 1],
      [0, 0, 1],
    ],
  );
  t.strictSame(
    [any(x, 0).tolist(), all(x, 0).tolist()],
    [
      [1, 1, 1],
      [0, 0, 0],
    ],
  );
  t.strictSame(any(x, 1, true).tolist(), [[1], [0], [1]]);
  t.strictSame(all(x, [0, 1], true).tolist(), [[0]]);
  const none = zeros([0, 2]);
  t.strictSame([any(none).item(), all(none).item(), all(none, 0).tolist()], [0, 1, [1, 1]]);
});
