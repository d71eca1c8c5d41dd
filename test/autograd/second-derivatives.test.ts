/** createGraph: derivatives of derivatives. */
import t from 'tap';
import { backward, grad } from '../../src/autograd/backward.js';
import { withBackend } from '../../src/backends/active.js';
import { tensor } from '../../src/ops/creation.js';
import '../../src/ops/methods.js';
import type { NestedNumbers, Tensor } from '../../src/tensor/tensor.js';
import { slack } from '../backends/under-test.js';

const leaf = (data: NestedNumbers): Tensor => tensor(data, { requiresGrad: true });

t.test('x^3: 3x^2, 6x, 6, 0', async (t) => {
  for (const cube of [(x: Tensor) => x.mul(x).mul(x), (x: Tensor) => x.pow(3)]) {
    const x = leaf(2);
    const [first] = grad(cube(x), [x], null, { createGraph: true });
    const [second] = grad(first, [x], null, { createGraph: true });
    const [third] = grad(second, [x], null, { createGraph: true });
    t.same([first.item(), second.item(), third.item()], [12, 12, 6]);
    if (third.requiresGrad) {
      const [fourth] = grad(third, [x], null, { allowUnused: true });
      t.equal(fourth?.item() ?? 0, 0);
    }
  }
});

t.test('a Hessian row by row: f = x^2 y + y^3', async (t) => {
  const [x, y] = [leaf(2), leaf(3)];
  const f = x.mul(x).mul(y).add(y.pow(3));
  const gradients = grad(f, [x, y], null, { createGraph: true });
  t.same(
    gradients.map((g) => g.item()),
    [12, 31],
  );
  const rows = gradients.map((g) => grad(g, [x, y], null, { retainGraph: true }).map((h) => h.item()));
  [6, 4, 4, 18].forEach((wanted, i) => {
    const found = rows.flat()[i];
    t.ok(Math.abs(found - wanted) <= slack(wanted, 18), `${found} is ${wanted}`);
  });
});

t.test('a gradient penalty: backward through a gradient accumulates into the weights', async (t) => {
  withBackend('reference64', () => {
    const [x, w] = [leaf([1, 2]), leaf([3, -1])];
    const y = x.mul(w).tanh().sum();
    const [dx] = grad(y, [x], null, { createGraph: true });
    dx.mul(dx).sum().backward();
    // d/dw of (w (1 - tanh^2 xw))^2, by hand
    const expected = [
      [1, 3],
      [2, -1],
    ].map(([x, w]) => {
      const h = Math.tanh(x * w);
      const s = 1 - h * h;
      return 2 * w * s * (s - 2 * w * x * h * s);
    });
    const found = w.grad?.hostData() ?? [];
    expected.forEach((value, i) => t.ok(Math.abs(found[i] - value) < 1e-12, `${found[i]} ${value}`));
  });
});

t.test('with createGraph .grad is part of the graph; without it, it is not', async (t) => {
  const plain = leaf(2);
  plain.pow(3).backward();
  t.equal(plain.grad?.requiresGrad, false);
  const x = leaf(2);
  backward(x.pow(3), null, { createGraph: true });
  t.equal(x.grad?.requiresGrad, true);
  backward(x.pow(3), null, { createGraph: true });
  const first = x.grad;
  t.equal(first?.item(), 24);
  if (first) t.equal(grad(first, [x])[0].item(), 24, 'the accumulated gradient as well');
});
