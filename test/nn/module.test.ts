/** Modules as trees: names, training mode, freezing, gradients, text. */
import t from 'tap';
import { BatchNorm2d } from '../../src/nn/layers/batch-norm.js';
import {
  AdaptiveAvgPool2d,
  AvgPool2d,
  Conv2d,
  Dropout,
  Flatten,
  Linear,
  MaxPool2d,
  ReLU,
} from '../../src/nn/layers.js';
import { vgg } from '../../src/nn/models/vgg.js';
import { Module } from '../../src/nn/module.js';
import { Parameter } from '../../src/nn/parameter.js';
import { Sequential } from '../../src/nn/sequential.js';
import { ones, randn, tensor } from '../../src/ops/creation.js';
import '../../src/ops/methods.js';
import { tidy } from '../../src/tensor/memory.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { candidate } from '../backends/under-test.js';

/** Parameters of its own, one of them shared with a child, and a child under two names. */
class Shared extends Module<[Tensor]> {
  readonly scale = new Parameter(tensor(2));
  readonly first = new Linear(2, 2, { bias: false });
  readonly again = this.first;
  readonly tied = this.first.weight;
  readonly plain = tensor(5);

  override forward(x: Tensor): Tensor {
    return this.again.call(this.first.call(x)).mul(this.scale);
  }
}

const small = () => vgg({ cfg: [8, 'M'], batchNorm: true, avgpool: 2, hidden: [16], classes: 5 });
const names = (pairs: readonly (readonly [string, unknown])[]) => pairs.map(([name]) => name);

t.test('names of modules, parameters and buffers, in the order of assignment', async (t) => {
  const model = small();
  t.same(names(model.namedModules()), [
    ...['', 'features', 'features.0', 'features.1', 'features.2', 'features.3', 'avgpool'],
    ...['classifier', 'classifier.0', 'classifier.1', 'classifier.2', 'classifier.3'],
  ]);
  t.same(names(model.namedParameters()), [
    ...['features.0.weight', 'features.0.bias', 'features.1.weight', 'features.1.bias'],
    ...['classifier.0.weight', 'classifier.0.bias', 'classifier.3.weight', 'classifier.3.bias'],
  ]);
  t.same(
    names(model.namedBuffers()),
    ['running_mean', 'running_var', 'num_batches_tracked'].map((name) => `features.1.${name}`),
  );
  t.equal(model.modules().length, 12);
  t.equal(model.modules()[0], model);
  t.same(model.children(), [model.features, model.avgpool, model.classifier]);
});

t.test('a module used twice: listed once, run twice, in the state under both names', async (t) => {
  const model = new Shared();
  t.same(names(model.namedModules()), ['', 'first']);
  t.same(names(model.namedParameters()), ['scale', 'tied']);
  t.same([...model.stateDict().keys()], ['scale', 'tied', 'first.weight', 'again.weight']);
  model.loadStateDict(new Map([...model.stateDict()].map(([name, x]) => [name, x.shape.length ? ones([2, 2]) : x])));
  const y = model.call(tensor([[1, 2]]));
  t.same(y.tolist(), [[12, 12]]);
  y.sum().backward();
  // d/dW of 2 (1,1) W W x at W = ones, x = (1,2): 2 (1,1)^T (Wx)^T + 2 W^T (1,1)^T x^T
  t.same(model.first.weight.grad?.tolist(), [
    [6 + 4, 6 + 8],
    [6 + 4, 6 + 8],
  ]);
  const layer = new Linear(1, 1, { bias: false });
  const twice = new Sequential(layer, layer);
  t.equal(twice.length, 2);
  t.same([...twice.stateDict().keys()], ['0.weight', '1.weight']);
  t.equal(twice.call(tensor([[3]])).item(), Math.fround(layer.weight.item() * Math.fround(layer.weight.item() * 3)));
});

t.test('a module that points back at the one above it', async (t) => {
  class Child extends Module<[Tensor]> {
    above: Module<[Tensor]> | null = null;
    readonly weight = new Parameter(tensor(1));
    override forward(x: Tensor): Tensor {
      return x.mul(this.weight);
    }
  }
  const child = new Child();
  const parent = new Sequential(child as Module);
  child.above = parent;
  t.same(names(parent.namedModules()), ['', '0']);
  t.same([...parent.stateDict().keys()], ['0.weight']);
});

t.test('train and eval reach every module', async (t) => {
  const model = small();
  t.ok(model.modules().every((module) => module.training));
  t.equal(model.eval(), model);
  t.ok(model.modules().every((module) => !module.training));
  model.features.train();
  t.same(
    model.modules().filter((module) => module.training),
    model.features.modules(),
  );
});

t.test('in evaluation batch norm uses its running statistics and dropout passes everything', async (t) => {
  const model = new Sequential(new BatchNorm2d(1, { eps: 0, momentum: 0.5 }), new Dropout(0.5));
  const x = tensor([[[[1, 3]]], [[[5, 7]]]]);
  const trained = (model.call(x).tolist() as number[][][][]).flat(3);
  const normal = [-3, -1, 1, 3].map((value) => value / Math.sqrt(5));
  trained.forEach((value, i) =>
    t.ok(value === 0 || Math.abs(value - 2 * normal[i]) < 1e-6, `dropped, or scaled up: ${value}`),
  );
  const state = model.stateDict();
  const buffer = (name: string) => state.get(`0.${name}`)?.item() ?? NaN;
  t.equal(buffer('running_mean'), 2);
  t.ok(Math.abs(buffer('running_var') - (0.5 + 0.5 * (20 / 3))) < 1e-6, 'the unbiased variance');
  t.equal(buffer('num_batches_tracked'), 1);
  model.eval();
  const y = (model.call(x).tolist() as number[][][][]).flat(3);
  [1, 3, 5, 7].forEach((value, i) =>
    t.ok(Math.abs(y[i] - (value - 2) / Math.sqrt(buffer('running_var'))) < 1e-6, `${y[i]}`),
  );
  t.equal(buffer('num_batches_tracked'), 1);
});

t.test('requiresGrad_(false) freezes: nothing is recorded, and the input still gets its gradient', async (t) => {
  const model = new Sequential(new Linear(2, 2), new ReLU()).requiresGrad_(false);
  t.equal(model.call(tensor([[1, 2]])).requiresGrad, false);
  const x = ones([1, 2]).requiresGrad_();
  model.call(x).sum().backward();
  t.same(x.grad?.shape, [1, 2]);
  t.ok(model.parameters().every((parameter) => parameter.grad === null));
  model.requiresGrad_();
  model.call(x).sum().backward();
  t.ok(model.parameters().every((parameter) => parameter.grad !== null));
});

t.test('zeroGrad forgets and frees the gradients', async (t) => {
  const layer = new Linear(2, 1);
  const live = () => candidate().info().storages;
  const before = live();
  tidy(() =>
    layer
      .call(tensor([[1, 2]]))
      .sum()
      .backward(),
  );
  t.same(layer.weight.grad?.tolist(), [[1, 2]]);
  t.equal(live(), before + 2);
  layer.zeroGrad();
  t.equal(layer.weight.grad, null);
  t.equal(live(), before);
  tidy(() =>
    layer
      .call(tensor([[3, 4]]))
      .sum()
      .backward(),
  );
  t.same(layer.weight.grad?.tolist(), [[3, 4]], 'nothing is left of the first');
});

t.test('dispose frees parameters, gradients and buffers', async (t) => {
  const live = () => candidate().info().storages;
  const before = live();
  {
    using model = small();
    t.equal(live(), before + 11);
    tidy(() =>
      model
        .call(randn([2, 3, 4, 4]))
        .sum()
        .backward(),
    );
    t.equal(live(), before + 19);
  }
  t.equal(live(), before);
});

t.test('apply: children first', async (t) => {
  const model = new Sequential(new Sequential(new ReLU()), new Flatten());
  const log: string[] = [];
  t.equal(
    model.apply((module) => void log.push(module.toString().split('\n')[0])),
    model,
  );
  t.same(log, ['ReLU()', 'Sequential(', 'Flatten(start_dim=1, end_dim=-1)', 'Sequential(']);
});

t.test('getSubmodule finds by name, and suggests the nearest', async (t) => {
  const model = small();
  t.equal(model.getSubmodule('features.3'), model.features.get(3));
  t.equal(model.getSubmodule(''), model);
  t.throws(() => model.getSubmodule('feature.3'), {
    name: 'ArgumentError',
    message: "getSubmodule: no module is named 'feature.3'; the nearest names are features.3, features, features.0",
  });
});

t.test('Sequential: get from both ends, and out of range', async (t) => {
  const [a, b] = [new ReLU(), new Flatten()];
  const model = new Sequential(a, b);
  t.same([model.length, model.get(0), model.get(-1)], [2, a, b]);
  t.throws(() => model.get(2), { name: 'RangeError', message: 'Sequential: expected an index below 2, got 2' });
  const x = tensor([-1, 1]);
  t.equal(new Sequential().call(x), x, 'an empty one passes its input');
});

t.test('a batch norm names itself when it gets another shape', async (t) => {
  t.throws(() => new BatchNorm2d(2).call(ones([2, 2])), {
    name: 'ShapeError',
    message: 'BatchNorm2d: expected an input of shape [N,C,H,W], got [2,2]',
  });
});

t.test('toString as PyTorch 2.13 prints it', async (t) => {
  t.equal(
    small().toString(),
    `VGG(
  (features): Sequential(
    (0): Conv2d(3, 8, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))
    (1): BatchNorm2d(8, eps=1e-05, momentum=0.1, affine=True, bias=True, track_running_stats=True)
    (2): ReLU(inplace=True)
    (3): MaxPool2d(kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False)
  )
  (avgpool): AdaptiveAvgPool2d(output_size=(2, 2))
  (classifier): Sequential(
    (0): Linear(in_features=32, out_features=16, bias=True)
    (1): ReLU(inplace=True)
    (2): Dropout(p=0.5, inplace=False)
    (3): Linear(in_features=16, out_features=5, bias=True)
  )
)`,
  );
  const layers: [Module<[Tensor]>, string][] = [
    [
      new Conv2d(4, 6, [3, 5], { stride: [2, 1], padding: [1, 2], dilation: 2, groups: 2, bias: false }),
      'Conv2d(4, 6, kernel_size=(3, 5), stride=(2, 1), padding=(1, 2), dilation=(2, 2), groups=2, bias=False)',
    ],
    [new Linear(3, 2, { bias: false }), 'Linear(in_features=3, out_features=2, bias=False)'],
    [new ReLU(), 'ReLU()'],
    [new AvgPool2d(2), 'AvgPool2d(kernel_size=2, stride=2, padding=0)'],
    [new AvgPool2d([3, 2], { stride: 1, padding: 1 }), 'AvgPool2d(kernel_size=(3, 2), stride=1, padding=1)'],
    [
      new MaxPool2d(3, { stride: 2, padding: 1, ceilMode: true }),
      'MaxPool2d(kernel_size=3, stride=2, padding=1, dilation=1, ceil_mode=True)',
    ],
    [new MaxPool2d([3, 2]), 'MaxPool2d(kernel_size=(3, 2), stride=(3, 2), padding=0, dilation=1, ceil_mode=False)'],
    [new AdaptiveAvgPool2d(1), 'AdaptiveAvgPool2d(output_size=1)'],
    [new AdaptiveAvgPool2d([null, 3]), 'AdaptiveAvgPool2d(output_size=(None, 3))'],
    [new Dropout(0.2), 'Dropout(p=0.2, inplace=False)'],
    [new Flatten(), 'Flatten(start_dim=1, end_dim=-1)'],
    [
      new BatchNorm2d(3, { eps: 1e-3, momentum: 0.01 }),
      'BatchNorm2d(3, eps=0.001, momentum=0.01, affine=True, bias=True, track_running_stats=True)',
    ],
    [new Sequential(), 'Sequential()'],
  ];
  for (const [module, text] of layers) t.equal(module.toString(), text);
});

t.test('a convolution whose groups do not divide its channels is an error', async (t) => {
  const message = (input: number, output: number) =>
    `Conv2d: expected groups that divide ${input} input and ${output} output channels, got 2`;
  t.throws(() => new Conv2d(3, 4, 3, { groups: 2 }), { name: 'ShapeError', message: message(3, 4) });
  t.throws(() => new Conv2d(4, 3, 3, { groups: 2 }), { name: 'ShapeError', message: message(4, 3) });
});
