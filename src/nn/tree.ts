/** Walks over a module's properties: submodules, parameters and buffers, with the names that PyTorch gives them. */
import { ArgumentError } from '../errors.js';
import { nearest } from '../nearest.js';
import type { Tensor } from '../tensor/tensor.js';
import { Module, type AnyModule } from './module.js';
import { Parameter } from './parameter.js';

/** The modules among its properties. */
export function childrenOf(module: AnyModule): [string, Module][] {
  return Object.entries(module).filter((entry): entry is [string, Module] => entry[1] instanceof Module);
}

/** `features` and `0` make `features.0`; the root's name is empty. */
export const join = (prefix: string, name: string): string => (prefix === '' ? name : `${prefix}.${name}`);

/**
 * The module and all below it under each of their names; what is used in several places appears several times. A module
 * that points back at one above it is not followed.
 */
export function modulePaths(root: AnyModule): [string, Module][] {
  const found: [string, Module][] = [];
  const visit = (module: AnyModule, name: string, above: readonly AnyModule[]): void => {
    if (above.includes(module)) return;
    found.push([name, module as Module]);
    for (const [child, sub] of module.namedChildren()) visit(sub, join(name, child), [...above, module]);
  };
  visit(root, '', []);
  return found;
}

/** The same, with each module under its first name only. */
export function namedModules(root: AnyModule): [string, Module][] {
  const seen = new Set<Module>();
  return modulePaths(root).filter(([, module]) => !seen.has(module) && seen.add(module));
}

/** A module's own parameters. */
export function ownParameters(module: AnyModule): [string, Parameter][] {
  return Object.entries(module).filter((entry): entry is [string, Parameter] => entry[1] instanceof Parameter);
}

export function namedParameters(root: AnyModule): [string, Parameter][] {
  const seen = new Set<Parameter>();
  return namedModules(root)
    .flatMap(([prefix, module]) =>
      ownParameters(module).map(([name, parameter]): [string, Parameter] => [join(prefix, name), parameter]),
    )
    .filter(([, parameter]) => !seen.has(parameter) && seen.add(parameter));
}

export function namedBuffers(root: AnyModule): [string, Tensor][] {
  return namedModules(root).flatMap(([prefix, module]) =>
    [...module.ownBuffers].map(([name, buffer]): [string, Tensor] => [join(prefix, name), buffer]),
  );
}

export function findModule(root: AnyModule, name: string): Module {
  const modules = new Map(namedModules(root));
  const found = modules.get(name);
  if (found) return found;
  throw new ArgumentError(
    `getSubmodule: no module is named '${name}'; ` +
      `the nearest names are ${nearest(
        name,
        [...modules.keys()].filter((key) => key !== ''),
      ).join(', ')}`,
  );
}
