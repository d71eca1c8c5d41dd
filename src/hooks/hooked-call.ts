/**
 * The forward hooks of one call of a module: what they are given, what they may replace, and which of them still run when
 * something throws.
 */
import { warn } from '../warnings.js';
import { HookList, type HookEntry } from './hook-list.js';
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
  runPreHooks(lists: readonly HookList<ForwardPreHook<M, In>>[]): void {
    for (const { hook } of HookList.roundOf(lists)) {
      const returned: unknown = hook(this.module, this.args);
      if (returned === null || returned === undefined) continue;
      if (!Array.isArray(returned) && !isTensorStructure(returned)) {
        throw wrongReturn(hookName('forward pre-hook', hook), 'arguments', returned);
      }
      this.args = (Array.isArray(returned) ? returned : [returned]) as In;
    }
  }

  /** Lets each hook see the output, and replace it. @returns the output after all of them */
  runHooks(lists: readonly HookList<ForwardHook<M, In, Out>>[], output: Out): Out {
    let value = output;
    this.#output = { value };
    for (const entry of HookList.roundOf(lists)) {
      if (entry.alwaysCall) this.#done.add(entry);
      value = this.#run(entry.hook, value);
      this.#output = { value };
    }
    return value;
  }

  /**
   * After an error: runs the hooks with `alwaysCall` that have not run. What one returns is what the next one sees; their
   * own errors are only warned about.
   */
  runAlwaysCalled(lists: readonly HookList<ForwardHook<M, In, Out>>[]): void {
    for (const entry of HookList.roundOf(lists)) {
      if (!entry.alwaysCall || this.#done.has(entry)) continue;
      try {
        this.#output = { value: this.#run(entry.hook, (this.#output?.value ?? null) as Out) };
      } catch (error) {
        const name = hookName('forward hook', entry.hook);
        warn(`${name}: it threw while another error was on its way, and its own is dropped: ${String(error)}`);
      }
    }
  }
  /** @returns the output after this hook */
  #run(hook: ForwardHook<M, In, Out>, output: Out): Out {
    const returned: unknown = hook(this.module, this.args, output);
    if (returned === null || returned === undefined) return output;
    if (!isTensorStructure(returned)) {
      throw wrongReturn(hookName('forward hook', hook), 'a tensor or a structure of tensors', returned);
    }
    return returned as Out;
  }
}
