/**
 * Modules that hold others under names which are no properties: `0`, `1`, ... or keys that the user chose.
 *
 * A plain array or object of modules as a property is invisible, as it is in PyTorch: its modules have no names, are
 * not trained, saved or switched to evaluation. `ModuleList` and `ModuleDict` are there for that.
 */
import { check } from '../errors.js';
import { Module, type AnyModule } from './module.js';

export abstract class Container<
  M extends AnyModule = Module,
  In extends unknown[] = unknown[],
  Out = unknown,
> extends Module<In, Out> {
  protected readonly items = new Map<string, M>();

  get length(): number {
    return this.items.size;
  }

  /** The contained modules, and then those that a subclass holds as properties. */
  override namedChildren(): [string, Module][] {
    return [...(this.items as Map<string, AnyModule> as Map<string, Module>), ...super.namedChildren()];
  }

  protected setItem(name: string, module: M): void {
    check(
      module instanceof Module,
      () => `${this.constructor.name}: expected a module as '${name}', got ${String(module)}`,
    );
    check(
      name !== '' && !name.includes('.'),
      () => `${this.constructor.name}: expected a name that is not empty and has no dot, got '${name}'`,
    );
    this.items.set(name, module);
  }
}

/** Modules by position; negative positions count from the end. */
export abstract class IndexedContainer<
  M extends AnyModule = Module,
  In extends unknown[] = unknown[],
  Out = unknown,
> extends Container<M, In, Out> {
  /** The module at a place. */
  get(index: number): M {
    const found = [...this.items.values()].at(index);
    if (found && Number.isInteger(index)) return found;
    throw this.#outside(index);
  }

  /** Puts another module in a place. */
  set(index: number, module: M): this {
    const name = [...this.items.keys()].at(index);
    if (name === undefined) throw this.#outside(index);
    this.setItem(name, module);
    return this;
  }

  /** Adds a module at the end, under its position as name. */
  append(module: M): this {
    const name = String(this.length);
    check(!this.items.has(name), () => `${this.constructor.name}: append: the name '${name}' is taken`);
    this.setItem(name, module);
    return this;
  }

  extend(modules: Iterable<M>): this {
    for (const module of [...modules]) this.append(module);
    return this;
  }

  /** Puts a module before the one at `index`; all from there on move up and are renamed. */
  insert(index: number, module: M): this {
    const modules = [...this.items.values()];
    if (!Number.isInteger(index) || Math.abs(index) > modules.length) throw this.#outside(index);
    check(
      [...this.items.keys()].every((name, i) => name === String(i)),
      () =>
        `${this.constructor.name}: insert: expected modules named by position, got ${[...this.items.keys()].join(', ')}`,
    );
    modules.splice(index, 0, module);
    modules.forEach((each, i) => this.setItem(String(i), each));
    return this;
  }

  [Symbol.iterator](): IterableIterator<M> {
    return this.items.values();
  }

  #outside(index: number): RangeError {
    return new RangeError(`${this.constructor.name}: expected an index below ${this.length}, got ${index}`);
  }
}
