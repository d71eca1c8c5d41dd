/**
 * Which build of the kernels this engine can run.
 *
 * Each feature is tested by asking the engine to validate a tiny module that uses it. Memory is shared wherever it can
 * be (in a browser: on a cross-origin isolated page), so that threads can join later.
 */
import { ArgumentError, BackendError } from '../../errors.js';
import { kernels as relaxed } from './generated/relaxed.js';
import { kernels as relaxedShared } from './generated/relaxed-shared.js';
import { kernels as simd } from './generated/simd.js';
import { kernels as simdShared } from './generated/simd-shared.js';
import { wasmSettings } from './settings.js';

/** The builds of the kernels: plain or relaxed SIMD (fused multiply-add), on unshared or shared memory. */
export type WasmVariant = 'simd' | 'simd-shared' | 'relaxed' | 'relaxed-shared';

const binaries: Record<WasmVariant, string> = {
  simd,
  'simd-shared': simdShared,
  relaxed,
  'relaxed-shared': relaxedShared,
};

/** What an engine offers. */
export interface WasmFeatures {
  readonly simd: boolean;
  readonly relaxedSimd: boolean;
  readonly sharedMemory: boolean;
}

const magic = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];

/**
 * Whether the engine accepts a module of one function () -> v128 with the given body (after the locals, before `end`).
 */
function acceptsVector(body: readonly number[]): boolean {
  const type = [1, 5, 1, 0x60, 0, 1, 0x7b];
  const functions = [3, 2, 1, 0];
  const code = [10, body.length + 4, 1, body.length + 2, 0, ...body, 0x0b];
  return WebAssembly.validate(new Uint8Array([...magic, ...type, ...functions, ...code]));
}

const splatZero = [0x41, 0, 0xfd, 0x0f];
/** i8x16.splat(0) */
const usesSimd = splatZero;
/** f32x4.relaxed_madd of three zero vectors */
const usesRelaxedSimd = [...splatZero, ...splatZero, ...splatZero, 0xfd, 0x85, 0x02];
/** A module that declares a shared memory of 1 to 1 pages. */
const usesSharedMemory = [...magic, 5, 4, 1, 3, 1, 1];

/** Tests what this engine offers. */
export function detectFeatures(): WasmFeatures {
  if (typeof WebAssembly === 'undefined') return { simd: false, relaxedSimd: false, sharedMemory: false };
  const isolated = typeof crossOriginIsolated === 'undefined' || crossOriginIsolated;
  return {
    simd: acceptsVector(usesSimd),
    relaxedSimd: acceptsVector(usesRelaxedSimd),
    sharedMemory:
      isolated && typeof SharedArrayBuffer !== 'undefined' && WebAssembly.validate(new Uint8Array(usesSharedMemory)),
  };
}

/**
 * The best variant for an engine: relaxed SIMD before plain, shared memory before unshared.
 * @throws BackendError where there is no SIMD at all
 */
export function chooseVariant(features: WasmFeatures): WasmVariant {
  if (!features.simd) {
    throw new BackendError(
      'wasm: expected an engine with WebAssembly SIMD (Node 16.4, Chrome 91, Firefox 89, Safari 16.4 or newer), ' +
        "got one without; useBackend('reference') runs anywhere, slowly",
    );
  }
  if (features.relaxedSimd) return features.sharedMemory ? 'relaxed-shared' : 'relaxed';
  return features.sharedMemory ? 'simd-shared' : 'simd';
}

/**
 * The variant asked for, or the best one.
 * @throws ArgumentError for an unknown name, BackendError for a variant that this engine cannot run
 */
export function resolveVariant(asked: WasmVariant | undefined, features: WasmFeatures): WasmVariant {
  if (asked === undefined) return chooseVariant(features);
  if (!(asked in binaries)) {
    throw new ArgumentError(`wasm: expected a variant of ${Object.keys(binaries).join(', ')}, got ${String(asked)}`);
  }
  const runs =
    features.simd &&
    (features.relaxedSimd || !asked.startsWith('relaxed')) &&
    (features.sharedMemory || !isShared(asked));
  if (!runs) {
    throw new BackendError(
      `wasm: this engine cannot run the variant ${asked}; without the option the best one that runs is taken`,
    );
  }
  return asked;
}

export function isShared(variant: WasmVariant): boolean {
  return variant.endsWith('shared');
}

/** `relaxed simd, shared memory`: the way a variant is shown to people. */
export function describeVariant(variant: WasmVariant): string {
  const level = variant.startsWith('relaxed') ? 'relaxed simd' : 'simd';
  return isShared(variant) ? `${level}, shared memory` : level;
}

/** The same with what else there is to know: V8's flag, and why there is one thread only or fewer than there should be. */
export function describeMode(variant: WasmVariant, trouble: string | null): string {
  const vectors = wasmSettings.revectorize ? ', revectorized' : '';
  return `${describeVariant(variant)}${vectors}${trouble === null ? '' : ` (${trouble})`}`;
}

/** The bytes of a variant's module. */
export function variantBinary(variant: WasmVariant): Uint8Array<ArrayBuffer> {
  const characters = atob(binaries[variant]);
  const bytes = new Uint8Array(characters.length);
  // a plain loop: it runs once, and `Uint8Array.from` would take three times as long for it
  for (let i = 0; i < bytes.length; i++) bytes[i] = characters.charCodeAt(i);
  return bytes;
}
