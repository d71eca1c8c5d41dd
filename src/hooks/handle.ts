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

/**
 * Registers several hooks, all or none: when one cannot be registered, those before it are removed.
 * @returns their handles, in order
 */
export function registerAll(registrations: readonly (() => RemovableHandle)[]): RemovableHandle[] {
  const handles: RemovableHandle[] = [];
  try {
    for (const register of registrations) handles.push(register());
  } catch (error) {
    for (const handle of handles) handle.remove();
    throw error;
  }
  return handles;
}
