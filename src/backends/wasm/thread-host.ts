/**
 * What the machine and the engine offer to threads: cores, workers (Node's, or a page's), flags of V8.
 *
 * Nothing is imported from `node:`, so that a browser can load this file; Node hands out its modules by name.
 */
import { workerSource } from './generated/worker.js';
import { wasmSettings } from './settings.js';
import type { WorkerJob } from './thread-worker.js';

/** Beyond this many threads the memory is busy, and a small operation is over before all have woken. */
const DEFAULT_THREADS = 8;
const REVECTORIZE_FLAG = 'experimental-wasm-revectorize';
/** The first V8 that knows the flag (Node 22). */
const REVECTORIZE_V8 = 12;

/** A worker that was started, or may still be. */
export interface WorkerHandle {
  /** Ends it wherever it is. */
  readonly terminate: () => void;
}

/** Node's process, null elsewhere (and in Electron's pages, which have a process but no threads of Node). */
function nodeProcess(): NodeJS.Process | null {
  const { process: node } = globalThis as { readonly process?: NodeJS.Process & { readonly type?: string } };
  return node?.versions?.node && node.type !== 'renderer' ? node : null;
}

let cores: number | null = null;

/** The threads taken where nothing was chosen: the cores this process may use, up to 8. */
export function defaultThreads(): number {
  cores ??=
    nodeProcess()?.getBuiltinModule?.('node:os').availableParallelism() ?? globalThis.navigator?.hardwareConcurrency;
  return Math.max(1, Math.min(DEFAULT_THREADS, cores ?? 1));
}

/** Why there is one thread where memory is not shared. */
export function whyNotShared(): string {
  const page = globalThis.crossOriginIsolated === false;
  return `one thread: ${page ? 'the page is not cross-origin isolated' : 'memory is not shared'}`;
}

/** Why no worker can be started here, or null. */
export function noWorkers(): string | null {
  const node = nodeProcess();
  if (node) return typeof node.getBuiltinModule === 'function' ? null : 'one thread: more need Node 20.16';
  return typeof Worker === 'function' ? null : 'one thread: this engine has no Worker';
}

/**
 * Starts a worker in the background; it never keeps the process alive. `lost` is called when it has ended, with what
 * went wrong or null.
 * @throws what the engine throws when it refuses
 */
export function startWorker(job: WorkerJob, lost: (reason: string | null) => void): WorkerHandle {
  const threads = nodeProcess()?.getBuiltinModule?.('node:worker_threads');
  if (!threads) return startPageWorker(job, lost);
  // nothing of the program's own options and environment: preloaded modules have no business in a worker
  const worker = new threads.Worker(workerSource, { eval: true, workerData: job, execArgv: [], env: {} });
  worker.unref();
  worker.on('error', (error: unknown) => lost(String(error)));
  worker.on('exit', (code) => lost(code === 0 ? null : `it ended with code ${code}`));
  return { terminate: () => void worker.terminate() };
}

let sourceUrl: string | null = null;

function startPageWorker(job: WorkerJob, lost: (reason: string | null) => void): WorkerHandle {
  const url =
    wasmSettings.workerUrl ??
    (sourceUrl ??= URL.createObjectURL(new Blob([workerSource], { type: 'text/javascript' })));
  const worker = new Worker(url, { name: `backlight ${job.thread}` });
  worker.addEventListener('error', (event) => {
    event.preventDefault();
    lost(event.message || `${url} could not be loaded`);
  });
  worker.postMessage(job);
  return { terminate: () => worker.terminate() };
}

/** Whether workers come from a text, which a page's content security policy may forbid. */
export function startsFromText(): boolean {
  return nodeProcess() === null && wasmSettings.workerUrl === null;
}

/** Whether this thread may sleep; a page's main thread may not. */
export function maySleep(): boolean {
  try {
    // the word is not 1, so nothing is waited for
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1, 0);
    return true;
  } catch {
    return false;
  }
}

/** Sets V8's flag for modules that are compiled from now on. @returns what is in the way, or null */
export function allowRevectorizing(value: boolean): string | null {
  const node = nodeProcess();
  if (node === null) return 'an engine that is not Node';
  const v8 = node.getBuiltinModule?.('node:v8');
  if (!v8 || Number.parseInt(node.versions.v8, 10) < REVECTORIZE_V8) return `Node ${node.versions.node}`;
  if (node.arch !== 'x64') return `a machine of architecture ${node.arch}`;
  v8.setFlagsFromString(`--${value ? '' : 'no-'}${REVECTORIZE_FLAG}`);
  return null;
}
