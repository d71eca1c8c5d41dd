/** What all optimisers share: parameter groups, each with options of its own, and clearing gradients. */
import { clearGradients } from '../../autograd/accumulate.js';
import { check } from '../../errors.js';
import { formatShape } from '../../tensor/shape.js';
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
    const all = this.paramGroups.flatMap((group) => group.params);
    check(all.length > 0, () => 'optimizer: expected at least one parameter, got none');
    check(
      new Set(all).size === all.length,
      () => 'optimizer: expected each parameter once, got one several times (in one group or in two)',
    );
    const computed = all.find((parameter) => !parameter.isLeaf);
    check(
      computed === undefined,
      () =>
        `optimizer: expected leaves, which collect gradients, got a tensor of shape ${formatShape(computed?.shape ?? [])} ` +
        'that was computed from others; give what it is computed from, or detach() it',
    );
  }

  /** Changes every parameter that has a gradient, in place. */
  abstract step(): void;

  /** Forgets the gradients. */
  zeroGrad(): void {
    for (const { params } of this.paramGroups) clearGradients(params);
  }
}
