/**
 * What runs in a worker thread: the kernels on the shared memory, as many parts as it can get.
 *
 * scripts/build-worker.js makes one text of this file and thread-control.ts: there are no modules to load where it runs. It
 * is told its part once, as `workerData` in Node and by a message in a browser.
 */
import { serve, viewControl, type Kernel } from './thread-control.js';

export interface WorkerJob {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly control: SharedArrayBuffer;
  /** The number of this thread; 0 is the caller. */
  readonly thread: number;
  /** The kernels by their numbers. */
  readonly names: readonly string[];
}

function run({ module, memory, control, thread, names }: WorkerJob): void {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  serve(
    viewControl(control),
    thread,
    names.map((name) => exports[name] as Kernel),
  );
}

const job: unknown = globalThis.process?.getBuiltinModule?.('node:worker_threads')?.workerData;
if (job) {
  run(job as WorkerJob);
} else {
  globalThis.addEventListener(
    'message',
    (event: MessageEvent<WorkerJob>) => {
      run(event.data);
      globalThis.close();
    },
    { once: true },
  );
}
