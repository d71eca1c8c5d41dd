import t from 'tap';

interface Lane {
  contender: { name: string; single?: boolean };
  work: string;
  variant?: string;
  command: string;
}
interface Work {
  id: string;
}
interface Row {
  contender: string;
  threads: number;
  variant?: string;
  median_ms: number | null;
  ours_median_ms: number | null;
  spread: number[] | null;
  ratio: number | null;
  [field: string]: unknown;
}
interface Choice {
  names: string[] | null;
  python: string | null;
  node24: string | null;
}
interface Measured {
  lane: Lane;
  times: number[];
  info: object;
}
type Outputs = Record<string, Float32Array>;
interface Library {
  workNamed(id: string): Work;
  lanesOf(
    work: Work,
    threads: number,
    allThreads: number[],
    choice: Choice,
  ): { ours: Lane[]; theirs: Lane[]; absent: { name: string; reason: string }[] };
  rowsOf(
    work: Work,
    threads: number,
    results: { measured: Measured[]; absent: { name: string; reason: string }[]; sizes: object; quick: boolean },
  ): Row[];
  tableOf(rows: Row[]): string[];
  requireAgreement(
    work: string,
    ours: { name: string; outputs: Outputs },
    theirs: { name: string; outputs: Outputs },
  ): number;
  memoryLimit(network: object): number;
  vgg16: object;
}
const inBench = (path: string) => new URL(`../../bench/lib/${path}`, import.meta.url).href;
const modules = ['works.js', 'lanes.js', 'rows.js', 'table.js', 'agreement.js', 'networks.js'];
const parts = (await Promise.all(modules.map((path) => import(inBench(path))))) as Partial<Library>[];
const { workNamed, lanesOf, rowsOf, tableOf, requireAgreement, memoryLimit, vgg16 } = Object.assign(
  {},
  ...parts,
) as Library;

const everyone: Choice = { names: null, python: null, node24: null };
const sizes = { rows: 16_000, columns: 1_000, batch: 128 };

/** A work's rows as if its lanes had taken these times. */
function rowsFor(id: string, threads: number, times: Record<string, number[]>, choice = everyone) {
  const work = workNamed(id);
  const { ours, theirs, absent } = lanesOf(work, threads, [threads], choice);
  const measured = [...ours, ...theirs].map((lane, i) => ({
    lane,
    times: times[i === 0 ? 'ours' : (lane.variant ?? lane.contender.name)] ?? [10, 10, 10],
    info: {},
  }));
  return rowsOf(work, threads, { measured, absent, sizes, quick: false });
}

t.test('a row is the median of the ratios within rounds', async (t) => {
  const rows = rowsFor('vgg16-features-forward', 1, { ours: [100, 200, 100], 'onnxruntime-node': [120, 260, 140] });
  const row = rows.find(({ contender }) => contender === 'onnxruntime-node');
  t.match(row, { id: 'vgg16-features-forward', threads: 1, median_ms: 140, ours_median_ms: 100, goal: 1.25 });
  t.equal(row?.ratio, 1.3);
  t.strictSame(row?.spread, [1.25, 1.35]);
});

t.test('a contender that ran once is compared with our median', async (t) => {
  const rows = rowsFor('vgg16-features-forward', 1, { ours: [9, 10, 12], '@tensorflow/tfjs-backend-cpu': [4000] });
  const row = rows.find(({ contender }) => contender === '@tensorflow/tfjs-backend-cpu');
  t.match(row, { ratio: 400, rounds: 1 });
});

t.test('rates of bytes are compared where different numbers of bytes are moved', async (t) => {
  // x + y moves three numbers in the time in which the copy moves two
  const rows = rowsFor('elementwise-16m', 2, { ours: [30, 30, 30], 'Float32Array.set': [15, 15, 15] });
  const row = rows.find(({ contender }) => contender === 'Float32Array.set');
  t.equal(row?.ratio, 0.75);
  t.equal(row?.ours_gb_per_s, 6.4);
  t.ok(Math.abs(Number(row?.gb_per_s) - 128 / 15) < 1e-9);
});

t.test('who cannot, says why', async (t) => {
  const rows = rowsFor('train-step-cifar-vgg', 2, {});
  const reasons = Object.fromEntries(rows.map(({ contender, reason }) => [contender, reason]));
  t.match(reasons, {
    '@tensorflow/tfjs-backend-wasm': 'has no weight gradient of conv2d',
    'onnxruntime-node': /no gradients/,
    pytorch: 'give --python PATH',
  });
  t.match(
    rows.find(({ contender }) => contender === 'pytorch'),
    { median_ms: null, ours_median_ms: null, spread: null, ratio: null },
  );
  t.match(tableOf(rows).join('\n'), /tfjs-backend-wasm .* has no weight gradient of conv2d/);
});

t.test('who has one thread runs with the fewest', async (t) => {
  const names = (threads: number) =>
    lanesOf(workNamed('vgg16-features-forward'), threads, [1, 2], everyone).theirs.map(
      ({ contender }) => contender.name,
    );
  t.ok(names(1).includes('@tensorflow/tfjs-backend-wasm'));
  t.notOk(names(2).includes('@tensorflow/tfjs-backend-wasm'));
  t.ok(names(2).includes('onnxruntime-node'));
});

t.test('ours on another Node is compared with native ONNX Runtime', async (t) => {
  const times = { ours: [100, 100, 100], relaxed: [80, 80, 80], 'onnxruntime-node': [120, 120, 120] };
  const rows = rowsFor('vgg16-features-forward', 1, times, { ...everyone, node24: '/some/node' });
  const relaxed = rows.filter(({ variant }) => variant === 'relaxed');
  t.match(relaxed, [{ contender: 'onnxruntime-node', ratio: 1.5, goal: 1.5 }]);
  t.equal(relaxed.length, 1);
});

t.test('contenders must agree before they are timed', async (t) => {
  const side = (name: string, ...values: number[]) => ({ name, outputs: { output: Float32Array.from(values) } });
  t.ok(requireAgreement('work', side('a', 1, 2, 1000), side('b', 1, 2.5, 1000)) < 1e-3);
  const disagree = { message: /^work: a and b disagree on output: they differ by .* nothing was timed$/ };
  t.throws(() => requireAgreement('work', side('a', 1, 2, 990), side('b', 1, 2, 1000)), disagree);
  t.throws(() => requireAgreement('work', side('a', 1, NaN), side('b', 1, 2)), disagree);
  t.throws(() => requireAgreement('work', side('a', 1), side('b', 1, 2)), disagree);
  t.throws(() => requireAgreement('work', side('a', 0), side('b', 0)), { message: /output is zero everywhere/ });
  t.throws(() => requireAgreement('work', { name: 'a', outputs: {} }, side('b', 1)), {
    message: /b gave no output that can be compared/,
  });
});

t.test('what Grad-CAM of VGG16 may take', async (t) => {
  const weights = 138_357_544;
  const kernels = 14_710_464;
  const convolutions = 13_547_520;
  const pools = 1_530_368;
  const linear = 4096 + 4096 + 1000;
  const expected = 4 * (weights + 4 * kernels + 1.5 * (convolutions + pools + linear)) + 64e6;
  t.equal(memoryLimit(vgg16), expected);
});
