/** Line 35 of PyTorch's observed behaviour of hooks: what the legacy hook sees of Linear, Conv2d, pooling and batch norm. */
import t from 'tap';
import { AdaptiveAvgPool2d, AvgPool2d, BatchNorm2d, Conv2d, MaxPool2d } from '../../src/nn/layers.js';
import type { Module } from '../../src/nn/module.js';
import { noGrad } from '../../src/autograd/grad-mode.js';
import { ones, tensor } from '../../src/ops/creation.js';
import type { Gradients } from '../../src/tensor/grad-node.js';
import type { NestedNumbers, Tensor } from '../../src/tensor/tensor.js';
import { gradOf, leaf, linearOf, numbers } from './helpers.js';

/** The gradients that a legacy hook sees in a backward pass from the sum of the output. */
function seenBy(module: Module<[Tensor]>, x: Tensor): (NestedNumbers | null)[][] {
  const seen: (NestedNumbers | null)[][] = [];
  module.registerBackwardHook((_module, gradInput, gradOutput) => {
    seen.push(numbers(gradInput), numbers(gradOutput));
  });
  module.call(x).sum().backward();
  return seen;
}

const weight = [
  [1, 2, 3],
  [4, 5, 6],
];
const transposed = [
  [5, 5],
  [7, 7],
  [9, 9],
];
const input = () =>
  leaf([
    [1, 2, 3],
    [4, 5, 6],
  ]);
const forInput = [
  [5, 7, 9],
  [5, 7, 9],
];
const forOutput = [
  [1, 1],
  [1, 1],
];

t.test('35. legacy on Linear: bias, input, weight transposed', async (t) => {
  t.same(seenBy(linearOf(weight, [7, 8]), input()), [[[2, 2], forInput, transposed], [forOutput]]);
});

t.test('35. legacy on a Linear without bias: input, weight transposed', async (t) => {
  t.same(seenBy(linearOf(weight), input()), [[forInput, transposed], [forOutput]]);
});

t.test('35. legacy on Linear: null for what needs no gradient', async (t) => {
  t.same(seenBy(linearOf(weight, [7, 8]), input().detach())[0], [[2, 2], null, transposed]);
  const frozen = linearOf(weight, [7, 8]);
  frozen.weight.requiresGrad_(false);
  t.same(seenBy(frozen, input())[0], [[2, 2], forInput, null]);
});

t.test('35. legacy on Linear with an input of 1 or 3 dimensions: its last node is a reshape', async (t) => {
  for (const bias of [[7, 8], undefined]) {
    t.same(seenBy(linearOf(weight, bias), leaf([1, 2, 3])), [[[[1, 1]]], [[1, 1]]]);
    t.same(seenBy(linearOf(weight, bias), leaf([[[1, 2, 3]], [[4, 5, 6]]])), [[forOutput], [[[[1, 1]], [[1, 1]]]]]);
  }
});

t.test('35. what the hook returns goes the way of what it saw', async (t) => {
  const run = (hook: (gradInput: Gradients) => Gradients) => {
    const layer = linearOf(weight, [7, 8]);
    layer.registerBackwardHook((_module, gradInput) => hook(gradInput));
    const x = input();
    layer.call(x).sum().backward();
    return [gradOf(layer.bias ?? x), gradOf(x), gradOf(layer.weight)];
  };
  const scaled = tensor([10, 100, 1000]);
  t.same(
    run(([b, x, w]) => [b?.mul(2) ?? null, x?.mul(scaled) ?? null, w?.mul(tensor([1, 10])) ?? null]),
    [
      [4, 4],
      [
        [50, 700, 9000],
        [50, 700, 9000],
      ],
      [
        [5, 7, 9],
        [50, 70, 90],
      ],
    ],
  );
  t.same(
    run(() => [null, null, null]),
    [null, null, null],
  );
  t.throws(() => run(([b, x, w]) => [b, x, w?.transpose(0, 1) ?? null]), {
    name: 'HookError',
    message: /expected gradInput 2 of shape \[3,2\], got \[2,3\]/,
  });
  t.throws(() => run(([b]) => [b]), { message: /invalid number of gradInput, got 1, but expected 3/ });
});

t.test('35. in a recorded pass it is differentiated as well', async (t) => {
  const layer = linearOf([[2, 3]], [1]);
  layer.registerBackwardHook((_module, [b, x, w]) => [b, x?.mul(x) ?? null, w]);
  const x = leaf([[5, 7]]);
  layer.call(x).sum().backward(null, { createGraph: true });
  t.same(gradOf(x), [[4, 9]]);
  layer.weight.grad = null;
  x.grad?.sum().backward();
  t.same(gradOf(layer.weight), [[4, 6]]);
});

t.test('35. legacy on Conv2d: input, weight, bias', async (t) => {
  const conv = (bias: boolean): Conv2d => {
    const layer = new Conv2d(1, 1, 2, { bias });
    noGrad(() => {
      layer.weight.copy_(
        tensor([
          [
            [
              [1, 2],
              [3, 4],
            ],
          ],
        ]),
      );
      layer.bias?.copy_(tensor([5]));
    });
    return layer;
  };
  const image = [
    [
      [
        [1, 10],
        [100, 1000],
      ],
    ],
  ];
  const forWeight = image;
  const forImage = [
    [
      [
        [1, 2],
        [3, 4],
      ],
    ],
  ];
  t.same(seenBy(conv(true), leaf(image)), [[forImage, forWeight, [1]], [[[[[1]]]]]]);
  t.same(seenBy(conv(true), tensor(image))[0], [null, forWeight, [1]]);
  t.same(seenBy(conv(false), leaf(image))[0], [forImage, forWeight, null]);
  t.same(seenBy(conv(false), ones([1, 1, 2, 2]).requiresGrad_())[0][1], [
    [
      [
        [1, 1],
        [1, 1],
      ],
    ],
  ]);
});

t.test('35. legacy on pooling and batch norm: one node, as in PyTorch', async (t) => {
  const image = () =>
    leaf([
      [
        [
          [1, 2],
          [4, 3],
        ],
      ],
    ]);
  for (const [module, wanted] of [
    [
      new AvgPool2d(2),
      [
        [0.25, 0.25],
        [0.25, 0.25],
      ],
    ],
    [
      new AvgPool2d([2, 1]),
      [
        [0.5, 0.5],
        [0.5, 0.5],
      ],
    ],
    [
      new AdaptiveAvgPool2d([2, 1]),
      [
        [0.5, 0.5],
        [0.5, 0.5],
      ],
    ],
    [
      new AdaptiveAvgPool2d(1),
      [
        [0.25, 0.25],
        [0.25, 0.25],
      ],
    ],
    [
      new MaxPool2d(2),
      [
        [0, 0],
        [1, 0],
      ],
    ],
  ] as const) {
    t.same(seenBy(module, image())[0], [[[wanted]]], module.extraRepr());
  }
  using norm = new BatchNorm2d(1).eval();
  const [[ofInput, ofWeight, ofBias]] = seenBy(norm, image());
  const slope = Math.fround(1 / Math.sqrt(1 + 1e-5));
  for (const value of (ofInput as number[][][][]).flat(3)) t.ok(Math.abs(value - slope) < 1e-6);
  t.ok(Math.abs((ofWeight as number[])[0] - 10 / Math.sqrt(1 + 1e-5)) < 1e-4);
  t.same(ofBias, [4]);
});
