/** An instance of the kernels on its memory, with the little memory management that a kernel call needs. */
import type { Kernels } from './kernels.js';
import { WasmMemory } from './memory.js';
import { isShared, variantBinary } from './variants.js';
import type { WasmVariant } from './variants.js';

export class WasmMachine {
  readonly memory: WasmMemory;
  readonly kernels: Kernels;

  constructor(variant: WasmVariant, maxBytes: number | undefined) {
    this.memory = new WasmMemory(isShared(variant), maxBytes);
    const module = new WebAssembly.Module(variantBinary(variant));
    const env = { memory: this.memory.memory };
    this.kernels = new WebAssembly.Instance(module, { env }).exports as typeof this.kernels & WebAssembly.Exports;
  }

  /** Runs with a block of memory that is given back afterwards: scratch, packed operands, dimension records. */
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
