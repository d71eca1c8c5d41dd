/** The tolerance rule, what can be compared, and what the reports say. */
import t from 'tap';
import { withBackend } from '../../src/backends/active.js';
import { tensor } from '../../src/ops/creation.js';
import { closeness, expectClose, NotCloseError, tolerances, type Comparable } from '../../src/testing/index.js';

const exact = { ofLargest: 0, ofValue: 0 };
const close = (actual: Comparable | null | undefined, expected: Comparable | null | undefined) =>
  closeness(actual, expected).close;

t.test('the rule, on both sides of its edge', async (t) => {
  // float32: 1e-5 * 8 + 1e-4 * |b|
  t.ok(close([8, 1 + 1.79e-4], [8, 1]));
  t.notOk(close([8, 1 + 1.81e-4], [8, 1]));
  t.ok(close([8, 7.9e-5], [8, 0]));
  t.notOk(close([8, 8.1e-5], [8, 0]));
  // float64: 1e-6 * 8 + 1e-6 * |b|
  const float64 = { tolerance: 'float64' } as const;
  t.ok(closeness([-8, 1 - 8.9e-6], [-8, 1], float64).close);
  t.notOk(closeness([-8, 1 - 9.1e-6], [-8, 1], float64).close);
  const absolute = { tolerance: { ...exact, absolute: 0.5 } };
  t.ok(closeness([1.5, -0.5], [1, 0], absolute).close);
  t.notOk(closeness([1.5, -0.51], [1, 0], absolute).close);
});

t.test('exact means exact; otherwise the smallest step of float32 is allowed', async (t) => {
  t.notOk(closeness([2 ** -149], [0], { tolerance: exact }).close);
  t.ok(closeness([-0], [0], { tolerance: exact }).close);
  t.ok(close([2 ** -149], [0]));
  t.notOk(close([2 ** -148], [0]));
});

t.test('the preset follows the precision of the actual value', async (t) => {
  const wrongIn64 = 1 + 5e-5;
  t.ok(close([wrongIn64], Float64Array.of(1)));
  t.notOk(close(Float64Array.of(wrongIn64), [1]));
  t.notOk(close({ shape: [1], data: Float64Array.of(wrongIn64) }, [1]));
  t.ok(close(tensor([wrongIn64]), [1]));
  withBackend('reference64', () => t.notOk(close(tensor([wrongIn64]), [1])));
  t.strictSame(Object.keys(tolerances).sort(), ['float32', 'float64']);
});

t.test('NaN and infinities must match exactly, and widen nothing', async (t) => {
  t.ok(close([NaN, Infinity, -Infinity, 1], [NaN, Infinity, -Infinity, 1]));
  const wrong: [number, number][] = [
    [1, NaN],
    [NaN, 1],
    [1e30, Infinity],
    [Infinity, -Infinity],
    [Infinity, 1e30],
    [NaN, Infinity],
    [Infinity, NaN],
  ];
  for (const [got, wanted] of wrong) {
    t.notOk(close([got], [wanted]), `${got} for ${wanted}`);
    const { worst } = closeness([0, got], [0, wanted]);
    t.match(worst, { index: [1], error: Infinity, ratio: Infinity });
  }
  t.notOk(close([1.1, Infinity], [1, Infinity]), 'beside an infinity');
  t.notOk(close([1.1, NaN], [1, NaN]), 'beside NaN');
});

t.test('shapes must be the same', async (t) => {
  const pairs: [Comparable, Comparable][] = [
    [[[1, 2]], [1, 2]],
    [[1], 1],
    [[], [1]],
    [[1], []],
    [[], [[]]],
    [tensor([[1], [2]]), tensor([[1, 2]])],
    [tensor([1, 1]), [1]],
    [tensor([[1, 2]]), Float32Array.of(1, 2)],
  ];
  for (const [actual, expected] of pairs) {
    t.match(closeness(actual, expected), { close: false, worst: null, message: /^expected shape \[.*\], got \[.*\]$/ });
  }
  t.match(closeness([], []), { close: true, of: 0, worst: null });
  t.match(closeness([[1, 2]], [1, 2]), { wrong: 2, of: 2, message: 'expected shape [2], got [1,2]' });
});

t.test('all forms of the same numbers agree', async (t) => {
  const data = [1, 2, 3, 4, 5, 6];
  const shape = [2, 3];
  const nested = [
    [1, 2, 3],
    [4, 5, 6],
  ];
  const forms: Comparable[] = [
    tensor(nested),
    nested,
    { shape, data },
    { shape, values: Float64Array.from(data) },
    { shape, data: Uint8Array.from(data) },
  ];
  for (const actual of forms) for (const expected of forms) t.equal(close(actual, expected), true);
  t.ok(close(Int32Array.from(data), data));
  t.ok(close(3, tensor(3)));
  for (const actual of forms) t.notOk(close(actual, [nested[0], [4, 5, 7]]), 'each reads every value');
});

t.test('what cannot be compared is said', async (t) => {
  const message = (actual: unknown, expected: unknown = [1]) =>
    closeness(actual as Comparable, expected as Comparable).message;
  t.equal(message(null), 'expected shape [1], got null, which has no values');
  t.equal(message(undefined), 'expected shape [1], got undefined, which has no values');
  t.equal(message([1], null), 'the expected value is null, which has no values');
  t.equal(message([[1, 2], [3]]), 'expected shape [1], got arrays that are not evenly nested numbers of shape [2,2]');
  t.equal(message([1, '2']), 'expected shape [1], got arrays that are not evenly nested numbers of shape [2]');
  t.equal(message([1, [2]]), 'expected shape [1], got arrays that are not evenly nested numbers of shape [2]');
  t.equal(message({ shape: [2], data: [1] }), 'expected shape [1], got the shape [2] with 1 values');
  t.match(message('1'), /got \[object String\], which is no tensor/);
  t.match(message({ shape: [1], data: 'x' }), /got \[object Object\], which is no tensor/);
  t.match(message(BigInt64Array.of(1n)), /got \[object BigInt64Array\], which is no tensor/);
  for (const actual of [null, [[1], 2], 'x']) t.notOk(close(actual as Comparable, actual as Comparable));
});

t.test('the report names the worst element, by ratio and not by error', async (t) => {
  const report = closeness(
    [
      [1000.15, 2],
      [3.05, 4],
    ],
    [
      [1000, 2],
      [3, 4],
    ],
  );
  t.match(report, { close: false, wrong: 2, of: 4 });
  t.match(report.worst, { index: [1, 0], expected: 3, got: 3.05 });
  t.equal(report.worst?.error.toFixed(6), '0.050000');
  t.equal(report.worst?.allowed.toFixed(6), '0.010300');
  t.equal(report.worst?.ratio.toFixed(3), '4.854');
  t.equal(report.maxError.toFixed(6), '0.150000');
  t.equal(
    report.message,
    '2 of 4 values are wrong; the worst, at [1,0]: expected 3, got 3.05, error 0.0500, allowed 0.0103, ratio 4.85 ' +
      '(largest expected value 1000)',
  );
});

t.test('expectClose is silent or throws the report', async (t) => {
  t.equal(expectClose([1], [1 + 1e-6]), undefined);
  try {
    expectClose(tensor([1, 5]), [1, 2], { name: 'the gradient' });
    t.fail('it did not throw');
  } catch (error) {
    t.ok(error instanceof NotCloseError && error instanceof Error);
    if (!(error instanceof NotCloseError)) return;
    t.match(
      error.message,
      /^the gradient: 1 of 2 values are wrong; the worst, at \[1\]: expected 2, got 5, error 3\.00/,
    );
    t.match(error.report.worst, { index: [1], expected: 2, got: 5, error: 3 });
  }
  t.throws(() => expectClose(null, [1]), { message: 'expectClose: expected shape [1], got null, which has no values' });
  t.throws(() => expectClose([], [1]), { message: 'expectClose: expected shape [1], got [0]' });
});
