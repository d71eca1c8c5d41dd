/** The choosing kernel of the backend under test against the reference backend, bit by bit, with broadcasting of every kind. */
import t, { type Test } from 'tap';
import { createReferenceBackend } from '../../src/backends/reference/reference-backend.js';
import type { Backend, WhereDims } from '../../src/tensor/backend.js';
import { broadcastShapes, broadcastStrides, formatShape, numel, type Shape } from '../../src/tensor/shape.js';
import { Agreement, Seeded } from './seeded.js';
import { freshCandidate, nothingAlive, smallest } from './under-test.js';

const reference = createReferenceBackend();
const candidate = freshCandidate();
const agreement = new Agreement(reference, candidate);

function dimsOf(condition: Shape, a: Shape, b: Shape): WhereDims {
  const shape = broadcastShapes(condition, broadcastShapes(a, b, 'test'), 'test');
  return {
    shape,
    conditionStrides: broadcastStrides(condition, shape),
    aStrides: broadcastStrides(a, shape),
    bStrides: broadcastStrides(b, shape),
  };
}

const SPECIAL = [NaN, Infinity, -Infinity, 0, -0, smallest * 512, -smallest, 1];

function compare(t: Test, condition: Shape, a: Shape, b: Shape, seeded: Seeded): void {
  const dims = dimsOf(condition, a, b);
  const inputs = [
    seeded.odd(numel(condition), [0, 0, 0, -0, NaN, smallest]),
    seeded.odd(numel(a), SPECIAL),
    seeded.odd(numel(b), SPECIAL),
  ];
  const name = `${formatShape(condition)} ? ${formatShape(a)} : ${formatShape(b)}`;
  agreement.check(t, name, inputs, (k, [c, x, y]) => k.where(c, x, y, dims), { exact: true });
}

t.test('rows, scalars and everything between', async (t) => {
  const cases: readonly (readonly [condition: Shape, a: Shape, b: Shape])[] = [
    ...[0, 1, 2, 3, 4, 5, 7, 8, 16, 17, 257, 10007].map((n) => [[n], [n], [n]] as const),
    [[], [], []],
    [[], [37], [37]],
    [[37], [], []],
    [[37], [37], []],
    [[37], [], [37]],
    [[2, 3, 5, 7], [3, 1, 1], [7]],
    [[5, 1], [1, 9], []],
    [
      [1, 9],
      [5, 1],
      [5, 9],
    ],
    [[9], [5, 9], [5, 1]],
    [
      [4, 1, 6],
      [3, 1],
      [4, 3, 1],
    ],
    [[2, 1, 3, 1, 5], [7, 1, 4, 1], [5]],
    [[0, 3], [3], []],
    [[3, 1], [1, 0], [1]],
  ];
  for (const [i, [condition, a, b]] of cases.entries()) compare(t, condition, a, b, new Seeded(i + 1));
});

t.test('random shapes', async (t) => {
  const seeded = new Seeded(4);
  for (let i = 0; i < 100; i++) {
    const shape = Array.from({ length: seeded.integer(0, 5) }, () => seeded.integer(1, 6));
    const drop = (): number[] =>
      shape.map((size) => (seeded.chance(0.35) ? 1 : size)).slice(seeded.chance(0.3) ? seeded.integer(0, 2) : 0);
    compare(t, drop(), drop(), drop(), seeded);
  }
});

t.test('transposed operands, whose rows step by more than one', async (t) => {
  const dims: WhereDims = { shape: [5, 7], conditionStrides: [1, 5], aStrides: [7, 1], bStrides: [1, 5] };
  const seeded = new Seeded(9);
  const inputs = [seeded.ties(35), seeded.numbers(35), seeded.numbers(35)];
  agreement.check(t, 'where', inputs, (k, [c, x, y]) => k.where(c, x, y, dims), { exact: true });
});

t.test('the side that is not chosen leaves no trace, and -0 stays', async (t) => {
  const x = [NaN, 1, -0, Infinity, NaN, -0, 2, 0, -Infinity];
  const run = async (backend: Backend, condition: readonly number[]): Promise<number[]> => {
    const n = x.length;
    const make = (values: readonly number[]) => backend.create(n, (host) => host.set(values));
    const storages = [make(condition), make(x), make([...x].reverse())];
    const out = backend.where(storages[0], storages[1], storages[2], dimsOf([n], [n], [n]));
    const values = backend.read(out);
    [...storages, out].forEach((storage) => storage.release());
    return [...(await values)];
  };
  const reversed = [...x].reverse();
  for (const backend of [reference, candidate]) {
    const condition = [0, 1, NaN, -0, smallest, -1, 0, Infinity, 0];
    const wanted = [-Infinity, 1, -0, -0, NaN, -0, -0, 0, NaN];
    const found = await run(backend, condition);
    t.ok(
      found.every((value, i) => Object.is(value, wanted[i])),
      `${backend.name}: ${found.join(' ')}`,
    );
    const all = await run(
      backend,
      x.map(() => 0),
    );
    t.ok(
      all.every((value, i) => Object.is(value, reversed[i])),
      `${backend.name}, nothing but the other side: ${all.join(' ')}`,
    );
  }
});

t.test('nothing stays allocated', async (t) => {
  t.match(candidate.info(), nothingAlive);
  t.match(reference.info(), { storages: 0, bytes: 0 });
});
