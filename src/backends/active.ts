/**
 * Which backend new tensors are made on: wasm, unless something else was chosen. It is started on first use.
 */
import { ArgumentError, BackendError } from '../errors.js';
import type { Backend, BackendInfo } from '../tensor/backend.js';
import type { GpuOptions } from './gpu/start.js';
import { createReferenceBackend } from './reference/reference-backend.js';
import { createWasmBackend } from './wasm/wasm-backend.js';

const makers = {
  wasm: () => createWasmBackend(),
  reference: () => createReferenceBackend('float32'),
  reference64: () => createReferenceBackend('float64'),
} satisfies Record<string, () => Backend>;

type AtOnce = keyof typeof makers;

/**
 * wasm: SIMD kernels, float32. reference: plain loops, float32. reference64: the same in float64, for checking. gpu: GPU.js kernels on
 * WebGL 2 or WebGPU, float32; it has to be started by `await useBackend('gpu')`.
 */
export type BackendName = AtOnce | 'gpu';

/** Those that are there at once; `gpu` has to be started. */
export const backendNames = Object.keys(makers) as readonly AtOnce[];

const started = new Map<BackendName, Backend>();
let active: Backend | null = null;

/** The backend of that name, started on first use: one instance each. @throws BackendError for `gpu`, if it was not started */
export function backendNamed(name: BackendName): Backend {
  const known = started.get(name);
  if (known) return known;
  if (name === 'gpu') {
    throw new BackendError("backend: expected gpu to be started, which takes a while: await useBackend('gpu') first");
  }
  if (!(name in makers)) {
    throw new ArgumentError(`backend: expected one of ${backendNames.join(', ')}, gpu, got ${JSON.stringify(name)}`);
  }
  const backend = makers[name]();
  started.set(name, backend);
  return backend;
}

export function activeBackend(): Backend {
  return (active ??= backendNamed('wasm'));
}

/** Makes a backend the one that new tensors are made on. Tensors and models that exist stay where they are. */
export function setBackend(backend: BackendName | Backend): Backend {
  return (active = typeof backend === 'string' ? backendNamed(backend) : backend);
}

/**
 * Like `setBackend`, and the way to start the gpu backend: `await useBackend('gpu')`. It is started once; another mode than the one that
 * runs, or a context that was lost, starts it anew.
 * @param options for `gpu`: its mode, and whether it may run where GPU.js has no GPU
 * @throws BackendError where `gpu` cannot run, with what to install or to use instead
 */
export async function useBackend(backend: BackendName | Backend, options: GpuOptions = {}): Promise<BackendInfo> {
  if (backend === 'gpu') {
    const { startGpuBackend } = await import('./gpu/start.js');
    started.set('gpu', await startGpuBackend(options));
  }
  return setBackend(backend).info();
}

/** Runs `body` with another backend active, and restores what was before. */
export function withBackend<T>(backend: BackendName | Backend, body: () => T): T {
  const before = active;
  setBackend(backend);
  try {
    const result = body();
    if (result instanceof Promise) {
      throw new BackendError(
        'withBackend: expected a synchronous function, got one that returns a Promise (its part after the first await would ' +
          'run on the backend outside); use setBackend() around it',
      );
    }
    return result;
  } finally {
    active = before;
  }
}

/** Name, mode, threads and memory of the active backend: what really runs. */
export function backendInfo(): BackendInfo {
  return activeBackend().info();
}
