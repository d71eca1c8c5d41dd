/** Saving an optimiser and restoring it, so that training goes on to the bit. */
import { noGrad } from '../../autograd/grad-mode.js';
import { check } from '../../errors.js';
import { clone } from '../../ops/clone.js';
import { to } from '../../ops/move.js';
import { formatShape, sameShape } from '../../tensor/shape.js';
import { keep } from '../../tensor/memory.js';
import { Tensor } from '../../tensor/tensor.js';
import type { Optimizer } from './optimizer.js';
import { freeState, type ParameterState } from './parameter-state.js';

export interface OptimizerStateDict {
  /** By the parameter's number. Parameters that have had no gradient are not there. */
  readonly state: ReadonlyMap<number, Readonly<ParameterState>>;
  /** The options of each group, and the numbers of its parameters. */
  readonly paramGroups: readonly (Readonly<Record<string, unknown>> & { readonly params: readonly number[] })[];
}

export function saveOptimizer(optimizer: Optimizer): OptimizerStateDict {
  const numbers = numbersOf(optimizer);
  return {
    state: new Map([...optimizer.state].map(([parameter, state]) => [numbers.get(parameter) ?? -1, { ...state }])),
    paramGroups: optimizer.paramGroups.map((group) => ({
      ...group,
      params: group.params.map((parameter) => numbers.get(parameter) ?? -1),
    })),
  };
}

export function restoreOptimizer(optimizer: Optimizer, saved: OptimizerStateDict): void {
  const sizes = (groups: readonly { readonly params: readonly unknown[] }[]) =>
    groups.map(({ params }) => params.length);
  check(
    sameShape(sizes(saved.paramGroups), sizes(optimizer.paramGroups)),
    () =>
      'optimizer: loadStateDict: expected groups of ' +
      `${formatShape(sizes(optimizer.paramGroups))} parameters, got ${formatShape(sizes(saved.paramGroups))}`,
  );
  const byNumber = new Map<number, Tensor>();
  saved.paramGroups.forEach(({ params }, i) =>
    params.forEach((number, j) => byNumber.set(number, optimizer.paramGroups[i].params[j])),
  );
  for (const [number, state] of saved.state) checkState(number, state, byNumber.get(number));

  for (const state of optimizer.state.values()) freeState(state);
  optimizer.state.clear();
  for (const [number, state] of saved.state) {
    const parameter = byNumber.get(number);
    if (parameter) optimizer.state.set(parameter, copyState(state, parameter));
  }
  saved.paramGroups.forEach(({ params: _, ...options }, i) => Object.assign(optimizer.paramGroups[i], options));
}

function checkState(number: number, state: Readonly<ParameterState>, parameter: Tensor | undefined): void {
  check(parameter !== undefined, () => `optimizer: loadStateDict: no group has the parameter ${number}`);
  for (const [name, value] of Object.entries(state)) {
    check(
      !(value instanceof Tensor) || sameShape(value.shape, parameter.shape),
      () =>
        `optimizer: loadStateDict: expected ${name} of parameter ${number} of shape ${formatShape(parameter.shape)}, ` +
        `got ${formatShape(value instanceof Tensor ? value.shape : [])}`,
    );
  }
}

/** The same values in tensors of their own, on the parameter's backend. */
function copyState(state: Readonly<ParameterState>, parameter: Tensor): ParameterState {
  const copy = (value: number | Tensor): number | Tensor => {
    if (!(value instanceof Tensor)) return value;
    const local = to(value, parameter.backend);
    return keep(local === value ? noGrad(() => clone(value)) : local);
  };
  return Object.fromEntries(Object.entries(state).map(([name, value]) => [name, copy(value)]));
}

/** Each parameter's number, counted through the groups. */
function numbersOf(optimizer: Optimizer): Map<Tensor, number> {
  return new Map(optimizer.paramGroups.flatMap((group) => group.params).map((parameter, i) => [parameter, i]));
}
