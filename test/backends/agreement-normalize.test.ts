/** Kernels of normalisation of the backend under test against the reference backend, over seeded random shapes. */
import t from 'tap';
import { createReferenceBackend } from '../../src/backends/reference/reference-backend.js';
import type { AxisDims, Normalization } from '../../src/tensor/backend.js';
import type { Storage } from '../../src/tensor/storage.js';
import { Agreement, AXES, Seeded } from './seeded.js';
import { freshCandidate } from './under-test.js';

const reference = createReferenceBackend();
const candidate = freshCandidate();
const agreement = new Agreement(reference, candidate);

/** Few values in a channel and many, rows shorter and longer than the pieces of the kernels, more channels than they take together. */
const SHAPES = [
  ...AXES,
  ...[
    [3, 5, 2],
    [130, 3, 7],
    [5, 3, 64],
    [3, 2, 2500],
    [2, 7, 4100],
    [1, 3, 10000],
    [33, 17, 1],
    [7, 9, 33],
    [4, 19, 6],
  ],
].filter((shape) => shape.every((size) => size > 0));

/** mean, inverse (positive) and weight for each channel. */
function numbers(seeded: Seeded, channels: number): Float32Array[] {
  const inverse = seeded.numbers(channels).map((value) => 0.5 + Math.abs(value));
  return [seeded.numbers(channels), inverse, seeded.numbers(channels)];
}

const by = ([mean, inverse]: readonly Storage[], weight: Storage | null): Normalization => ({ mean, inverse, weight });

for (const [outer, axis, inner] of SHAPES) {
  const dims: AxisDims = { outer, axis, inner };
  const length = outer * axis * inner;
  t.test(`[${outer},${axis},${inner}]`, async (t) => {
    const seeded = new Seeded(length);
    const perChannel = numbers(seeded, axis);
    for (const [kind, x] of [
      ['plain', seeded.numbers(length)],
      ['NaN and infinities', seeded.odd(length)],
    ] as const) {
      const g = seeded.numbers(length);
      agreement.check(t, `channelMoments, ${kind}`, [x], (b, [x]) => b.channelMoments(x, dims));
      agreement.check(t, `normalize, ${kind}`, [x, ...perChannel], (b, [x, ...c]) =>
        b.normalize(x, by(c, null), null, dims),
      );
      agreement.check(t, `normalize by weight and bias, ${kind}`, [x, ...perChannel], (b, [x, ...c]) =>
        b.normalize(x, by(c, c[2]), c[0], dims),
      );
      agreement.check(t, `normalizeSums, ${kind}`, [g, x, ...perChannel], (b, [g, x, ...c]) =>
        b.normalizeSums(g, x, by(c, null), dims),
      );
      agreement.check(t, `normalizeGrad, ${kind}`, [g, x, ...perChannel], (b, [g, x, ...c]) =>
        b.normalizeGrad(g, x, by(c, c[2]), null, dims),
      );
      agreement.check(
        t,
        `normalizeGrad with sums, ${kind}`,
        [g, x, ...perChannel, seeded.numbers(2 * axis)],
        (b, [g, x, mean, inverse, weight, sums]) => b.normalizeGrad(g, x, { mean, inverse, weight }, sums, dims),
      );
    }
  });
}

t.test('a large mean costs the variance no digits', async (t) => {
  const dims = { outer: 4, axis: 2, inner: 5000 };
  const values = new Seeded(3).numbers(4 * 2 * 5000, 1).map((value) => value + 3000);
  const [found, wanted] = await Promise.all(
    [candidate, createReferenceBackend('float64')].map((backend) =>
      agreement.read(backend, [values], (b, [x]) => b.channelMoments(x, dims)),
    ),
  );
  for (const c of [2, 3]) t.ok(Math.abs(found[c] / wanted[c] - 1) < 1e-6, `variance ${found[c]}, wanted ${wanted[c]}`);
});
