/** Compiled kernels by key; the one that was not used for longest is destroyed when there are too many. */

/** Enough for the forward and backward passes of a few networks at once. */
const MOST_KERNELS = 256;

export class KernelCache<T> {
  readonly #kernels = new Map<string, T>();
  readonly #destroy: (kernel: T) => void;

  constructor(destroy: (kernel: T) => void) {
    this.#destroy = destroy;
  }

  get size(): number {
    return this.#kernels.size;
  }

  values(): IterableIterator<T> {
    return this.#kernels.values();
  }

  get(key: string, make: () => T): T {
    let kernel = this.#kernels.get(key);
    if (kernel) this.#kernels.delete(key);
    else {
      kernel = make();
      if (this.#kernels.size >= MOST_KERNELS) this.#dropOldest();
    }
    this.#kernels.set(key, kernel);
    return kernel;
  }

  /** Forgets a kernel that failed. */
  drop(key: string): void {
    const kernel = this.#kernels.get(key);
    if (!kernel) return;
    this.#kernels.delete(key);
    this.#destroy(kernel);
  }

  #dropOldest(): void {
    const [oldest] = this.#kernels.keys();
    this.drop(oldest);
  }
}
