/** A block of float32 numbers in a wasm backend's memory: an address and a length, never a view. */
import type { Backend } from '../../tensor/backend.js';
import { Storage } from '../../tensor/storage.js';

export class WasmStorage extends Storage {
  readonly #giveBack: (storage: WasmStorage) => void;

  constructor(
    backend: Backend,
    length: number,
    /** Byte address of the first number. */
    readonly pointer: number,
    giveBack: (storage: WasmStorage) => void,
  ) {
    super(backend, length);
    this.#giveBack = giveBack;
  }

  protected override free(): void {
    this.#giveBack(this);
  }
}
