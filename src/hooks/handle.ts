/** What registering a hook returns: the way to take it back. */
export class RemovableHandle implements Disposable {
  #remove: (() => void) | null;

  constructor(remove: () => void) {
    this.#remove = remove;
  }

  /** Removes the hook. Doing it twice, or after the module is gone, does nothing. */
  remove(): void {
    this.#remove?.();
    this.#remove = null;
  }

  /** `using handle = module.registerForwardHook(...)` removes the hook at the end of the block, errors included. */
  [Symbol.dispose](): void {
    this.remove();
  }
}
