/**
 * Which backends the tests run on: every one that starts at once, and of those that are compared with the reference backend wasm.
 *
 * In a page test/browser/under-test.ts takes the place of this file, so that the same tests run on the GPU.
 */
import { backendNamed, backendNames, type BackendName } from '../../src/backends/active.js';
import { createWasmBackend } from '../../src/backends/wasm/wasm-backend.js';
import type { Backend, BackendInfo } from '../../src/tensor/backend.js';

/** The name of what is compared with the reference backend. */
export const candidateName: BackendName = 'wasm';

/** What is compared with the reference backend, and what tensors are made on where a test does not say otherwise. */
export function candidate(): Backend {
  return backendNamed(candidateName);
}

/** The same for tests of single kernels: it has no tensors yet, where there can be several. */
export function freshCandidate(): Backend {
  return createWasmBackend();
}

/** What the tests of edge cases run on. */
export function everyBackend(): readonly Backend[] {
  return backendNames.map(backendNamed);
}

/** The smallest number that the candidate tells from 0. GPUs take subnormal ones, below 2^-126, for 0. */
export const smallest = 2 ** -149;

/** The largest angle at which the candidate's sine keeps its digits. */
export const farthestAngle = Infinity;

/** Whether indices that an op has computed are checked: looking at them would wait for a GPU, and there a wrong one picks 0. */
export const checksIndices = true as boolean;

/** Where a step costs microseconds: for tests of the engine with hundreds of thousands of them. */
export function quick(): Backend {
  return candidate();
}

/** What the candidate's `info` says when no storage is alive. */
export const nothingAlive: Partial<BackendInfo> = { storages: 0, bytes: 0 };

/** Whether the candidate's values can be read without waiting. */
export const readsAtOnce = true as boolean;

/**
 * How much further than a test's own bound a value may be from `wanted`, in an array whose largest value is `largest`: for backends that
 * round more than once.
 */
export function slack(_wanted: number, _largest: number): number {
  return 0;
}
