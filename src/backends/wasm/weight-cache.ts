/**
 * Weights in the form that a kernel wants them in, kept from call to call.
 *
 * An entry belongs to the storage that it was made from and goes with it, or as soon as that storage's content changes. All
 * entries together stay below a bound, the ones used least recently make room; a full memory takes back whatever no running
 * kernel uses.
 */
import type { WasmMemory } from './memory.js';
import type { WasmStorage } from './wasm-storage.js';

interface Entry {
  readonly address: number;
  readonly bytes: number;
  readonly storage: WasmStorage;
  /** Calls that are using it now. */
  users: number;
  /** Whether it is still in the list; if not, its last user frees it. */
  listed: boolean;
}

export class WeightCache {
  readonly #memory: WasmMemory;
  readonly #limit: number;
  /** By storage and form. */
  readonly #entries = new Map<WasmStorage, Map<string, Entry>>();
  /** Listed entries, those used least recently first. */
  readonly #order = new Set<Entry>();
  #bytes = 0;

  /** @param limit bytes that all entries may take together */
  constructor(memory: WasmMemory, limit: number) {
    this.#memory = memory;
    this.#limit = limit;
    memory.reclaim = () => this.#evict(() => true);
  }

  /** Bytes of all entries. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Runs with the address of `storage`'s content in some form, which `make` writes if it is not there yet.
   * @param form says which form of which part it is
   */
  use<T>(
    storage: WasmStorage,
    form: string,
    bytes: number,
    make: (address: number) => void,
    run: (address: number) => T,
  ): T {
    const entry = this.#entries.get(storage)?.get(form) ?? this.#add(storage, form, bytes, make);
    entry.users++;
    try {
      if (this.#order.delete(entry)) this.#order.add(entry);
      return run(entry.address);
    } finally {
      entry.users--;
      if (!entry.listed && entry.users === 0) this.#memory.free(entry.address);
    }
  }

  /** Forgets what was made from a storage: it was freed, or its content has changed. */
  drop(storage: WasmStorage): void {
    for (const entry of this.#entries.get(storage)?.values() ?? []) this.#remove(entry);
  }

  #add(storage: WasmStorage, form: string, bytes: number, make: (address: number) => void): Entry {
    this.#evict(() => this.#bytes + bytes > this.#limit);
    const entry = { address: this.#memory.allocate(bytes), bytes, storage, users: 0, listed: false };
    try {
      make(entry.address);
    } catch (error) {
      this.#memory.free(entry.address);
      throw error;
    }
    if (this.#bytes + bytes > this.#limit) return entry;
    let forms = this.#entries.get(storage);
    if (!forms) this.#entries.set(storage, (forms = new Map<string, Entry>()));
    forms.set(form, entry);
    entry.listed = true;
    this.#order.add(entry);
    this.#bytes += bytes;
    return entry;
  }

  /** Removes entries that are not in use while `more()`; tells whether there was one. */
  #evict(more: () => boolean): boolean {
    let found = false;
    for (const entry of this.#order) {
      if (!more()) break;
      if (entry.users > 0) continue;
      this.#remove(entry);
      found = true;
    }
    return found;
  }

  #remove(entry: Entry): void {
    const forms = this.#entries.get(entry.storage);
    for (const [form, other] of forms ?? []) if (other === entry) forms?.delete(form);
    if (forms?.size === 0) this.#entries.delete(entry.storage);
    this.#order.delete(entry);
    entry.listed = false;
    this.#bytes -= entry.bytes;
    if (entry.users === 0) this.#memory.free(entry.address);
  }
}
