/**
 * Memory, elementwise kernels and reductions of the backend under test against the reference backend, over seeded random
 * shapes and values. The other kernels are in agreement-layout.test.ts and agreement-windows.test.ts.
 */
import t from 'tap';
import { createReferenceBackend } from '../../src/backends/reference/reference-backend.js';
import type { BinaryOp, BroadcastDims, HostArray, UnaryOp } from '../../src/tensor/backend.js';
import type { Storage } from '../../src/tensor/storage.js';
import { broadcastShapes, broadcastStrides, formatShape, numel } from '../../src/tensor/shape.js';
import { Agreement, AXES, Seeded } from './seeded.js';
import { candidateName, farthestAngle, freshCandidate, nothingAlive, readsAtOnce } from './under-test.js';

const reference = createReferenceBackend();
const candidate = freshCandidate();
const agreement = new Agreement(reference, candidate);

const SIZES = [0, 1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 31, 33, 257, 10007];
const UNARY: readonly (readonly [op: UnaryOp, p?: number, q?: number])[] = [
  ['neg'],
  ['abs'],
  ['sign'],
  ['exp'],
  ['log'],
  ['sqrt'],
  ['rsqrt'],
  ['reciprocal'],
  ['relu'],
  ['sigmoid'],
  ['tanh'],
  ['affine', 2.5, -0.1],
  ['affine', 1, 0],
  ['clamp', -0.3, 0.7],
  ['clamp', -Infinity, 0],
  ['clamp', 0, Infinity],
  ['clamp', 1, -1],
  ['inside', -0.3, 1],
  ['inside', -Infinity, Infinity],
  ['pow', 0],
  ['pow', 1],
  ['pow', 2],
  ['pow', 3],
  ['pow', 0.5],
  ['pow', 1.7],
  ['pow', -0.5],
  ['pow', -1],
  ['pow', -2],
  ['pow', Infinity],
  ['floor'],
  ['ceil'],
  ['round'],
  ['trunc'],
  ['sin'],
  ['cos'],
  ['expm1'],
  ['log1p'],
  ['erf'],
  ['erfc'],
];
const EXACT_UNARY: readonly UnaryOp[] = [
  'neg',
  'abs',
  'sign',
  'relu',
  'clamp',
  'inside',
  'floor',
  'ceil',
  'round',
  'trunc',
];

const BINARY: readonly BinaryOp[] = [
  'add',
  'sub',
  'mul',
  'div',
  'maximum',
  'minimum',
  'eq',
  'ne',
  'lt',
  'le',
  'gt',
  'ge',
  'reluGrad',
  'pow',
];
const ROUNDED_BINARY: readonly BinaryOp[] = ['add', 'sub', 'mul', 'div', 'pow'];

function broadcast(a: readonly number[], b: readonly number[]): BroadcastDims {
  const shape = broadcastShapes(a, b, 'test');
  return { shape, aStrides: broadcastStrides(a, shape), bStrides: broadcastStrides(b, shape) };
}

t.test('memory: create, full, overwrite, assign, read', async (t) => {
  const read = async (x: Storage): Promise<HostArray> => (readsAtOnce ? candidate.readSync(x) : candidate.read(x));
  for (const n of SIZES) {
    const values = new Seeded(n).odd(n);
    const x = candidate.create(n, (host) => host.set(values));
    t.strictSame([...(await read(x))], [...values], `create ${n}`);
    const y = candidate.full(n, -2.5);
    t.ok(
      (await read(y)).every((value) => value === -2.5),
      `full ${n}`,
    );
    candidate.assign(y, x);
    candidate.overwrite(x, (host) => host.fill(7));
    t.strictSame([...(await candidate.read(y))], [...values], `assign ${n} copies`);
    t.ok(
      (await read(x)).every((value) => value === 7),
      `overwrite ${n}`,
    );
    const copy = await read(x);
    copy.fill(0);
    t.ok(
      (await read(x)).every((value) => value === 7),
      `reading ${n} copies`,
    );
    x.release();
    y.release();
  }
  t.match(candidate.info(), nothingAlive);
});

t.test("the reference backend's storages are refused", async (t) => {
  const foreign = reference.full(1, 1);
  t.throws(() => candidate.unary('neg', foreign), {
    name: 'BackendError',
    message: new RegExp(`${candidateName}.*reference`),
  });
  foreign.release();
});

t.test('unary', async (t) => {
  for (const [op, p, q] of UNARY) {
    const exact = EXACT_UNARY.includes(op);
    const name = [op, p, q].filter((part) => part !== undefined).join(' ');
    for (const n of SIZES) {
      const seeded = new Seeded(n + 1);
      agreement.check(t, `${name}, ${n}`, [seeded.numbers(n)], (b, [x]) => b.unary(op, x, p, q), { exact });
    }
    const seeded = new Seeded(77);
    agreement.check(t, `${name}, odd`, [seeded.odd(1001)], (b, [x]) => b.unary(op, x, p, q), { exact });
    agreement.check(t, `${name}, wide`, [seeded.numbers(1001, 30)], (b, [x]) => b.unary(op, x, p, q), { exact });
    agreement.check(t, `${name}, tiny`, [seeded.numbers(1001, 1e-3)], (b, [x]) => b.unary(op, x, p, q), { exact });
  }
});

t.test('halves are rounded to the even neighbour, and sin and cos keep their digits far out', async (t) => {
  const halves = Float32Array.from({ length: 41 }, (_, i) => i / 2 - 10);
  agreement.check(t, 'round, halves', [halves], (b, [x]) => b.unary('round', x), { exact: true });
  for (const size of [10, 1e3, 1e5, 6e7, 7e7, 1e9, 1e20, 3e38]) {
    const seeded = new Seeded(size);
    const x = seeded.numbers(1001, size);
    for (const op of ['sin', 'cos'] as const) {
      if (size <= farthestAngle) {
        agreement.check(t, `${op}, ${size}`, [x], (b, [x]) => b.unary(op, x));
        continue;
      }
      const found = await agreement.read(candidate, [x], (b, [x]) => b.unary(op, x));
      t.ok(
        found.every((value) => Math.abs(value) <= 1),
        `${op}, ${size}: between -1 and 1`,
      );
    }
  }
});

t.test('binary, with broadcasting of every kind', async (t) => {
  const pairs: readonly (readonly [a: readonly number[], b: readonly number[]])[] = [
    ...SIZES.map((n) => [[n], [n]] as const),
    [[], []],
    [[1000], []],
    [[], [37]],
    [
      [2, 3, 5, 7],
      [3, 1, 1],
    ],
    [[9], [5, 9]],
    [
      [5, 1],
      [1, 9],
    ],
    [
      [1, 9],
      [5, 1],
    ],
    [
      [33, 65],
      [33, 1],
    ],
    [
      [33, 1],
      [33, 65],
    ],
    [
      [4, 1, 6],
      [3, 1],
    ],
    [
      [2, 1, 3, 1, 5],
      [7, 1, 4, 1],
    ],
    [[0, 3], [3]],
    [
      [3, 1],
      [1, 0],
    ],
    [[64, 129], [129]],
    [
      [1, 8, 30, 33],
      [2, 8, 1, 1],
    ],
  ];
  for (const op of BINARY) {
    const exact = !ROUNDED_BINARY.includes(op);
    for (const [i, [a, b]] of pairs.entries()) {
      const seeded = new Seeded(i + 5);
      const dims = broadcast(a, b);
      const name = `${op} ${formatShape(a)} ${formatShape(b)}`;
      const make = (n: number): Float32Array => (exact ? seeded.ties(n) : seeded.numbers(n));
      agreement.check(t, name, [make(numel(a)), make(numel(b))], (k, [x, y]) => k.binary(op, x, y, dims), { exact });
    }
    const seeded = new Seeded(78);
    const dims = broadcast([2003], [2003]);
    const inputs = [seeded.odd(2003), seeded.odd(2003)];
    agreement.check(t, `${op}, odd`, inputs, (k, [x, y]) => k.binary(op, x, y, dims), { exact });
  }
});

t.test('binary, random shapes', async (t) => {
  const seeded = new Seeded(3);
  for (let i = 0; i < 150; i++) {
    const shape = Array.from({ length: seeded.integer(0, 5) }, () => seeded.integer(1, 6));
    const drop = (): number[] =>
      shape.map((size) => (seeded.chance(0.35) ? 1 : size)).slice(seeded.chance(0.3) ? seeded.integer(0, 2) : 0);
    const [a, b] = [drop(), drop()];
    const op = seeded.pick(BINARY);
    const dims = broadcast(a, b);
    const inputs = [seeded.odd(numel(a)), seeded.odd(numel(b))];
    const exact = !ROUNDED_BINARY.includes(op);
    const name = `${op} ${formatShape(a)} ${formatShape(b)}`;
    agreement.check(t, name, inputs, (k, [x, y]) => k.binary(op, x, y, dims), { exact });
  }
});

t.test('reduce, softmax, logSoftmax, softmaxGrad', async (t) => {
  for (const [outer, axis, inner] of AXES) {
    const seeded = new Seeded(axis);
    const dims = { outer, axis, inner };
    const length = outer * axis * inner;
    const name = formatShape([outer, axis, inner]);
    const cases = { plain: seeded.numbers(length), wide: seeded.numbers(length, 200), odd: seeded.odd(length) };
    for (const [kind, x] of Object.entries(cases)) {
      agreement.check(t, `sum ${name}, ${kind}`, [x], (b, [s]) => b.reduce('sum', s, dims));
      agreement.check(t, `max ${name}, ${kind}`, [x], (b, [s]) => b.reduce('max', s, dims), { exact: true });
      agreement.check(t, `softmax ${name}, ${kind}`, [x], (b, [s]) => b.softmax(s, dims));
      agreement.check(t, `logSoftmax ${name}, ${kind}`, [x], (b, [s]) => b.logSoftmax(s, dims));
      // of one sign, as a softmax is: a sum of nearly 0, by which the gradient is divided, would have no digits in float32
      agreement.check(t, `softmaxGrad ${name}, ${kind}`, [seeded.numbers(length), x.map(Math.abs)], (b, [g, s]) =>
        b.softmaxGrad(g, s, dims),
      );
    }
    const negative = seeded.numbers(length).map((value) => value - 3);
    agreement.check(t, `max ${name}, all negative`, [negative], (b, [s]) => b.reduce('max', s, dims), { exact: true });
    const lowest = new Float32Array(length).fill(-Infinity);
    agreement.check(t, `max ${name}, -Infinity`, [lowest], (b, [s]) => b.reduce('max', s, dims), { exact: true });
  }
  const empty = { outer: 3, axis: 0, inner: 5 };
  agreement.check(t, 'sum over nothing', [new Float32Array(0)], (b, [s]) => b.reduce('sum', s, empty));
});

t.test('a long sum does not lose its small terms', async (t) => {
  const x = new Float32Array(1_000_003).fill(0.1);
  agreement.check(t, 'sum', [x], (b, [s]) => b.reduce('sum', s, { outer: 1, axis: x.length, inner: 1 }));
  const dims = { outer: 1, axis: 250_001, inner: 3 };
  agreement.check(t, 'sum of columns', [x.subarray(0, 750_003)], (b, [s]) => b.reduce('sum', s, dims));
});

t.test('nothing stays allocated', async (t) => {
  t.match(candidate.info(), nothingAlive);
  t.match(reference.info(), { storages: 0, bytes: 0 });
});
