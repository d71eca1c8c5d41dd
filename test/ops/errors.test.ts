/**
 * What ops say to bad input: one line, `op: expected this, got that; the way out`, the same on every backend.
 *
 * The calls with a wrong rank, size, dimension, index or argument stand in tables, each with the whole message. A
 * mixture of backends and a tensor whose memory was freed are tried on every op there is.
 */
import t from 'tap';
import * as backlight from '../../src/index.js';
import { backendNamed, withBackend } from '../../src/backends/active.js';
import { BackendError, BacklightError, ShapeError } from '../../src/errors.js';
import { tidy } from '../../src/tensor/memory.js';
import { candidate, candidateName, checksIndices } from '../backends/under-test.js';
import { exportedFunctions } from '../golden/exports.js';
import { limitsRanks, needsNoRow, takesIndices, type BadCall, type BadKind } from './bad-calls.js';
import { badIndices } from './bad-indices.js';
import { badNorms } from './bad-norms.js';
import { badPlaces } from './bad-places.js';
import { badProducts } from './bad-products.js';
import { badValues } from './bad-values.js';
import { badWindows } from './bad-windows.js';
import { mixtures } from './mixed-backends.js';
import { opCases } from './op-cases.js';

const badCalls: readonly BadCall[] = [
  ...badValues,
  ...badProducts,
  ...badPlaces,
  ...badIndices,
  ...badWindows,
  ...badNorms,
];
const form = /^\w+: (\w+: )?expected [^\n]+, got [^\n]+$/;

function thrownBy(run: () => unknown): BacklightError | null {
  try {
    tidy(() => void run());
    return null;
  } catch (error) {
    if (error instanceof BacklightError) return error;
    throw error;
  }
}

t.test('every public op is here, or takes any tensor', async (t) => {
  const names = (await exportedFunctions('ops')).map(([, name]) => name).filter((name) => name in backlight);
  const listed = new Set(badCalls.map(({ op }) => op));
  const missing = names.filter((name) => !listed.has(name) && !Object.hasOwn(needsNoRow, name));
  t.same(missing, [], 'neither in a table of bad calls nor in needsNoRow (test/ops/bad-calls.ts)');
  const known = [...listed, ...Object.keys(needsNoRow)];
  t.same(
    known.filter((name) => !names.includes(name)),
    [],
    'listed, but no public op',
  );
});

t.test('every op has the kinds of bad calls that it can get', async (t) => {
  const rowsOf = (op: string, kind: BadKind): BadCall[] => badCalls.filter((row) => row.op === op && row.kind === kind);
  const listedFor = (kind: BadKind) => [...new Set(badCalls.filter((row) => row.kind === kind).map(({ op }) => op))];

  for (const op of takesIndices) {
    const came = rowsOf(op, 'index').map(({ says }) => Number(/got (?:start )?(-?[\d.]+)/.exec(says)?.[1]));
    t.ok(came.some(Number.isInteger), `${op}: an index out of range`);
    t.ok(
      came.some((index) => Number.isFinite(index) && !Number.isInteger(index)),
      `${op}: an index that is not whole`,
    );
  }
  t.same(
    listedFor('index').filter((op) => !takesIndices.includes(op)),
    [],
    'no other op takes an index',
  );
  for (const op of limitsRanks) t.ok(rowsOf(op, 'rank').length > 0, `${op}: a wrong rank`);
  t.same(
    listedFor('rank').filter((op) => !limitsRanks.includes(op)),
    [],
    'no other op limits its ranks',
  );
  const several = Object.entries(opCases).filter(([, cases]) => cases.some(({ inputs }) => inputs().length > 1));
  const mixed = Object.keys(mixtures).map((name) => name.split(',')[0]);
  for (const op of new Set([...several.map(([name]) => name), ...mixed])) {
    // the outer product is the one that takes vectors of any two lengths
    if (op in backlight && op !== 'outer') t.ok(rowsOf(op, 'size').length > 0, `${op}: sizes that do not fit`);
  }
});

/** Their indices are computed from those that are given. */
const computesIndices = ['crossEntropy', 'nllLoss'];

for (const backend of [backendNamed('reference'), candidate()]) {
  t.test(`wrong ranks, sizes, dimensions, indices and arguments: ${backend.name}`, async (t) => {
    for (const { op, kind, run, says } of badCalls) {
      withBackend(backend, () => {
        const error = thrownBy(run);
        if (error === null && kind === 'index' && computesIndices.includes(op) && !checksIndices) return;
        t.type(error, ShapeError, `${op}, ${kind}: an error`);
        t.equal(error?.message, says, `${op}, ${kind}: its message`);
        t.match(says, form, `${op}, ${kind}: its form`);
        t.ok(says.startsWith(`${op}: `), `${op}, ${kind}: it names the op that was called`);
      });
    }
  });
}

t.test('tensors of two backends', async (t) => {
  const check = (name: string, run: () => unknown): void => {
    const error = thrownBy(run);
    t.type(error, BackendError, `${name}: an error`);
    t.match(
      error?.message,
      new RegExp(
        `^\\w+: expected all tensors on one backend, got (reference and ${candidateName}|${candidateName} and reference); ` +
          'move one with tensor.to\\(backend\\)$',
      ),
      name,
    );
  };
  for (const [name, cases] of Object.entries(opCases)) {
    cases.forEach(({ inputs, run }, i) => {
      const given = withBackend('reference', inputs);
      given.forEach((_, other) => {
        if (given.length < 2) return;
        check(`${name}, case ${i}, input ${other}`, () =>
          run(...given.map((x, k) => (k === other ? x.to(candidate()) : x))),
        );
      });
      given.forEach((x) => x.dispose());
    });
  }
  for (const [name, run] of Object.entries(mixtures)) check(name, run);
});

t.test('a tensor whose memory was freed', async (t) => {
  for (const [name, [{ inputs, run }]] of Object.entries(opCases)) {
    withBackend(candidate(), () => {
      inputs().forEach((_, freed) => {
        const given = inputs();
        given[freed].dispose();
        const error = thrownBy(() => run(...given));
        t.type(error, BackendError, `${name}, input ${freed}: an error`);
        t.match(error?.message, /its memory was freed; return it from tidy/, `${name}, input ${freed}`);
        given.forEach((x) => x.dispose());
      });
    });
  }
});

t.test('nothing is left behind by a call that failed', async (t) => {
  for (const { op, kind, run } of badCalls) {
    withBackend(candidate(), () => {
      const before = backlight.backendInfo().storages;
      thrownBy(run);
      t.equal(backlight.backendInfo().storages, before, `${op}, ${kind}`);
    });
  }
});
