/** Hooks on every module: they run before the module's own. Meant for debugging and profiling, as in PyTorch. */
import type { RemovableHandle } from '../hooks/handle.js';
import { HookList, type ForwardRegisterOptions, type RegisterOptions } from '../hooks/hook-list.js';
import type { BackwardHook, BackwardPreHook, ForwardHook, ForwardPreHook } from '../hooks/hook-types.js';
import type { AnyModule } from './module.js';

export const globalHooks = {
  forwardPre: new HookList<ForwardPreHook<AnyModule, unknown[]>>('registerModuleForwardPreHook'),
  forward: new HookList<ForwardHook<AnyModule, unknown[], unknown>>('registerModuleForwardHook'),
  backwardPre: new HookList<BackwardPreHook<AnyModule>>('registerModuleFullBackwardPreHook'),
  backward: new HookList<BackwardHook<AnyModule>>('registerModuleFullBackwardHook'),
};

/** Whether there are any, of whatever kind. */
export function anyGlobalHooks(): boolean {
  return Object.values(globalHooks).some(({ size }) => size > 0);
}

/** `hook(module, input)` runs before every module's `forward` and may replace the arguments. */
export function registerModuleForwardPreHook(
  hook: ForwardPreHook<AnyModule, unknown[]>,
  options?: RegisterOptions,
): RemovableHandle {
  return globalHooks.forwardPre.add(hook, options);
}

/** `hook(module, input, output)` runs after every module's `forward` and may replace the output. */
export function registerModuleForwardHook(
  hook: ForwardHook<AnyModule, unknown[], unknown>,
  options?: ForwardRegisterOptions,
): RemovableHandle {
  return globalHooks.forward.add(hook, options);
}

/** `hook(module, gradOutput)` runs in the backward pass before every module's own and may replace gradOutput. */
export function registerModuleFullBackwardPreHook(
  hook: BackwardPreHook<AnyModule>,
  options?: RegisterOptions,
): RemovableHandle {
  return globalHooks.backwardPre.add(hook, options);
}

/** `hook(module, gradInput, gradOutput)` runs when the gradients of any module's inputs are complete. */
export function registerModuleFullBackwardHook(
  hook: BackwardHook<AnyModule>,
  options?: RegisterOptions,
): RemovableHandle {
  return globalHooks.backward.add(hook, options);
}
