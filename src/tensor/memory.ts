/**
 * Memory scopes: `tidy` frees what a scope made and did not return.
 *
 * Wasm and GPU memory is not garbage collected. A finalization registry is the safety net, but it cannot run inside a
 * synchronous loop: a loop should wrap its body in `tidy`, or end single tensors with `dispose()` or `using`.
 */
import { BacklightError } from '../errors.js';
import type { GradNode } from './grad-node.js';
import { closeScope, openScope, outlives, type Scope } from './scope.js';
import { Tensor } from './tensor.js';

/**
 * Runs `body` and frees every tensor made in it, except those it returns (alone, or in arrays, maps, sets and plain
 * objects), those given to `keep`, parameters, buffers, and the `grad` of every tensor that lives on. The graph that a
 * surviving tensor needs for its backward pass survives with it.
 *
 * @throws BacklightError when `body` is async: what it makes after its first `await` is outside the scope
 */
export function tidy<T>(body: () => T): T {
  const scope = openScope();
  let result: T;
  try {
    result = body();
  } catch (error) {
    leave(scope, new Set());
    throw error;
  }
  if (result instanceof Promise) {
    leave(scope, new Set());
    throw new BacklightError(
      'tidy: expected a synchronous function, got one that returns a Promise; await outside of tidy',
    );
  }
  leave(scope, tensorsIn(result));
  return result;
}

/**
 * Lets a tensor out of every scope: it lives until `dispose()`.
 * @returns the tensor itself
 */
export function keep<T extends Tensor>(tensor: T): T {
  tensor.kept = true;
  return tensor;
}

/** Ends a scope: survivors move to the scope around it, kept tensors leave all scopes, the rest is freed. */
function leave(scope: Scope, returned: ReadonlySet<Tensor>): void {
  const outer = closeScope(scope);
  const kept = new Set<GradNode>();
  const moved = new Set<GradNode>();
  const survivors = [...scope.tensors].filter((tensor) => outlives(tensor, scope, returned));
  for (const tensor of [...survivors, ...returned]) {
    markReachable(tensor.node, scope.nodes, tensor.kept ? kept : moved);
  }

  for (const node of scope.nodes) {
    if (kept.has(node)) continue;
    if (moved.has(node)) outer?.nodes.add(node);
    else node.release();
  }
  for (const tensor of survivors) {
    scope.tensors.delete(tensor);
    if (!tensor.kept) outer?.tensors.add(tensor);
  }
  for (const tensor of scope.tensors) tensor.dispose();
}

/** Marks this scope's nodes from which `start` was computed; iterative, since graphs can be deep. */
function markReachable(start: GradNode | null, inScope: ReadonlySet<GradNode>, reachable: Set<GradNode>): void {
  const pending = start ? [start] : [];
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (!inScope.has(node) || reachable.has(node)) continue;
    reachable.add(node);
    for (const edge of node.edges) if (edge) pending.push(edge.node);
  }
}

/** The tensors in a returned value: alone, or nested in arrays, maps, sets and plain objects. */
function tensorsIn(value: unknown, found = new Set<Tensor>(), seen = new Set<object>()): Set<Tensor> {
  if (typeof value !== 'object' || value === null || seen.has(value)) return found;
  seen.add(value);
  if (value instanceof Tensor) {
    found.add(value);
  } else if (Array.isArray(value) || value instanceof Set) {
    for (const item of value) tensorsIn(item, found, seen);
  } else if (value instanceof Map) {
    for (const item of value.values()) tensorsIn(item, found, seen);
  } else if (isPlainObject(value)) {
    for (const item of Object.values(value)) tensorsIn(item, found, seen);
  }
  return found;
}

function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
