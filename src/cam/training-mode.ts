/**
 * A model in training mode explains itself differently in every run: dropout is random, batch norm looks at the batch.
 */
import { BatchNorm2d } from '../nn/batch-norm.js';
import { Dropout } from '../nn/layers.js';
import type { Module } from '../nn/module.js';
import { warn } from '../warnings.js';

export function warnIfTraining(model: Module, method: string): void {
  const active = model
    .namedModules()
    .filter(
      ([, module]) => module.training && (module instanceof BatchNorm2d || (module instanceof Dropout && module.p > 0)),
    );
  if (active.length === 0) return;
  const [name, module] = active[0];
  warn(
    `${method}: ${module.constructor.name} '${name}'${active.length > 1 ? ` (and ${active.length - 1} more)` : ''} is in training mode; ` +
      'call model.eval() before explaining',
  );
}
