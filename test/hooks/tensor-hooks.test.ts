/** Lines 47 to 58 of PyTorch's observed behaviour of hooks: hooks on tensors, and the engine that runs them. */
import t from 'tap';
import { grad } from '../../src/autograd/backward.js';
import { noGrad } from '../../src/autograd/grad-mode.js';
import { withBackend } from '../../src/backends/active.js';
import { retainGrad } from '../../src/hooks/tensor-hooks.js';
import { maxPool2d } from '../../src/ops/max-pool2d.js';
import { tensor } from '../../src/ops/creation.js';
import { tidy } from '../../src/tensor/memory.js';
import { quick } from '../backends/under-test.js';
import { gradOf, leaf, wrong } from './helpers.js';

t.test('47. tensor hooks chain in registration order; null passes through', async (t) => {
  const x = leaf(5);
  x.registerHook((g) => g.mul(2));
  x.registerHook(() => null);
  x.registerHook((g) => g.add(1));
  x.mul(1).backward();
  t.equal(gradOf(x), 3);
});

t.test('47. a hook that returns what is no gradient of that shape is an error', async (t) => {
  const cases: [unknown, RegExp][] = [
    [tensor([1, 2, 3]), /expected gradient 0 of shape \[2\], got \[3\]/],
    [[tensor([1, 2])], /tensor hook 'replace': expected a tensor or nothing, got an array of 1/],
    [3, /got number 3/],
  ];
  for (const [value, message] of cases) {
    const x = leaf([1, 2]);
    x.registerHook(function replace() {
      return wrong(value);
    });
    t.throws(() => x.sum().backward(), { name: 'HookError', message });
    t.equal(gradOf(x), null);
  }
});

t.test('48. diamond graph: one call, with the summed gradient', async (t) => {
  const log: unknown[] = [];
  const x = leaf([1, 2]);
  const y = x.mul(3);
  y.registerHook((g) => void log.push(g.tolist()));
  y.mul(10).add(y.mul(y)).sum().backward();
  t.same(log, [[16, 22]]);
  t.same(gradOf(x), [48, 66]);
});

t.test("49. a leaf's hook sees the incoming gradient, not the accumulated one", async (t) => {
  const log: unknown[] = [];
  const x = leaf(2);
  x.grad = tensor(100);
  x.registerHook((g) => void log.push(g.item()));
  x.mul(3).backward();
  x.mul(4).backward();
  t.same(log, [3, 4]);
  t.equal(gradOf(x), 107);
});

t.test('50. retainGrad records the value after all hooks, whenever it was asked for', async (t) => {
  const x = leaf(2);
  const y = x.mul(3);
  retainGrad(y);
  y.registerHook((g) => g.mul(2));
  const z = y.mul(5);
  z.backward(null, { retainGraph: true });
  t.equal(gradOf(y), 10);
  t.equal(gradOf(x), 30);
  z.backward();
  t.equal(gradOf(y), 20, 'it accumulates as that of a leaf');
  const plain = leaf(2);
  const mid = plain.mul(3);
  mid.mul(5).backward();
  t.equal(gradOf(mid), null, 'no gradient of a non-leaf unless asked for');
  plain.retainGrad();
  plain.mul(3).backward();
  t.equal(gradOf(plain), 18, 'on a leaf it does nothing');
});

t.test('51. registerHook or retainGrad on a tensor that needs no gradient: error', async (t) => {
  const x = tensor([[1, 2]]);
  const message = (op: string) =>
    new RegExp(`^${op}: expected a tensor that requires a gradient, got one of shape \\[1,2\\] .*requiresGrad_\\(\\)`);
  t.throws(() => x.registerHook(() => null), { name: 'HookError', message: message('registerHook') });
  t.throws(() => x.retainGrad(), { name: 'HookError', message: message('retainGrad') });
  t.throws(() => noGrad(() => leaf([[1, 2]]).mul(2)).registerHook(() => null), { message: message('registerHook') });
});

t.test('52. a second backward through a freed graph: error that names retainGraph', async (t) => {
  const x = leaf(3);
  const y = x.mul(x);
  y.backward();
  t.throws(() => y.backward(), { name: 'AutogradError', message: /backward of Mul: .*\{ retainGraph: true \}/ });
  t.equal(gradOf(x), 6);
  const linear = x.add(1);
  linear.backward();
  linear.backward();
  t.equal(gradOf(x), 8, 'a graph of sums saved nothing and can run again, as in PyTorch');
  const scaled = x.mul(2).div(4);
  scaled.backward();
  scaled.backward();
  t.equal(gradOf(x), 9, 'so can multiples here; PyTorch has saved the number');
});

t.test('53. three distinct errors: non-scalar root, wrong gradient shape, root without gradient', async (t) => {
  const x = leaf([1, 2]);
  t.throws(() => x.mul(2).backward(), {
    name: 'AutogradError',
    message: /output of one element only, got shape \[2\]/,
  });
  t.throws(() => x.mul(2).backward(tensor([[1, 1]])), {
    name: 'AutogradError',
    message: /gradient of the output's shape \[2\], got \[1,2\]/,
  });
  t.throws(() => tensor(1).backward(), {
    name: 'AutogradError',
    message: /expected a tensor that requires a gradient/,
  });
  t.equal(gradOf(x), null);
});

t.test('54. .grad accumulates', async (t) => {
  const x = leaf(2);
  for (let i = 0; i < 3; i++) x.mul(x).backward();
  t.equal(gradOf(x), 12);
});

t.test('55. grad() for an unused input: error; with allowUnused: null', async (t) => {
  const [x, unused] = [leaf(2), leaf([1, 2])];
  t.throws(() => grad(x.mul(3), [x, unused]), {
    name: 'AutogradError',
    message: /no gradient for input 1 \(shape \[2\]\).*allowUnused: true/,
  });
  const [used, none] = grad(x.mul(3), [x, unused], null, { allowUnused: true });
  t.equal(used?.item(), 3);
  t.equal(none, null);
});

t.test('56. a saved tensor changed in place: error; in-place on a leaf that requires a gradient: error', async (t) => {
  const x = leaf(2);
  const y = x.mul(x);
  noGrad(() => x.copy_(tensor(5)));
  t.throws(() => y.backward(), { name: 'AutogradError', message: /changed in place.*version 0, got version 1/ });
  t.throws(() => x.copy_(tensor(6)), { name: 'AutogradError', message: /requires a gradient .*noGrad/ });
  t.equal(x.item(), 5);
});

t.test('57. a chain of 200,000 nodes does not overflow the stack', async (t) => {
  withBackend(quick(), () => {
    const x = leaf(1);
    const value = tidy(() => {
      let y = x.mul(1);
      for (let i = 1; i < 200_000; i++) y = y.add(1);
      y.backward();
      return y.item();
    });
    t.equal(value, 200_000);
    t.equal(gradOf(x), 1);
  });
});

t.test("58. relu' is 0 at 0 and 1 at NaN; ties of max pooling and amax; NaN in max pooling", async (t) => {
  const x = leaf([0, NaN, -1, 2]);
  x.relu().backward(tensor([5, 6, 7, 8]));
  t.same(gradOf(x), [0, 6, 0, 8]);

  const tied = leaf([
    [
      [
        [1, 3],
        [3, 3],
      ],
    ],
  ]);
  maxPool2d(tied, 2).sum().backward();
  t.same(gradOf(tied), [
    [
      [
        [0, 1],
        [0, 0],
      ],
    ],
  ]);

  const spread = leaf([1, 2, 2]);
  spread.amax().backward();
  t.same(gradOf(spread), [0, 0.5, 0.5]);

  t.ok(
    Number.isNaN(
      maxPool2d(
        tensor([
          [
            [
              [1, NaN],
              [3, 2],
            ],
          ],
        ]),
        2,
      ).item(),
    ),
  );
});

t.test('49. post-accumulate sees the accumulated gradient', async (t) => {
  const x = leaf([1, 2]);
  const seen: unknown[] = [];
  const handle = x.registerPostAccumulateGradHook((tensor) => void seen.push(tensor.grad?.tolist(), tensor === x));
  x.mul(2).sum().backward();
  x.mul(3).sum().backward();
  t.same(seen, [[2, 2], true, [5, 5], true]);
  x.sum().backward(null, { inputs: [x] });
  t.same(seen.slice(4), [[6, 6], true], 'also when backward is told the inputs');
  handle.remove();
  x.sum().backward();
  t.equal(seen.length, 6);
});

t.test('51. post-accumulate on a non-leaf, or without a gradient: error', async (t) => {
  const ignore = () => undefined;
  t.throws(() => leaf([1]).mul(2).registerPostAccumulateGradHook(ignore), {
    name: 'HookError',
    message: /expected a leaf that requires a gradient, got a tensor of shape \[1\] that was computed from others/,
  });
  t.throws(() => leaf([1]).detach().registerPostAccumulateGradHook(ignore), { message: /that requires none/ });
});
