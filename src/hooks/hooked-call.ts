/**
 * The forward hooks of one call of a module: what they are given, what they may replace, and which of them still run when
 * something throws.
 */
import { warn } from '../warnings.js';
import type { HookEntry, HookList } from './hook-list.js';
import type { ForwardHook, ForwardPreHook } from './hook-types.js';
import { hookName, isTensorStructure, wrongReturn } from './returned.js';

export class HookedCall<M, In extends unknown[], Out> {
  /** What `forward` has returned and the hooks have made of it; null before. */
  #output: { readonly value: Out } | null = null;
  /** Hooks with `alwaysCall` that have run. */
  readonly #done = new Set<HookEntry<ForwardHook<M, In, Out>>>();

  /** @param args the arguments, which pre-hooks may replace */
  constructor(
    readonly module: M,
    public args: In,
  ) {}

  /** Lets each hook see the arguments, and replace them. */
  runPreHooks(hooks: HookList<ForwardPreHook<M, In>>): void {
    for (const { hook } of hooks.round()) {
      const returned: unknown = hook(this.module, this.args);
      if (returned === null || returned === undefined) continue;
      if (!Array.isArray(returned) && !isTensorStructure(returned)) {
        throw wrongReturn(hookName('forward pre-hook', hook), 'arguments', returned);
      }
      this.args = (Array.isArray(returned) ? returned : [returned]) as In;
    }
  }

  /** Lets each hook see the output, and replace it. @returns the output after all of them */
  runHooks(hooks: HookList<ForwardHook<M, In, Out>>, output: Out): Out {
    let value = output;
    this.#output = { value };
    for (const entry of hooks.round()) {
      if (entry.alwaysCall) this.#done.add(entry);
      const returned: unknown = entry.hook(this.module, this.args, value);
      if (returned === null || returned === undefined) continue;
      if (!isTensorStructure(returned)) {
        throw wrongReturn(hookName('forward hook', entry.hook), 'a tensor or a structure of tensors', returned);
      }
      value = returned as Out;
      this.#output = { value };
    }
    return value;
  }

  /** After an error: runs the hooks with `alwaysCall` that have not run. Their own errors are only warned about. */
  runAlwaysCalled(hooks: HookList<ForwardHook<M, In, Out>>): void {
    for (const entry of hooks.round()) {
      if (!entry.alwaysCall || this.#done.has(entry)) continue;
      try {
        entry.hook(this.module, this.args, (this.#output?.value ?? null) as Out);
      } catch (error) {
        const name = hookName('forward hook', entry.hook);
        warn(`${name}: it threw while another error was on its way, and its own is dropped: ${String(error)}`);
      }
    }
  }
}
