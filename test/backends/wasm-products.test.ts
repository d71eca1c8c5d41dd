/** The wasm backend's convolutions and products of vectors against plain loops, at the sizes where they take paths of their own. */
import t, { type Test } from 'tap';
import { createReferenceBackend } from '../../src/backends/reference/reference-backend.js';
import { createWasmBackend } from '../../src/backends/wasm/wasm-backend.js';
import type { Backend } from '../../src/tensor/backend.js';
import type { Storage } from '../../src/tensor/storage.js';
import { Seeded, conv, disagreement, storageOf } from './seeded.js';

const reference = createReferenceBackend();
const backend = createWasmBackend();

/** Asserts that what `run` computes is the same on both backends. */
function agree(t: Test, label: string, run: (on: Backend) => Storage[]): void {
  const wanted = run(reference).map((result) => reference.readSync(result));
  run(backend).forEach((result, i) => {
    t.equal(disagreement(backend.readSync(result), wanted[i], false), '', `${label}, result ${i}`);
  });
}

t.test('3x3 convolutions that take the Winograd path agree with plain loops', async (t) => {
  const seeded = new Seeded(11);
  for (const [batch, inChannels, outChannels, height, width, pad, groups] of [
    [1, 8, 8, 4, 4, 1, 1],
    [3, 8, 12, 17, 18, 1, 1],
    [2, 24, 40, 14, 14, 1, 1],
    [16, 16, 36, 7, 7, 1, 1],
    [5, 9, 11, 15, 12, 0, 1],
    [2, 16, 8, 20, 19, 2, 1],
    [2, 8, 8, 21, 13, 4, 1],
    [4, 32, 48, 12, 12, 1, 2],
    [1, 130, 70, 16, 16, 1, 1],
    // a picture's channels; many blocks of tiles; one tile left over
    [1, 3, 9, 30, 29, 1, 1],
    [2, 5, 70, 60, 61, 1, 1],
    [1, 40, 38, 28, 28, 1, 1],
  ]) {
    const outHeight = height + 2 * pad - 2;
    const outWidth = width + 2 * pad - 2;
    const size = { batch, inChannels, outChannels, height, width, outHeight, outWidth, groups };
    const dims = { ...conv, ...size, padHeight: pad, padWidth: pad };
    // all above zero, so that errors add up instead of cancelling
    const x = seeded.numbers(batch * inChannels * height * width).map(Math.abs);
    const w = seeded.numbers((outChannels * inChannels * 9) / groups);
    const g = seeded.numbers(batch * outChannels * outHeight * outWidth);
    const bias = seeded.numbers(outChannels);
    agree(t, JSON.stringify(size), (on) => {
      const [xs, ws, gs, bs] = [x, w, g, bias].map((values) => storageOf(on, values));
      return [
        on.conv2d(xs, ws, bs, dims),
        on.conv2d(xs, ws, null, dims),
        on.conv2dGradInput(gs, ws, dims),
        on.conv2dGradWeight(gs, xs, dims),
      ];
    });
  }
});

t.test('depthwise convolutions agree with plain loops', async (t) => {
  const seeded = new Seeded(17);
  // [batch, channels, outputs a channel, height, width, kernel height and width, stride, dilation, padding]
  for (const [batch, channels, multiplier, height, width, kernelHeight, kernelWidth, stride, dilation, pad] of [
    [2, 5, 1, 13, 22, 3, 3, 1, 1, 1],
    [1, 7, 1, 9, 5, 5, 3, 2, 1, 2],
    [3, 4, 2, 11, 12, 3, 3, 1, 2, 2],
    [1, 3, 3, 10, 9, 2, 4, 3, 1, 0],
    [2, 6, 1, 4, 3, 7, 7, 1, 1, 3],
    [1, 2, 1, 6, 6, 1, 1, 4, 1, 1],
  ]) {
    const outChannels = channels * multiplier;
    const out = (size: number, kernel: number) =>
      Math.floor((size + 2 * pad - dilation * (kernel - 1) - 1) / stride) + 1;
    const [outHeight, outWidth] = [out(height, kernelHeight), out(width, kernelWidth)];
    const dims = {
      ...{ batch, inChannels: channels, outChannels, groups: channels, height, width, outHeight, outWidth },
      ...{ kernelHeight, kernelWidth, strideHeight: stride, strideWidth: stride },
      ...{ dilationHeight: dilation, dilationWidth: dilation, padHeight: pad, padWidth: pad },
    };
    const x = seeded.numbers(batch * channels * height * width);
    const w = seeded.numbers(outChannels * kernelHeight * kernelWidth);
    const g = seeded.numbers(batch * outChannels * outHeight * outWidth);
    const bias = seeded.numbers(outChannels);
    agree(t, JSON.stringify(dims), (on) => {
      const [xs, ws, gs, bs] = [x, w, g, bias].map((values) => storageOf(on, values));
      return [
        on.conv2d(xs, ws, bs, dims),
        on.conv2d(xs, ws, null, { ...dims, relu: true }),
        on.conv2dGradInput(gs, ws, dims),
        on.conv2dGradWeight(gs, xs, dims),
      ];
    });
  }
});

t.test('a row times a matrix agrees with plain loops, in parts and with zeros left out', async (t) => {
  const seeded = new Seeded(13);
  for (const [k, n, transposeB] of [
    [700, 517, false],
    [130, 2100, false],
    [1029, 260, false],
    [517, 703, true],
    [40, 19, false],
    [19, 6, true],
  ] as const) {
    for (const skipZeros of [false, true]) {
      const row = seeded.numbers(k).map((value, i) => (i % 3 === 0 ? 0 : value));
      const matrix = seeded.numbers(k * n);
      const run = (on: Backend, transposeA: boolean): Storage => {
        const sizes = { batch: 1, m: 1, k, n, transposeA, transposeB, aBatchStride: 0, bBatchStride: 0 };
        return on.matmul(storageOf(on, row), storageOf(on, matrix), { ...sizes, skipZeros });
      };
      for (const transposeA of [false, true]) {
        const wanted = reference.readSync(run(reference, transposeA));
        const got = backend.readSync(run(backend, transposeA));
        t.equal(disagreement(got, wanted, false), '', `${k} x ${n}, transposed: ${transposeB}, skipping: ${skipZeros}`);
      }
    }
  }
  // what is skipped is not read: an infinite weight that meets a 0 does not make NaN
  const dims = {
    batch: 1,
    m: 1,
    k: 700,
    n: 517,
    transposeA: false,
    transposeB: false,
    aBatchStride: 0,
    bBatchStride: 0,
  };
  const row = seeded.numbers(700).fill(0, 5, 6);
  const matrix = seeded.numbers(700 * 517).fill(Infinity, 5 * 517, 6 * 517);
  const run = (skipZeros: boolean): ArrayLike<number> =>
    backend.readSync(backend.matmul(storageOf(backend, row), storageOf(backend, matrix), { ...dims, skipZeros }));
  t.ok(Array.from(run(true)).every(Number.isFinite));
  t.ok(Array.from(run(false)).every(Number.isNaN));
});
