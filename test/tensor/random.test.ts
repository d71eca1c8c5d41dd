/**
 * The random generator. Its first numbers were computed by a second implementation (Python integers) of xoshiro128**
 * with the same seeding.
 */
import t from 'tap';
import { rand, randn } from '../../src/ops/creation.js';
import { RandomGenerator, defaultGenerator, manualSeed, type RandomState } from '../../src/tensor/random.js';

const take = <T>(n: number, next: () => T): T[] => Array.from({ length: n }, next);

t.test('the first numbers of some seeds', async (t) => {
  const first: [number, number[]][] = [
    [0, [3809008728, 1133695204, 53579671, 2891528803, 139681546]],
    [1, [2442144158, 3238099751, 3819917871, 2104621829, 2021136066]],
    [123456789, [4284103975, 1001954530, 2701803082, 2658065534, 3104308804]],
  ];
  for (const [seed, expected] of first) {
    const generator = new RandomGenerator(seed);
    t.same(
      take(5, () => generator.uint32()),
      expected,
      `seed ${seed}`,
    );
  }
  const generator = new RandomGenerator(1);
  t.same(
    take(3, () => generator.uniform()),
    [0.5686059948349658, 0.8893939367683266, 0.4705824180198359],
  );
});

t.test('a seed starts the sequence anew, normal numbers included', async (t) => {
  const generator = new RandomGenerator(7);
  const before = take(3, () => generator.normal());
  generator.seed(7);
  t.same(
    take(3, () => generator.normal()),
    before,
    'no spare number is left over',
  );
  generator.seed(8);
  t.notSame(
    take(3, () => generator.normal()),
    before,
  );
  manualSeed(5);
  const x = [...rand([3]).dataSync(), ...randn([3]).dataSync()];
  manualSeed(5);
  t.same([...rand([3]).dataSync(), ...randn([3]).dataSync()], x);
  t.notSame([...rand([3]).dataSync()], x.slice(0, 3));
  t.same(rand([2], new RandomGenerator(1)).hostData(), Float32Array.of(0.5686059948349658, 0.8893939367683266));
  manualSeed(5);
  t.equal(defaultGenerator.uint32(), new RandomGenerator(5).uint32());
});

t.test('a state goes back to where it was taken, a spare normal number included', async (t) => {
  for (const normals of [0, 1, 2]) {
    const generator = new RandomGenerator(7);
    take(3, () => generator.uint32());
    take(normals, () => generator.normal());
    const state = generator.getState();
    t.equal(state.words.length, 4);
    t.equal(state.spare === null, normals !== 1, 'they are made in pairs');
    const next = () => [...take(3, () => generator.normal()), ...take(3, () => generator.uint32())];
    const wanted = next();
    t.notSame(next(), wanted);
    generator.setState(state);
    t.same(next(), wanted, `after ${normals} normal numbers`);
    const other = new RandomGenerator(99);
    other.normal();
    other.setState(JSON.parse(JSON.stringify(state)) as RandomState);
    t.same([...take(3, () => other.normal()), ...take(3, () => other.uint32())], wanted, 'elsewhere, by way of JSON');
  }
  const generator = new RandomGenerator(7);
  const state = generator.getState();
  generator.uint32();
  t.notSame(generator.getState(), state, 'a state that was taken does not move on');
  generator.seed(7);
  t.same(generator.getState(), new RandomGenerator(7).getState());
});

/** The k-th moment about 0. */
const moment = (values: readonly number[], k: number): number =>
  values.reduce((sum, value) => sum + value ** k, 0) / values.length;

t.test('moments of 100,000 numbers, each within five standard errors', async (t) => {
  const n = 100_000;
  const generator = new RandomGenerator(2);
  const close = (name: string, value: number, expected: number, variance: number) =>
    t.ok(Math.abs(value - expected) <= 5 * Math.sqrt(variance / n), `${name}: ${value}, expected ${expected}`);

  const uniform = take(n, () => generator.uniform());
  t.ok(uniform.every((value) => value >= 0 && value < 1));
  for (const k of [1, 2, 3]) {
    close(`E u^${k}`, moment(uniform, k), 1 / (k + 1), 1 / (2 * k + 1) - 1 / (k + 1) ** 2);
  }
  const normal = take(n, () => generator.normal());
  const even = [1, 1, 3, 15, 105]; // E z^(2i)
  for (const k of [1, 2, 3, 4]) {
    const mean = k % 2 === 0 ? even[k / 2] : 0;
    close(`E z^${k}`, moment(normal, k), mean, even[k] - mean ** 2);
  }
  const pairs = take(n / 2, () => generator.normal() * generator.normal());
  close('neighbours are uncorrelated', moment(pairs, 1), 0, 2);
});

t.test('below: whole numbers, each equally likely', async (t) => {
  const generator = new RandomGenerator(3);
  const counts = [0, 0, 0, 0, 0, 0, 0];
  for (let i = 0; i < 70_000; i++) counts[generator.below(7)]++;
  const deviation = 5 * Math.sqrt(70_000 * (1 / 7) * (6 / 7));
  for (const count of counts) t.ok(Math.abs(count - 10_000) <= deviation, String(count));
});

t.test('permutation: every number once, every place equally likely', async (t) => {
  const generator = new RandomGenerator(4);
  t.same(
    [...generator.permutation(100)].sort((a, b) => a - b),
    take(100, Number).map((_, i) => i),
  );
  t.same([...generator.permutation(0)], []);
  const orders = new Map<string, number>();
  for (let i = 0; i < 60_000; i++) {
    const key = generator.permutation(3).join('');
    orders.set(key, (orders.get(key) ?? 0) + 1);
  }
  t.equal(orders.size, 6);
  const deviation = 5 * Math.sqrt(60_000 * (1 / 6) * (5 / 6));
  for (const [order, count] of orders) t.ok(Math.abs(count - 10_000) <= deviation, `${order}: ${count}`);
});
