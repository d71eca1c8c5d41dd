/** Layout kernels of the backend under test against the reference backend, over seeded random shapes and values. */
import t from 'tap';
import { createReferenceBackend } from '../../src/backends/reference/reference-backend.js';
import type { Band } from '../../src/tensor/backend.js';
import { formatShape, numel, stridesOf } from '../../src/tensor/shape.js';
import { Agreement, AXES, Seeded } from './seeded.js';
import { freshCandidate, nothingAlive } from './under-test.js';

const reference = createReferenceBackend();
const candidate = freshCandidate();
const agreement = new Agreement(reference, candidate);

t.test('strided: permuted, flipped, narrowed, stepped and expanded', async (t) => {
  const seeded = new Seeded(11);
  for (let i = 0; i < 200; i++) {
    const from = Array.from({ length: seeded.integer(0, 5) }, () => seeded.integer(1, i % 10 === 0 ? 12 : 6));
    const strides = stridesOf(from);
    const shape = [...from];
    let offset = 0;
    for (let d = 0; d < from.length; d++) {
      const begin = seeded.chance(0.3) ? seeded.integer(0, from[d] - 1) : 0;
      const step = seeded.chance(0.2) ? 2 : 1;
      offset += begin * strides[d];
      shape[d] = Math.ceil((from[d] - begin) / step);
      strides[d] *= step;
      if (seeded.chance(0.3)) {
        offset += (shape[d] - 1) * strides[d];
        strides[d] = -strides[d];
      }
    }
    const order = shape.map((_, d) => ({ d, key: seeded.uniform() })).sort((a, b) => a.key - b.key);
    const dims = { shape: order.map(({ d }) => shape[d]), strides: order.map(({ d }) => strides[d]), offset };
    if (seeded.chance(0.3)) {
      const at = seeded.integer(0, dims.shape.length);
      dims.shape.splice(at, 0, seeded.integer(0, 3));
      dims.strides.splice(at, 0, 0);
    }
    const name = `${formatShape(from)} -> ${formatShape(dims.shape)} by ${formatShape(dims.strides)} from ${offset}`;
    agreement.check(t, name, [seeded.odd(numel(from))], (b, [x]) => b.strided(x, dims), { exact: true });
  }
  const large = { shape: [65, 3, 130], strides: [1, 65 * 130, 65], offset: 0 };
  agreement.check(t, 'large permute', [seeded.numbers(3 * 130 * 65)], (b, [x]) => b.strided(x, large), { exact: true });
});

t.test('pad, cat, oneHot', async (t) => {
  const seeded = new Seeded(12);
  for (const [outer, axis, inner] of AXES) {
    const x = seeded.odd(outer * axis * inner);
    for (const [before, after, value] of [
      [0, 0, 1],
      [2, 0, 0],
      [0, 3, -1.5],
      [1, 1, NaN],
      [5, 9, -Infinity],
    ]) {
      const dims = { outer, axis, inner, before, after, value };
      const name = `pad ${formatShape([outer, axis, inner])} by ${before}, ${after} with ${value}`;
      agreement.check(t, name, [x], (b, [s]) => b.pad(s, dims), { exact: true });
    }
  }
  for (let i = 0; i < 40; i++) {
    const axes = Array.from({ length: seeded.integer(1, 5) }, () => seeded.integer(0, 6));
    const dims = { outer: seeded.integer(1, 5), axes, inner: seeded.integer(1, 9) };
    const inputs = axes.map((axis) => seeded.odd(dims.outer * axis * dims.inner));
    const name = `cat ${dims.outer} x ${formatShape(axes)} x ${dims.inner}`;
    agreement.check(t, name, inputs, (b, parts) => b.cat(parts, dims), { exact: true });
  }
  for (const classes of [1, 3, 8, 1000]) {
    const indices = Float32Array.from({ length: 13 }, () => seeded.integer(-1, classes));
    agreement.check(t, `oneHot of ${classes}`, [indices], (b, [x]) => b.oneHot(x, classes), { exact: true });
  }
  agreement.check(t, 'oneHot of nothing', [new Float32Array(0)], (b, [x]) => b.oneHot(x, 4), { exact: true });
  const noClass = Float32Array.of(NaN, Infinity, -Infinity, 1, 1.5, 3e9, -3e9);
  agreement.check(t, 'oneHot of no class', [noClass], (b, [x]) => b.oneHot(x, 3), { exact: true });
});

/** A random band: each row a few weights in a row, somewhere, the space of the last ones unused in some. */
function randomBand(seeded: Seeded, rows: number, columns: number): Band {
  const taps = seeded.integer(1, columns);
  const counts = Int32Array.from({ length: rows }, () => seeded.integer(0, taps));
  const starts = counts.map((count) => seeded.integer(0, columns - count));
  return { rows, columns, taps, starts, counts, weights: Float64Array.from(seeded.numbers(rows * taps)) };
}

t.test('band', async (t) => {
  const seeded = new Seeded(13);
  for (const [outer, axis, inner] of AXES.filter(([, columns]) => columns < 100)) {
    for (const rows of [0, 1, 5, 12]) {
      const band = randomBand(seeded, rows, axis);
      const name = `${rows} rows of ${band.taps} taps on ${formatShape([outer, axis, inner])}`;
      const x = seeded.numbers(outer * axis * inner);
      agreement.check(t, name, [x], (b, [s]) => b.band(s, band, { outer, axis, inner }));
    }
  }
  const large = randomBand(seeded, 224, 57);
  const x = seeded.numbers(3 * 57 * 61);
  agreement.check(t, 'large', [x], (b, [s]) => b.band(s, large, { outer: 3, axis: 57, inner: 61 }));
});

t.test('nothing stays allocated', async (t) => {
  t.match(candidate.info(), nothingAlive);
  t.match(reference.info(), { storages: 0, bytes: 0 });
});
