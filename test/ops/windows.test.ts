/** Convolution, pooling and interpolation: ties, NaN, edges, and what does not fit. Values from PyTorch 2.13. */
import t from 'tap';
import { adaptiveAvgPool2d, avgPool2d } from '../../src/ops/avg-pool2d.js';
import { conv2d } from '../../src/ops/conv2d.js';
import { ones, tensor, zeros } from '../../src/ops/creation.js';
import { interpolate } from '../../src/ops/interpolate.js';
import { maxPool2d } from '../../src/ops/max-pool2d.js';
import { gradientsOfSum, leaf, near, onEveryBackend } from './values.js';

onEveryBackend(t, 'conv2d is a cross-correlation', (t) => {
  const x = tensor([
    [
      [
        [1, 2, 3],
        [4, 5, 6],
        [7, 8, 9],
      ],
    ],
  ]);
  const weight = tensor([
    [
      [
        [1, 10],
        [100, 1000],
      ],
    ],
  ]);
  near(
    t,
    conv2d(x, weight).tolist(),
    [
      [
        [
          [5421, 6532],
          [8754, 9865],
        ],
      ],
    ],
    'the kernel is not turned round',
  );
  near(
    t,
    conv2d(x, weight, tensor([0.5]), { stride: 2, padding: 1 }).tolist(),
    [
      [
        [
          [1000.5, 3200.5],
          [7040.5, 9865.5],
        ],
      ],
    ],
    'stride, padding, bias',
  );
  near(t, conv2d(x, tensor([[[[1, 1]]]]), null, { dilation: [1, 2] }).tolist(), [[[[4], [10], [16]]]], 'dilation');
});

onEveryBackend(t, 'maxPool2d: the first of equal values, the last NaN, never the padding', (t) => {
  const tied = leaf([
    [
      [1, 1, 1],
      [1, 1, 1],
      [1, 1, 1],
    ],
  ]);
  near(
    t,
    gradientsOfSum(maxPool2d(tied, 2, { stride: 1 }), tied),
    [
      [
        [
          [1, 1, 0],
          [1, 1, 0],
          [0, 0, 0],
        ],
      ],
    ],
    'ties',
  );
  const odd = leaf([[[1, NaN, NaN, 2]]]);
  const pooled = maxPool2d(odd, [1, 4]);
  near(t, pooled.tolist(), [[[NaN]]], 'NaN counts as the largest');
  near(t, gradientsOfSum(pooled, odd), [[[[0, 0, 1, 0]]]], 'and gets the gradient');
  const negative = tensor([
    [
      [-1, -2],
      [-3, -4],
    ],
  ]);
  near(
    t,
    maxPool2d(negative, 2, { padding: 1 }).tolist(),
    [
      [
        [-1, -2],
        [-3, -4],
      ],
    ],
    'padding does not win over negatives',
  );
  near(t, maxPool2d(tensor([[[1, 2, 3]]]), [1, 2], { ceilMode: true }).tolist(), [[[2, 3]]], 'ceilMode keeps the rest');
  near(t, maxPool2d(tensor([[[1, 2, 3]]]), [1, 2]).tolist(), [[[2]]], 'without it the rest is left out');
});

onEveryBackend(t, 'avgPool2d: padded zeros count, unless told otherwise', (t) => {
  const x = ones([1, 2, 2]);
  near(
    t,
    avgPool2d(x, 2, { stride: 1, padding: 1 }).tolist(),
    [
      [
        [0.25, 0.5, 0.25],
        [0.5, 1, 0.5],
        [0.25, 0.5, 0.25],
      ],
    ],
    'counted',
  );
  near(
    t,
    avgPool2d(x, 2, { stride: 1, padding: 1, countIncludePad: false }).tolist(),
    [
      [
        [1, 1, 1],
        [1, 1, 1],
        [1, 1, 1],
      ],
    ],
    'not counted',
  );
  const row = tensor([[[1, 2, 3]]]);
  near(
    t,
    avgPool2d(row, [1, 2], { ceilMode: true }).tolist(),
    [[[1.5, 3]]],
    'what hangs over the edge is never counted',
  );
});

onEveryBackend(t, 'adaptiveAvgPool2d', (t) => {
  const row = leaf([[[1, 2, 3, 4, 5]]]);
  near(t, adaptiveAvgPool2d(row, [1, 3]).tolist(), [[[1.5, 3, 4.5]]], 'parts may overlap by one');
  near(t, adaptiveAvgPool2d(row, [null, 2]).tolist(), [[[2, 4]]], 'null keeps the size');
  near(
    t,
    gradientsOfSum(adaptiveAvgPool2d(row, [1, 3]), row),
    [[[[0.5, 0.5 + 1 / 3, 1 / 3, 1 / 3 + 0.5, 0.5]]]],
    'gradient',
  );
});

onEveryBackend(t, 'interpolate', (t) => {
  const x = tensor([
    [
      [
        [1, 2, 4],
        [5, 7, 11],
      ],
    ],
  ]);
  const bilinear = { size: [3, 5], mode: 'bilinear' } as const;
  near(
    t,
    interpolate(x, bilinear).tolist(),
    [
      [
        [
          [1, 1.4, 2, 3.2, 4],
          [3, 3.6, 4.5, 6.3, 7.5],
          [5, 5.8, 7, 9.4, 11],
        ],
      ],
    ],
    'half-pixel centres',
  );
  near(
    t,
    interpolate(x, { ...bilinear, alignCorners: true }).tolist(),
    [
      [
        [
          [1, 1.5, 2, 3, 4],
          [3, 3.75, 4.5, 6, 7.5],
          [5, 6, 7, 9, 11],
        ],
      ],
    ],
    'alignCorners',
  );
  near(
    t,
    interpolate(x, { size: 1, mode: 'bilinear', alignCorners: true }).tolist(),
    [[[[1]]]],
    'alignCorners to one pixel takes the first',
  );
  const row = tensor([[[[1, 2, 4, 5, 6]]]]);
  near(
    t,
    interpolate(row, { scaleFactor: [1, 0.7], mode: 'bilinear' }).tolist(),
    [[[[1.2142857, 3.2857144, 5.0714287]]]],
    'by a factor',
  );
  near(t, interpolate(row, { scaleFactor: [1, 0.7] }).tolist(), [[[[1, 2, 4]]]], 'nearest is the default');
  near(
    t,
    interpolate(row, { size: [2, 3] }).tolist(),
    [
      [
        [
          [1, 2, 5],
          [1, 2, 5],
        ],
      ],
    ],
    'nearest to a size',
  );
});

t.test('nearest rounds in float32, as PyTorch does', async (t) => {
  const two = interpolate(tensor([[[[0, 1]]]]), { size: [1, 82] });
  // 41 * (2/82) is 1 in exact numbers and in float32 rounds to just below
  t.same(two.dataSync().indexOf(1), 42);
});

t.test('errors', async (t) => {
  const fails = (run: () => unknown, message: string) => t.throws(run, { name: 'ShapeError', message }, message);
  const [x, weight] = [zeros([1, 4, 8, 8]), zeros([6, 3, 3, 3])];
  fails(() => conv2d(x, weight), 'conv2d: expected 3 input channels (weight [6,3,3,3]), got input [1,4,8,8]');
  fails(
    () => conv2d(zeros([8, 8]), weight),
    'conv2d: expected an input of shape [N,C,H,W] or [C,H,W], got input [8,8]',
  );
  fails(() => conv2d(x, zeros([6, 3])), 'conv2d: expected a weight of shape [out,in/groups,kH,kW], got [6,3]');
  fails(() => conv2d(x, zeros([6, 4, 3, 3]), zeros([5])), 'conv2d: expected a bias of shape [6], got [5]');
  fails(
    () => conv2d(x, zeros([6, 1, 3, 3]), null, { groups: 4 }),
    'conv2d: expected groups to divide the 6 output channels, got groups 4',
  );
  fails(
    () => conv2d(x, zeros([6, 4, 9, 9])),
    "conv2d: expected an input of at least the kernel's size (9x9, padding 0,0, dilation 1,1), got input [1,4,8,8]",
  );
  fails(
    () => conv2d(x, weight, null, { stride: 0 }),
    'conv2d: stride: expected a whole number of at least 1, or two of them, got 0',
  );
  fails(
    () => conv2d(x, weight, null, { padding: [1, -1] }),
    'conv2d: padding: expected a whole number of at least 0, or two of them, got [1,-1]',
  );
  for (const [name, pool] of Object.entries({ maxPool2d, avgPool2d })) {
    fails(
      () => pool(zeros([1, 4, 8, 8]), 9),
      `${name}: expected an input of at least the kernel's size 9x9, got [1,4,8,8]`,
    );
    fails(() => pool(x, 2, { padding: 2 }), `${name}: expected a padding of at most half the kernel 2x2, got 2,2`);
    fails(() => pool(x, 1.5), `${name}: kernelSize: expected a whole number of at least 1, or two of them, got 1.5`);
  }
  fails(() => maxPool2d(zeros([8, 8]), 2), 'maxPool2d: expected an input of shape [N,C,H,W] or [C,H,W], got [8,8]');
  fails(
    () => avgPool2d(zeros([8, 8]), 2),
    'avgPool2d: expected an input of shape [N,C,H,W] or [C,H,W] that is not empty, got [8,8]',
  );
  fails(
    () => adaptiveAvgPool2d(zeros([1, 0, 3]), 2),
    'adaptiveAvgPool2d: expected an input of shape [N,C,H,W] or [C,H,W] that is not empty, got [1,0,3]',
  );
  fails(
    () => adaptiveAvgPool2d(x, -1),
    'adaptiveAvgPool2d: outputSize: expected a whole number of at least 0, or two of them, got [-1,-1]',
  );
  fails(
    () => interpolate(zeros([8, 8]), { size: 2 }),
    'interpolate: expected an input of shape [N,C,H,W] or [N,C,L] that is not empty, got [8,8]',
  );
  fails(() => interpolate(x, {}), 'interpolate: expected either size or scaleFactor, got neither');
  fails(
    () => interpolate(x, { size: 2, scaleFactor: 2 }),
    'interpolate: expected either size or scaleFactor, got both',
  );
  fails(
    () => interpolate(x, { scaleFactor: 0.1 }),
    'interpolate: expected new sizes that are whole numbers of at least 1, got [0,0]',
  );
});
