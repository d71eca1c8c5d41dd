/**
 * Hooks on one tensor's gradient: `registerHook`, `retainGrad`, and on its accumulation at a leaf. Importing this file installs them as methods of Tensor.
 *
 * They live on the node that made the tensor (for a leaf, on its accumulation), and run when the whole gradient has
 * arrived there, in the order of registration; what `retainGrad` keeps is the value after all of them.
 */
import { accumulate } from '../autograd/accumulate.js';
import { AccumulateGrad, gradEdge } from '../autograd/node.js';
import { HookError } from '../errors.js';
import type { GradientHooks } from '../tensor/grad-node.js';
import { formatShape } from '../tensor/shape.js';
import { Tensor } from '../tensor/tensor.js';
import type { RemovableHandle } from './handle.js';
import { HookList } from './hook-list.js';
import type { Nothing } from './hook-types.js';
import { checkGradients, hookName, wrongReturn } from './returned.js';

/** Gets the gradient; a tensor that it returns takes the gradient's place. */
export type TensorHook = (grad: Tensor) => Tensor | Nothing;

class TensorHooks implements GradientHooks {
  readonly list = new HookList<TensorHook>('registerHook');
  /** The tensor that wants to keep its gradient. */
  retainFor: Tensor | null = null;

  run(grad: Tensor): Tensor {
    let current = grad;
    for (const { hook } of this.list.round()) {
      const returned: unknown = hook(current);
      if (returned === null || returned === undefined) continue;
      const name = hookName('tensor hook', hook);
      if (!(returned instanceof Tensor)) throw wrongReturn(name, 'a tensor', returned);
      checkGradients(name, 'gradient', [returned], [current]);
      current = returned;
    }
    if (this.retainFor) accumulate(this.retainFor, current);
    return current;
  }
}

/** The hooks of a tensor, made when first asked for. */
function hooksOf(tensor: Tensor, op: string): TensorHooks {
  const edge = gradEdge(tensor);
  if (!edge) {
    throw new HookError(
      `${op}: expected a tensor that requires a gradient, got one of shape ${formatShape(tensor.shape)} that does not; ` +
        'call requiresGrad_() on it, or on what it is computed from',
    );
  }
  const present = edge.node.hooks[edge.index];
  if (present instanceof TensorHooks) return present;
  return (edge.node.hooks[edge.index] = new TensorHooks());
}

/** Calls `hook` with the tensor's gradient whenever a backward pass computes it. */
export function registerHook(tensor: Tensor, hook: TensorHook): RemovableHandle {
  return hooksOf(tensor, 'registerHook').list.add(hook);
}

/** Makes backward fill `grad` of a tensor that is no leaf. Leaves that require a gradient have theirs anyway. */
export function retainGrad(tensor: Tensor): void {
  const hooks = hooksOf(tensor, 'retainGrad');
  if (!tensor.isLeaf) hooks.retainFor = tensor;
}

/** Gets a leaf whose gradient has just been added to. */
export type PostAccumulateHook = (leaf: Tensor) => void;

const postAccumulate = new WeakMap<AccumulateGrad, HookList<PostAccumulateHook>>();

/**
 * Calls `hook` with a leaf after each accumulation into its `grad`.
 * @throws HookError on a tensor that was computed from others: only leaves accumulate
 */
export function registerPostAccumulateGradHook(tensor: Tensor, hook: PostAccumulateHook): RemovableHandle {
  const node = gradEdge(tensor)?.node;
  if (!(node instanceof AccumulateGrad)) {
    throw new HookError(
      `registerPostAccumulateGradHook: expected a leaf that requires a gradient, got a tensor of shape ` +
        `${formatShape(tensor.shape)} that ${node ? 'was computed from others; use registerHook' : 'requires none'}`,
    );
  }
  let list = postAccumulate.get(node);
  if (!list) {
    const hooks = new HookList<PostAccumulateHook>('registerPostAccumulateGradHook');
    node.afterAccumulate = (leaf) => {
      for (const entry of hooks.round()) entry.hook(leaf);
    };
    postAccumulate.set(node, (list = hooks));
  }
  return list.add(hook);
}

declare module '../tensor/tensor.js' {
  interface Tensor {
    /** See {@link registerHook}. */
    registerHook(hook: TensorHook): RemovableHandle;
    /** See {@link retainGrad}. */
    retainGrad(): void;
    /** See {@link registerPostAccumulateGradHook}. */
    registerPostAccumulateGradHook(hook: PostAccumulateHook): RemovableHandle;
  }
}

Tensor.prototype.registerHook = function (hook) {
  return registerHook(this, hook);
};
Tensor.prototype.retainGrad = function () {
  retainGrad(this);
};
Tensor.prototype.registerPostAccumulateGradHook = function (hook) {
  return registerPostAccumulateGradHook(this, hook);
};
