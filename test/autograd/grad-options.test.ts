/** Options of grad() and backward(), the order of equals, versions, detach_. Values computed with PyTorch. */
import t from 'tap';
import { backward, grad } from '../../src/autograd/backward.js';
import { isGradEnabled, noGrad, setGradEnabled } from '../../src/autograd/grad-mode.js';
import { withBackend } from '../../src/backends/active.js';
import '../../src/hooks/tensor-hooks.js';
import { cat } from '../../src/ops/cat.js';
import { ones, tensor } from '../../src/ops/creation.js';
import { linear } from '../../src/ops/linear.js';
import '../../src/ops/methods.js';
import type { NestedNumbers, Tensor } from '../../src/tensor/tensor.js';
import { quick } from '../backends/under-test.js';

const leaf = (data: NestedNumbers): Tensor => tensor(data, { requiresGrad: true });
const values = (tensors: readonly (Tensor | null)[]) => tensors.map((tensor) => tensor?.tolist() ?? null);

t.test('materializeGrads: zeros for what the outputs do not depend on', async (t) => {
  const [x, unused] = [leaf([1, 2]), leaf([[3]])];
  const [dx, zeros] = grad(x.mul(2).sum(), [x, unused], null, { materializeGrads: true });
  t.same([dx.tolist(), zeros.tolist(), zeros.requiresGrad], [[2, 2], [[0]], false]);
  t.throws(() => grad(x.sum(), [x], null, { materializeGrads: true, allowUnused: false } as never), {
    name: 'AutogradError',
    message: 'grad: expected allowUnused to be true or left out with { materializeGrads: true }, got false',
  });
});

t.test('several outputs with gradients of their own; an input that is an output of another', async (t) => {
  const x = leaf([1, 2]);
  const y = x.mul(2);
  t.same(values(grad([y.sum(), y.mul(y).sum()], [x, y], [tensor(10), null])), [
    [28, 36],
    [14, 18],
  ]);
  const z = x.mul(2);
  t.same(values(grad([z, z], [x, x], [ones([2]), tensor([5, 50])])), [
    [12, 102],
    [12, 102],
  ]);
});

t.test('a gradient that requires one itself: the vector-Jacobian product is linear in it', async (t) => {
  const [x, v] = [leaf([1, 2]), leaf([1, 1])];
  const [g] = grad(x.mul(x), [x], v, { createGraph: true });
  t.same(values(grad(g, [v], tensor([1, 10]))), [[2, 40]], 'J v, by differentiating J^T v');
});

t.test('errors: no input, an output without a graph, gradients that are too few', async (t) => {
  const x = leaf([1, 2]);
  t.throws(() => grad(x.sum(), []), { name: 'AutogradError', message: 'grad: expected at least one input, got none' });
  t.throws(() => grad([x.sum(), tensor(1)], [x]), { message: /^grad: expected a tensor that requires a gradient/ });
  t.throws(() => grad([x.sum(), x.sum()], [x], [tensor(1)]), {
    message: 'grad: expected one gradient for each of the 2 outputs, got 1',
  });
});

t.test('createGraph with retainGraph: false frees the first graph', async (t) => {
  const x = leaf([1, 2]);
  const y = x.mul(x).sum();
  t.same(values(grad(y, [x], null, { createGraph: true, retainGraph: false })), [[2, 4]]);
  t.throws(() => grad(y, [x]), { name: 'AutogradError', message: /retainGraph: true/ });
});

t.test('leaves of one node accumulate in the order of PyTorch', async (t) => {
  const order = (run: (leaves: Tensor[]) => Tensor, shapes: NestedNumbers[]): string => {
    const log: string[] = [];
    const leaves = shapes.map(leaf);
    leaves.forEach((x, i) => {
      x.registerHook(() => void log.push(`${i}`));
      x.registerPostAccumulateGradHook(() => void log.push(`(${i})`));
    });
    run(leaves).sum().backward();
    return log.join(' ');
  };
  t.equal(
    order((leaves) => cat(leaves), [[1], [1], [1], [1], [1], [1]]),
    '0 (0) 2 (2) 5 (5) 4 (4) 1 (1) 3 (3)',
  );
  t.equal(
    order(([x, w, b]) => linear(x, w, b), [[[1, 2]], [[1, 2]], [1]]),
    '2 (2) 0 (0) 1 (1)',
  );
});

t.test('linear is one node, with or without a bias', async (t) => {
  const [x, w, b] = [leaf([[1, 2]]), leaf([[3, 4]]), leaf([5])];
  const y = linear(x, w, b);
  t.same(
    y.node?.edges.map((edge) => edge?.node),
    [b.accumulator, x.accumulator, w.accumulator],
  );
  t.same(
    linear(x, w).node?.edges.map((edge) => edge?.node),
    [x.accumulator, w.accumulator],
  );
  t.same(values(grad(y, [x, w, b])), [[[3, 4]], [[1, 2]], [1]]);
});

t.test('version counts changes in place, through every handle on the values', async (t) => {
  const x = tensor([1, 2]);
  const [detached, viewed, copy] = [x.detach(), x.view([2, 1]), x.clone()];
  t.equal(x.version, 0);
  x.copy_(tensor([3, 4]));
  detached.copy_(tensor([5, 6]));
  t.same(
    [x, detached, viewed, copy].map((tensor) => tensor.version),
    [2, 2, 2, 0],
  );
  const w = leaf([1, 2]);
  noGrad(() => w.copy_(tensor([3, 4])));
  t.equal(w.version, 1);
});

t.test('detach shares values and is a leaf; detach_ makes one of the tensor itself', async (t) => {
  const x = leaf([1, 2]);
  const y = x.mul(2);
  const before = y.mul(3).sum();
  t.equal(y.detach_(), y);
  t.same([y.requiresGrad, y.isLeaf, y.node], [false, true, null]);
  y.requiresGrad_();
  y.mul(5).sum().backward();
  t.same([x.grad, y.grad?.tolist()], [null, [5, 5]]);
  before.backward();
  t.same(x.grad?.tolist(), [6, 6], 'what was computed before still leads back');
  x.detach_();
  t.equal(x.mul(2).requiresGrad, false);
});

t.test('setGradEnabled switches by a value', async (t) => {
  const x = leaf(1);
  for (const mode of [true, false]) {
    t.same(
      setGradEnabled(mode, () => [isGradEnabled(), x.mul(2).requiresGrad]),
      [mode, mode],
    );
  }
  t.equal(isGradEnabled(), true);
});

t.test('an empty tensor: no gradient to leave out, a sum of nothing has one', async (t) => {
  const x = leaf([]);
  t.throws(() => x.backward(), { message: /output of one element only, got shape \[0\]/ });
  x.sum().backward();
  t.same(x.grad?.tolist(), []);
});

t.test('a chain of 200,000 nodes, recorded, with hooks on the way, and a second time through both', async (t) => {
  withBackend(quick(), () => {
    const x = leaf(2);
    let calls = 0;
    let y = x.mul(x);
    for (let i = 1; i < 200_000; i++) {
      y = y.add(0);
      if (i % 1000 === 0) y.registerHook(() => void calls++);
    }
    const [first] = grad(y, [x], null, { createGraph: true });
    t.equal(first.item(), 4);
    t.equal(calls, 199);
    backward([first, y]);
    t.equal(x.grad?.item(), 2 + 4);
    t.equal(calls, 2 * 199);
  });
});
