/** A block of float32 numbers in a wasm backend's memory: an address and a length, never a view. */
import { BackendError } from '../../errors.js';
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

/** `x` as a storage of this backend. @throws BackendError for one of another backend, or one that was freed */
export function liveStorage(x: Storage, backend: Backend): WasmStorage {
  if (x.backend !== backend || !(x instanceof WasmStorage)) {
    const which = x.backend.name === backend.name ? 'another wasm backend' : x.backend.name;
    throw new BackendError(
      `wasm: expected a tensor of the wasm backend, got one of ${which}; ` +
        "move it with tensor.to('wasm') or make it after useBackend('wasm')",
    );
  }
  if (x.handles === 0) {
    throw new BackendError('wasm: expected a live tensor, got one whose memory was freed by dispose() or tidy()');
  }
  return x;
}
