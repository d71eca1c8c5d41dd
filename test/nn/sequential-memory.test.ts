/**
 * What Sequential does where nobody can see it: it frees what lies between two layers, and runs a convolution and its
 * ReLU as one. Nothing of it may show: not in the numbers, not to a hook, not to a module that keeps what it saw.
 */
import t from 'tap';
import * as b from '../../src/index.js';
import {
  BatchNorm2d,
  Conv2d,
  Dropout,
  Identity,
  MaxPool2d,
  Module,
  ReLU,
  Sequential,
  type Tensor,
} from '../../src/index.js';
import { everyBackend } from '../backends/under-test.js';

/** Keeps its input and its output, as a learner's module may. */
class Keeper extends Module<[Tensor]> {
  seen: Tensor[] = [];
  override forward(x: Tensor): Tensor {
    const out = x.mul(2);
    this.seen = [x, out];
    return out;
  }
}

const net = (): Sequential =>
  new Sequential(
    new Conv2d(3, 8, 3, { padding: 1 }),
    new ReLU(),
    new MaxPool2d(2),
    new Sequential(new Conv2d(8, 12, 3, { padding: 1, paddingMode: 'reflect' }), new BatchNorm2d(12), new ReLU()),
    new Dropout(),
    new Identity(),
    new Conv2d(12, 4, 1),
    new ReLU(),
  ).eval() as Sequential;

t.beforeEach(() => void b.manualSeed(5));

for (const backend of everyBackend()) {
  t.test(`the numbers are those of the layers one by one, with fewer tensors alive: ${backend.name}`, async (t) => {
    b.withBackend(backend, () => {
      const model = net();
      const x = b.randn([2, 3, 12, 10]);
      const expected = b.tidy(() => model.call(x).tolist());
      b.noGrad(() => {
        const before = b.backendInfo().storages;
        const out = model.call(x);
        t.equal(b.backendInfo().storages, before + 1, 'only the result is left');
        t.same(out.tolist(), expected);
        t.notOk(x.isDisposed, "the caller's tensor stays");
        out.dispose();
      });
      x.dispose();
      model.dispose();
    });
  });
}

t.test('NaN, infinities and negative zero pass as through conv2d and relu', async (t) => {
  const conv = new Conv2d(1, 1, 1, { bias: false });
  b.noGrad(() => conv.weight.copy_(b.ones([1, 1, 1, 1])));
  const x = b.tensor([[[[NaN, Infinity, -Infinity, -0, -3, 5]]]]);
  const [fused] = b.noGrad(() => [new Sequential(conv, new ReLU()).call(x)]);
  t.same(fused.tolist(), [[[[NaN, Infinity, 0, 0, 0, 5]]]]);
});

t.test('a module of the user may keep its input and its output', async (t) => {
  const keeper = new Keeper();
  const model = new Sequential(new Identity(), new ReLU(), keeper, new Dropout(), new ReLU(), new Identity()).eval();
  b.noGrad(() => {
    const out = model.call(b.tensor([-1, 2]));
    t.same(
      keeper.seen.map((tensor) => tensor.tolist()),
      [
        [0, 2],
        [0, 4],
      ],
    );
    t.same(out.tolist(), [0, 4]);
  });
});

t.test('hooks see each layer and may keep what they are given', async (t) => {
  const model = net();
  const x = b.randn([1, 3, 8, 8]);
  const plain = b.noGrad(() => model.call(x).tolist());
  const seen: [string, Tensor][] = [];
  const handles = ['0', '1', '3.2'].map((name) =>
    model.getSubmodule(name).registerForwardHook((_module, _input, output) => void seen.push([name, output])),
  );
  b.noGrad(() => t.same(model.call(x).tolist(), plain));
  t.same(
    seen.map(([name]) => name),
    ['0', '1', '3.2'],
  );
  t.ok(
    seen.every(([, tensor]) => tensor.tolist() !== null && !tensor.isDisposed),
    'none was freed',
  );
  t.ok((seen[0][1].min().item() ?? 0) < 0, 'the convolution, seen by a hook, comes before its ReLU');
  for (const handle of handles) handle.remove();

  let calls = 0;
  const global = b.registerModuleForwardHook(() => void calls++);
  b.noGrad(() => model.call(x));
  global.remove();
  t.equal(calls, 1 + model.modules().length - 1, 'a global hook is called for every module');
});

t.test('a forward that was replaced is called', async (t) => {
  const model = new Sequential(new Conv2d(1, 1, 1), new ReLU());
  const relu = model.getSubmodule('1');
  relu.forward = (x) => x.mul(0);
  b.noGrad(() => t.same(model.call(b.ones([1, 1, 1, 1])).item(), 0));
});

t.test('conv2dRelu is not for where gradients are recorded', async (t) => {
  const layer = new Conv2d(1, 1, 1);
  t.throws(() => layer.forwardRelu(b.ones([1, 1, 1, 1])), { name: 'AutogradError', message: /inside noGrad/ });
});

t.test('with gradients switched on, layers that nobody trains are treated the same', async (t) => {
  const model = net();
  const x = b.randn([1, 3, 8, 8]);
  const expected = b.noGrad(() => model.call(x).tolist());
  model.requiresGrad_(false);
  const before = b.backendInfo().storages;
  const out = model.call(x);
  t.equal(b.backendInfo().storages, before + 1);
  t.same(out.tolist(), expected);
  out.dispose();

  const last = model.getSubmodule('6');
  last.requiresGrad_();
  const recorded = model.call(x);
  t.same(recorded.tolist(), expected);
  recorded.sum().backward();
  const [weight] = last.parameters();
  t.ok(weight.grad?.abs().sum().item(), 'what comes before a trained layer is still there for its gradient');
});
