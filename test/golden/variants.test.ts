/** The golden cases of everything that computes, on each variant of the wasm backend and with several threads. */
import t from 'tap';
import { setThreads } from '../../src/backends/configure.js';
import { threadsOn, variantCases } from '../backends/thread-helpers.js';
import { Run } from './backends.js';
import { goldenFile } from './directory.js';
import { runAutograd } from './run-autograd.js';
import { runCam } from './run-cam.js';
import { runOps } from './run-ops.js';
import { runOptim } from './run-optim.js';
import { runVgg } from './run-vgg.js';

const ops = await goldenFile('ops');
const autograd = await goldenFile('autograd');
const optim = await goldenFile('optim');
const vgg = await goldenFile('vgg');
const cam = await goldenFile('cam');

for (const { label, backend, threads } of variantCases()) {
  t.test(label, async (t) => {
    if (threads > 1) await threadsOn(backend, threads);
    else setThreads(1);
    const run = new Run(t, backend);
    runOps(run, ops);
    runAutograd(run, autograd);
    runOptim(run, optim);
    runVgg(run, vgg);
    await runCam(run, cam, vgg);
    t.equal(backend.info().threads, threads);
  });
}
