/** The backward engine: order, accumulation, what is freed, and its errors. */
import t from 'tap';
import { backward, grad } from '../../src/autograd/backward.js';
import { noGrad } from '../../src/autograd/grad-mode.js';
import { record } from '../../src/autograd/record.js';
import { withBackend } from '../../src/backends/active.js';
import '../../src/hooks/tensor-hooks.js';
import { ones, tensor } from '../../src/ops/creation.js';
import '../../src/ops/methods.js';
import type { NestedNumbers, Tensor } from '../../src/tensor/tensor.js';
import { quick } from '../backends/under-test.js';

const leaf = (data: NestedNumbers): Tensor => tensor(data, { requiresGrad: true });
const gradOf = (x: Tensor): NestedNumbers | null => x.grad?.tolist() ?? null;

t.test('the node made last runs first, and accumulation at a leaf at once', async (t) => {
  const log: string[] = [];
  const x = leaf(2);
  const weight = leaf(3);
  const named: [string, Tensor][] = [];
  const step = (name: string, y: Tensor): Tensor => {
    named.push([name, y]);
    return y;
  };
  const a = step('a', x.mul(1));
  const b = step('b', a.mul(2));
  const c = step('c', a.mul(weight));
  const d = step('d', b.add(c));
  for (const [name, y] of [...named, ['x', x], ['weight', weight]] as const) y.registerHook(() => void log.push(name));
  d.backward();
  t.same(log, ['d', 'c', 'weight', 'b', 'a', 'x']);
  t.equal(gradOf(x), 5);
});

t.test('two paths of different length: a node waits for both', async (t) => {
  const x = leaf(3);
  const seen: number[] = [];
  const y = x.mul(2);
  y.registerHook((g) => void seen.push(g.item()));
  const long = y.mul(1).mul(1).mul(1).mul(10);
  long.add(y).backward();
  t.same(seen, [11]);
  t.equal(gradOf(x), 22);
});

t.test('a tensor that is used many times', async (t) => {
  const x = leaf([1, 2]);
  const y = x.mul(x); // x^2, then x^4, x^8
  const z = y.mul(y);
  z.mul(z).sum().backward();
  t.same(gradOf(x), [8, 8 * 2 ** 7]);
});

t.test('gradients of several outputs are added, one of which leads to the other', async (t) => {
  const x = leaf([1, 2]);
  const y = x.mul(3);
  const z = y.mul(y);
  backward([z, y], [ones([2]), tensor([10, 20])]);
  t.same(gradOf(x), [18 + 30, 36 + 60]);
  const fresh = leaf(5);
  const w = fresh.mul(2);
  backward([w, w, fresh]);
  t.equal(gradOf(fresh), 5);
});

t.test('the gradient of the output is a factor', async (t) => {
  const x = leaf([
    [1, 2],
    [3, 4],
  ]);
  x.mul(2).backward(
    tensor([
      [1, 10],
      [100, 1000],
    ]),
  );
  t.same(gradOf(x), [
    [2, 20],
    [200, 2000],
  ]);
});

t.test('a leaf as its own output', async (t) => {
  const x = leaf(2);
  x.backward();
  t.equal(gradOf(x), 1);
  t.equal(grad(x, [x])[0].item(), 1);
  t.equal(gradOf(x), 1, 'grad() accumulates nothing');
});

t.test('leaves that need no gradient get none', async (t) => {
  const x = leaf(2);
  const frozen = tensor(3);
  x.mul(frozen).add(frozen).backward();
  t.equal(gradOf(x), 3);
  t.equal(frozen.grad, null);
});

t.test('.grad is a copy: changing the passed gradient afterwards changes nothing', async (t) => {
  const x = leaf([1, 2]);
  const given = tensor([3, 4]);
  x.mul(1).backward(given);
  x.add(0).backward(given);
  given.copy_(tensor([0, 0]));
  t.same(gradOf(x), [6, 8]);
  t.equal(given.isDisposed, false);
});

t.test('retainGraph runs twice, without it the second pass names the way out', async (t) => {
  const x = leaf(3);
  const y = x.mul(x).exp();
  const once = 6 * Math.exp(9);
  y.backward(null, { retainGraph: true });
  y.backward();
  t.ok(Math.abs((x.grad?.item() ?? 0) / (2 * once) - 1) < 1e-6);
  t.throws(() => y.backward(), {
    name: 'AutogradError',
    message:
      'backward of Exp: its saved tensors were freed by an earlier backward pass (or by the end of a tidy scope); ' +
      'give that pass { retainGraph: true } to run backward through this graph a second time',
  });
});

t.test('two graphs that share a part: the second pass through it fails, and only there', async (t) => {
  const x = leaf(3);
  const shared = x.mul(x);
  const [one, two] = [shared.mul(2), shared.mul(5)];
  one.backward();
  t.throws(() => two.backward(), { name: 'AutogradError', message: /^backward of Mul/ });
  t.equal(gradOf(x), 12);
});

t.test('errors of a root', async (t) => {
  const x = leaf([1, 2]);
  const cases: [() => unknown, string][] = [
    [
      () => x.mul(2).backward(),
      'backward: a gradient can be left out for an output of one element only, got shape [2]; ' +
        'reduce it (sum(), mean(), at(...)) or give the gradient as an argument',
    ],
    [() => x.mul(2).backward(tensor([1, 2, 3])), "backward: expected a gradient of the output's shape [2], got [3]"],
    [() => x.sum().backward(tensor([1])), "backward: expected a gradient of the output's shape [], got [1]"],
    [
      () => x.detach().sum().backward(),
      'backward: expected a tensor that requires a gradient, got one of shape [] that does not; ' +
        'call requiresGrad_() on what it is computed from, outside of noGrad',
    ],
    [
      () => grad(x.sum(), [tensor([1, 2])]),
      'grad: expected a tensor that requires a gradient, got one of shape [2] that does not; ' +
        'call requiresGrad_() on what it is computed from, outside of noGrad',
    ],
    [
      () => backward(x.sum(), null, { inputs: [] }),
      'backward: expected at least one tensor in inputs, got none; leave inputs out for all leaves',
    ],
  ];
  for (const [run, message] of cases) t.throws(run, { name: 'AutogradError', message });
  t.equal(gradOf(x), null);
  const one = leaf([[5]]);
  one.mul(2).backward();
  t.same(gradOf(one), [[2]], 'one element in any number of dimensions will do');
});

t.test('backward with inputs accumulates into these only, non-leaves included', async (t) => {
  const [x, weight] = [leaf(2), leaf(5)];
  const y = x.mul(weight);
  const z = y.mul(y);
  z.backward(null, { inputs: [weight], retainGraph: true });
  t.same([gradOf(x), gradOf(weight)], [null, 40]);
  z.backward(null, { inputs: [weight, y], retainGraph: true });
  t.same([gradOf(x), gradOf(weight), gradOf(y)], [null, 80, 20]);
  const unused = leaf(1);
  z.backward(null, { inputs: [unused] });
  t.equal(gradOf(unused), null, 'an input that was not used gets nothing, as in PyTorch');
});

t.test('grad: leaves, non-leaves, hooks on the way, unused inputs', async (t) => {
  const [x, weight, unused] = [leaf(2), leaf(5), leaf(1)];
  weight.registerHook((g) => g.mul(10));
  const y = x.mul(weight);
  const z = y.mul(y);
  const [dy, dw, dz] = grad(z, [y, weight, z], null, { retainGraph: true });
  t.same([dy.item(), dw.item(), dz.item()], [20, 400, 1]);
  t.same([gradOf(x), gradOf(weight), gradOf(y)], [null, null, null]);
  const [none, dx] = grad(z, [unused, x], tensor(3), { allowUnused: true });
  t.same([none, dx?.item()], [null, 300]);
  t.throws(() => grad(x.mul(2), [unused]), {
    name: 'AutogradError',
    message:
      'grad: expected outputs that depend on every input, got no gradient for input 0 (shape []); ' +
      'give { allowUnused: true } to get null for it',
  });
});

t.test('only what leads to the inputs runs', async (t) => {
  const [x, weight] = [leaf(2), leaf(5)];
  const y = x.exp();
  y.registerHook(() => void t.fail('this branch was not asked for'));
  const z = y.add(weight.mul(3));
  t.equal(grad(z, [weight])[0].item(), 3);
});

t.test('a saved tensor that changes in place: error, also through a view', async (t) => {
  const x = leaf([1, 2]);
  const factor = tensor([3, 4]);
  const y = x.mul(factor);
  factor.detach().copy_(tensor([5, 6]));
  t.throws(() => y.sum().backward(), {
    name: 'AutogradError',
    message:
      'backward of Mul: a tensor of shape [2] that it needs was changed in place: expected version 0, got version 1; ' +
      'change a clone() instead',
  });
  const z = x.add(factor);
  factor.copy_(tensor([7, 8]));
  z.sum().backward();
  t.same(gradOf(x), [1, 1], 'a sum saves nothing and does not mind');
});

t.test('changing a leaf in place is an error outside of noGrad', async (t) => {
  const x = leaf([1, 2]);
  t.throws(() => x.copy_(tensor([3, 4])), {
    name: 'AutogradError',
    message:
      'copy_: a tensor that requires a gradient (shape [2]) was about to change in place; ' +
      'do it in noGrad(() => ...), or work on a clone()',
  });
  t.same(x.tolist(), [1, 2]);
  noGrad(() => x.copy_(tensor([3, 4])));
  t.same(x.tolist(), [3, 4]);
  t.throws(() => noGrad(() => x.copy_(tensor([3]))), { name: 'ShapeError', message: /shape \[2\], got \[1\]/ });
});

t.test('a broadcast operand gets the sum of its gradients, in its own shape', async (t) => {
  const [row, column, scalar] = [leaf([1, 2, 3]), leaf([[10], [20]]), leaf(5)];
  row.mul(column).add(scalar).sum().backward();
  t.same(gradOf(row), [30, 30, 30]);
  t.same(gradOf(column), [[6], [6]]);
  t.equal(gradOf(scalar), 6);
});

t.test('a chain of 200,000 nodes, forward to leaf and by grad()', async (t) => {
  withBackend(quick(), () => {
    const x = leaf(1);
    let y = x.mul(1);
    for (let i = 1; i < 200_000; i++) y = y.add(0);
    const [dx] = grad(y, [x], tensor(7));
    t.equal(dx.item(), 7);
  });
});

t.test('grad: each gradient is a handle of its own, to be disposed of without harm', async (t) => {
  const a = leaf([1, 2]);
  const b = leaf([3, 4]);
  const given = tensor([5, 6]);
  const [forA, forB] = grad(a.add(b), [a, b], given);
  forA.dispose();
  t.same(forB.tolist(), [5, 6]);
  forB.dispose();
  t.same(given.tolist(), [5, 6]);
});

t.test('what a rule returns without having made it is not freed', async (t) => {
  const constant = tensor([5, 7]);
  const x = leaf([1, 1]);
  const five = (): Tensor => record('Constant', tensor([0, 0]), [x], [], [() => constant]);
  five().sum().backward();
  five().sum().backward();
  t.same(gradOf(x), [10, 14]);
  t.same(constant.tolist(), [5, 7]);
});
