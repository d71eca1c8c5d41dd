/** An instance of the kernels on its memory: how a kernel is run, and the little memory management that a call needs. */
import type { KernelArguments, Kernels, RangeKernel, ScratchKernel } from './kernels.js';
import { WasmMemory } from './memory.js';
import { isShared, variantBinary } from './variants.js';
import type { WasmVariant } from './variants.js';

/** How a range may be divided. */
export interface RunOptions {
  /** Roughly how many elements are read or multiplications done, all in all: what decides whether dividing pays. Default: 0. */
  readonly work?: number;
  /** Parts begin at multiples of this. Default: 1. */
  readonly align?: number;
}

export class WasmMachine {
  readonly memory: WasmMemory;
  readonly kernels: Kernels;

  constructor(variant: WasmVariant, maxBytes: number | undefined) {
    this.memory = new WasmMemory(isShared(variant), maxBytes);
    const module = new WebAssembly.Module(variantBinary(variant));
    const env = { memory: this.memory.memory };
    this.kernels = new WebAssembly.Instance(module, { env }).exports as typeof this.kernels & WebAssembly.Exports;
  }

  /** Runs a kernel on the range [0, units). */
  run<K extends Exclude<RangeKernel, ScratchKernel>>(
    name: K,
    args: KernelArguments<K>,
    units: number,
    _options: RunOptions = {},
  ): void {
    const kernel: (...all: number[]) => void = this.kernels[name];
    kernel(...args, 0, units);
  }

  /** The same for a kernel that needs so many bytes of scratch for each thread. */
  runWithScratch<K extends ScratchKernel>(
    name: K,
    scratchBytes: number,
    args: KernelArguments<K>,
    units: number,
    _options: RunOptions = {},
  ): void {
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
}
