/** Hooks of one kind, in the order in which they fire. */
import { RemovableHandle } from './handle.js';

export interface RegisterOptions {
  /** Fire before the hooks that are already there. Default: false. */
  readonly prepend?: boolean;
}

export class HookList<H> {
  #entries: readonly { readonly hook: H }[] = [];

  get size(): number {
    return this.#entries.length;
  }

  /** The same function may be added twice and then fires twice. */
  add(hook: H, { prepend = false }: RegisterOptions = {}): RemovableHandle {
    const entry = { hook };
    this.#entries = prepend ? [entry, ...this.#entries] : [...this.#entries, entry];
    return new RemovableHandle(() => {
      this.#entries = this.#entries.filter((other) => other !== entry);
    });
  }

  /** For one round of firing: a hook removed on the way is skipped, one added on the way waits for the next round. */
  *round(): Generator<H> {
    for (const entry of this.#entries) if (this.#entries.includes(entry)) yield entry.hook;
  }

  /** The hooks as they are now, whatever is removed later. */
  captured(): readonly H[] {
    return this.#entries.map((entry) => entry.hook);
  }
}
