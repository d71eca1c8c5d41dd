/** What the tests of threads share: backends that divide everything, and waiting for their workers. */
import { setTimeout as sleep } from 'node:timers/promises';
import { setThreads } from '../../src/backends/configure.js';
import type { ThreadingOptions } from '../../src/backends/wasm/machine.js';
import { detectFeatures, type WasmVariant } from '../../src/backends/wasm/variants.js';
import { createWasmBackend, threadActivity, type WasmBackendOptions } from '../../src/backends/wasm/wasm-backend.js';
import type { Backend } from '../../src/tensor/backend.js';
import type { Storage } from '../../src/tensor/storage.js';

const variants: readonly WasmVariant[] = ['simd', 'simd-shared', 'relaxed', 'relaxed-shared'];
const { relaxedSimd } = detectFeatures();

/** The builds of the kernels that this engine runs: the relaxed ones need Node 22. */
export const runnableVariants = variants.filter((variant) => relaxedSimd || !variant.startsWith('relaxed'));

/** A wasm backend of one variant, with a number of threads that divide everything if there are several. */
export interface VariantCase {
  readonly label: string;
  readonly backend: Backend;
  readonly threads: number;
}

/** Each variant with one thread, and with three where memory is shared. */
export function variantCases(): VariantCase[] {
  return runnableVariants.flatMap((variant) =>
    (variant.endsWith('shared') ? [1, 3] : [1]).map((threads) => ({
      label: `${variant}, ${threads} thread${threads === 1 ? '' : 's'}`,
      backend: threads === 1 ? createWasmBackend({ variant }) : dividingBackend({}, { variant }),
      threads,
    })),
  );
}

/** A backend that divides even the smallest task, and starts its workers at the first one. */
export function dividingBackend(threading: ThreadingOptions = {}, options: WasmBackendOptions = {}): Backend {
  return createWasmBackend({ ...options, threading: { forkWork: 0, startWork: 0, ...threading } });
}

/** Sets the number of threads and waits until all of a backend's are there. */
export async function threadsOn(backend: Backend, threads: number): Promise<void> {
  setThreads(threads);
  await workersUp(backend, threads - 1);
}

/** Gives a backend something to do, and waits until so many of its workers are there. */
export async function workersUp(backend: Backend, workers: number): Promise<void> {
  ramp(backend, 1024).release();
  await until(() => threadActivity(backend).up >= workers, `${workers} workers`);
}

/** Waits for something that happens in the background, for at most a minute. */
export async function until(happened: () => boolean, what: string): Promise<void> {
  for (let i = 0; i < 6000; i++) {
    if (happened()) return;
    await sleep(10);
  }
  throw new Error(`waited in vain for ${what}`);
}

/** 0, -1, -2, ... computed from 0, 1, 2, ... */
export function ramp(backend: Backend, length: number): Storage {
  const x = backend.create(length, (host) => host.forEach((_, i) => (host[i] = i)));
  const y = backend.unary('neg', x);
  x.release();
  return y;
}

/** Whether the numbers are those of `ramp`. */
export function isRamp(values: ArrayLike<number>): boolean {
  return Array.from(values).every((value, i) => value === -i);
}
