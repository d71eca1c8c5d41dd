/**
 * PyTorch's old `register_backward_hook`: it sees the gradients of the last node that the module recorded, which are
 * the module's own only if the module is a single op. Kept because the notes (and much old code) use it; full backward
 * hooks are what to use instead.
 */
import { GraphNode } from '../autograd/node.js';
import type { Gradients } from '../tensor/grad-node.js';
import { Tensor } from '../tensor/tensor.js';
import type { BackwardHook } from './hook-types.js';
import { checkGradients, hookName } from './returned.js';

/** Shows the gradients of the node that made `output` (its first tensor) to the hooks. */
export function attachLegacyHooks<M>(module: M, output: unknown, hooks: readonly BackwardHook<M>[]): void {
  const node = firstTensor(output)?.node;
  if (!(node instanceof GraphNode)) return;
  const viewed = (gradient: Tensor | null, i: number) => {
    const view = node.legacyViews[i];
    return gradient && view ? view(gradient) : gradient;
  };
  node.watch((gradInput: Gradients, gradOutput: Gradients) => {
    const shown = gradInput.map(viewed);
    let current: Gradients = shown;
    for (const hook of hooks) {
      const returned: unknown = hook(module, current, gradOutput);
      if (returned === null || returned === undefined) continue;
      current = checkGradients(hookName('legacy backward hook', hook), 'gradInput', returned, current);
    }
    return current.map((gradient, i) => (gradient === shown[i] ? gradInput[i] : viewed(gradient, i)));
  });
}

function firstTensor(value: unknown): Tensor | undefined {
  if (value instanceof Tensor) return value;
  const items = Array.isArray(value) ? value : value instanceof Object ? Object.values(value) : [];
  return items.find((item) => item instanceof Tensor);
}
