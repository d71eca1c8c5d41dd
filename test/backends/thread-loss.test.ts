/** Workers that cannot start, that end, and that end in the middle of a part: reported once, and the work is done without them. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import t, { type Test } from 'tap';
import { setThreads } from '../../src/backends/configure.js';
import { FIRST_ARGUMENT, KERNEL, TICKETS, upAt, viewControl } from '../../src/backends/wasm/thread-control.js';
import { startWorker } from '../../src/backends/wasm/thread-host.js';
import { threadActivity } from '../../src/backends/wasm/wasm-backend.js';
import { BackendError } from '../../src/errors.js';
import type { Backend } from '../../src/tensor/backend.js';
import { setWarningHandler } from '../../src/warnings.js';
import { dividingBackend, isRamp, ramp, threadsOn, until, workersUp } from './thread-helpers.js';

const LENGTH = 100000;
/** How long a test tries to make a worker come in between. */
const PATIENCE_MS = 30000;

/** Collects warnings while a test runs. */
function warningsIn(t: Test): string[] {
  const warnings: string[] = [];
  const before = setWarningHandler((message) => warnings.push(message));
  t.teardown(() => setWarningHandler(before));
  return warnings;
}

function computes(backend: Backend): boolean {
  const y = ramp(backend, LENGTH);
  const right = isRamp(backend.readSync(y));
  y.release();
  return right;
}

t.test('workers that cannot be started', async (t) => {
  const warnings = warningsIn(t);
  setThreads(4);
  const backend = dividingBackend({
    start: () => {
      throw new Error('no more processes');
    },
  });
  t.ok(computes(backend));
  t.ok(computes(backend));
  t.equal(warnings.length, 1, 'three of them are reported once');
  t.match(warnings[0], /^wasm: a worker thread is lost \(Error: no more processes\); the work goes on without it$/);
  t.equal(backend.info().threads, 1);
  t.match(backend.info().mode, /no more processes/);
});

t.test('a worker that ends between tasks', async (t) => {
  const warnings = warningsIn(t);
  const started: ReturnType<typeof startWorker>[] = [];
  const backend = dividingBackend({
    start: (job, lost) => {
      const handle = startWorker(job, lost);
      started.push(handle);
      return handle;
    },
  });
  await threadsOn(backend, 3);
  t.ok(computes(backend));
  started[0].terminate();
  await until(() => backend.info().threads === 2, 'the loss to be noticed');
  t.ok(computes(backend));
  t.equal(warnings.length, 1);
  t.match(warnings[0], /a worker thread is lost \(it ended with code 1\)/);
  t.equal(threadActivity(backend).up, 1);
});

t.test('a kernel module that a worker cannot load', async (t) => {
  const warnings = warningsIn(t);
  setThreads(2);
  const backend = dividingBackend({
    start: (job, lost) => startWorker({ ...job, names: ['there is no such kernel'], memory: {} as never }, lost),
  });
  t.ok(computes(backend));
  await until(() => warnings.length > 0, 'the warning');
  t.ok(computes(backend));
  t.equal(warnings.length, 1);
  t.equal(backend.info().threads, 1);
});

/**
 * A worker that takes one ticket and never reports it: what is seen of one that was ended in the middle of a part. With `kernel` it
 * waits for that one to be run with this argument, which tells a task that adds to what is there.
 */
const THIEF = `
  const { workerData: { control, at, kernel } } = require('node:worker_threads');
  const ints = new Int32Array(control, 0, at.ints);
  const floats = new Float64Array(control, 4 * at.ints);
  const wanted = () => !kernel || (ints[at.kernel] === kernel.number && floats[at.first + kernel.place] === kernel.value);
  Atomics.store(ints, at.up, 1);
  for (;;) {
    const word = Atomics.load(ints, at.tickets);
    if ((word & 0xff) > 1 && wanted() && Atomics.compareExchange(ints, at.tickets, word, word - 1) === word) break;
  }
  setInterval(() => {}, 1000);
`;

function thievish(kernel?: { name: string; place: number; value: number }): Backend {
  return dividingBackend({
    patience: 200,
    start: ({ control, thread, names }) => {
      const { length } = viewControl(control).ints;
      const at = { ints: length, up: upAt(thread), tickets: TICKETS, kernel: KERNEL, first: FIRST_ARGUMENT };
      const wanted = kernel && { number: names.indexOf(kernel.name), place: kernel.place, value: kernel.value };
      const worker = new Worker(THIEF, { eval: true, workerData: { control, at, kernel: wanted } });
      worker.unref();
      return { terminate: () => void worker.terminate() };
    },
  });
}

t.test('a worker that ends in the middle of a part: the caller computes it', async (t) => {
  const warnings = warningsIn(t);
  setThreads(2);
  const backend = thievish();
  await workersUp(backend, 1);
  // the thief may come too late for one
  let right = true;
  const until = performance.now() + PATIENCE_MS;
  while (right && warnings.length === 0 && performance.now() < until) right = computes(backend);
  t.ok(right, 'what was lost was computed');
  t.match(warnings, [/a worker thread is lost \(one ended in the middle of its work\)/]);
  t.equal(warnings.length, 1);
  t.equal(backend.info().threads, 1);
  t.ok(computes(backend), 'and everything that comes after it');
});

t.test('a kernel that adds to what is there cannot be run twice: its loss is an error', async (t) => {
  const warnings = warningsIn(t);
  setThreads(2);
  const backend = thievish({ name: 'winogradWeightProducts', place: 5, value: 1 });
  await workersUp(backend, 1);
  // many tiles of many channels: the weight gradient by Winograd adds stretch after stretch
  const [batch, channels, outs, side] = [64, 64, 64, 32];
  const x = backend.full(batch * channels * side * side, 1);
  const g = backend.full(batch * outs * side * side, 1);
  const dims = {
    ...{ batch, inChannels: channels, outChannels: outs, groups: 1, height: side, width: side },
    ...{ outHeight: side, outWidth: side, kernelHeight: 3, kernelWidth: 3, strideHeight: 1, strideWidth: 1 },
    ...{ padHeight: 1, padWidth: 1, dilationHeight: 1, dilationWidth: 1 },
  };
  const before = backend.info().storages;
  let error: unknown = null;
  const until = performance.now() + PATIENCE_MS;
  while (error === null && performance.now() < until) {
    try {
      backend.conv2dGradWeight(g, x, dims).release();
    } catch (caught) {
      error = caught;
    }
  }
  t.ok(error instanceof BackendError);
  t.match(String(error), /a worker thread ended in the middle of an operation in place, whose result is lost/);
  t.equal(warnings.length, 1);
  t.equal(backend.info().storages, before, 'nothing stays allocated');
  const dw = backend.conv2dGradWeight(g, x, dims);
  const exact = batch * side * side;
  t.ok(Math.abs(backend.readSync(dw)[4] - exact) < 1e-5 * exact, 'the next one is right');
});

const dist = new URL('../../dist/index.js', import.meta.url);

t.test('workers never keep a process alive', existsSync(dist) ? {} : { skip: 'dist/ is not built' }, async (t) => {
  const program = `
      import { backendInfo, noGrad, randn, setThreads, conv2d } from ${JSON.stringify(dist.href)};
      setThreads(3);
      const x = randn([4, 32, 64, 64]);
      const w = randn([32, 32, 3, 3]);
      for (let i = 0; i < 50; i++) conv2d(x, w, null, { padding: 1 }).dispose();
      await new Promise((resolve) => setTimeout(resolve, 200));
      conv2d(x, w, null, { padding: 1 }).dispose();
      console.log(backendInfo().threads);
    `;
  const args = ['--input-type=module', '-e', program];
  const { stdout, stderr, status, signal } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 60000 });
  t.equal(stderr, '');
  t.equal(stdout, '3\n');
  t.same([status, signal], [0, null]);
});
