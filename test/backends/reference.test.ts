/**
 * The reference backend's storages, elementwise kernels, reductions, layout kernels and matmul, against values worked
 * out by hand.
 */
import t, { type Test } from 'tap';
import { createReferenceBackend } from '../../src/backends/reference/reference-backend.js';
import { BackendError, ShapeError } from '../../src/errors.js';
import type { Backend, MatmulDims } from '../../src/tensor/backend.js';
import type { Storage } from '../../src/tensor/storage.js';

const backend = createReferenceBackend('float64');
const single = createReferenceBackend();

function make(values: readonly number[], on: Backend = backend): Storage {
  return on.create(values.length, (host) => host.set(values));
}

function values(x: Storage): number[] {
  return [...x.backend.readSync(x)];
}

/** Equal but for the last few bits of a double. */
function close(t: Test, found: readonly number[], wanted: readonly number[]): void {
  t.equal(found.length, wanted.length);
  wanted.forEach((value, i) => t.ok(Math.abs(found[i] - value) <= 1e-14 * Math.abs(value), `${found[i]} is ${value}`));
}

t.test('storages are counted until they are freed', async (t) => {
  const own = createReferenceBackend();
  t.strictSame(own.info(), {
    name: 'reference',
    dtype: 'float32',
    mode: 'plain loops',
    threads: 1,
    storages: 0,
    bytes: 0,
    peakBytes: 0,
  });
  const a = make([1, 2, 3], own);
  const b = own.unary('neg', a);
  t.match(own.info(), { storages: 2, bytes: 24 });
  a.retain();
  a.release();
  t.match(own.info(), { storages: 2, bytes: 24 });
  a.release();
  t.match(own.info(), { storages: 1, bytes: 12 });
  t.throws(() => own.readSync(a), BackendError);
  a.release();
  b.release();
  t.match(own.info(), { storages: 0, bytes: 0, peakBytes: 24 });
});

t.test('a kernel that throws leaves nothing counted', async (t) => {
  const own = createReferenceBackend();
  t.throws(() =>
    own.create(2, () => {
      throw new Error('no values');
    }),
  );
  t.match(own.info(), { storages: 0, bytes: 0 });
});

t.test('float64 storages keep what float32 storages round', async (t) => {
  t.match(backend.info(), { name: 'reference64', dtype: 'float64' });
  t.strictSame(values(make([0.1])), [0.1]);
  t.strictSame(values(make([0.1], single)), [0.10000000149011612]);
  t.match(createReferenceBackend('float64').full(3, 1.5).backend.info(), { storages: 1, bytes: 24 });
  // The sum is kept in double: 2^24 + 1 + 1 rounds once, to 2^24 + 2; in float32 each + 1 would be lost.
  const large = make([16777216, 1, 1], single);
  t.strictSame(values(single.reduce('sum', large, { outer: 1, axis: 3, inner: 1 })), [16777218]);
});

t.test('reading copies; overwrite and assign change the values in place', async (t) => {
  const x = make([1, 2]);
  const read = backend.readSync(x);
  read[0] = 9;
  t.strictSame([...(await backend.read(x))], [1, 2]);
  backend.overwrite(x, (host) => {
    host[1] = host[0] + 4;
  });
  t.strictSame(values(x), [1, 5]);
  const target = backend.full(2, 0);
  backend.assign(target, x);
  backend.overwrite(x, (host) => host.fill(8));
  t.strictSame(values(target), [1, 5]);
  t.throws(() => backend.assign(target, make([1, 2, 3])), ShapeError);
});

t.test("another backend's storage is refused by name", async (t) => {
  const foreign = make([1]);
  t.throws(() => single.unary('neg', foreign), {
    name: 'BackendError',
    message:
      'reference: expected a tensor of the reference backend, got one of reference64; ' +
      "move it with tensor.to('reference') or make it after useBackend('reference')",
  });
});

t.test('unary', async (t) => {
  const run = (op: Parameters<Backend['unary']>[0], x: readonly number[], p?: number, q?: number): number[] =>
    values(backend.unary(op, make(x), p, q));
  t.strictSame(run('neg', [1, -2]), [-1, 2]);
  t.strictSame(run('abs', [1.5, -2, 0]), [1.5, 2, 0]);
  t.strictSame(run('sign', [-3, 0, 0.5]), [-1, 0, 1]);
  close(t, run('exp', [0, 1, -1]), [1, Math.E, 1 / Math.E]);
  t.strictSame(run('log', [1, 0, -1]), [0, -Infinity, NaN]);
  t.strictSame(run('sqrt', [9, 2.25]), [3, 1.5]);
  t.strictSame(run('rsqrt', [4, 0.25]), [0.5, 2]);
  t.strictSame(run('reciprocal', [4, -0.5]), [0.25, -2]);
  t.strictSame(run('relu', [-1, 0, 2, NaN, -Infinity, Infinity]), [0, 0, 2, NaN, 0, Infinity]);
  close(t, run('sigmoid', [0, Math.log(3), -Math.log(3), 1000, -1000]), [0.5, 0.75, 0.25, 1, 0]);
  close(t, run('tanh', [0, Math.log(2), -1000]), [0, 0.6, -1]);
  t.strictSame(run('affine', [1, -2], 3, 0.5), [3.5, -5.5]);
  t.strictSame(run('clamp', [-5, 0.5, 5, NaN], -1, 1), [-1, 0.5, 1, NaN]);
  t.strictSame(run('clamp', [-5, 0.5, 5], 2, 1), [1, 1, 1], 'crossed bounds give the upper one');
  t.strictSame(run('inside', [-1, -1.5, 0, 1, 2, NaN], -1, 1), [1, 0, 1, 1, 0, 0]);
  t.strictSame(run('pow', [3, 4], 2), [9, 16]);
  close(t, run('pow', [4, 2], -0.5), [0.5, Math.SQRT1_2]); // the last bit of a power is the JavaScript engine's
  t.strictSame(run('exp', []), []);
});

t.test('bounds are rounded like the elements they are compared with', async (t) => {
  t.strictSame(values(single.unary('inside', make([0.1, 0.2], single), 0.1, 0.1)), [1, 0]);
});

t.test('binary', async (t) => {
  const a = make([1, 2, NaN, 4]);
  const b = make([3, 2, 1, NaN]);
  const run = (op: Parameters<Backend['binary']>[0]): number[] =>
    values(backend.binary(op, a, b, { shape: [4], aStrides: [1], bStrides: [1] }));
  t.strictSame(run('add'), [4, 4, NaN, NaN]);
  t.strictSame(run('sub'), [-2, 0, NaN, NaN]);
  t.strictSame(run('mul'), [3, 4, NaN, NaN]);
  t.strictSame(run('div'), [1 / 3, 1, NaN, NaN]);
  t.strictSame(run('maximum'), [3, 2, NaN, NaN]);
  t.strictSame(run('minimum'), [1, 2, NaN, NaN]);
  t.strictSame(run('eq'), [0, 1, 0, 0]);
  t.strictSame(run('ne'), [1, 0, 1, 1]);
  t.strictSame(run('lt'), [1, 0, 0, 0]);
  t.strictSame(run('le'), [1, 1, 0, 0]);
  t.strictSame(run('gt'), [0, 0, 0, 0]);
  t.strictSame(run('ge'), [0, 1, 0, 0]);
  const g = make([10, 20, 30, 40]);
  const x = make([-1, 0, 1, NaN]);
  const dims = { shape: [4], aStrides: [1], bStrides: [1] };
  t.strictSame(values(backend.binary('reluGrad', g, x, dims)), [0, 0, 30, 40], 'the gradient passes where x is NaN');
});

t.test('binary with broadcasting', async (t) => {
  const column = make([10, 20]);
  const row = make([1, 2, 3]);
  const both = { shape: [2, 3], aStrides: [1, 0], bStrides: [0, 1] };
  t.strictSame(values(backend.binary('sub', column, row, both)), [9, 8, 7, 19, 18, 17]);
  // a [2,1,2], b [3,1] -> [2,3,2]
  const a = make([1, 2, 3, 4]);
  const b = make([100, 200, 300]);
  const mixed = { shape: [2, 3, 2], aStrides: [2, 0, 1], bStrides: [0, 1, 0] };
  t.strictSame(
    values(backend.binary('add', a, b, mixed)),
    [101, 102, 201, 202, 301, 302, 103, 104, 203, 204, 303, 304],
  );
  t.strictSame(values(backend.binary('mul', make([6]), make([7]), { shape: [], aStrides: [], bStrides: [] })), [42]);
  const none = { shape: [0, 3], aStrides: [3, 1], bStrides: [0, 1] };
  t.strictSame(values(backend.binary('add', make([]), row, none)), []);
});

t.test('reduce along an axis', async (t) => {
  const x = make([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  t.strictSame(values(backend.reduce('sum', x, { outer: 2, axis: 3, inner: 2 })), [9, 12, 27, 30]);
  t.strictSame(values(backend.reduce('max', x, { outer: 2, axis: 3, inner: 2 })), [5, 6, 11, 12]);
  const y = make([-3, -1, NaN, 5, -Infinity, -Infinity]);
  t.strictSame(values(backend.reduce('max', y, { outer: 3, axis: 2, inner: 1 })), [-1, NaN, -Infinity]);
  t.strictSame(values(backend.reduce('sum', make([]), { outer: 2, axis: 0, inner: 2 })), [0, 0, 0, 0]);
  t.strictSame(values(backend.reduce('max', make([]), { outer: 0, axis: 3, inner: 2 })), []);
});

t.test('softmax and logSoftmax', async (t) => {
  const x = make([0, 1000, Math.log(3), 1000]);
  const dims = { outer: 1, axis: 2, inner: 2 };
  close(t, values(backend.softmax(x, dims)), [0.25, 0.5, 0.75, 0.5]);
  close(t, values(backend.logSoftmax(x, dims)), [Math.log(0.25), Math.log(0.5), Math.log(0.75), Math.log(0.5)]);
  const far = make([0, -2000, 0, -Infinity]);
  const rows = { outer: 2, axis: 2, inner: 1 };
  t.strictSame(values(backend.softmax(far, rows)), [1, 0, 1, 0]);
  t.strictSame(values(backend.logSoftmax(far, rows)), [0, -2000, 0, -Infinity]);
  t.strictSame(values(backend.softmax(make([1, NaN]), { outer: 1, axis: 2, inner: 1 })), [NaN, NaN]);
  t.strictSame(values(backend.softmax(make([]), { outer: 1, axis: 0, inner: 2 })), []);
});

t.test('strided reads permute, flip, expand and narrow', async (t) => {
  const x = make([1, 2, 3, 4, 5, 6]); // [2,3]
  const run = (shape: number[], strides: number[], offset: number): number[] =>
    values(backend.strided(x, { shape, strides, offset }));
  t.strictSame(run([3, 2], [1, 3], 0), [1, 4, 2, 5, 3, 6]);
  t.strictSame(run([2, 3], [3, -1], 2), [3, 2, 1, 6, 5, 4]);
  t.strictSame(run([2, 3], [-3, -1], 5), [6, 5, 4, 3, 2, 1]);
  t.strictSame(run([2, 2, 2], [0, 3, 1], 1), [2, 3, 5, 6, 2, 3, 5, 6]);
  t.strictSame(run([], [], 4), [5]);
  t.strictSame(run([2, 0], [3, 1], 0), []);
});

t.test('pad and cat', async (t) => {
  const x = make([1, 2, 3, 4]);
  t.strictSame(
    values(backend.pad(x, { outer: 2, axis: 1, inner: 2, before: 1, after: 0, value: 9 })),
    [9, 9, 1, 2, 9, 9, 3, 4],
  );
  t.strictSame(
    values(backend.pad(x, { outer: 1, axis: 2, inner: 2, before: 0, after: 1, value: -1 })),
    [1, 2, 3, 4, -1, -1],
  );
  t.strictSame(values(backend.pad(make([]), { outer: 1, axis: 0, inner: 1, before: 1, after: 1, value: 5 })), [5, 5]);
  const y = make([5, 6]);
  t.strictSame(values(backend.cat([x, y], { outer: 2, axes: [2, 1], inner: 1 })), [1, 2, 5, 3, 4, 6]);
  t.strictSame(values(backend.cat([y, make([]), x], { outer: 1, axes: [1, 0, 2], inner: 2 })), [5, 6, 1, 2, 3, 4]);
});

t.test('oneHot gives a row of zeros for a number that is no class', async (t) => {
  t.strictSame(values(backend.oneHot(make([2, 0, -1, 3, NaN]), 3)), [0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  t.strictSame(values(backend.oneHot(make([]), 3)), []);
});

t.test('band applies a banded matrix to an axis', async (t) => {
  // [[1, 2, 0], [0, 0, 0.5]], with a third weight in row 1 that its count leaves out
  const band = {
    rows: 2,
    columns: 3,
    taps: 2,
    starts: Int32Array.of(0, 2),
    counts: Int32Array.of(2, 1),
    weights: Float64Array.of(1, 2, 0.5, 77),
  };
  const x = make([1, 2, 3, 4, 5, 6, 10, 20, 30, 40, 50, 60]);
  t.strictSame(values(backend.band(x, band, { outer: 2, axis: 3, inner: 2 })), [7, 10, 2.5, 3, 70, 100, 25, 30]);
});

t.test('matmul, transposed or not, with a matrix used for the whole batch', async (t) => {
  const plain: MatmulDims = {
    batch: 1,
    m: 2,
    k: 3,
    n: 2,
    transposeA: false,
    transposeB: false,
    aBatchStride: 6,
    bBatchStride: 6,
  };
  const a = make([1, 2, 3, 4, 5, 6]);
  const b = make([7, 8, 9, 10, 11, 12]);
  const aT = make([1, 4, 2, 5, 3, 6]);
  const bT = make([7, 9, 11, 8, 10, 12]);
  const product = [58, 64, 139, 154];
  t.strictSame(values(backend.matmul(a, b, plain)), product);
  t.strictSame(values(backend.matmul(aT, b, { ...plain, transposeA: true })), product);
  t.strictSame(values(backend.matmul(a, bT, { ...plain, transposeB: true })), product);
  t.strictSame(values(backend.matmul(aT, bT, { ...plain, transposeA: true, transposeB: true })), product);
  const two = make([7, 8, 9, 10, 11, 12, 1, 0, 0, 1, 0, 0]);
  t.strictSame(values(backend.matmul(a, two, { ...plain, batch: 2, aBatchStride: 0 })), [...product, 1, 2, 4, 5]);
  t.strictSame(values(backend.matmul(make([]), make([]), { ...plain, k: 0 })), [0, 0, 0, 0]);
  t.strictSame(values(backend.matmul(make([]), b, { ...plain, m: 0 })), []);
});
