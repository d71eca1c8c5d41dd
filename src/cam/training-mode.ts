/**
 * A model in training mode explains itself differently in every run: dropout is random, batch norm looks at the batch.
 */
import { BatchNorm1d, BatchNorm2d, Dropout } from '../nn/layers.js';
import type { Module } from '../nn/module.js';
import { warn } from '../warnings.js';

export function warnIfTraining(model: Module, method: string): void {
  const active = model.namedModules().filter(([, module]) => module.training && isRandom(module));
  if (active.length === 0) return;
  const [name, module] = active[0];
  warn(
    `${method}: ${module.constructor.name} '${name}'${active.length > 1 ? ` (and ${active.length - 1} more)` : ''} is in training mode; ` +
      'call model.eval() before explaining',
  );
}

/** Whether a module gives something else in training: for one sample what others decide, or chance. */
function isRandom(module: Module): boolean {
  if (module instanceof Dropout) return module.p > 0;
  return module instanceof BatchNorm1d || module instanceof BatchNorm2d;
}
