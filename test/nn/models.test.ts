/** The models' names, shapes and numbers of parameters: those of torchvision, so that its weights load. */
import t from 'tap';
import { createShapesOnlyBackend } from '../../src/backends/shapes-only.js';
import { withBackend } from '../../src/backends/active.js';
import type { Module } from '../../src/nn/module.js';
import { Dropout } from '../../src/nn/layers.js';
import { alexnet } from '../../src/nn/models/alexnet.js';
import { resnet, resnet18, resnet34, resnet50 } from '../../src/nn/models/resnet.js';
import { squeezenet1_0, squeezenet1_1 } from '../../src/nn/models/squeezenet.js';
import * as models from '../../src/nn/models/vgg.js';
import { randn, rand } from '../../src/ops/creation.js';
import '../../src/ops/methods.js';
import { manualSeed } from '../../src/tensor/random.js';
import type { Tensor } from '../../src/tensor/tensor.js';

type Entry = [name: string, shape: number[]];

/** A full-size model without its numbers. */
const hollow = <T>(make: () => T): T => withBackend(createShapesOnlyBackend(), make);
const entries = (model: Module<[Tensor]>): Entry[] =>
  [...model.stateDict()].map(([name, tensor]) => [name, [...tensor.shape]]);
const parameterCount = (model: Module<[Tensor]>): number =>
  model.parameters().reduce((count, parameter) => count + parameter.numel(), 0);
const layer = (name: string, out: number, ...rest: number[]): Entry[] => [
  [`${name}.weight`, [out, ...rest]],
  [`${name}.bias`, [out]],
];

/** torchvision numbers the layers of `features` in order: convolution (batch norm) ReLU, or a pool. */
function vggEntries(convolutions: [place: number, channels: number][], batchNorm: boolean): Entry[] {
  let channels = 3;
  const features = convolutions.flatMap(([place, out]) => {
    const convolution = layer(`features.${place}`, out, channels, 3, 3);
    channels = out;
    if (!batchNorm) return convolution;
    const norm = `features.${place + 1}`;
    const buffers: Entry[] = [
      [`${norm}.running_mean`, [out]],
      [`${norm}.running_var`, [out]],
      [`${norm}.num_batches_tracked`, []],
    ];
    return [...convolution, ...layer(norm, out), ...buffers];
  });
  return [
    ...features,
    ...layer('classifier.0', 4096, 25088),
    ...layer('classifier.3', 4096, 4096),
    ...layer('classifier.6', 1000, 4096),
  ];
}

const widths = [64, 64, 128, 128, 256, 256, 256, 512, 512, 512, 512, 512, 512];
const zip = (places: number[]): [number, number][] => places.map((place, i) => [place, widths[i]]);

t.test('vgg16: names and shapes of the state', async (t) => {
  const expected = vggEntries(zip([0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28]), false);
  t.equal(expected.length, 32);
  t.same(entries(hollow(() => models.vgg16())), expected);
});

t.test('vgg16_bn: names and shapes of the state', async (t) => {
  const expected = vggEntries(zip([0, 3, 7, 10, 14, 17, 20, 24, 27, 30, 34, 37, 40]), true);
  t.equal(expected.length, 97);
  t.same(entries(hollow(() => models.vgg16_bn())), expected);
});

const fire = (place: number, from: number, squeeze: number, expand: number): Entry[] => [
  ...layer(`features.${place}.squeeze`, squeeze, from, 1, 1),
  ...layer(`features.${place}.expand1x1`, expand, squeeze, 1, 1),
  ...layer(`features.${place}.expand3x3`, expand, squeeze, 3, 3),
];

t.test('squeezenet1_0: names and shapes of the state', async (t) => {
  t.same(entries(hollow(() => squeezenet1_0())), [
    ...layer('features.0', 96, 3, 7, 7),
    ...fire(3, 96, 16, 64),
    ...fire(4, 128, 16, 64),
    ...fire(5, 128, 32, 128),
    ...fire(7, 256, 32, 128),
    ...fire(8, 256, 48, 192),
    ...fire(9, 384, 48, 192),
    ...fire(10, 384, 64, 256),
    ...fire(12, 512, 64, 256),
    ...layer('classifier.1', 1000, 512, 1, 1),
  ]);
  t.same(hollow(() => squeezenet1_0().features.call(rand([1, 3, 224, 224]))).shape, [1, 512, 13, 13]);
});

t.test('alexnet: names and shapes of the state, and the maps before the classifier', async (t) => {
  t.same(entries(hollow(() => alexnet())), [
    ...layer('features.0', 64, 3, 11, 11),
    ...layer('features.3', 192, 64, 5, 5),
    ...layer('features.6', 384, 192, 3, 3),
    ...layer('features.8', 256, 384, 3, 3),
    ...layer('features.10', 256, 256, 3, 3),
    ...layer('classifier.1', 4096, 9216),
    ...layer('classifier.4', 4096, 4096),
    ...layer('classifier.6', 1000, 4096),
  ]);
  t.same(hollow(() => alexnet().features.call(rand([1, 3, 224, 224]))).shape, [1, 256, 6, 6]);
  const small = () => alexnet({ avgpool: 2, hidden: [10], classes: 3 });
  t.same(entries(hollow(small)).slice(10), [...layer('classifier.1', 10, 1024), ...layer('classifier.3', 3, 10)]);
  t.same(hollow(() => small().call(rand([2, 3, 64, 64]))).shape, [2, 3]);
});

/** A convolution without bias, and the batch norm after it. */
function normed(convolution: string, norm: string, out: number, ...rest: number[]): Entry[] {
  return [
    [`${convolution}.weight`, [out, ...rest]],
    ...layer(norm, out),
    [`${norm}.running_mean`, [out]],
    [`${norm}.running_var`, [out]],
    [`${norm}.num_batches_tracked`, []],
  ];
}

/** The blocks of layer `index` (from 1), whose input has `from` channels. */
function residualEntries(index: number, blocks: number, from: number, kind: 'basic' | 'bottleneck'): Entry[] {
  const planes = 32 * 2 ** index;
  const out = kind === 'basic' ? planes : 4 * planes;
  return Array.from({ length: blocks }, (_, i) => {
    const name = `layer${index}.${i}`;
    const before = i === 0 ? from : out;
    const convolutions =
      kind === 'basic'
        ? [
            ...normed(`${name}.conv1`, `${name}.bn1`, planes, before, 3, 3),
            ...normed(`${name}.conv2`, `${name}.bn2`, planes, planes, 3, 3),
          ]
        : [
            ...normed(`${name}.conv1`, `${name}.bn1`, planes, before, 1, 1),
            ...normed(`${name}.conv2`, `${name}.bn2`, planes, planes, 3, 3),
            ...normed(`${name}.conv3`, `${name}.bn3`, out, planes, 1, 1),
          ];
    const shortcut = before === out ? [] : normed(`${name}.downsample.0`, `${name}.downsample.1`, out, before, 1, 1);
    return [...convolutions, ...shortcut];
  }).flat();
}

t.test('resnet18, resnet34 and resnet50: names and shapes of the state', async (t) => {
  const kinds = [
    [resnet18, 'basic', [2, 2, 2, 2], 122],
    [resnet34, 'basic', [3, 4, 6, 3], 218],
    [resnet50, 'bottleneck', [3, 4, 6, 3], 320],
  ] as const;
  for (const [make, kind, blocks, tensors] of kinds) {
    const widen = kind === 'basic' ? 1 : 4;
    const expected = [
      ...normed('conv1', 'bn1', 64, 3, 7, 7),
      ...blocks.flatMap((count, i) => residualEntries(i + 1, count, i === 0 ? 64 : 32 * widen * 2 ** i, kind)),
      ...layer('fc', 1000, 512 * widen),
    ];
    t.equal(expected.length, tensors);
    t.same(entries(hollow(() => make())), expected);
    t.same(hollow(() => make().layer4.call(rand([1, 256 * widen, 14, 14]))).shape, [1, 512 * widen, 7, 7]);
    t.same(hollow(() => make().call(rand([2, 3, 224, 224]))).shape, [2, 1000]);
  }
});

t.test('resnet: each block can begin as the identity', async (t) => {
  const options = { block: 'basic', layers: [1, 1, 1, 1], width: 4, classes: 2 } as const;
  const zero = (model: Module<[Tensor]>) =>
    model
      .namedParameters()
      .filter(([name, parameter]) => name.endsWith('weight') && [...parameter.hostData()].every((value) => value === 0))
      .map(([name]) => name);
  t.same(zero(resnet(options)), []);
  t.same(
    zero(resnet({ ...options, zeroInitResidual: true })),
    [1, 2, 3, 4].map((layer) => `layer${layer}.0.bn2.weight`),
  );
  t.same(
    zero(resnet({ ...options, block: 'bottleneck', zeroInitResidual: true })),
    [1, 2, 3, 4].map((layer) => `layer${layer}.0.bn3.weight`),
  );
});

t.test('squeezenet1_1: names and shapes of the state', async (t) => {
  t.same(entries(hollow(() => squeezenet1_1())), [
    ...layer('features.0', 64, 3, 3, 3),
    ...fire(3, 64, 16, 64),
    ...fire(4, 128, 16, 64),
    ...fire(6, 128, 32, 128),
    ...fire(7, 256, 32, 128),
    ...fire(9, 256, 48, 192),
    ...fire(10, 384, 48, 192),
    ...fire(11, 384, 64, 256),
    ...fire(12, 512, 64, 256),
    ...layer('classifier.1', 1000, 512, 1, 1),
  ]);
});

t.test('numbers of parameters', async (t) => {
  const expected: [string, () => Module<[Tensor]>, number][] = [
    ['vgg11', models.vgg11, 132_863_336],
    ['vgg11_bn', models.vgg11_bn, 132_868_840],
    ['vgg13', models.vgg13, 133_047_848],
    ['vgg13_bn', models.vgg13_bn, 133_053_736],
    ['vgg16', models.vgg16, 138_357_544],
    ['vgg16_bn', models.vgg16_bn, 138_365_992],
    ['vgg19', models.vgg19, 143_667_240],
    ['vgg19_bn', models.vgg19_bn, 143_678_248],
    ['alexnet', alexnet, 61_100_840],
    ['resnet18', resnet18, 11_689_512],
    ['resnet34', resnet34, 21_797_672],
    ['resnet50', resnet50, 25_557_032],
    ['squeezenet1_0', squeezenet1_0, 1_248_424],
    ['squeezenet1_1', squeezenet1_1, 1_235_496],
  ];
  for (const [name, make, count] of expected) t.equal(parameterCount(hollow(make)), count, name);
});

t.test('the modules of vgg16 are where the notes look for them', async (t) => {
  const model = hollow(() => models.vgg16());
  t.same(
    model.namedChildren().map(([name]) => name),
    ['features', 'avgpool', 'classifier'],
  );
  const names = (kind: string) =>
    model
      .namedModules()
      .filter(([, module]) => module.constructor.name === kind)
      .map(([name]) => name);
  t.same(names('ReLU').slice(-4), ['features.27', 'features.29', 'classifier.1', 'classifier.4']);
  t.equal(names('ReLU').length, 15);
  t.same(
    names('MaxPool2d'),
    [4, 9, 16, 23, 30].map((place) => `features.${place}`),
  );
  t.same(names('Dropout'), ['classifier.2', 'classifier.5']);
  t.equal(model.getSubmodule('features.28').extraRepr(), '512, 512, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1)');
});

t.test('options: the classifier follows avgpool, hidden and classes', async (t) => {
  const flat = hollow(() => models.vgg({ cfg: [8, 'M', 16], avgpool: 1, hidden: [], classes: 7, batchNorm: true }));
  t.same(entries(flat).slice(-2), layer('classifier.0', 7, 16));
  const deep = hollow(() => models.vgg({ cfg: [8, 'M', 16], avgpool: 3, hidden: [20, 30], classes: 7 }));
  t.same(entries(deep).slice(4), [
    ...layer('classifier.0', 20, 144),
    ...layer('classifier.3', 30, 20),
    ...layer('classifier.6', 7, 30),
  ]);
  t.same(hollow(() => models.vgg11().call(rand([2, 3, 224, 224]))).shape, [2, 1000]);
  t.same(hollow(() => squeezenet1_1({ classes: 9 }).call(rand([2, 3, 224, 224]))).shape, [2, 9]);
});

t.test("vgg's forward is its layers one after the other, for any picture size", async (t) => {
  manualSeed(3);
  const model = models.vgg({ cfg: [4, 'M', 6], avgpool: 2, hidden: [5], classes: 3 }).eval();
  const x = randn([2, 3, 10, 6]);
  const [features, classifier] = [model.features.children(), model.classifier.children()];
  let y = x;
  for (const module of features) y = module.call(y);
  t.same(y.shape, [2, 6, 5, 3]);
  // the mean of two by two parts of a 5 x 3 map overlap: rows 0-2 and 2-4, columns 0-1 and 1-2
  const parts = [
    [0, 3, 0, 2],
    [0, 3, 1, 2],
    [2, 3, 0, 2],
    [2, 3, 1, 2],
  ];
  const means = parts.map(([row, rows, column, columns]) =>
    y.narrow(2, row, rows).narrow(3, column, columns).mean([2, 3]).tolist(),
  ) as number[][][];
  let z = model.avgpool.call(y);
  (z.tolist() as number[][][][]).forEach((sample, n) =>
    sample.forEach((map, c) =>
      map.flat().forEach((value, i) => t.ok(Math.abs(value - means[i][n][c]) < 1e-6, `${value}`)),
    ),
  );
  z = z.reshape([2, 24]);
  for (const module of classifier) z = module.call(z);
  t.same(model.call(x).tolist(), z.tolist());
});

t.test('options that make no network are told at once', (t) => {
  t.throws(() => models.vgg({ cfg: [8, 'M', 0] }), {
    message: "vgg: expected a cfg of channel counts and 'M', got 0 in it",
  });
  t.throws(() => models.vgg({ cfg: [8], avgpool: 0, hidden: [], classes: 2 }), {
    message: /whole numbers of at least 1, got 0, 2/,
  });
  t.throws(() => resnet({ block: 'basic', layers: [1, 1, 1] }), {
    message: 'resnet: expected layers to be four numbers of blocks, such as [2,2,2,2], got [1,1,1]',
  });
  t.throws(() => resnet({ block: 'basic', layers: [1, 1, 1, 1], width: 0 }), {
    message: 'resnet: expected width and classes to be whole numbers of at least 1, got 0, 1000',
  });
  t.throws(() => new Dropout(2), { message: 'Dropout: expected a probability from 0 to 1, got 2' });
  t.end();
});
