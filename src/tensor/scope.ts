/**
 * The stack of open memory scopes. Tensors and graph nodes sign up here when they are made; `memory.ts` opens and closes
 * the scopes.
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

/** No scope frees this tensor any more. */
export function untrackTensor(tensor: Tensor): void {
  for (const scope of open) scope.tensors.delete(tensor);
}
