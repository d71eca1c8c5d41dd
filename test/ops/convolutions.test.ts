/** Convolution's forms: padding by name, one dimension, no batch, transposed. Values from PyTorch 2.13. */
import t from 'tap';
import { grad } from '../../src/autograd/backward.js';
import { mul } from '../../src/ops/arithmetic.js';
import { convTranspose2d } from '../../src/ops/conv-transpose2d.js';
import { conv1d, conv2d } from '../../src/ops/conv2d.js';
import { tensor, zeros } from '../../src/ops/creation.js';
import { reshape } from '../../src/ops/reshape.js';
import { sum } from '../../src/ops/sum.js';
import { spread } from './case-inputs.js';
import { leaf, near, onEveryBackend } from './values.js';

/** 1, 10, 100, 1000: a result's digits tell which pixels it was made of. */
const digits = (height: number, width: number) =>
  tensor([1, 10, 100, 1000].slice(0, height * width), { shape: [1, 1, height, width] });

onEveryBackend(t, "padding 'same' puts an odd zero at the end", (t) => {
  const x = tensor([1, 2, 3, 4, 5, 6], { shape: [1, 1, 2, 3] });
  near(
    t,
    conv2d(x, digits(2, 2), null, { padding: 'same' }).tolist(),
    [
      [
        [
          [5421, 6532, 603],
          [54, 65, 6],
        ],
      ],
    ],
    '2x2',
  );
  near(
    t,
    conv2d(x, digits(1, 4), null, { padding: 'same' }).tolist(),
    [
      [
        [
          [3210, 321, 32],
          [6540, 654, 65],
        ],
      ],
    ],
    '1x4',
  );
  t.same(conv2d(x, digits(2, 2), null, { padding: 'valid' }).shape, [1, 1, 1, 2], 'valid');
  t.same(
    conv2d(zeros([1, 1, 6, 9]), zeros([1, 1, 3, 4]), null, { padding: 'same', dilation: [2, 3] }).shape,
    [1, 1, 6, 9],
    'dilated',
  );
});

onEveryBackend(t, 'an input without a batch', (t) => {
  const [x, weight, bias] = [spread(2, 4, 5), spread(3, 2, 2, 3), tensor([1, -1, 0.5])];
  const options = { stride: [2, 1], padding: [0, 1] } as const;
  const single = conv2d(x, weight, bias, options);
  t.same(single.shape, [3, 2, 5]);
  near(t, [single.tolist()], conv2d(reshape(x, [1, 2, 4, 5]), weight, bias, options).tolist(), 'conv2d');
  const up = convTranspose2d(x, spread(2, 3, 2, 2), bias, { stride: 2 });
  t.same(up.shape, [3, 8, 10]);
  near(
    t,
    [up.tolist()],
    convTranspose2d(reshape(x, [1, 2, 4, 5]), spread(2, 3, 2, 2), bias, { stride: 2 }).tolist(),
    'convTranspose2d',
  );
});

onEveryBackend(t, 'conv1d', (t) => {
  const x = tensor([1, 2, 3, 4, 5], { shape: [1, 5] });
  near(t, conv1d(x, tensor([[[1, 10]]]), null, { padding: 'same' }).tolist(), [[21, 32, 43, 54, 5]], 'same, no batch');
  near(
    t,
    conv1d(reshape(x, [1, 1, 5]), tensor([[[1, 10, 100]]]), tensor([0.5]), { stride: 2, padding: 1 }).tolist(),
    [[[210.5, 432.5, 54.5]]],
    'stride, padding, bias',
  );
});

onEveryBackend(t, 'convTranspose2d', (t) => {
  const x = tensor([
    [
      [1, 2],
      [3, 4],
    ],
  ]);
  near(
    t,
    convTranspose2d(x, digits(2, 2), tensor([0.5]), { stride: 2, outputPadding: 1 }).tolist(),
    [
      [
        [1.5, 10.5, 2.5, 20.5, 0.5],
        [100.5, 1000.5, 200.5, 2000.5, 0.5],
        [3.5, 30.5, 4.5, 40.5, 0.5],
        [300.5, 3000.5, 400.5, 4000.5, 0.5],
        [0.5, 0.5, 0.5, 0.5, 0.5],
      ],
    ],
    'stride, outputPadding, bias',
  );
  near(
    t,
    convTranspose2d(x, digits(2, 2), null, { padding: 1, dilation: 2 }).tolist(),
    [
      [
        [4, 30],
        [200, 1000],
      ],
    ],
    'padding, dilation',
  );
});

onEveryBackend(t, "convTranspose2d is the gradient of conv2d's input", (t) => {
  const options = { stride: [2, 3], padding: [1, 0], dilation: [1, 2], groups: 2 } as const;
  const x = leaf(spread(2, 4, 6, 11).tolist());
  const weight = spread(6, 2, 3, 3);
  const out = conv2d(x, weight, null, options);
  const g = spread(...out.shape);
  const [gradient] = grad(sum(mul(out, g)), [x]);
  const direct = convTranspose2d(g, weight, null, { ...options, outputPadding: [1, 0] });
  near(t, direct.tolist(), gradient.tolist(), 'the same map');
});

t.test('errors', async (t) => {
  const fails = (run: () => unknown, message: string) => t.throws(run, { name: 'ShapeError', message }, message);
  const [x, weight] = [zeros([1, 4, 8, 8]), zeros([4, 3, 3, 3])];
  fails(
    () => conv2d(x, zeros([3, 4, 3, 3]), null, { padding: 'same', stride: 2 }),
    "conv2d: expected a stride of 1 with padding 'same', got 2,2",
  );
  fails(() => conv1d(x, zeros([3, 4, 3])), 'conv1d: expected an input of shape [N,C,L] or [C,L], got input [1,4,8,8]');
  fails(() => conv1d(zeros([4, 8]), weight), 'conv1d: expected a weight of shape [out,in/groups,K], got [4,3,3,3]');
  fails(
    () => conv1d(zeros([2, 4, 8]), zeros([3, 5, 3])),
    'conv1d: expected 5 input channels (weight [3,5,3]), got input [2,4,8]',
  );
  fails(
    () => convTranspose2d(zeros([1, 3, 8, 8]), weight),
    'convTranspose2d: expected 4 input channels (weight [4,3,3,3]), got input [1,3,8,8]',
  );
  fails(() => convTranspose2d(x, weight, zeros([4])), 'convTranspose2d: expected a bias of shape [3], got [4]');
  fails(
    () => convTranspose2d(x, weight, null, { outputPadding: 1 }),
    'convTranspose2d: expected an outputPadding less than the stride (1,1) or the dilation (1,1), got 1,1',
  );
  fails(
    () => convTranspose2d(zeros([4, 1, 1]), weight, null, { padding: 2 }),
    'convTranspose2d: expected an output of at least 1x1, got -1x-1 for input [1,4,1,1] and padding 2,2',
  );
  fails(
    () => convTranspose2d(x, weight, null, { groups: 3 }),
    'convTranspose2d: expected groups to divide the 4 input channels, got groups 3',
  );
});
