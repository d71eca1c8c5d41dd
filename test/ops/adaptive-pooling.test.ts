/** Adaptive pooling at its limits. Shapes from PyTorch 2.13. */
import t from 'tap';
import { adaptiveMaxPool2d } from '../../src/ops/adaptive-max-pool2d.js';
import { adaptiveAvgPool2d } from '../../src/ops/avg-pool2d.js';
import { tensor } from '../../src/ops/creation.js';
import { adaptiveAvgPool1d, adaptiveMaxPool1d } from '../../src/ops/pool1d.js';
import { gradientsOfSum, leaf, near, onEveryBackend } from './values.js';

onEveryBackend(t, 'adaptive pooling into no parts', (t) => {
  const x = leaf([
    [
      [1, 2],
      [3, 4],
    ],
  ]);
  for (const pool of [adaptiveAvgPool2d, adaptiveMaxPool2d]) {
    t.strictSame(pool(x, 0).shape, [1, 0, 0]);
    t.strictSame(pool(x, [2, 0]).tolist(), [[[], []]]);
    near(
      t,
      gradientsOfSum(pool(x, [0, 1]), x),
      [
        [
          [
            [0, 0],
            [0, 0],
          ],
        ],
      ],
      'the gradient of nothing',
    );
  }
  const row = tensor([[1, 2, 3]]);
  t.strictSame(
    [adaptiveAvgPool1d(row, 0), adaptiveMaxPool1d(row, 0)].map((y) => y.shape),
    [
      [1, 0],
      [1, 0],
    ],
  );
});
