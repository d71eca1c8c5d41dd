/**
 * A block of numbers in a backend's memory, shared by the tensors that view it.
 *
 * Wasm and GPU memory is not seen by the garbage collector, so a storage counts the handles on it and gives its memory
 * back when the last one lets go. The version counter goes up with every change in place: autograd compares it with the
 * version it saw when it saved a tensor.
 */
import { BackendError } from '../errors.js';
import type { Backend } from './backend.js';

export abstract class Storage {
  /** Goes up with every change in place. */
  version = 0;
  #handles = 1;

  constructor(
    readonly backend: Backend,
    /** Number of elements. */
    readonly length: number,
  ) {}

  /** How many handles keep this storage alive; 0 once its memory was given back. */
  get handles(): number {
    return this.#handles;
  }

  /** One handle more. */
  retain(): this {
    if (this.#handles === 0)
      throw new BackendError('storage: its memory was already freed (a disposed tensor was used)');
    this.#handles++;
    return this;
  }

  /** One handle less; the last one frees the memory. */
  release(): void {
    if (this.#handles === 0) return;
    this.#handles--;
    if (this.#handles === 0) this.free();
  }

  /** Gives the memory back to the backend. Called once. */
  protected abstract free(): void;
}
