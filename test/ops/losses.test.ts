/** Softmax and the losses of a classifier: far values, reductions, label smoothing. Values from PyTorch 2.13. */
import t from 'tap';
import { tensor, zeros } from '../../src/ops/creation.js';
import { crossEntropy, nllLoss, type CrossEntropyOptions } from '../../src/ops/cross-entropy.js';
import { mul } from '../../src/ops/arithmetic.js';
import { logSoftmax, softmax } from '../../src/ops/softmax.js';
import { gradientsOfSum, leaf, near, onEveryBackend } from './values.js';

onEveryBackend(t, 'softmax and logSoftmax do not overflow', (t) => {
  near(t, softmax(tensor([1000, 1000, -1000]), 0).tolist(), [0.5, 0.5, 0], 'softmax');
  near(t, logSoftmax(tensor([1000, 0]), 0).tolist(), [0, -1000], 'logSoftmax');
  near(t, softmax(tensor([-Infinity, 0]), -1).tolist(), [0, 1], 'minus infinity has no share');
  near(t, softmax(tensor([-Infinity, -Infinity]), 0).tolist(), [NaN, NaN], 'nothing but minus infinity');
  near(t, softmax(tensor(3), 0).tolist(), 1, 'of a scalar');
});

onEveryBackend(t, 'the gradient of a saturated softmax keeps its digits', (t) => {
  const x = leaf([0, -12]);
  const y = mul(softmax(x, 0), tensor([0.3, 0.8]));
  // 0.3 + 0.5 s, s = 1 / (1 + e^12): the gradient is 0.5 s (1 - s), of either sign
  const s = 1 / (1 + Math.exp(12));
  const [[first, second]] = gradientsOfSum(y, x) as number[][];
  const expected = 0.5 * s * (1 - s);
  t.ok(Math.abs(first + expected) < 1e-5 * expected, `${first} is ${-expected}`);
  t.ok(Math.abs(second - expected) < 1e-5 * expected, `${second} is ${expected}`);
});

onEveryBackend(t, 'crossEntropy: reductions and label smoothing', (t) => {
  const logits = [
    [1, 2, 3],
    [0, 0, 1],
  ];
  const target = [0, 2];
  const plain = [
    [-0.9099694268, 0.2447284711, 0.6652409558],
    [0.2119415576, 0.2119415576, -0.4238831152],
  ];
  const smooth = [
    [-0.7099694268, 0.1447284711, 0.5652409558],
    [0.1119415576, 0.1119415576, -0.2238831152],
  ];
  const half = (rows: number[][]) => rows.map((row) => row.map((value) => value / 2));
  const cases: [CrossEntropyOptions, number | number[], number[][]][] = [
    [{}, 1.4795253392, half(plain)],
    [{ reduction: 'sum' }, 2.9590506784, plain],
    [{ reduction: 'none' }, [2.4076059645, 0.551444714], plain],
    [{ labelSmoothing: 0.3 }, 1.4295253392, half(smooth)],
    [{ labelSmoothing: 0.3, reduction: 'sum' }, 2.8590506784, smooth],
    [{ labelSmoothing: 0.3, reduction: 'none' }, [2.1076059645, 0.751444714], smooth],
  ];
  for (const [options, value, gradient] of cases) {
    const x = leaf(logits);
    const loss = crossEntropy(x, target, options);
    near(t, loss.tolist(), value, JSON.stringify(options));
    near(t, gradientsOfSum(loss, x), [gradient], `gradient, ${JSON.stringify(options)}`);
  }
  const x = tensor(logits);
  near(t, crossEntropy(x, tensor(target)).item(), 1.4795253392, 'class numbers in a tensor');
  near(t, crossEntropy(x, Int32Array.of(0, 2)).item(), 1.4795253392, 'or in an Int32Array');
  near(t, crossEntropy(tensor([[1e4, 0]]), [1]).item(), 1e4, 'a class without a chance');
});

onEveryBackend(t, 'nllLoss', (t) => {
  const x = leaf([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  near(t, nllLoss(x, [2, 0]).tolist(), -3.5, 'mean');
  near(t, nllLoss(x, [2, 0], { reduction: 'none' }).tolist(), [-3, -4], 'none');
  near(
    t,
    gradientsOfSum(nllLoss(x, [2, 0]), x),
    [
      [
        [0, 0, -0.5],
        [-0.5, 0, 0],
      ],
    ],
    'gradient',
  );
});

t.test('errors', async (t) => {
  const fails = (run: () => unknown, message: string) => t.throws(run, { name: 'ShapeError', message }, message);
  const x = zeros([2, 3]);
  fails(() => crossEntropy(zeros([]), [0]), 'crossEntropy: expected an input of shape [C] or [N,C,..], got a scalar');
  fails(() => crossEntropy(x, [0]), 'crossEntropy: expected 2 class numbers (input [2,3]), got 1');
  fails(() => crossEntropy(x, [0, 3]), 'crossEntropy: expected class numbers from 0 to 2, got 3');
  fails(() => crossEntropy(x, [0, 0.5]), 'crossEntropy: expected class numbers from 0 to 2, got 0.5');
  fails(
    () => crossEntropy(x, [0, 1], { labelSmoothing: 1.5 }),
    'crossEntropy: expected a labelSmoothing from 0 to 1, got 1.5',
  );
  fails(() => nllLoss(x, [0, -1]), 'nllLoss: expected class numbers from 0 to 2, got -1');
  fails(() => softmax(x, 2), 'softmax: expected a dimension from -2 to 1, got 2');
  fails(() => logSoftmax(x, -3), 'logSoftmax: expected a dimension from -2 to 1, got -3');
});

onEveryBackend(t, 'a class with a logit of minus infinity takes no part, unless it is the target', (t) => {
  const x = leaf([[1, -Infinity, 2]]);
  const loss = crossEntropy(x, [0]);
  near(t, loss.item(), 1.31326162815094, 'its loss is finite');
  near(t, gradientsOfSum(loss, x), [[[-0.7310585786, 0, 0.7310585786]]], 'and so is the gradient');
  near(t, crossEntropy(x, [1]).item(), Infinity, 'of the target');
  near(t, nllLoss(x, [2], { reduction: 'sum' }).item(), -2, 'nllLoss');
});
