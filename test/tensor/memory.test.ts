/** Memory scopes: what tidy frees, what survives it, and that the count of live storages comes back exactly. */
import t, { type Test } from 'tap';
import { withBackend } from '../../src/backends/active.js';
import { Linear, ReLU } from '../../src/nn/layers.js';
import { vgg } from '../../src/nn/models/vgg.js';
import { crossEntropy } from '../../src/ops/cross-entropy.js';
import { rand, randn, tensor } from '../../src/ops/creation.js';
import '../../src/hooks/tensor-hooks.js';
import '../../src/ops/methods.js';
import { keep, tidy } from '../../src/tensor/memory.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { candidate, everyBackend } from '../backends/under-test.js';

/** Runs a test on every backend; `live` counts the storages that are alive. */
function onEveryBackend(name: string, body: (t: Test, live: () => number) => void): void {
  for (const backend of everyBackend()) {
    t.test(`${backend.name}: ${name}`, async (t) => {
      withBackend(backend, () => body(t, () => backend.info().storages));
    });
  }
}

onEveryBackend('what a scope made is gone after it', (t, live) => {
  const before = live();
  let inner: Tensor | undefined;
  const value = tidy(() => {
    const x = tensor([1, 2, 3]);
    inner = x.mul(2);
    t.equal(live(), before + 2);
    return inner.sum().item();
  });
  t.equal(value, 12);
  t.equal(live(), before);
  t.equal(inner?.isDisposed, true);
});

onEveryBackend('forward and backward of a layer: only the gradients of what is outside stay', (t, live) => {
  const layer = new Linear(3, 2);
  const before = live();
  const step = (): number =>
    tidy(() => {
      const x = randn([4, 3]).requiresGrad_();
      const hidden = layer.call(x).relu();
      hidden.retainGrad();
      hidden.mul(hidden).sum().backward();
      return x.grad?.numel() ?? 0;
    });
  t.equal(step(), 12);
  t.equal(live(), before + 2, 'the gradients of weight and bias');
  const gradient = layer.weight.grad?.tolist();
  for (let i = 0; i < 3; i++) step();
  t.equal(live(), before + 2);
  t.notSame(layer.weight.grad?.tolist(), gradient);
  layer.zeroGrad();
  t.equal(live(), before);
  layer.dispose();
  t.equal(live(), before - 2);
});

onEveryBackend('a VGG in training, with hooks of every kind: the gradients of its parameters stay', (t, live) => {
  const model = vgg({ cfg: [4, 'M', 6], batchNorm: true, avgpool: 2, hidden: [5], classes: 3 });
  let fired = 0;
  const count = () => void fired++;
  for (const module of model.modules()) {
    module.registerForwardPreHook(count);
    module.registerForwardHook(count);
    if (module instanceof ReLU) {
      module.registerBackwardHook((_module, _gradInput, [gradient]) => {
        count();
        return [gradient?.mul(3) ?? null];
      });
      continue;
    }
    module.registerFullBackwardPreHook((_module, gradOutput) => gradOutput.map((g) => g?.mul(2) ?? null));
    module.registerFullBackwardHook((_module, gradInput) => gradInput.map((g) => g?.mul(0.5) ?? null));
  }
  const step = () => {
    tidy(() => {
      const x = rand([2, 3, 8, 8]).requiresGrad_();
      crossEntropy(model.call(x), tensor([0, 2])).backward();
      t.same(x.grad?.shape, [2, 3, 8, 8]);
    });
  };
  const before = live();
  step();
  t.equal(live(), before + model.parameters().length);
  t.equal(fired, 2 * model.modules().length + 3);
  for (let i = 0; i < 2; i++) step();
  t.equal(live(), before + model.parameters().length);
  model.dispose();
});

onEveryBackend('a forward pass without backward frees what it saved', (t, live) => {
  const weight = tensor([1, 2, 3]).requiresGrad_();
  const before = live();
  tidy(() => {
    weight.mul(weight).exp().mul(3).sum();
  });
  t.equal(live(), before);
  weight.dispose();
});

onEveryBackend('what is returned survives, in arrays, maps, sets and objects', (t, live) => {
  const before = live();
  const make = (value: number) => tensor([value, value]).mul(2);
  const result = tidy(() => {
    make(0);
    const shared = make(1);
    return {
      list: [shared, [make(2), null]],
      map: new Map([['three', make(3)]]),
      set: new Set([make(4)]),
      again: shared,
      text: 'no tensor',
    };
  });
  t.equal(live(), before + 4);
  t.same(result.again.tolist(), [2, 2]);
  const [third] = result.map.values();
  const [fourth] = result.set;
  t.same(
    [third.tolist(), fourth.tolist()],
    [
      [6, 6],
      [8, 8],
    ],
  );
  const rest = result.list.flat().flatMap((item) => item ?? []);
  t.same(
    rest.map((x) => x.tolist()),
    [
      [2, 2],
      [4, 4],
    ],
  );
  for (const x of [...rest, third, fourth]) x.dispose();
  t.equal(live(), before);
});

onEveryBackend('nested scopes: a survivor of the inner one belongs to the outer one', (t, live) => {
  const before = live();
  const [inner, outer] = tidy(() => {
    const a = tidy(() => tensor([1, 2]).add(tensor([3, 4])));
    t.equal(live(), before + 1);
    t.same(a.tolist(), [4, 6]);
    return [a, tidy(() => a.mul(2))];
  });
  t.equal(live(), before + 2);
  t.same(
    [inner.tolist(), outer.tolist()],
    [
      [4, 6],
      [8, 12],
    ],
  );
  inner.dispose();
  outer.dispose();
  tidy(() => {
    tidy(() => tensor(1));
    t.equal(live(), before + 1);
  });
  t.equal(live(), before);
});

onEveryBackend('a scope that throws frees everything, the saved tensors of its graph included', (t, live) => {
  const weight = tensor([1, 2]).requiresGrad_();
  const before = live();
  const failure = new RangeError('on the way');
  let caught: unknown;
  try {
    tidy(() => {
      weight.mul(weight).exp();
      tidy(() => {
        tensor([1, 2, 3]).mul(2);
        throw failure;
      });
    });
  } catch (error) {
    caught = error;
  }
  t.equal(caught, failure);
  t.equal(live(), before);
  const after = tidy(() => weight.mul(2));
  t.same(after.tolist(), [2, 4], 'the next scope works');
  after.dispose();
  weight.dispose();
});

onEveryBackend('keep lets a tensor out of every scope', (t, live) => {
  const before = live();
  let kept: Tensor | undefined;
  tidy(() => {
    tidy(() => {
      kept = keep(tensor([1, 2]).mul(3));
    });
  });
  t.equal(live(), before + 1);
  t.same(kept?.tolist(), [3, 6]);
  kept?.dispose();
  t.equal(live(), before);
});

onEveryBackend('views share a storage, which goes with the last of them', (t, live) => {
  const before = live();
  const x = tensor([
    [1, 2],
    [3, 4],
  ]);
  const flat = x.reshape([4]);
  const detached = x.detach();
  t.equal(live(), before + 1);
  x.dispose();
  t.same(flat.tolist(), [1, 2, 3, 4]);
  flat.dispose();
  t.same(detached.tolist(), [
    [1, 2],
    [3, 4],
  ]);
  detached.dispose();
  t.equal(live(), before);
});

onEveryBackend('disposing twice is harmless, also when another handle remains', (t, live) => {
  const before = live();
  const x = tensor([1, 2]);
  const y = x.detach();
  x.dispose();
  x.dispose();
  t.equal(live(), before + 1);
  t.same(y.tolist(), [1, 2]);
  y.dispose();
  y.dispose();
  t.equal(live(), before);
});

onEveryBackend('using disposes at the end of the block, errors included', (t, live) => {
  const before = live();
  t.throws(
    () => {
      using x = tensor([1, 2]);
      t.equal(x.numel(), 2);
      throw new Error('on the way');
    },
    { message: 'on the way' },
  );
  t.equal(live(), before);
});

t.test('an async body is an error, and what it made is freed', async (t) => {
  const live = () => candidate().info().storages;
  const before = live();
  t.throws(
    () =>
      tidy(async () => {
        tensor([1, 2]);
      }),
    { name: 'BacklightError', message: /tidy: expected a synchronous function.*await outside of tidy/ },
  );
  t.equal(live(), before);
});

t.test('using a freed tensor is an error that says what to do', async (t) => {
  let x: Tensor | undefined;
  tidy(() => {
    x = tensor([[1, 2, 3]]);
  });
  const message = 'tensor [1,3]: its memory was freed; return it from tidy(() => ...) or keep() it to use it later';
  const uses: [string, (x: Tensor) => unknown][] = [
    ['dataSync', (x) => x.dataSync()],
    ['tolist', (x) => x.tolist()],
    ['an op', (x) => x.mul(2)],
    ['an op with it as the second operand', (x) => tensor(1).add(x)],
    ['reshape', (x) => x.reshape([3])],
  ];
  for (const [name, use] of uses) t.throws(() => x && use(x), { name: 'BackendError', message }, name);
  await t.rejects(async () => x?.data(), { name: 'BackendError', message });
});
