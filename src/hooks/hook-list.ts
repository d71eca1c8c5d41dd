/** Hooks of one kind, in the order in which they fire. */
import { HookError } from '../errors.js';
import { describeValue } from '../tensor/tensor.js';
import { RemovableHandle } from './handle.js';

export interface RegisterOptions {
  /** Fire before the hooks that are already there. Default: false. */
  readonly prepend?: boolean;
}

export interface ForwardRegisterOptions extends RegisterOptions {
  /** Fire even if `forward`, or a hook before this one, throws. The output is then null. Default: false. */
  readonly alwaysCall?: boolean;
}

/** A registration: the same function registered twice has two. */
export interface HookEntry<H> {
  readonly hook: H;
  readonly alwaysCall: boolean;
}

export class HookList<H> {
  #entries: readonly HookEntry<H>[] = [];

  /** @param register the method that adds hooks, for messages */
  constructor(readonly register: string) {}

  get size(): number {
    return this.#entries.length;
  }

  /** The same function may be added twice and then fires twice. */
  add(hook: H, { prepend = false, alwaysCall = false }: ForwardRegisterOptions = {}): RemovableHandle {
    if (typeof hook !== 'function') {
      throw new HookError(`${this.register}: expected a function as the hook, got ${describeValue(hook)}`);
    }
    const entry = { hook, alwaysCall };
    this.#entries = prepend ? [entry, ...this.#entries] : [...this.#entries, entry];
    return new RemovableHandle(() => {
      this.#entries = this.#entries.filter((other) => other !== entry);
    });
  }

  /** For one round of firing: a hook removed on the way is skipped, one added on the way waits for the next round. */
  round(): Generator<HookEntry<H>> {
    return HookList.roundOf([this]);
  }

  /** One round over several lists, one after the other; it begins with the first. */
  static *roundOf<H>(lists: readonly HookList<H>[]): Generator<HookEntry<H>> {
    const present = lists.flatMap((list) => list.#entries.map((entry) => ({ list, entry })));
    for (const { list, entry } of present) if (list.#entries.includes(entry)) yield entry;
  }

  /** The hooks as they are now, whatever is removed later. */
  captured(): readonly H[] {
    return this.#entries.map((entry) => entry.hook);
  }
}
