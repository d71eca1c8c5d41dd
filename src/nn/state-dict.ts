/** A module's parameters and buffers by name, and the strict way back. */
import { FormatError } from '../errors.js';
import { formatShape, sameShape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { noGrad } from '../autograd/grad-mode.js';
import { assign } from '../ops/assign.js';
import { to } from '../ops/move.js';
import type { AnyModule } from './module.js';
import { join, modulePaths, ownParameters } from './tree.js';

export type StateDict = Map<string, Tensor>;

/**
 * Module by module, its parameters before its buffers, as PyTorch orders them. What is used in several places is there
 * under each of its names.
 */
export function stateDict(module: AnyModule): StateDict {
  return new Map(
    modulePaths(module).flatMap(([prefix, owner]) =>
      [...ownParameters(owner), ...owner.ownBuffers].map(([name, tensor]): [string, Tensor] => [
        join(prefix, name),
        tensor,
      ]),
    ),
  );
}

/** Names and shapes that do not fit a module, all of them. */
export interface StateMismatch {
  readonly missing: string[];
  readonly surplus: string[];
  readonly misshapen: string[];
}

/**
 * Compares names and shapes. PyTorch's counters `num_batches_tracked` may be missing, as in files from before they
 * existed.
 * @param given the shape of each tensor that came
 */
export function compareState(module: AnyModule, given: ReadonlyMap<string, readonly number[]>): StateMismatch {
  const own = stateDict(module);
  const misshapen = [...own].flatMap(([name, tensor]) => {
    const shape = given.get(name);
    return shape && !sameShape(shape, tensor.shape)
      ? [`${name} (expected ${formatShape(tensor.shape)}, got ${formatShape(shape)})`]
      : [];
  });
  return {
    missing: [...own.keys()].filter((name) => !given.has(name) && !name.endsWith('num_batches_tracked')),
    surplus: [...given.keys()].filter((name) => !own.has(name)),
    misshapen,
  };
}

/** Throws one error that lists everything that does not fit. */
export function requireMatch(what: string, mismatch: StateMismatch, strict: boolean): void {
  const parts = [
    ...(mismatch.missing.length > 0 && strict ? [`missing: ${mismatch.missing.join(', ')}`] : []),
    ...(mismatch.surplus.length > 0 && strict ? [`surplus: ${mismatch.surplus.join(', ')}`] : []),
    ...(mismatch.misshapen.length > 0 ? [`wrong shape: ${mismatch.misshapen.join(', ')}`] : []),
  ];
  if (parts.length > 0) {
    throw new FormatError(`${what}: expected the names and shapes of this model's stateDict(); ${parts.join('; ')}`);
  }
}

export function loadStateDict(
  module: AnyModule,
  state: StateDict,
  { strict = true }: { readonly strict?: boolean } = {},
): { missing: string[]; surplus: string[] } {
  const shapes = new Map([...state].map(([name, tensor]) => [name, tensor.shape]));
  const mismatch = compareState(module, shapes);
  requireMatch('loadStateDict', mismatch, strict);
  noGrad(() => {
    for (const [name, own] of stateDict(module)) {
      const source = state.get(name);
      if (!source) continue;
      const local = to(source, own.backend);
      assign(own, local);
      if (local !== source) local.dispose();
    }
  });
  return { missing: mismatch.missing, surplus: mismatch.surplus };
}
