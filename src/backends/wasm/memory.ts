/**
 * The wasm memory of a backend: allocated in blocks, grown on demand, seen through views that are made on use.
 *
 * Growing a memory leaves old views behind (unshared ones become empty, shared ones too short), so nobody keeps one: a
 * storage holds its address and length only.
 */
import { BackendError } from '../../errors.js';
import { Allocator } from './allocator.js';

const PAGE = 65536;
/** 4 GiB, all that 32-bit addresses reach. */
const MAX_PAGES = 65536;
const INITIAL_PAGES = 256;
/**
 * Kernels may read a little before and after a block (at most 60 bytes, in winograd), and mask what they read there.
 */
const GUARD = 64;

export class WasmMemory {
  readonly memory: WebAssembly.Memory;
  /** Asked when the memory is full: gives back what can be made again, and tells whether there was any. */
  reclaim: () => boolean = () => false;
  readonly #allocator: Allocator;
  readonly #maxPages: number;
  #peak = 0;
  #floats: Float32Array;
  #ints: Int32Array;

  /**
   * @param shared whether other threads may join
   * @param maxBytes never grow beyond this many bytes (rounded down to whole pages of 64 KiB)
   */
  constructor(shared: boolean, maxBytes = MAX_PAGES * PAGE) {
    const limit = Math.max(1, Math.min(MAX_PAGES, Math.floor(maxBytes / PAGE)));
    const created = createMemory(shared, limit);
    this.memory = created.memory;
    this.#maxPages = created.maximum;
    this.#floats = new Float32Array(this.memory.buffer);
    this.#ints = new Int32Array(this.memory.buffer);
    this.#allocator = new Allocator(GUARD, this.memory.buffer.byteLength - GUARD, (bytes) => this.#grow(bytes));
  }

  /** Blocks in use and their bytes, scratch of a running kernel included. */
  get used(): { blocks: number; bytes: number } {
    return { blocks: this.#allocator.usedBlocks, bytes: this.#allocator.usedBytes };
  }

  /** The most bytes that the memory can grow to. */
  get maxBytes(): number {
    return this.#maxPages * PAGE;
  }

  /** The most bytes that were ever in use at once. */
  get peak(): number {
    return this.#peak;
  }

  /**
   * The address of a new block.
   * @throws BackendError when the memory is full
   */
  allocate(bytes: number): number {
    let address = this.#allocator.allocate(bytes);
    if (address === null && this.reclaim()) address = this.#allocator.allocate(bytes);
    if (address !== null) {
      this.#peak = Math.max(this.#peak, this.#allocator.usedBytes);
      return address;
    }
    const { blocks, bytes: live } = this.used;
    throw new BackendError(
      `wasm: out of memory: asked for ${bytes} bytes with ${live} bytes live in ${blocks} blocks and a limit of ` +
        `${this.#maxPages * PAGE}; free tensors with tidy(() => ...) or dispose()`,
    );
  }

  free(address: number): void {
    this.#allocator.free(address);
  }

  /** `length` floats from an address on; valid until the memory grows. */
  floats(address: number, length: number): Float32Array {
    const buffer = this.memory.buffer;
    if (this.#floats.buffer !== buffer) this.#floats = new Float32Array(buffer);
    return this.#floats.subarray(address / 4, address / 4 + length);
  }

  /** `length` 32-bit integers from an address on; valid until the memory grows. */
  ints(address: number, length: number): Int32Array {
    const buffer = this.memory.buffer;
    if (this.#ints.buffer !== buffer) this.#ints = new Int32Array(buffer);
    return this.#ints.subarray(address / 4, address / 4 + length);
  }

  /** Grows by at least `bytes`, and by at least an eighth so that growing stays rare; gives the bytes added, or 0. */
  #grow(bytes: number): number {
    const pages = this.memory.buffer.byteLength / PAGE;
    const needed = Math.ceil(bytes / PAGE);
    const room = this.#maxPages - pages;
    if (needed > room) return 0;
    for (const step of [Math.min(room, Math.max(needed, Math.ceil(pages / 8))), needed]) {
      try {
        this.memory.grow(step);
        return step * PAGE;
      } catch {
        // The engine has no room for that much; the smaller step comes next.
      }
    }
    return 0;
  }
}

/**
 * A memory with the largest maximum, of at most `limit` pages, that the engine grants (shared ones reserve it at once).
 */
function createMemory(shared: boolean, limit: number): { memory: WebAssembly.Memory; maximum: number } {
  for (let maximum = limit; ; maximum = Math.floor(maximum / 2)) {
    const initial = Math.min(INITIAL_PAGES, maximum);
    try {
      return { memory: new WebAssembly.Memory({ initial, maximum, shared }), maximum };
    } catch {
      if (maximum > INITIAL_PAGES) continue;
      throw new BackendError(`wasm: the engine grants no memory of ${maximum * PAGE} bytes`);
    }
  }
}
