/**
 * An instance of the kernels on its memory: how a kernel is run, by one thread or by several, and the little memory
 * management that a call needs.
 */
import { BackendError } from '../../errors.js';
import { FORK_WORK, START_WORK, partCount, partUnits, workOf } from './divide.js';
import type { KernelArguments, Kernels, RangeKernel, ScratchKernel } from './kernels.js';
import { WasmMemory } from './memory.js';
import { wasmSettings } from './settings.js';
import type { Kernel } from './thread-control.js';
import { defaultThreads, noWorkers, whyNotShared } from './thread-host.js';
import { ThreadPool, type PoolOptions } from './thread-pool.js';
import { isShared, variantBinary } from './variants.js';
import type { WasmVariant } from './variants.js';

/** How a range may be divided. */
export interface RunOptions {
  /** Roughly how many elements are read or multiplications done, all in all: what decides whether dividing pays. Default: 0. */
  readonly work?: number;
  /** Parts begin at multiples of this. Default: 1. */
  readonly align?: number;
  /** Whether the kernel reads what it writes, so that no part may be computed twice. Default: false. */
  readonly inPlace?: boolean;
}

/** For tests: when threads are used, and how. */
export interface ThreadingOptions extends PoolOptions {
  /** Work from which on a task is divided. Default: what was measured to pay. */
  readonly forkWork?: number;
  /** Work that has to come before workers are started. */
  readonly startWork?: number;
}

/** Ends the workers of machines that nobody can reach any more. */
const abandoned = new FinalizationRegistry((pool: ThreadPool) => pool.close());

export class WasmMachine {
  readonly memory: WasmMemory;
  readonly kernels: Kernels;
  readonly #module: WebAssembly.Module;
  readonly #names: readonly string[];
  readonly #functions: readonly Kernel[];
  readonly #threading: ThreadingOptions;
  /** Why this machine has but one thread, or null. */
  readonly #alone: string | null;
  #pool: ThreadPool | null = null;
  /** Work that would have been divided if there were workers already. */
  #waiting = 0;

  constructor(variant: WasmVariant, maxBytes: number | undefined, threading: ThreadingOptions = {}) {
    this.memory = new WasmMemory(isShared(variant), maxBytes);
    this.#module = new WebAssembly.Module(variantBinary(variant));
    wasmSettings.compiled = true;
    const { exports } = new WebAssembly.Instance(this.#module, { env: { memory: this.memory.memory } });
    this.kernels = exports as typeof this.kernels & WebAssembly.Exports;
    this.#names = WebAssembly.Module.exports(this.#module)
      .filter(({ kind }) => kind === 'function')
      .map(({ name }) => name);
    this.#functions = this.#names.map((name) => exports[name] as Kernel);
    this.#threading = threading;
    this.#alone = isShared(variant) ? noWorkers() : whyNotShared();
  }

  /** Threads that a large task is divided among, this one included. */
  get threads(): number {
    const wanted = wasmSettings.threads ?? defaultThreads();
    if (this.#alone !== null || wanted === 1) return 1;
    return this.#pool?.size === wanted ? this.#pool.threads : wanted;
  }

  /** Why there are fewer threads than were asked for, or null. */
  get trouble(): string | null {
    return this.#alone ?? this.#pool?.trouble ?? null;
  }

  /** How many workers are up, and how many parts each thread has computed: what tests look at. */
  get activity(): ThreadPool['activity'] {
    return this.#pool?.activity ?? { up: 0, taken: [] };
  }

  /** Runs a kernel on the range [0, units). */
  run<K extends Exclude<RangeKernel, ScratchKernel>>(
    name: K,
    args: KernelArguments<K>,
    units: number,
    options: RunOptions = {},
  ): void {
    const pool = this.#poolFor(workOf(name, options.work ?? 0), units, options.align ?? 1);
    if (pool !== null && this.#fork(pool, name, args, 0, units, options)) return;
    const kernel: (...all: number[]) => void = this.kernels[name];
    kernel(...args, 0, units);
  }

  /** The same for a kernel that needs so many bytes of scratch for each thread. */
  runWithScratch<K extends ScratchKernel>(
    name: K,
    scratchBytes: number,
    args: KernelArguments<K>,
    units: number,
    options: RunOptions = {},
  ): void {
    const pool = this.#poolFor(workOf(name, options.work ?? 0), units, options.align ?? 1);
    if (pool !== null && this.#fork(pool, name, args, scratchBytes, units, options)) return;
    const kernel: (...all: number[]) => void = this.kernels[name];
    this.withBlock(scratchBytes, (scratch) => kernel(...args, scratch, 0, units));
  }

  /** Runs with a block of memory that is given back afterwards: packed operands, dimension records. */
  withBlock<T>(bytes: number, run: (address: number) => T): T {
    const address = this.memory.allocate(bytes);
    try {
      return run(address);
    } finally {
      this.memory.free(address);
    }
  }

  /** The same, with the block holding 32-bit integers. */
  withInts<T>(values: readonly number[], run: (address: number) => T): T {
    return this.withBlock(values.length * 4, (address) => {
      this.memory.ints(address, values.length).set(values);
      return run(address);
    });
  }

  /** The threads to divide so much work among; null if it stays on this one. Starts them when there is enough to do. */
  #poolFor(work: number, units: number, align: number): ThreadPool | null {
    if (work < (this.#threading.forkWork ?? FORK_WORK) || units <= align || this.#alone !== null) return null;
    const wanted = wasmSettings.threads ?? defaultThreads();
    if (this.#pool !== null && this.#pool.size !== wanted) this.#closePool();
    if (wanted === 1) return null;
    if (this.#pool === null) {
      this.#waiting += work;
      if (this.#waiting < (this.#threading.startWork ?? START_WORK)) return null;
      this.#startPool(wanted);
    }
    return this.#pool !== null && this.#pool.ready ? this.#pool : null;
  }

  #startPool(size: number): void {
    const code = { module: this.#module, memory: this.memory.memory, names: this.#names };
    this.#pool = new ThreadPool(size, code, this.#functions, this.#threading);
    abandoned.register(this, this.#pool, this);
  }

  #closePool(): void {
    this.#pool?.close();
    this.#pool = null;
    abandoned.unregister(this);
  }

  /** Runs a task on all threads. @returns false if there is no room for the scratch memory of all of them */
  #fork(
    pool: ThreadPool,
    name: RangeKernel,
    args: readonly number[],
    scratchBytes: number,
    units: number,
    { work = 0, align = 1, inPlace = false }: RunOptions,
  ): boolean {
    const part = partUnits(units, align, partCount(workOf(name, work), pool.threads));
    // on cache lines of its own, and those that are fetched in pairs apart
    const scratchStep = Math.ceil(scratchBytes / 128) * 128;
    const scratch = scratchStep === 0 ? 0 : this.#tryAllocate(scratchStep * pool.size);
    if (scratch === null) return false;
    try {
      const kernel = this.#names.indexOf(name);
      pool.run({ kernel, args, scratch, scratchStep, units, part, repeatable: !inPlace });
    } finally {
      if (scratchStep > 0) this.memory.free(scratch);
    }
    return true;
  }

  #tryAllocate(bytes: number): number | null {
    try {
      return this.memory.allocate(bytes);
    } catch (error) {
      if (error instanceof BackendError) return null;
      throw error;
    }
  }
}
