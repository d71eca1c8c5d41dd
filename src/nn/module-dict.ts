/** Modules by key, part of the model: named, trained, saved and printed with it. */
import { ArgumentError, BacklightError } from '../errors.js';
import { nearest } from '../nearest.js';
import { Container } from './container.js';
import type { AnyModule, Module } from './module.js';
import { namedEntries, type NamedModules } from './sequential.js';

/** Modules under keys, in the order in which they came. It computes nothing: call its members. */
export class ModuleDict<M extends AnyModule = Module> extends Container<M> {
  constructor(modules: NamedModules<M> = {}) {
    super();
    this.update(modules);
  }

  /** @throws ArgumentError that suggests the nearest keys */
  get(key: string): M {
    const found = this.items.get(key);
    if (found) return found;
    throw new ArgumentError(
      `ModuleDict: no module has the key '${key}'; the nearest are ${nearest(key, [...this.keys()]).join(', ') || '(it is empty)'}`,
    );
  }

  /** Adds a module, or puts another one under a key that is there. */
  set(key: string, module: M): this {
    this.setItem(key, module);
    return this;
  }

  has(key: string): boolean {
    return this.items.has(key);
  }

  /** Takes a module out; it is not disposed of. */
  delete(key: string): boolean {
    return this.items.delete(key);
  }

  update(modules: NamedModules<M>): this {
    for (const [key, module] of namedEntries(modules)) this.setItem(key, module);
    return this;
  }

  keys(): IterableIterator<string> {
    return this.items.keys();
  }

  values(): IterableIterator<M> {
    return this.items.values();
  }

  entries(): IterableIterator<[string, M]> {
    return this.items.entries();
  }

  [Symbol.iterator](): IterableIterator<[string, M]> {
    return this.entries();
  }

  override forward(): never {
    throw new BacklightError('ModuleDict: expected its modules to be called one by one, got a call of the dictionary');
  }
}
