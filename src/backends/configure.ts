/**
 * Choices that hold for the whole program: how many threads, how convolutions are computed, what the engine is told.
 *
 * How convolutions are computed concerns the backends wasm and gpu, the rest wasm alone.
 */
import { ArgumentError, BackendError } from '../errors.js';
import { convolutionChoice, type ConvolutionChoice } from './convolution-choice.js';
import { wasmSettings } from './wasm/settings.js';
import { MAX_THREADS } from './wasm/thread-control.js';
import { allowRevectorizing } from './wasm/thread-host.js';

export interface ConfigureOptions {
  /**
   * `direct`: 3x3 convolutions are never computed by Winograd's algorithm, which rounds a little more (about 1e-5 of the
   * output's size). Default: `auto`, Winograd where it is faster.
   */
  readonly convolution?: ConvolutionChoice;
  /**
   * Tells V8 to pair neighbouring SIMD operations into 256-bit ones, which it calls experimental. Only in Node 22 or newer on x64,
   * only before the first tensor is made; it then holds for the whole program. Default: false.
   */
  readonly revectorize?: boolean;
  /**
   * Where a page loads its worker threads from, if its content security policy forbids workers from a blob: the URL of
   * the package's `worker.js`, served from the page's own origin, with `Cross-Origin-Embedder-Policy: require-corp` as the isolated
   * page itself. Default: null, a source text inside the library.
   */
  readonly workerUrl?: string | URL | null;
}

const choices: readonly ConvolutionChoice[] = ['auto', 'direct'];
const names: readonly (keyof ConfigureOptions)[] = ['convolution', 'revectorize', 'workerUrl'];

/**
 * Sets what is given and leaves the rest as it is.
 * @throws ArgumentError for an unknown option or value, BackendError where the engine cannot do it (any more)
 */
export function configure(options: ConfigureOptions): void {
  const { convolution, revectorize, workerUrl } = options;
  for (const name of Object.keys(options)) {
    if (names.some((known) => known === name)) continue;
    throw new ArgumentError(`configure: expected options of ${names.join(', ')}, got ${name}`);
  }
  if (convolution !== undefined && !choices.includes(convolution)) {
    throw new ArgumentError(`configure: expected convolution to be auto or direct, got ${JSON.stringify(convolution)}`);
  }
  if (revectorize !== undefined && typeof revectorize !== 'boolean') {
    throw new ArgumentError(`configure: expected revectorize to be true or false, got ${JSON.stringify(revectorize)}`);
  }
  if (workerUrl !== undefined && workerUrl !== null && typeof workerUrl !== 'string' && !(workerUrl instanceof URL)) {
    throw new ArgumentError(`configure: expected workerUrl to be a URL, got ${JSON.stringify(workerUrl)}`);
  }
  if (revectorize !== undefined) setRevectorize(revectorize);
  if (convolution !== undefined) convolutionChoice.value = convolution;
  if (workerUrl !== undefined) wasmSettings.workerUrl = workerUrl;
}

function setRevectorize(value: boolean): void {
  if (value === wasmSettings.revectorize) return;
  if (wasmSettings.compiled) {
    throw new BackendError(
      `configure: expected revectorize: ${value} before the first tensor is made, got it after the kernels were ` +
        'compiled; call configure() at the start of the program',
    );
  }
  const refusal = allowRevectorizing(value);
  if (refusal !== null) {
    throw new BackendError(`configure: expected Node 22 or newer on x64 for revectorize, got ${refusal}`);
  }
  wasmSettings.revectorize = value;
}

/**
 * How many threads large operations are divided among, the calling one included; the results are the same to the bit
 * for any number. Threads start with the first operation that is large enough for them. Where memory cannot be shared (in a page
 * that is not cross-origin isolated) there is one, whatever is set here: `backendInfo()` tells.
 * @param threads a whole number from 1 to 64; default before the first call: the machine's cores, up to 8
 * @throws ArgumentError for anything else
 */
export function setThreads(threads: number): void {
  if (!Number.isInteger(threads) || threads < 1 || threads > MAX_THREADS) {
    throw new ArgumentError(`setThreads: expected a whole number from 1 to ${MAX_THREADS}, got ${String(threads)}`);
  }
  wasmSettings.threads = threads;
}
