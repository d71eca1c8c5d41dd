/** Modules one after the other. */
import type { Tensor } from '../tensor/tensor.js';
import { Module } from './module.js';

/** Runs its modules in order, each on the result of the one before. They are named '0', '1', ... */
export class Sequential extends Module<[Tensor]> {
  constructor(...modules: Module[]) {
    super();
    modules.forEach((module, i) =>
      Object.defineProperty(this, String(i), { value: module, enumerable: true, writable: true }),
    );
  }

  get length(): number {
    return this.children().length;
  }

  /** The module at a place; negative ones count from the end. */
  get(index: number): Module {
    const found = this.children().at(index);
    if (!found) throw new RangeError(`Sequential: expected an index below ${this.length}, got ${index}`);
    return found;
  }

  override forward(x: Tensor): Tensor {
    let out = x;
    for (const module of this.children()) out = module.call(out);
    return out;
  }
}
