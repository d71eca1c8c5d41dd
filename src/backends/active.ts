/**
 * Which backend new tensors are made on: wasm, unless something else was chosen. It is started on first use.
 */
import { ArgumentError, BackendError } from '../errors.js';
import type { Backend, BackendInfo } from '../tensor/backend.js';
import { createReferenceBackend } from './reference/reference-backend.js';
import { createWasmBackend } from './wasm/wasm-backend.js';

const makers = {
  wasm: () => createWasmBackend(),
  reference: () => createReferenceBackend('float32'),
  reference64: () => createReferenceBackend('float64'),
} satisfies Record<string, () => Backend>;

/** wasm: SIMD kernels, float32. reference: plain loops, float32. reference64: the same in float64, for checking. */
export type BackendName = keyof typeof makers;

export const backendNames = Object.keys(makers) as readonly BackendName[];

const started = new Map<BackendName, Backend>();
let active: Backend | null = null;

/** The backend of that name, started on first use: one instance each. */
export function backendNamed(name: BackendName): Backend {
  if (!(name in makers)) {
    throw new ArgumentError(`backend: expected one of ${backendNames.join(', ')}, got ${JSON.stringify(name)}`);
  }
  let backend = started.get(name);
  if (!backend) started.set(name, (backend = makers[name]()));
  return backend;
}

export function activeBackend(): Backend {
  return (active ??= backendNamed('wasm'));
}

/** Makes a backend the one that new tensors are made on. Tensors and models that exist stay where they are. */
export function setBackend(backend: BackendName | Backend): Backend {
  return (active = typeof backend === 'string' ? backendNamed(backend) : backend);
}

/** Like `setBackend`, for backends that start asynchronously too. */
export async function useBackend(backend: BackendName | Backend): Promise<BackendInfo> {
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
