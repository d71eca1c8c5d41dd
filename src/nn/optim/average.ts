/** The exponential moving average of a model's weights, which often tests better than the weights themselves. */
import { noGrad } from '../../autograd/grad-mode.js';
import { add, mul } from '../../ops/arithmetic.js';
import { assign } from '../../ops/assign.js';
import { tidy } from '../../tensor/memory.js';
import type { AnyModule } from '../module.js';
import { requireMatch, compareState } from '../state-dict.js';

/**
 * Moves `average` towards `model`, every parameter and every running statistic:
 *
 *     average <- decay * average + (1 - decay) * model
 *
 * As PyTorch's `swa_utils.get_ema_multi_avg_fn(decay)` with `use_buffers=True`; counters of batches are copied. Call it after
 * each optimiser step.
 * @param average a model of the same structure, which this changes in place
 * @param decay from 0 (a copy) up to but without 1
 * @throws FormatError for a model of another structure
 */
export function updateAverage(average: AnyModule, model: AnyModule, decay: number): void {
  const own = average.stateDict();
  const other = model.stateDict();
  const shapes = new Map([...other].map(([name, { shape }]) => [name, shape]));
  requireMatch('updateAverage', compareState(average, shapes), true);
  noGrad(() =>
    tidy(() => {
      for (const [name, target] of own) {
        const source = other.get(name);
        if (!source) continue;
        const copied = decay === 0 || name.endsWith('num_batches_tracked');
        assign(target, copied ? source : add(mul(target, decay), source, 1 - decay));
      }
    }),
  );
}
