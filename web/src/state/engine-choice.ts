/** Which engine computes: chosen by the user, and what the worker says of it. */
import { signal, type Signal } from '@preact/signals';
import { engine } from '../client/engine.js';
import type { EngineChoice, EngineInfo } from '../engine/protocol.js';

export interface EngineOption {
  readonly value: string;
  readonly label: string;
  readonly choice: EngineChoice;
}

const allThreads: EngineChoice = { kind: 'wasm', threads: null };

export const engineChoice: Signal<EngineChoice> = signal(allThreads);
export const engineInfo: Signal<EngineInfo | null> = signal(null);

/** The engines that this machine may have; whether it really has a GPU shows when it is started. */
export function engineOptions(): EngineOption[] {
  const cores = Math.min(8, navigator.hardwareConcurrency || 1);
  const many = globalThis.crossOriginIsolated && cores > 1;
  return [
    { value: 'wasm', label: many ? `wasm, ${cores} threads` : 'wasm, 1 thread', choice: allThreads },
    ...(many ? [{ value: 'wasm-1', label: 'wasm, 1 thread', choice: { kind: 'wasm', threads: 1 } } as const] : []),
    { value: 'webgl2', label: 'GPU, WebGL 2', choice: { kind: 'gpu', mode: 'webgl2' } },
    ...('gpu' in navigator
      ? [{ value: 'webgpu', label: 'GPU, WebGPU', choice: { kind: 'gpu', mode: 'webgpu' } } as const]
      : []),
  ];
}

/** `wasm, 2 threads` */
export function engineTitle({ name, mode, threads }: EngineInfo): string {
  return name === 'wasm' ? `wasm, ${threads} ${threads === 1 ? 'thread' : 'threads'}` : `${name}, ${mode}`;
}

export async function askEngine(): Promise<void> {
  engineInfo.value = await engine.call('info', { engine: engineChoice.value }, { lane: 'info' }).catch(() => null);
}
