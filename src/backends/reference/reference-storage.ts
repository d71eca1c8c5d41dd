/** A block of the reference backend's memory: one typed array, which the garbage collector takes once it is freed. */
import { BackendError } from '../../errors.js';
import type { Backend, HostArray } from '../../tensor/backend.js';
import { Storage } from '../../tensor/storage.js';

export class ReferenceStorage extends Storage {
  #data: HostArray | null;
  readonly #onFree: (bytes: number) => void;

  /** @param onFree told the number of bytes that the storage took, once, when its last handle lets go */
  constructor(backend: Backend, data: HostArray, onFree: (bytes: number) => void) {
    super(backend, data.length);
    this.#data = data;
    this.#onFree = onFree;
  }

  /** The values themselves, not a copy. */
  get data(): HostArray {
    if (this.#data === null) {
      throw new BackendError(`${this.backend.name}: the storage was already freed (a disposed tensor was used)`);
    }
    return this.#data;
  }

  protected override free(): void {
    const { byteLength } = this.data;
    this.#data = null;
    this.#onFree(byteLength);
  }
}
