/** What an optimiser remembers of one parameter between steps. */
import { keep } from '../../tensor/memory.js';
import { Tensor } from '../../tensor/tensor.js';

/** Under PyTorch's names: `{ step: 3, exp_avg: Tensor, ... }`. */
export type ParameterState = Record<string, number | Tensor>;

export function freeState(state: ParameterState): void {
  for (const value of Object.values(state)) if (value instanceof Tensor) value.dispose();
}

/** The remembered tensor of that name; the first time, what `create` makes. */
export function remembered(state: ParameterState, name: string, create: () => Tensor): Tensor {
  const found = state[name];
  if (found instanceof Tensor) return found;
  return (state[name] = keep(create()));
}

/** Counts this step: 1 for the first. */
export function countStep(state: ParameterState): number {
  const step = (typeof state.step === 'number' ? state.step : 0) + 1;
  state.step = step;
  return step;
}
