/**
 * Kernels after kernels, on the backend under test against the reference backend: what one of them leaves where no value
 * belongs, in the unused numbers of a texel say, must not reach the next.
 */
import t from 'tap';
import { createReferenceBackend } from '../../src/backends/reference/reference-backend.js';
import type { Backend, Conv2dDims, MatmulDims } from '../../src/tensor/backend.js';
import type { Storage } from '../../src/tensor/storage.js';
import { Agreement, conv, Seeded } from './seeded.js';
import { freshCandidate, nothingAlive } from './under-test.js';

const candidate = freshCandidate();
const agreement = new Agreement(createReferenceBackend(), candidate);

/** The result of the last step; what the others made is released. */
function chain(x: Storage, ...steps: readonly ((x: Storage) => Storage)[]): Storage {
  const made: Storage[] = [];
  const last = steps.reduce((from, step) => {
    const to = step(from);
    made.push(to);
    return to;
  }, x);
  for (const storage of made.slice(0, -1)) storage.release();
  return last;
}

/** Numbers from 0.5 to 2. */
const positive = (seed: number, count: number) => new Seeded(seed).numbers(count, 0.75).map((value) => value + 1.25);

/** a [m,k] and b [k,n], or b [n,k] with transposeB. */
const product = (m: number, k: number, n: number, transposeB: boolean): MatmulDims => ({
  batch: 1,
  m,
  k,
  n,
  transposeA: false,
  transposeB,
  aBatchStride: m * k,
  bBatchStride: k * n,
});

t.test('a power with a number and one with numbers, in turn', async (t) => {
  const dims = { shape: [5], aStrides: [1], bStrides: [1] };
  const inputs = [positive(1, 5), positive(2, 5)];
  const byNumber = (on: Backend) => (x: Storage) => on.unary('pow', x, 1.5);
  agreement.check(t, 'by a number first', inputs, (on, [x, p]) =>
    chain(x, byNumber(on), (y) => on.binary('pow', y, p, dims), byNumber(on)),
  );
  agreement.check(t, 'by numbers first', inputs, (on, [x, p]) =>
    chain(
      x,
      (y) => on.binary('pow', y, p, dims),
      byNumber(on),
      (y) => on.binary('pow', y, p, dims),
    ),
  );
});

t.test('products of products whose rows are no multiple of four', async (t) => {
  for (const [m, k, n] of [
    [2, 2, 3],
    [5, 6, 7],
    [8, 3, 9],
    [1, 4, 5],
  ]) {
    for (const transposeB of [false, true]) {
      const inputs = [new Seeded(m).numbers(m * k), new Seeded(n).numbers(k * n)];
      agreement.check(t, `${m}x${k}x${n}, ${transposeB ? 'transposed' : 'as it is'}`, inputs, (on, [a, b]) =>
        chain(
          a,
          (y) => on.matmul(y, b, product(m, k, n, transposeB)),
          (y) => on.matmul(y, y, product(m, n, m, true)),
        ),
      );
    }
  }
});

t.test('infinity stays infinity', async (t) => {
  const infinite = positive(3, 4);
  infinite[1] = Infinity;
  agreement.check(t, 'through two products', [infinite, positive(4, 6), positive(5, 12)], (on, [x, w, v]) =>
    chain(
      x,
      (y) => on.matmul(y, w, product(2, 2, 3, false)),
      (y) => on.matmul(y, v, product(2, 3, 4, true)),
    ),
  );
  const convolution = (inChannels: number, outChannels: number): Conv2dDims => ({
    ...conv,
    ...{ batch: 1, inChannels, height: 3, width: 4, outChannels, outHeight: 3, outWidth: 4 },
    ...{ kernelHeight: 1, kernelWidth: 1, padHeight: 0, padWidth: 0 },
  });
  const inputs = [positive(6, 36), positive(7, 15), positive(8, 20)];
  agreement.check(t, 'through a convolution of five channels', inputs, (on, [x, w, v]) =>
    chain(
      x,
      (y) => on.conv2d(y, w, null, convolution(3, 5)),
      (y) => on.unary('affine', y, Infinity, 0),
      (y) => on.conv2d(y, v, null, convolution(5, 4)),
    ),
  );
});

t.test('nothing stays allocated', async (t) => {
  t.match(candidate.info(), nothingAlive);
});
