/** Modules one after the other. */
import type { Tensor } from '../tensor/tensor.js';
import { IndexedContainer } from './container.js';
import { Module } from './module.js';

/** Modules with names. An object's keys come in JavaScript's order, whole numbers first; a Map keeps its own. */
export type NamedModules<M = Module> = ReadonlyMap<string, M> | Readonly<Record<string, M>>;

/**
 * Runs its modules in order, each on the result of the one before.
 *
 *     new Sequential(new Linear(2, 3), new ReLU())                        they are named '0', '1', ...
 *     new Sequential({ fc: new Linear(2, 3), relu: new ReLU() })          as PyTorch's OrderedDict
 */
export class Sequential extends IndexedContainer<Module, [Tensor], Tensor> {
  constructor(modules: NamedModules);
  constructor(...modules: Module[]);
  constructor(...modules: [NamedModules] | Module[]) {
    super();
    const [first] = modules;
    if (first === undefined || first instanceof Module) this.extend(modules as Module[]);
    else for (const [name, module] of namedEntries(first)) this.setItem(name, module);
  }

  override forward(x: Tensor): Tensor {
    let out = x;
    for (const module of this.children()) out = module.call(out);
    return out;
  }
}

export function namedEntries<M>(modules: NamedModules<M>): [string, M][] {
  return modules instanceof Map
    ? [...(modules as ReadonlyMap<string, M>)]
    : Object.entries(modules as Record<string, M>);
}
