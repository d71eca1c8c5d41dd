/** Walks over a module's properties: submodules, parameters and buffers, with the names that PyTorch gives them. */
import { ArgumentError } from '../errors.js';
import { nearest } from '../nearest.js';
import type { Tensor } from '../tensor/tensor.js';
import { Module, type AnyModule } from './module.js';
import { Parameter } from './parameter.js';

export function childrenOf(module: AnyModule): [string, Module][] {
  return Object.entries(module).filter((entry): entry is [string, Module] => entry[1] instanceof Module);
}

const join = (prefix: string, name: string): string => (prefix === '' ? name : `${prefix}.${name}`);

export function namedModules(root: AnyModule): [string, Module][] {
  const seen = new Set<AnyModule>();
  const found: [string, Module][] = [];
  const visit = (module: AnyModule, name: string): void => {
    if (seen.has(module)) return;
    seen.add(module);
    found.push([name, module as Module]);
    for (const [child, sub] of childrenOf(module)) visit(sub, join(name, child));
  };
  visit(root, '');
  return found;
}

export function namedParameters(root: AnyModule): [string, Parameter][] {
  const seen = new Set<Parameter>();
  return namedModules(root).flatMap(([prefix, module]) =>
    Object.entries(module).flatMap(([name, value]): [string, Parameter][] => {
      if (!(value instanceof Parameter) || seen.has(value)) return [];
      seen.add(value);
      return [[join(prefix, name), value]];
    }),
  );
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
