/** Memory scopes and the autograd graph: gradients, saved tensors, hooks, and the garbage collector as a safety net. */
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import t from 'tap';
import { backward, grad } from '../../src/autograd/backward.js';
import { record } from '../../src/autograd/record.js';
import { backendNamed } from '../../src/backends/active.js';
import '../../src/hooks/tensor-hooks.js';
import { ones, tensor } from '../../src/ops/creation.js';
import '../../src/ops/methods.js';
import { keep, tidy } from '../../src/tensor/memory.js';
import type { Tensor } from '../../src/tensor/tensor.js';

const live = (): number => backendNamed('wasm').info().storages;
const leaf = (data: number[]): Tensor => tensor(data, { requiresGrad: true });

t.test('the graph of a returned loss survives its scope; backward outside frees what it saved', async (t) => {
  const x = leaf([1, 2]);
  const before = live();
  const loss = tidy(() => {
    const y = x.mul(x);
    y.exp();
    return y.mul(y).sum();
  });
  t.equal(live(), before + 2, 'the loss, and y, which the second product saved');
  loss.backward();
  t.same(x.grad?.tolist(), [4, 32]);
  t.equal(live(), before + 2, 'the loss and the gradient');
  loss.dispose();
  x.grad?.dispose();
  t.equal(live(), before);
  x.dispose();
});

t.test('a loss that leaves only the inner of two scopes', async (t) => {
  const x = leaf([1, 2]);
  const before = live();
  tidy(() => {
    const loss = tidy(() => x.mul(x).exp().sum());
    loss.backward();
  });
  t.equal(live(), before + 1, 'the gradient');
  const lost = tidy(() => tidy(() => x.mul(x).exp().sum()).item());
  t.ok(lost > 50);
  t.equal(live(), before + 1, 'a graph that nothing ran through is freed with the outer scope');
});

t.test('saved tensors are freed by backward, and kept by retainGraph', async (t) => {
  const x = leaf([1, 2]);
  const before = live();
  const y = x.exp();
  const z = y.mul(y);
  const loss = z.sum();
  for (const intermediate of [y, z]) intermediate.dispose();
  t.equal(live(), before + 2, 'the loss, and y, which two nodes saved');
  loss.backward(null, { retainGraph: true });
  t.equal(live(), before + 3, 'and the gradient');
  loss.backward();
  t.equal(live(), before + 2, 'the loss and the gradient');
  loss.dispose();
});

t.test('a gradient lives as long as its tensor', async (t) => {
  const outside = leaf([1, 2]);
  const before = live();
  const [returned, onlyGrad] = tidy(() => {
    const [freed, x, y] = [leaf([3, 4]), leaf([5, 6]), leaf([7, 8])];
    freed.mul(x).mul(y).mul(outside).sum().backward();
    return [x, y.grad];
  });
  t.same(outside.grad?.tolist(), [105, 192]);
  t.same(returned.grad?.tolist(), [21, 64], 'a returned leaf brings its gradient along');
  t.same(onlyGrad?.tolist(), [15, 48], 'and a returned gradient needs no leaf');
  t.equal(live(), before + 4);
});

t.test('a gradient of a tensor between two scopes goes with the outer one', async (t) => {
  const before = live();
  tidy(() => {
    const x = leaf([1, 2]);
    tidy(() => x.mul(3).sum().backward());
    t.same(x.grad?.tolist(), [3, 3]);
    tidy(() => x.mul(4).sum().backward());
    t.same(x.grad?.tolist(), [7, 7]);
    t.equal(live(), before + 2);
  });
  t.equal(live(), before);
});

t.test('a recorded gradient of a leaf outside keeps its graph', async (t) => {
  const x = leaf([2, 3]);
  tidy(() => x.mul(x).mul(x).sum().backward(null, { createGraph: true }));
  const first = x.grad;
  t.same(first?.tolist(), [12, 27]);
  const [second] = grad(first?.sum() ?? x, [x]);
  t.same(second.tolist(), [12, 18]);
});

t.test('a hook that stores a gradient without keep: a clear error on use; with keep it is usable', async (t) => {
  const x = leaf([1, 2]);
  const stored: Tensor[] = [];
  const run = () =>
    tidy(() => {
      const y = x.mul(3);
      y.registerHook((g) => void stored.push(g));
      y.mul(y).sum().backward();
      t.same(stored[0].tolist(), [6, 12], 'usable inside the scope');
    });
  run();
  t.throws(() => stored[0].tolist(), { name: 'BackendError', message: /tensor \[2\]: its memory was freed.*keep\(\)/ });

  stored.length = 0;
  const before = live();
  tidy(() => {
    const y = x.mul(3);
    y.registerHook((g) => void stored.push(keep(g)));
    y.mul(y).sum().backward();
  });
  t.equal(live(), before + 1);
  t.same(stored[0].tolist(), [6, 12]);
  stored[0].dispose();
  t.equal(live(), before);
});

t.test('outside of a scope a gradient that a hook stored stays usable', async (t) => {
  const x = leaf([1, 2]);
  const stored: Tensor[] = [];
  x.registerHook((g) => void stored.push(g));
  x.mul(x).sum().backward();
  x.mul(5).sum().backward();
  t.same(
    stored.map((g) => g.tolist()),
    [
      [2, 4],
      [5, 5],
    ],
  );
  t.same(x.grad?.tolist(), [7, 9]);
});

t.test('a backward pass that throws leaks nothing', async (t) => {
  const x = leaf([1, 2]);
  const before = live();
  t.throws(
    () =>
      tidy(() => {
        const y = x.exp();
        y.registerHook(() => {
          throw new Error('from the hook');
        });
        y.mul(y).sum().backward();
      }),
    { message: 'from the hook' },
  );
  t.equal(live(), before);
  t.equal(x.grad, null);
});

t.test('a tensor that is disposed of between forward and backward does no harm', async (t) => {
  const x = leaf([1, 2]);
  const factor = tensor([3, 4]);
  const y = x.mul(factor);
  factor.dispose();
  y.sum().backward();
  t.same(x.grad?.tolist(), [3, 4]);
});

t.test('a result that nobody used takes what its step saved with it; one that was used does not', async (t) => {
  const before = live();
  const x = leaf([1, 2]);
  const unused = x.mul(x);
  x.dispose();
  t.equal(live(), before + 2, 'the graph keeps what mul() needs');
  unused.dispose();
  t.equal(live(), before, 'nothing leads to that step any more');

  const y = leaf([1, 2]);
  const used = y.exp();
  const sum = used.sum();
  used.dispose();
  sum.backward(null, { retainGraph: true });
  sum.backward();
  t.same(
    y.grad?.tolist(),
    [Math.E, Math.E ** 2].map((value) => 2 * Math.fround(value)),
  );
  for (const tensor of [y.grad, y, sum]) tensor?.dispose();
  t.equal(live(), before);
});

t.test('thousands of tensors made in one go are each watched or at their end', async (t) => {
  const before = live();
  const kept = Array.from({ length: 3000 }, (_, i) => tensor([i]));
  for (let i = 0; i < 3000; i++) tensor([i]).dispose();
  t.equal(live(), before + 3000);
  await sleep(0);
  kept.forEach((one) => one.dispose());
  t.equal(live(), before);
});

t.test('the garbage collector frees what was forgotten: tensors, and graphs without a backward pass', async (t) => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const settle = async (): Promise<number> => {
    for (let i = 0; i < 5; i++) {
      collect();
      await sleep(10);
    }
    return live();
  };
  const weight = ones([100]).requiresGrad_();
  const before = await settle();
  const forget = () => {
    for (let i = 0; i < 20; i++) weight.mul(weight).exp().sum();
  };
  forget();
  t.ok(live() >= before + 60, 'they are alive at first');
  let after = await settle();
  for (let i = 0; i < 40 && after > before; i++) after = await settle();
  t.ok(after <= before, `${before} storages before, ${after} after`);
  t.equal(weight.sum().item(), 100, 'what is in use stays');
});

t.test(
  'outside of scopes: backward into chosen inputs leaves their gradients only, a failed grad() nothing',
  async (t) => {
    const x = leaf([1, 2]);
    const unused = leaf([3]);
    const loss = tidy(() => x.mul(2).sum());
    const before = live();
    backward(loss, null, { inputs: [x] });
    t.same(x.grad?.tolist(), [2, 2]);
    t.equal(live(), before + 1, 'the gradient');
    t.throws(() => grad(loss, [x, unused]), { message: /no gradient for input 1/ });
    t.equal(live(), before + 1);
    for (const tensor of [x.grad, x, unused, loss]) tensor?.dispose();
  },
);

t.test('outside of scopes: a rule that throws leaves nothing behind', async (t) => {
  const x = leaf([1, 2]);
  const out = tensor([1, 2]);
  const wrong = record(
    'Wrong',
    out,
    [x],
    [],
    [
      (g) => {
        g.mul(2).exp();
        throw new Error('no rule');
      },
    ],
  );
  const one = ones([2]);
  const before = live();
  t.throws(() => wrong.backward(one), { message: 'no rule' });
  t.equal(live(), before);
  for (const tensor of [x, out, one]) tensor.dispose();
});

t.test('a gradient that the user puts in the place of another lives on with its tensor', async (t) => {
  const x = leaf([1, 2]);
  const before = live();
  tidy(() => {
    x.mul(4).sum().backward();
    x.grad = x.grad?.mul(0.5) ?? null;
  });
  t.same(x.grad?.tolist(), [2, 2]);
  t.equal(live(), before + 1, 'the new one; the one before is freed');
  for (const tensor of [x.grad, x]) tensor?.dispose();
});
