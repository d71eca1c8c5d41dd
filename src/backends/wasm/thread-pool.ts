/**
 * The workers of one machine and the calling thread's side of the work: publish a task, take part, wait for the rest.
 *
 * Fork-join is synchronous, and the caller never depends on a worker to begin: it takes tickets itself until none is left,
 * and waits only for those that others have taken. Should a worker be ended from outside in the middle of a part,
 * which no event can tell a thread that is waiting, nothing is done for a long while: then the workers are given up, and the caller does
 * what is missing.
 */
import { BackendError } from '../../errors.js';
import { warn } from '../../warnings.js';
import {
  ARGUMENTS,
  CALLER_SLEEPS,
  COMPUTED,
  COUNT,
  DONE,
  FIRST_ARGUMENT,
  KERNEL,
  PART,
  SCRATCH,
  SCRATCH_STEP,
  TICKETS,
  UNITS,
  computePart,
  controlBytes,
  isUp,
  nextTask,
  stop,
  takeTickets,
  taskWord,
  ticketsTaken,
  viewControl,
  wake,
  type Control,
  type Kernel,
} from './thread-control.js';
import { maySleep, startWorker, startsFromText, type WorkerHandle } from './thread-host.js';

/** A kernel, its arguments before scratch and range, and how the range is divided. */
export interface Task {
  readonly kernel: number;
  readonly args: readonly number[];
  /** Where the threads' scratch memory begins, and how many bytes each has; 0 for none. */
  readonly scratch: number;
  readonly scratchStep: number;
  readonly units: number;
  /** Units of a part. */
  readonly part: number;
  /** Whether a part may be computed again: not where a kernel reads what it writes. */
  readonly repeatable: boolean;
}

/** The kernels and their memory, as a worker is given them. */
export interface PoolCode {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly names: readonly string[];
}

export interface PoolOptions {
  /** Milliseconds without any part being done after which workers count as dead. Default: 30000. */
  readonly patience?: number;
  /** How a worker is started; default: as this engine does it. */
  readonly start?: typeof startWorker;
}

/** How long the caller looks for the end of a task before it goes to sleep. */
const SPIN_MS = 0.1;
/** One sleep of the caller at most; how many of them pass before workers count as dead depends on the patience. */
const NAP_MS = 1000;
const PATIENCE_MS = 30000;
/** Parts of a task are much alike, so none takes many times as long as the caller was busy with its own. */
const PATIENCE_FACTOR = 10;
/** How long a worker that was terminated may take to be gone. */
const GRACE_MS = 100;

export class ThreadPool {
  readonly size: number;
  readonly #control: Control;
  readonly #kernels: readonly Kernel[];
  readonly #patience: number;
  readonly #sleeps = maySleep();
  /** By thread; null for the caller, and for those that have ended. */
  readonly #workers: (WorkerHandle | null)[] = [null];
  #task = 0;
  #closed = false;
  #trouble: string | null = null;

  /** Starts `size - 1` workers in the background. */
  constructor(size: number, code: PoolCode, kernels: readonly Kernel[], options: PoolOptions = {}) {
    this.size = size;
    this.#kernels = kernels;
    this.#patience = options.patience ?? PATIENCE_MS;
    const start = options.start ?? startWorker;
    const buffer = new SharedArrayBuffer(controlBytes());
    this.#control = viewControl(buffer);
    for (let thread = 1; thread < size; thread++) {
      let worker: WorkerHandle | null = null;
      try {
        worker = start({ ...code, control: buffer, thread }, (reason) => this.#lost(thread, reason));
      } catch (error) {
        this.#report(String(error));
      }
      this.#workers.push(worker);
    }
  }

  /** Threads that work or may still come up, the caller included. */
  get threads(): number {
    return 1 + this.#workers.filter((worker) => worker !== null).length;
  }

  /** Why there are fewer threads than were asked for, or null. */
  get trouble(): string | null {
    return this.#trouble;
  }

  /** Whether a worker is up, so that dividing a task pays. */
  get ready(): boolean {
    return this.#workers.some((worker, thread) => worker !== null && isUp(this.#control.ints, thread));
  }

  /** How many workers are up, and the tickets that each thread has taken. */
  get activity(): { readonly up: number; readonly taken: readonly number[] } {
    const { ints } = this.#control;
    return {
      up: this.#workers.filter((worker, thread) => worker !== null && isUp(ints, thread)).length,
      taken: this.#workers.map((_, thread) => ticketsTaken(ints, thread)),
    };
  }

  /**
   * Computes all parts, of which there are at most MAX_TICKETS.
   * @throws what a kernel throws on the calling thread, after all threads have left the task
   */
  run(task: Task): void {
    const count = Math.ceil(task.units / task.part);
    const { ints } = this.#control;
    this.#publish(task, count);
    const began = performance.now();
    let failed = false;
    while (takeTickets(this.#control, 0, this.#kernels) !== undefined) failed = true;
    const complete = this.#join(count, performance.now() - began);
    if (!complete) this.#giveUp();
    for (let ticket = 0; ticket < count; ticket++) {
      if (ints[COMPUTED + ticket] === 1) continue;
      if (!failed && !task.repeatable) {
        throw new BackendError(
          'wasm: a worker thread ended in the middle of an operation in place, whose result is lost',
        );
      }
      computePart(this.#control, ticket, 0, this.#kernels);
    }
  }

  /** Lets the workers end, each as soon as it has no part to compute. */
  close(): void {
    this.#closed = true;
    for (let thread = 1; thread < this.size; thread++) stop(this.#control.ints, thread);
    this.#workers.fill(null);
  }

  #publish({ kernel, args, scratch, scratchStep, units, part }: Task, count: number): void {
    const { ints, floats } = this.#control;
    this.#task = nextTask(this.#task);
    ints[KERNEL] = kernel;
    ints[ARGUMENTS] = args.length;
    ints[UNITS] = units;
    ints[PART] = part;
    ints[COUNT] = count;
    ints.fill(0, COMPUTED, COMPUTED + count);
    floats[SCRATCH] = scratch;
    floats[SCRATCH_STEP] = scratchStep;
    floats.set(args, FIRST_ARGUMENT);
    Atomics.store(ints, DONE, taskWord(this.#task, 0));
    Atomics.store(ints, TICKETS, taskWord(this.#task, count));
    let helpers = count - 1;
    for (let thread = 1; thread < this.size && helpers > 0; thread++) {
      if (this.#workers[thread] === null || !isUp(ints, thread)) continue;
      wake(ints, thread, this.#task);
      helpers--;
    }
  }

  /** Waits until all tickets are reported. @returns false when that does not seem to come */
  #join(count: number, busy: number): boolean {
    const { ints } = this.#control;
    const finished = taskWord(this.#task, count);
    const patience = Math.max(this.#patience, PATIENCE_FACTOR * busy);
    const nap = Math.min(NAP_MS, this.#patience / 4);
    const spin = performance.now() + SPIN_MS;
    let napped = 0;
    for (;;) {
      const done = Atomics.load(ints, DONE);
      if (done === finished) return true;
      if (performance.now() < spin) continue;
      // time is counted in naps, not by the clock: one that lasts an hour, with the lid closed, is one nap
      napped = this.#nap(done, nap) ? 0 : napped + nap;
      if (napped >= patience) return false;
    }
  }

  /** Rests until DONE is no longer `done`, or some milliseconds have passed. @returns whether it has changed */
  #nap(done: number, milliseconds: number): boolean {
    const { ints } = this.#control;
    if (this.#sleeps) {
      Atomics.store(ints, CALLER_SLEEPS, 1);
      const woken = Atomics.wait(ints, DONE, done, milliseconds);
      Atomics.store(ints, CALLER_SLEEPS, 0);
      return woken !== 'timed-out';
    }
    const until = performance.now() + milliseconds;
    while (performance.now() < until) {
      if (Atomics.load(ints, DONE) !== done) return true;
    }
    return false;
  }

  /** Ends all workers. Their tickets are no longer counted: the number of the task that DONE tells is another one now. */
  #giveUp(): void {
    const { ints } = this.#control;
    this.#task = nextTask(this.#task);
    Atomics.store(ints, DONE, taskWord(this.#task, 0));
    for (const worker of this.#workers) worker?.terminate();
    this.#workers.fill(null);
    const until = performance.now() + GRACE_MS;
    while (performance.now() < until) {
      // a worker that is computing notices within microseconds
    }
    this.#report('one ended in the middle of its work');
  }

  /** A worker has ended. Its tickets, if it had any, are not missing: it reported them before. */
  #lost(thread: number, reason: string | null): void {
    if (this.#workers[thread] === null || this.#closed) return;
    this.#workers[thread] = null;
    this.#report(reason ?? 'it ended');
  }

  #report(reason: string): void {
    if (this.#trouble === null) {
      const wayOut = startsFromText()
        ? "; a strict content security policy needs worker-src blob:, or configure({ workerUrl }) with the package's worker.js"
        : '';
      warn(`wasm: a worker thread is lost (${reason}); the work goes on without it${wayOut}`);
    }
    this.#trouble = reason;
  }
}
