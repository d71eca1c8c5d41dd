/** gather, scatterAdd, argsort and wrongIndex of the backend under test against the reference backend. */
import t from 'tap';
import { createReferenceBackend } from '../../src/backends/reference/reference-backend.js';
import { createShapesOnlyBackend } from '../../src/backends/shapes-only.js';
import { Agreement, Seeded } from './seeded.js';
import { freshCandidate, nothingAlive, smallest } from './under-test.js';

const reference = createReferenceBackend();
const candidate = freshCandidate();
const agreement = new Agreement(reference, candidate);

/** [rows, size, count] */
const rowsOf: readonly (readonly [number, number, number])[] = [
  [1, 1, 1],
  [3, 5, 2],
  [2, 7, 40],
  [6, 1000, 10],
  [40, 3, 3],
  [0, 4, 2],
  [2, 4, 0],
];

t.test('gather and scatterAdd', async (t) => {
  const seeded = new Seeded(31);
  for (const [rows, size, count] of rowsOf) {
    const dims = { rows, size, count };
    const name = `${rows} rows of ${size}, ${count} places`;
    const x = seeded.odd(rows * size);
    const g = seeded.numbers(rows * count);
    const inside = Float32Array.from({ length: rows * count }, () => seeded.integer(0, size - 1));
    const some = inside.map((index) => seeded.pick([index, -1, size, size + 3]));
    for (const indices of [inside, some]) {
      agreement.check(t, `gather ${name}`, [x, indices], (on, [s, at]) => on.gather(s, at, dims), { exact: true });
      agreement.check(t, `scatterAdd ${name}`, [g, indices], (on, [s, at]) => on.scatterAdd(s, at, dims));
    }
  }
});

t.test('argsort', async (t) => {
  const seeded = new Seeded(32);
  for (const [rows, size] of [...rowsOf, [1, 2], [5, 16], [3, 17], [2, 4099], [3, 0]]) {
    for (const descending of [false, true]) {
      const kinds = {
        plain: seeded.numbers(rows * size),
        ties: seeded.ties(rows * size),
        odd: seeded.odd(rows * size),
      };
      for (const [kind, x] of Object.entries(kinds)) {
        const name = `${rows} rows of ${size} ${kind} values, ${descending ? 'descending' : 'ascending'}`;
        agreement.check(t, name, [x], (on, [s]) => on.argsort(s, { rows, size, descending }), { exact: true });
      }
    }
  }
});

t.test('argsort by known values: stable, -0 equals 0, NaN is the greatest', async (t) => {
  const x = Float32Array.of(0, -0, NaN, Infinity, -smallest, -Infinity, smallest, NaN, 0, 2);
  const sorted = (descending: boolean) =>
    Promise.all(
      [reference, candidate].map(async (backend) => [
        ...(await agreement.read(backend, [x], (on, [s]) => on.argsort(s, { rows: 1, size: x.length, descending }))),
      ]),
    );
  const ascending = [5, 4, 0, 1, 8, 6, 9, 3, 2, 7];
  const descending = [2, 7, 3, 9, 6, 0, 1, 8, 4, 5];
  t.strictSame(await sorted(false), [ascending, ascending]);
  t.strictSame(await sorted(true), [descending, descending]);
});

t.test('wrongIndex finds the first value that is no index', async (t) => {
  const cases: readonly (readonly [values: readonly number[], size: number, wrong: number | null])[] = [
    [[0, 4, 2], 5, null],
    [[0, 5, 6], 5, 5],
    [[0, -1], 5, -1],
    [[1.5, 7], 5, 1.5],
    [[Infinity], 5, Infinity],
    [[NaN, 0], 5, NaN],
    [[0], 0, 0],
    [[], 0, null],
  ];
  for (const backend of [reference, candidate]) {
    for (const [values, size, wrong] of cases) {
      const storage = backend.create(values.length, (host) => host.set(values));
      t.strictSame(backend.wrongIndex(storage, size), wrong, `${backend.name}: ${values.join(' ')} below ${size}`);
      storage.release();
    }
  }
  const blind = createShapesOnlyBackend();
  t.equal(blind.wrongIndex(blind.full(3, 7), 5), null, 'a backend without numbers finds none');
});

t.test('nothing stays allocated', async (t) => {
  t.match(candidate.info(), nothingAlive);
  t.match(reference.info(), { storages: 0, bytes: 0 });
});
