/** What only the wasm backend has: variants, a memory that grows and ends, NaN through SIMD, its error messages. */
import { availableParallelism } from 'node:os';
import t from 'tap';
import { createReferenceBackend } from '../../src/backends/reference/reference-backend.js';
import { chooseVariant, describeVariant, detectFeatures, resolveVariant } from '../../src/backends/wasm/variants.js';
import type { WasmVariant } from '../../src/backends/wasm/variants.js';
import { createWasmBackend } from '../../src/backends/wasm/wasm-backend.js';
import { ArgumentError, BackendError } from '../../src/errors.js';
import type { Backend, BinaryOp, UnaryOp } from '../../src/tensor/backend.js';
import type { Storage } from '../../src/tensor/storage.js';
import { Seeded, conv, disagreement, storageOf } from './seeded.js';
import { runnableVariants } from './thread-helpers.js';

const features = detectFeatures();

function read(backend: Backend, x: Storage): number[] {
  return [...backend.readSync(x)];
}

/** A 3x3 convolution with padding 1 of four small images. */
t.test('every variant that runs here agrees with the reference backend', async (t) => {
  const seeded = new Seeded(5);
  const x = seeded.numbers(4 * 9 * 13 * 12);
  const w = seeded.numbers(14 * 9 * 9);
  const g = seeded.numbers(4 * 14 * 13 * 12);
  const a = seeded.numbers(37 * 70);
  const b = seeded.numbers(70 * 53);
  const product = {
    batch: 1,
    m: 37,
    k: 70,
    n: 53,
    transposeA: false,
    transposeB: false,
    aBatchStride: 0,
    bBatchStride: 0,
  };
  const run = (on: Backend): Storage[] => {
    const [xs, ws, gs, as, bs] = [x, w, g, a, b].map((values) => storageOf(on, values));
    return [
      on.conv2d(xs, ws, null, conv),
      on.conv2dGradInput(gs, ws, conv),
      on.conv2dGradWeight(gs, xs, conv),
      on.matmul(as, bs, product),
      on.unary('exp', xs),
      on.unary('tanh', xs),
      on.softmax(as, { outer: 37, axis: 70, inner: 1 }),
    ];
  };
  const reference = createReferenceBackend();
  const wanted = run(reference).map((result) => reference.readSync(result));
  t.ok(runnableVariants.length >= 2);
  for (const variant of runnableVariants) {
    const backend = createWasmBackend({ variant });
    const { name, dtype, mode, threads } = backend.info();
    t.same([name, dtype], ['wasm', 'float32']);
    t.ok(mode.startsWith(describeVariant(variant)), mode);
    t.equal(threads, variant.endsWith('shared') ? Math.min(8, availableParallelism()) : 1);
    run(backend).forEach((result, i) => {
      t.equal(disagreement(backend.readSync(result), wanted[i], false), '', `${variant}, result ${i}`);
    });
  }
});

t.test('the best variant for an engine', async (t) => {
  const all = { simd: true, relaxedSimd: true, sharedMemory: true };
  t.equal(chooseVariant(all), 'relaxed-shared');
  t.equal(chooseVariant({ ...all, sharedMemory: false }), 'relaxed');
  t.equal(chooseVariant({ ...all, relaxedSimd: false }), 'simd-shared');
  t.equal(chooseVariant({ simd: true, relaxedSimd: false, sharedMemory: false }), 'simd');
  const none = { simd: false, relaxedSimd: false, sharedMemory: false };
  t.throws(() => chooseVariant(none), BackendError);
  t.throws(() => chooseVariant(none), {
    message: /SIMD \(Node .*Chrome .*Firefox .*Safari.*useBackend\('reference'\)/,
  });
  t.equal(resolveVariant('simd', all), 'simd');
  t.throws(() => resolveVariant('relaxed', { ...all, relaxedSimd: false }), BackendError);
  t.throws(() => resolveVariant('simd-shared', { ...all, sharedMemory: false }), BackendError);
  const misspelt = String('avx');
  t.throws(() => resolveVariant(misspelt as WasmVariant, all), ArgumentError);
  t.equal(features.simd, true);
  t.equal(features.sharedMemory, true);
});

t.test('values stay where they are while the memory grows', async (t) => {
  for (const variant of ['simd', 'simd-shared'] as const) {
    const backend = createWasmBackend({ variant });
    const first = storageOf(backend, [1, 2, 3]);
    const many = Array.from({ length: 20 }, (_, i) => backend.full(2 ** 20, i));
    t.ok(backend.info().bytes > 80e6, 'more than the memory had at first');
    t.strictSame(read(backend, first), [1, 2, 3]);
    for (const [i, storage] of many.entries()) {
      const values = backend.readSync(storage);
      t.equal(
        values.every((value) => value === i),
        true,
        `${variant}, block ${i}`,
      );
    }
    const sum = backend.reduce('sum', many[19], { outer: 1, axis: 2 ** 20, inner: 1 });
    t.strictSame(read(backend, sum), [19 * 2 ** 20]);
  }
});

t.test('addresses above 2 GiB work like any others', async (t) => {
  const backend = createWasmBackend();
  const low = Array.from({ length: 5 }, () => backend.create(2 ** 27));
  const x = storageOf(backend, [1, -2, 3, -4, 5]);
  const y = backend.unary('relu', x);
  t.strictSame(read(backend, y), [1, 0, 3, 0, 5]);
  const seeded = new Seeded(9);
  const [image, weight] = [seeded.numbers(4 * 9 * 13 * 12), seeded.numbers(14 * 9 * 9)];
  const reference = createReferenceBackend();
  const wanted = reference.conv2d(storageOf(reference, image), storageOf(reference, weight), null, conv);
  const found = backend.conv2d(storageOf(backend, image), storageOf(backend, weight), null, conv);
  t.equal(disagreement(backend.readSync(found), reference.readSync(wanted), false), '');
  low.forEach((storage) => storage.release());
});

t.test('a full memory says what was asked, what is live and the way out, and can be used again', async (t) => {
  const backend = createWasmBackend({ maxBytes: 2 ** 21 });
  const half = backend.full(2 ** 18, 1);
  const ask = (): Storage => backend.full(2 ** 19, 2);
  t.throws(ask, BackendError);
  t.throws(ask, { message: /asked for 2097152 bytes with 1048576 bytes live.*tidy\(\(\) => \.\.\.\) or dispose\(\)/ });
  t.throws(() => backend.unary('exp', backend.full(2 ** 17, 0)), BackendError);
  t.match(backend.info(), { storages: 2 });
  half.release();
  t.equal(backend.full(2 ** 18, 3).length, 2 ** 18);
});

t.test('a callback that throws leaves nothing allocated', async (t) => {
  const backend = createWasmBackend();
  const fail = (): void => {
    throw new Error('no data');
  };
  t.throws(() => backend.create(10, fail), { message: 'no data' });
  t.match(backend.info(), { storages: 0, bytes: 0 });
});

t.test('live storages and bytes are counted, and released memory is used again', async (t) => {
  const backend = createWasmBackend();
  const x = storageOf(backend, [1, 2, 3, 4]);
  const y = backend.unary('neg', x);
  t.match(backend.info(), { storages: 2, bytes: 32, peakBytes: 128 });
  x.retain();
  x.release();
  t.match(backend.info(), { storages: 2, bytes: 32 });
  x.release();
  t.match(backend.info(), { storages: 1, bytes: 16 });
  y.release();
  y.release();
  t.match(backend.info(), { storages: 0, bytes: 0 });
  for (let i = 0; i < 1000; i++) backend.full(2 ** 20, i).release();
  t.match(backend.info(), { storages: 0, bytes: 0 });
});

t.test('what is read is a copy in memory that is not shared', async (t) => {
  const backend = createWasmBackend();
  const x = storageOf(backend, [1, 2]);
  const values = backend.readSync(x);
  t.equal(values.buffer instanceof ArrayBuffer, true);
  values[0] = 9;
  t.strictSame(read(backend, x), [1, 2]);
  backend.overwrite(x, (host) => (host[1] = host[0] + 4));
  t.strictSame([...(await backend.read(x))], [1, 5]);
});

t.test('tensors of another backend and freed ones are refused', async (t) => {
  const backend = createWasmBackend();
  const foreign = storageOf(createReferenceBackend(), [1, 2]);
  t.throws(() => backend.unary('neg', foreign), BackendError);
  t.throws(() => backend.unary('neg', foreign), {
    message:
      'wasm: expected a tensor of the wasm backend, got one of reference; ' +
      "move it with tensor.to('wasm') or make it after useBackend('wasm')",
  });
  const other = storageOf(createWasmBackend(), [1, 2]);
  t.throws(() => backend.unary('neg', other), { message: /got one of another wasm backend/ });
  const gone = storageOf(backend, [1, 2]);
  gone.release();
  t.throws(() => backend.readSync(gone), { message: /live tensor/ });
});

t.test('NaN goes where PyTorch lets it go, in every lane and in the last few elements', async (t) => {
  const backend = createWasmBackend();
  for (const n of [1, 3, 4, 7, 8, 9, 20]) {
    for (let place = 0; place < n; place++) {
      const values = Array.from({ length: n }, (_, i) => (i === place ? NaN : i - 2));
      const x = storageOf(backend, values);
      const same = { shape: [n], aStrides: [1], bStrides: [1] };
      const unary = (op: UnaryOp, p?: number, q?: number): number => read(backend, backend.unary(op, x, p, q))[place];
      const binary = (op: BinaryOp, a: Storage, b: Storage): number =>
        read(backend, backend.binary(op, a, b, same))[place];
      const ones = backend.full(n, 1);
      t.strictSame(
        [unary('relu'), unary('clamp', -1, 1), unary('exp'), unary('sigmoid'), unary('tanh'), unary('log')],
        [NaN, NaN, NaN, NaN, NaN, NaN],
      );
      t.strictSame([unary('inside', -1, 1), unary('sign'), unary('pow', 0)], [0, 0, 1]);
      t.strictSame([binary('maximum', x, ones), binary('minimum', ones, x)], [NaN, NaN]);
      t.strictSame([binary('eq', x, x), binary('ne', x, x), binary('ge', x, x)], [0, 1, 0]);
      t.equal(binary('reluGrad', ones, x), 1, 'the gradient passes where x is NaN');
      t.strictSame(read(backend, backend.reduce('max', x, { outer: 1, axis: n, inner: 1 })), [NaN]);
      t.strictSame(read(backend, backend.reduce('max', x, { outer: 1, axis: 1, inner: n }))[place], NaN);
    }
  }
});

t.test('elementary functions are right to a few units in the last place', async (t) => {
  const backend = createWasmBackend();
  const seeded = new Seeded(3);
  const spread = seeded.numbers(20000, 88);
  const small = Float32Array.from(spread, (v) => v / 40);
  const positive = Float32Array.from(spread, (v) => 2 ** (v * 1.4));
  const functions: readonly (readonly [UnaryOp, Float32Array, (x: number) => number, number])[] = [
    ['exp', spread, Math.exp, 2],
    ['exp', small, Math.exp, 2],
    ['log', positive, Math.log, 2],
    ['log', small.map((v) => 1 + v / 4), Math.log, 2],
    ['tanh', small, Math.tanh, 3],
    ['sigmoid', small, (x) => 1 / (1 + Math.exp(-x)), 3],
  ];
  for (const [op, values, exact, allowed] of functions) {
    const found = backend.readSync(backend.unary(op, storageOf(backend, values)));
    let worst = 0;
    values.forEach((x, i) => {
      const wanted = exact(x);
      const unit = 2 ** (Math.max(-126, Math.floor(Math.log2(Math.abs(wanted)))) - 23);
      worst = Math.max(worst, Math.abs(found[i] - wanted) / unit);
    });
    t.ok(worst <= allowed, `${op}: ${worst.toFixed(2)} units`);
  }
  const edges = storageOf(backend, [Infinity, -Infinity, 0, -0, 1, 1e-42, 89, -104, 200, -200]);
  const expected = { exp: Math.exp, log: Math.log, tanh: Math.tanh } as const;
  for (const op of ['exp', 'log', 'tanh'] as const) {
    const wanted = Float32Array.from(read(backend, edges), (x) => expected[op](x));
    t.equal(disagreement(backend.readSync(backend.unary(op, edges)), wanted, false), '', op);
  }
});
