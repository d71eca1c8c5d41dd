/**
 * What all optimisers share: parameter groups, each with options of its own, what is remembered of each parameter, and
 * saving and restoring both.
 */
import { clearGradients } from '../../autograd/accumulate.js';
import { noGrad } from '../../autograd/grad-mode.js';
import { check } from '../../errors.js';
import { formatShape } from '../../tensor/shape.js';
import { tidy } from '../../tensor/memory.js';
import { Tensor } from '../../tensor/tensor.js';
import { restoreOptimizer, saveOptimizer, type OptimizerStateDict } from './optimizer-state.js';
import { freeState, type ParameterState } from './parameter-state.js';

/** Parameters that share their options; schedules change `lr`. */
export type ParamGroup<O extends { lr: number }> = O & { readonly params: readonly Tensor[] };

/** What the constructor takes for a group: its parameters, and the options in which it differs from the defaults. */
export type ParamGroupInit<O extends { lr: number }> = Partial<O> & { readonly params: Iterable<Tensor> };

export abstract class Optimizer<O extends { lr: number } = { lr: number }> {
  readonly paramGroups: ParamGroup<O>[] = [];
  /** Empty for parameters that have not had a gradient yet. */
  readonly state = new Map<Tensor, ParameterState>();
  readonly #defaults: O;

  /**
   * @param params parameters, or groups of them with options that differ from `defaults`
   */
  constructor(params: Iterable<Tensor> | readonly ParamGroupInit<O>[], defaults: O) {
    this.#defaults = defaults;
    const items = [...params];
    const groups = items.filter((item) => 'params' in item);
    const tensors = items.filter((item) => item instanceof Tensor);
    check(
      groups.length === 0 || tensors.length === 0,
      () => 'optimizer: expected parameters or groups of them, got both; put all parameters into groups',
    );
    for (const group of groups) this.addParamGroup(group);
    if (groups.length === 0) this.#add(defaults, tensors);
    check(this.#parameters().length > 0, () => 'optimizer: expected at least one parameter, got none');
  }

  /** Adds parameters, such as those of layers that are no longer frozen. Their options are the defaults unless given. */
  addParamGroup(group: ParamGroupInit<O>): void {
    this.#add({ ...this.#defaults, ...group }, [...group.params]);
  }

  #add(options: O, params: readonly Tensor[]): void {
    const all = [...this.#parameters(), ...params];
    check(
      new Set(all).size === all.length,
      () => 'optimizer: expected each parameter once, got one several times (in one group or in two)',
    );
    const computed = params.find((parameter) => !parameter.isLeaf);
    check(
      computed === undefined,
      () =>
        `optimizer: expected leaves, which collect gradients, got a tensor of shape ${formatShape(computed?.shape ?? [])} ` +
        'that was computed from others; give what it is computed from, or detach() it',
    );
    this.checkOptions(options);
    this.paramGroups.push({ ...options, params });
  }

  /** Throws for options that make no sense. */
  protected checkOptions({ lr }: O): void {
    check(lr >= 0, () => `${this.constructor.name}: expected a learning rate of at least 0, got ${lr}`);
  }

  /** Changes one parameter in place; `state` is what is remembered of it. Runs in `noGrad` and in a scope of its own. */
  protected abstract update(parameter: Tensor, grad: Tensor, options: ParamGroup<O>, state: ParameterState): void;

  /** Changes every parameter that has a gradient, in place. */
  step(): void {
    for (const group of this.paramGroups) {
      for (const parameter of group.params) {
        const { grad } = parameter;
        if (!grad) continue;
        const state = this.state.get(parameter) ?? {};
        this.state.set(parameter, state);
        noGrad(() => tidy(() => this.update(parameter, grad, group, state)));
      }
    }
  }

  /** Forgets the gradients. */
  zeroGrad(): void {
    clearGradients(this.#parameters());
  }

  /**
   * All that training needs to go on as if it had not stopped, with PyTorch's names; parameters are numbered through
   * the groups. The tensors themselves, not copies.
   */
  stateDict(): OptimizerStateDict {
    return saveOptimizer(this);
  }

  /**
   * Takes options and remembered values over, from an optimiser of the same kind over parameters of the same shapes.
   * Values are copied.
   * @throws ShapeError when the groups or shapes do not fit; nothing is changed then
   */
  loadStateDict(saved: OptimizerStateDict): void {
    restoreOptimizer(this, saved);
  }

  /** Frees what is remembered; the next step begins anew. The parameters stay. */
  dispose(): void {
    for (const state of this.state.values()) freeState(state);
    this.state.clear();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #parameters(): Tensor[] {
    return this.paramGroups.flatMap((group) => group.params);
  }
}
