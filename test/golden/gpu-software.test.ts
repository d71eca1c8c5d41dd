/**
 * The golden cases on the GPU backend's kernels where there is no GPU: in GPU.js' CPU mode, which runs the same sources. The browser
 * tests run them on real shaders (`npm run test:browser`).
 */
import t from 'tap';
import { backendNamed } from '../../src/backends/active.js';
import { useBackend } from '../../src/index.js';
import { Run } from './backends.js';
import { goldenFile } from './directory.js';
import { runAutograd } from './run-autograd.js';
import { runOps } from './run-ops.js';
import { runOptim } from './run-optim.js';
import { runVgg } from './run-vgg.js';

t.test("on GPU.js' CPU mode", async (t) => {
  const info = await useBackend('gpu', { allowSoftware: true });
  t.match(info, { name: 'gpu', mode: 'cpu', kernelClass: 'CPUKernel' });
  const run = new Run(t, backendNamed('gpu'));
  runOps(run, await goldenFile('ops'));
  runAutograd(run, await goldenFile('autograd'));
  runOptim(run, await goldenFile('optim'));
  runVgg(run, await goldenFile('vgg'));
});
