/** What a program has chosen for every wasm backend. `configure` and `setThreads` write it, the backends read it. */

export interface WasmSettings {
  /** Threads a task may be divided among, the calling one included; null: as many as the machine has cores, up to 8. */
  threads: number | null;
  /** Whether V8 was told to pair SIMD operations into wider ones. */
  revectorize: boolean;
  /** Where workers are loaded from; null: from a source text inside the library. */
  workerUrl: string | URL | null;
  /** Set when the first backend compiles its kernels: what has to be known before cannot be changed any more. */
  compiled: boolean;
}

export const wasmSettings: WasmSettings = {
  threads: null,
  revectorize: false,
  workerUrl: null,
  compiled: false,
};
