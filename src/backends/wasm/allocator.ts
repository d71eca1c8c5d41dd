/**
 * Hands out blocks of a growing range of addresses and takes them back.
 *
 * Free blocks are kept in bins by size (each power of two is split into eight), and by their two ends, so that
 * neighbours grow together when they become free: a block is found, split, given back and merged in constant time. It
 * knows nothing of wasm; `grow` is asked for more room when no free block fits.
 */

/** Every block starts at a multiple of this many bytes and has a multiple of it as its size. */
export const ALIGNMENT = 64;

/** Blocks of a bin that are tried before going on to a bin where all of them fit. */
const TRIES = 8;

const SPLIT = 8;

/** The bin of blocks of `units` times 64 bytes: bins hold ever larger blocks. */
function binOf(units: number): number {
  if (units < SPLIT) return units;
  const power = 31 - Math.clz32(units);
  return SPLIT * (power - 2) + ((units >>> (power - 3)) & (SPLIT - 1));
}

/** No block is larger: 4 GiB, all that 32-bit addresses reach. */
const LARGEST = 2 ** 32;

const BINS = binOf(LARGEST / ALIGNMENT) + 1;

export class Allocator {
  readonly #bins: Set<number>[] = Array.from({ length: BINS }, () => new Set<number>());
  /** Free blocks by their start, and their starts by their end. */
  readonly #sizes = new Map<number, number>();
  readonly #starts = new Map<number, number>();
  /**
   * Sizes of the blocks in use; 0 for those given back. Deleting them would leave every one in its hash chain until the
   * map is rebuilt, and addresses come back so often that the chains grow to thousands.
   */
  #used = new Map<number, number>();
  #usedBlocks = 0;
  /** The block that was given back last, if its size is not 0: not among the free ones yet, since often one like it is next. */
  #last = 0;
  #lastSize = 0;
  readonly #grow: (bytes: number) => number;
  #end: number;
  #usedBytes = 0;

  /**
   * @param begin first address that may be handed out, a multiple of 64
   * @param end where the range ends for now, a multiple of 64
   * @param grow asked for at least so many bytes more; gives how many the range was extended by, 0 if it cannot
   */
  constructor(begin: number, end: number, grow: (bytes: number) => number) {
    this.#grow = grow;
    this.#end = end;
    if (end > begin) this.#insert(begin, end - begin);
  }

  /** Bytes in use, with what rounding up to 64 adds. */
  get usedBytes(): number {
    return this.#usedBytes;
  }

  /** Blocks in use. */
  get usedBlocks(): number {
    return this.#usedBlocks;
  }

  /** Free blocks as [start, size], in order of their addresses. */
  freeBlocks(): [start: number, size: number][] {
    this.#settle();
    return [...this.#sizes].sort((a, b) => a[0] - b[0]);
  }

  /** The start of a block of at least `bytes` bytes, or null if there is no room and the range cannot grow. */
  allocate(bytes: number): number | null {
    const size = Math.max(1, Math.ceil(bytes / ALIGNMENT)) * ALIGNMENT;
    // the bins of larger sizes do not exist, and their numbers would wrap at 2^32 units
    if (size > LARGEST) return null;
    const start = this.#lastSize === size ? this.#takeLast() : this.#takeFree(size);
    if (start === null) return null;
    this.#used.set(start, size);
    this.#usedBlocks++;
    this.#usedBytes += size;
    return start;
  }

  #takeLast(): number {
    this.#lastSize = 0;
    return this.#last;
  }

  /** The beginning of a free block, whose rest stays free. */
  #takeFree(size: number): number | null {
    this.#settle();
    const start = this.#find(size) ?? (this.#extend(size) ? this.#find(size) : null);
    if (start === null) return null;
    const available = this.#remove(start);
    if (available > size) this.#insert(start + size, available - size);
    return start;
  }

  /** Takes a block back. Gives false (and does nothing) for an address that is not the start of a block in use. */
  free(start: number): boolean {
    const size = this.#used.get(start);
    if (!size) return false;
    this.#used.set(start, 0);
    this.#usedBlocks--;
    this.#usedBytes -= size;
    if (this.#used.size > 2 * this.#usedBlocks + 1024) {
      this.#used = new Map([...this.#used].filter(([, size]) => size > 0));
    }
    this.#settle();
    this.#last = start;
    this.#lastSize = size;
    return true;
  }

  /** Puts the block that was given back last among the free ones. */
  #settle(): void {
    const size = this.#lastSize;
    this.#lastSize = 0;
    if (size > 0) this.#release(this.#last, size);
  }

  /** Adds a block to the free ones, merged with its free neighbours. */
  #release(start: number, size: number): void {
    const before = this.#starts.get(start);
    if (this.#sizes.has(start + size)) size += this.#remove(start + size);
    if (before !== undefined) {
      size += this.#remove(before);
      start = before;
    }
    this.#insert(start, size);
  }

  /** Makes the range long enough for a block of `size` at its end. */
  #extend(size: number): boolean {
    const last = this.#starts.get(this.#end);
    const missing = last === undefined ? size : size - (this.#end - last);
    const added = this.#grow(missing);
    if (added < missing) return false;
    const start = this.#end;
    this.#end += added;
    this.#release(start, added);
    return true;
  }

  #find(size: number): number | null {
    const bin = binOf(size / ALIGNMENT);
    let tries = TRIES;
    for (const start of this.#bins[bin]) {
      if (this.#sizeOf(start) >= size) return start;
      if (--tries === 0) break;
    }
    for (let larger = bin + 1; larger < BINS; larger++) {
      for (const start of this.#bins[larger]) return start;
    }
    return null;
  }

  #sizeOf(start: number): number {
    return this.#sizes.get(start) ?? 0;
  }

  #insert(start: number, size: number): void {
    this.#sizes.set(start, size);
    this.#starts.set(start + size, start);
    this.#bins[binOf(size / ALIGNMENT)].add(start);
  }

  #remove(start: number): number {
    const size = this.#sizeOf(start);
    this.#sizes.delete(start);
    this.#starts.delete(start + size);
    this.#bins[binOf(size / ALIGNMENT)].delete(start);
    return size;
  }
}
