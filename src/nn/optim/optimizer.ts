/** What all optimisers share: parameter groups, each with options of its own, and clearing gradients. */
import { check } from '../../errors.js';
import type { Tensor } from '../../tensor/tensor.js';

/** Parameters that share their options; schedules change `lr`. */
export type ParamGroup<O extends { lr: number }> = O & { readonly params: readonly Tensor[] };

export abstract class Optimizer<O extends { lr: number } = { lr: number }> {
  readonly paramGroups: ParamGroup<O>[];

  /**
   * @param params parameters, or groups of them with options that differ from `defaults`
   */
  constructor(params: Iterable<Tensor> | readonly (Partial<O> & { params: Iterable<Tensor> })[], defaults: O) {
    const items = [...params];
    const groups = items.some((item) => 'params' in item)
      ? (items as (Partial<O> & { params: Iterable<Tensor> })[])
      : [{ params: items as Tensor[] }];
    this.paramGroups = groups.map((group) => ({ ...defaults, ...group, params: [...group.params] }));
    check(
      this.paramGroups.some((group) => group.params.length > 0),
      () => 'optimizer: expected at least one parameter, got none',
    );
  }

  /** Changes every parameter that has a gradient, in place. */
  abstract step(): void;

  /** Forgets the gradients. */
  zeroGrad(): void {
    for (const { params } of this.paramGroups) {
      for (const parameter of params) {
        parameter.grad?.dispose();
        parameter.grad = null;
      }
    }
  }
}
