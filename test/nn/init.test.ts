/** Initialisers: their bounds and moments by formula, and that a seed repeats them. */
import t, { type Test } from 'tap';
import * as init from '../../src/nn/init.js';
import { BatchNorm2d } from '../../src/nn/layers/batch-norm.js';
import { Conv2d, ConvTranspose2d, Linear } from '../../src/nn/layers.js';
import { resnet } from '../../src/nn/models/resnet.js';
import { squeezenet1_1 } from '../../src/nn/models/squeezenet.js';
import { vgg } from '../../src/nn/models/vgg.js';
import { zeros } from '../../src/ops/creation.js';
import '../../src/ops/methods.js';
import { manualSeed, RandomGenerator } from '../../src/tensor/random.js';
import type { Tensor } from '../../src/tensor/tensor.js';

t.beforeEach(() => manualSeed(11));

/** Mean, standard deviation and largest absolute value. */
function moments(x: Tensor): { mean: number; std: number; max: number } {
  const values = x.dataSync();
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, std: Math.sqrt(variance), max: values.reduce((max, value) => Math.max(max, Math.abs(value)), 0) };
}

/** Within five standard errors; `kurtosis` is 3 for normal and 1.8 for uniform numbers. */
function isLike(t: Test, name: string, x: Tensor, std: number, kurtosis: number, mean = 0): void {
  const found = moments(x);
  const n = x.numel();
  t.ok(Math.abs(found.mean - mean) <= (5 * std) / Math.sqrt(n), `${name}: mean ${found.mean}, expected ${mean}`);
  const error = 5 * std * Math.sqrt((kurtosis - 1) / (4 * n));
  t.ok(Math.abs(found.std - std) <= error, `${name}: deviation ${found.std}, expected ${std}`);
  if (kurtosis === 1.8) {
    const bound = Math.abs(mean) + Math.sqrt(3) * std;
    t.ok(found.max <= bound + 1e-7 && found.max > 0.99 * bound, `${name}: largest ${found.max}, bound ${bound}`);
  } else {
    t.ok(found.max > 3 * std, `${name}: no bound`);
  }
}

const weight = () => zeros([48, 32, 3, 3]); // fanIn 288, fanOut 432

t.test('fans and gains', async (t) => {
  t.same(init.fans(weight()), { fanIn: 288, fanOut: 432 });
  t.same(init.fans(zeros([5, 7])), { fanIn: 7, fanOut: 5 });
  t.throws(() => init.fans(zeros([5])), {
    name: 'ShapeError',
    message: 'init: expected a weight of at least two dimensions, got [5]',
  });
  const gains = [init.calculateGain('relu'), init.calculateGain('tanh'), init.calculateGain('sigmoid')];
  t.same(gains, [Math.SQRT2, 5 / 3, 1]);
  t.equal(init.calculateGain('linear'), 1);
  t.equal(init.calculateGain('leakyRelu'), Math.sqrt(2 / (1 + 0.01 ** 2)));
  t.equal(init.calculateGain('leakyRelu', 1), 1);
});

t.test('plain distributions', async (t) => {
  t.same(init.constant_(zeros([3]), 4).tolist(), [4, 4, 4]);
  isLike(t, 'uniform_', init.uniform_(zeros([20_000]), 2, 6), 4 / Math.sqrt(12), 1.8, 4);
  const { max } = moments(init.uniform_(zeros([20_000]), -6, 2));
  t.ok(max <= 6 && max > 5.99);
  isLike(t, 'normal_', init.normal_(zeros([20_000]), 3, 0.5), 0.5, 3, 3);
});

t.test('Kaiming and Xavier', async (t) => {
  isLike(t, 'kaimingUniform_', init.kaimingUniform_(weight()), Math.sqrt(2 / 288), 1.8);
  isLike(t, 'kaimingUniform_, a = 2', init.kaimingUniform_(weight(), { a: 2 }), Math.sqrt(2 / 5 / 288), 1.8);
  isLike(t, 'kaimingNormal_', init.kaimingNormal_(weight(), { nonlinearity: 'linear' }), Math.sqrt(1 / 288), 3);
  const fanOut = init.kaimingNormal_(weight(), { mode: 'fanOut', nonlinearity: 'relu' });
  isLike(t, 'kaimingNormal_, fan out', fanOut, Math.sqrt(2 / 432), 3);
  isLike(t, 'xavierUniform_', init.xavierUniform_(weight(), 3), 3 * Math.sqrt(2 / 720), 1.8);
  isLike(t, 'xavierNormal_', init.xavierNormal_(weight()), Math.sqrt(2 / 720), 3);
});

t.test("layers start as PyTorch's do: uniform within 1 / sqrt(fanIn)", async (t) => {
  const conv = new Conv2d(16, 64, 3);
  isLike(t, 'Conv2d weight', conv.weight, 1 / Math.sqrt(3 * 144), 1.8);
  t.ok(moments(conv.bias ?? conv.weight).max <= 1 / 12);
  t.ok(moments(conv.bias ?? conv.weight).std > 0.5 / 12 / Math.sqrt(3));
  const grouped = new Conv2d(64, 64, 3, { groups: 4 });
  isLike(t, 'grouped', grouped.weight, 1 / Math.sqrt(3 * 144), 1.8);
  const transposed = new ConvTranspose2d(64, 16, 3);
  isLike(
    t,
    'ConvTranspose2d weight, whose fan in is counted on its outputs',
    transposed.weight,
    1 / Math.sqrt(3 * 144),
    1.8,
  );
  isLike(t, 'Linear', new Linear(100, 200).weight, 1 / Math.sqrt(300), 1.8);
  t.equal(new Linear(2, 2, { bias: false }).bias, null);
  const norm = new BatchNorm2d(3);
  t.same(
    [...norm.stateDict().values()].map((x) => x.tolist()),
    [[1, 1, 1], [0, 0, 0], [0, 0, 0], [1, 1, 1], 0],
  );
});

t.test("models start as torchvision's do", async (t) => {
  const model = vgg({ cfg: [32, 'M', 64], avgpool: 3, hidden: [50], classes: 10 });
  const state = model.stateDict();
  const found = (name: string) => state.get(name) ?? zeros([0]);
  isLike(t, 'features.3', found('features.3.weight'), Math.sqrt(2 / (64 * 9)), 3);
  isLike(t, 'classifier.0', found('classifier.0.weight'), 0.01, 3);
  for (const [name, x] of state) if (name.endsWith('bias')) t.equal(x.abs().sum().item(), 0, name);

  const squeeze = squeezenet1_1({ classes: 40 }).stateDict();
  isLike(t, 'features.12.expand3x3', squeeze.get('features.12.expand3x3.weight') ?? weight(), Math.sqrt(2 / 576), 1.8);
  isLike(t, 'classifier.1', squeeze.get('classifier.1.weight') ?? weight(), 0.01, 3);

  const residual = resnet({ block: 'basic', layers: [1, 1, 1, 1], width: 8, classes: 40 }).stateDict();
  const shortcut = residual.get('layer4.0.downsample.0.weight') ?? weight();
  isLike(t, 'layer4.0.downsample.0, fan out', shortcut, Math.sqrt(2 / 64), 3);
  isLike(t, 'layer4.0.conv1, fan out', residual.get('layer4.0.conv1.weight') ?? weight(), Math.sqrt(2 / 576), 3);
  isLike(t, 'fc', residual.get('fc.weight') ?? weight(), 1 / Math.sqrt(3 * 64), 1.8);
});

t.test('the same seed gives the same model; another one does not', async (t) => {
  const make = (seed: number) => {
    manualSeed(seed);
    const model = vgg({ cfg: [4, 'M'], avgpool: 1, hidden: [5], classes: 3 });
    return [...model.stateDict().values()].flatMap((x) => [...x.dataSync()]);
  };
  t.same(make(5), make(5));
  t.notSame(make(5), make(6));
  const own = (seed: number) => init.normal_(zeros([4]), 0, 1, new RandomGenerator(seed)).tolist();
  t.same(own(1), own(1));
  t.notSame(own(1), own(2));
});

t.test('a graph notices that a weight was initialised anew', async (t) => {
  const x = zeros([2]).requiresGrad_();
  const y = x.mul(x);
  init.constant_(x, 1);
  t.throws(() => y.sum().backward(), { name: 'AutogradError', message: /changed in place/ });
});
