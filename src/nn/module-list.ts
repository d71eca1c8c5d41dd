/** A list of modules that is part of the model: named, trained, saved and printed with it. */
import { BacklightError } from '../errors.js';
import { IndexedContainer } from './container.js';
import type { AnyModule, Module } from './module.js';

/**
 * Modules named '0', '1', ...: the list itself computes nothing, the module that holds it runs its members.
 *
 *     readonly layers = new ModuleList([new Linear(4, 4), new Linear(4, 4)]);
 *     override forward(x: Tensor) {
 *       for (const layer of this.layers) x = layer.call(x);
 *       return x;
 *     }
 *
 * A plain array in its place would hide its modules, as in PyTorch.
 */
export class ModuleList<M extends AnyModule = Module> extends IndexedContainer<M> {
  constructor(modules: Iterable<M> = []) {
    super();
    this.extend(modules);
  }

  override forward(): never {
    throw new BacklightError('ModuleList: expected its modules to be called one by one, got a call of the list');
  }

  /** As PyTorch prints it: equal neighbours share a line, `(0-2): 3 x ReLU()`. */
  override toString(): string {
    const runs: { first: number; count: number; text: string }[] = [];
    [...this].forEach((module, i) => {
      const text = String(module);
      const last = runs.at(-1);
      if (last?.text === text) last.count++;
      else runs.push({ first: i, count: 1, text });
    });
    if (runs.length === 0) return `${this.constructor.name}()`;
    const lines = runs.map(({ first, count, text }) =>
      count === 1 ? `(${first}): ${text}` : `(${first}-${first + count - 1}): ${count} x ${text}`,
    );
    return `${this.constructor.name}(\n${lines.map((line) => `  ${line.replaceAll('\n', '\n  ')}`).join('\n')}\n)`;
  }
}
