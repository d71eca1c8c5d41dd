/** The backend that a page's tests run on, started before any test file is loaded. */
import { backendNamed, setBackend, useBackend, type BackendName } from '../../src/backends/active.js';
import { configure } from '../../src/backends/configure.js';
import { createWasmBackend } from '../../src/backends/wasm/wasm-backend.js';
import type { Backend, BackendInfo } from '../../src/tensor/backend.js';
import type { Tolerance } from '../../src/testing/browser.js';
import { shadowed } from './shadow-backend.js';

/** What a page is told in its address. */
export interface Wanted {
  readonly backend: BackendName;
  readonly mode: 'webgl2' | 'webgpu';
  /** How far the GPU's values may be from what is expected, where a test is stricter or compares nothing itself. */
  readonly tolerance: Tolerance;
}

export interface Started {
  readonly name: BackendName;
  readonly mode: Wanted['mode'];
  /** The backend itself. */
  readonly device: Backend;
  /** What tests compute on: the backend, or its pair with the wasm backend where it cannot be read at once. */
  readonly active: Backend;
  /** Whether `dataSync` works. */
  readonly readsAtOnce: boolean;
  readonly info: BackendInfo;
  readonly tolerance: Tolerance;
}

/** Where terms of about 1 cancel, what is left is known to some 1e-7; so much, and a little more, is allowed as in test/property. */
const RESIDUE = 2e-6;

let current: Started | null = null;

export function started(): Started {
  if (!current) throw new Error('expected a backend that was started, got none');
  return current;
}

/**
 * What the GPU is compared with: quick, and without Winograd's algorithm, whose rounding is enough to give another pixel of a pooling window
 * the gradient.
 */
function plainBackend(): Backend {
  configure({ convolution: 'direct' });
  return createWasmBackend();
}

/** Starts the backend that the page is for, and makes it the active one. */
export async function start({ backend: name, mode, tolerance }: Wanted): Promise<Started> {
  const info = await (name === 'gpu' ? useBackend('gpu', { mode }) : useBackend(name));
  const device = backendNamed(name);
  const readsAtOnce = info.mode !== 'webgpu';
  const active = readsAtOnce ? device : shadowed(device, plainBackend(), { ...tolerance, absolute: RESIDUE });
  setBackend(active);
  current = { name, mode, device, active, readsAtOnce, info, tolerance };
  return current;
}
