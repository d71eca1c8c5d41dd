/**
 * The golden cases on the GPU backend in Node, by WebGPU. It needs the package `webgpu` (`npm ci --prefix test/webgpu`) and a Vulkan
 * driver; where one of them is missing the test says so and is skipped.
 */
import t, { type Test } from 'tap';
import { backendNamed } from '../../src/backends/active.js';
import { useBackend } from '../../src/index.js';
import { Run } from './backends.js';
import { goldenFile } from './directory.js';
import { runAutograd } from './run-autograd.js';
import { runCam } from './run-cam.js';
import { runOps } from './run-ops.js';
import { runOptim } from './run-optim.js';
import { runVgg } from './run-vgg.js';

/** What the package offers: WebGPU's constants, and a `navigator.gpu`. */
interface WebGpuForNode {
  readonly globals: object;
  create(options: readonly string[]): { requestAdapter(): Promise<unknown> };
}

async function webGpuForNode(): Promise<WebGpuForNode | null> {
  try {
    // by its path: elsewhere an empty package has the name, in place of an optional dependency of GPU.js
    const { href } = new URL('../webgpu/node_modules/webgpu/index.js', import.meta.url);
    return (await import(href)) as WebGpuForNode;
  } catch {
    return null;
  }
}

/** Injects a `navigator.gpu`. @returns why there is none */
async function inject(): Promise<string | null> {
  const found = await webGpuForNode();
  if (!found) return 'the package webgpu is not installed: npm ci --prefix test/webgpu';
  Object.assign(globalThis, found.globals);
  const gpu = found.create([]);
  if ((await gpu.requestAdapter()) === null) return 'no WebGPU adapter: a Vulkan driver is needed';
  Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true });
  return null;
}

const reason = await inject();
t.test('WebGPU in Node', { skip: reason ?? false }, async (t) => {
  const info = await useBackend('gpu', { mode: 'webgpu' });
  t.match(info, { name: 'gpu', mode: 'webgpu', kernelClass: 'WebGPUKernel' });
  const device = backendNamed('gpu');
  const names = ['ops', 'autograd', 'optim', 'vgg', 'cam'] as const;
  const [ops, autograd, optim, vgg, cam] = await Promise.all(names.map(goldenFile));
  const golden = (name: string, body: (run: Run) => void | Promise<void>): Promise<unknown> =>
    t.test(name, async (t: Test) => {
      const run = new Run(t, device, false);
      await body(run);
      await run.settle();
    });
  await golden('ops', (run) => runOps(run, ops));
  await golden('autograd', (run) => runAutograd(run, autograd));
  await golden('optim', (run) => runOptim(run, optim));
  await golden('vgg', (run) => runVgg(run, vgg));
  await golden('cam', (run) => runCam(run, cam, vgg));
});
// Dawn's threads would keep the process
t.teardown(() => setTimeout(() => process.exit(), 500).unref());
