/**
 * The stack of open memory scopes. Tensors and graph nodes sign up here when they are made; `memory.ts` opens and
 * closes the scopes.
 */
import type { GradNode } from './grad-node.js';
import type { Tensor } from './tensor.js';

/** What one scope has made so far. */
export interface Scope {
  readonly tensors: Set<Tensor>;
  readonly nodes: Set<GradNode>;
}

const open: Scope[] = [];

export function openScope(): Scope {
  const scope: Scope = { tensors: new Set(), nodes: new Set() };
  open.push(scope);
  return scope;
}

/** Takes a scope off the stack. @returns the scope around it */
export function closeScope(scope: Scope): Scope | undefined {
  const at = open.indexOf(scope);
  if (at >= 0) open.splice(at, 1);
  return open[at - 1];
}

export function trackTensor(tensor: Tensor): void {
  open.at(-1)?.tensors.add(tensor);
}

export function trackNode(node: GradNode): void {
  open.at(-1)?.nodes.add(node);
}

/**
 * Whether the end of `scope` leaves this tensor alive: it is returned or kept, or it is the gradient of a tensor that
 * lives on.
 */
export function outlives(tensor: Tensor, scope: Scope, returned: ReadonlySet<Tensor | null>): boolean {
  if (tensor.kept || returned.has(tensor)) return true;
  const owner = tensor.gradOf;
  if (owner?.grad !== tensor || owner.isDisposed) return false;
  return !scope.tensors.has(owner) || outlives(owner, scope, returned);
}

/** No scope frees this tensor any more. */
export function untrackTensor(tensor: Tensor): void {
  for (const scope of open) scope.tensors.delete(tensor);
}
