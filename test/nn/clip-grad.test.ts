/** Gradient clipping, against PyTorch 2.13 in float64. */
import t from 'tap';
import { withBackend } from '../../src/backends/active.js';
import { clipGradNorm_, clipGradValue_ } from '../../src/nn/optim/clip-grad.js';
import { tensor, zeros } from '../../src/ops/creation.js';
import '../../src/ops/methods.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { candidate } from '../backends/under-test.js';

const close = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-12 * Math.max(1, Math.abs(b));

/** Gradients [3,-4] and [[1,2],[-2,0.5]], and a parameter that has none. */
function parameters(): Tensor[] {
  const found = [zeros([2]), zeros([2, 2]), zeros([1])];
  found[0].grad = tensor([3, -4]);
  found[1].grad = tensor([
    [1, 2],
    [-2, 0.5],
  ]);
  return found;
}
const gradients = (list: Tensor[]): number[] => list.flatMap(({ grad }) => (grad ? [...grad.hostData()] : []));

t.test('clipGradNorm_: one factor for all', async (t) => {
  const cases: [maxNorm: number, normType: number | undefined, norm: number, factor: number][] = [
    [2, undefined, 5.852349955359813, 1.0252290140776612 / 3],
    [100, 2, 5.852349955359813, 1],
    [2, Infinity, 4, 1.4999996250000938 / 3],
    [2, 1, 12.5, 0.4799999616000031 / 3],
    [2, 3, 4.7640397172728965, 1.2594350796049891 / 3],
    [2, 0.5, 68.35295699492558, 0.08777966859086671 / 3],
  ];
  withBackend('reference64', () => {
    for (const [maxNorm, normType, norm, factor] of cases) {
      const list = parameters();
      const expected = gradients(list).map((value) => value * factor);
      const kept = list[0].grad;
      const found = clipGradNorm_(list, maxNorm, normType === undefined ? {} : { normType });
      t.ok(close(found.item(), norm), `norm ${normType}: ${found.item()}`);
      gradients(list).forEach((value, i) => t.ok(close(value, expected[i]), `${value}, ${expected[i]}`));
      t.equal(list[0].grad, kept, 'in place');
    }
  });
});

t.test('clipGradNorm_: one tensor, none, and numbers that are not finite', async (t) => {
  const p = zeros([2]);
  t.equal(clipGradNorm_(p, 1).item(), 0, 'no gradient');
  t.equal(clipGradNorm_([], 1).item(), 0, 'no parameters');
  const clipped = (values: number[], normType = 2) => {
    p.grad = tensor(values);
    const norm = clipGradNorm_(p, 1, { normType }).item();
    return [norm, ...gradients([p])];
  };
  t.same(clipped([NaN, 1]), [NaN, NaN, NaN]);
  t.same(clipped([Infinity, 1]), [Infinity, NaN, 0]);
  t.same(clipped([Infinity, 1], Infinity), [Infinity, NaN, 0]);
  t.same(clipped([0, 0]), [0, 0, 0]);
  t.throws(() => clipGradNorm_(p, 1, { normType: 0 }), {
    name: 'ShapeError',
    message: 'clipGradNorm_: expected a normType above 0, got 0',
  });
});

t.test('clipGradValue_: each entry', async (t) => {
  const list = parameters();
  clipGradValue_(list, 1.5);
  t.same(gradients(list), [1.5, -1.5, 1, 1.5, -1.5, 0.5]);
  list[0].grad = tensor([NaN, 10]);
  clipGradValue_(list[0], 1);
  t.same(gradients([list[0]]), [NaN, 1]);
});

t.test('clipping leaves nothing behind but the norm', async (t) => {
  const list = parameters();
  const live = () => candidate().info().storages;
  const before = live();
  clipGradValue_(list, 1);
  const norm = clipGradNorm_(list, 1);
  t.equal(live(), before + 1);
  norm.dispose();
  t.equal(live(), before);
});
