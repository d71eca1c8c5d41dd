/** The layers that a caller chose to look at, checked: names are the mistake that is made. */
import { ArgumentError } from '../errors.js';
import { Module } from '../nn/module.js';

/**
 * @param caller begins the message
 * @throws ArgumentError when there is none, or one is not a module
 */
export function chosenLayers(caller: string, layers: Module | readonly Module[] | undefined): readonly Module[] {
  const all: readonly unknown[] = layers === undefined ? [] : Array.isArray(layers) ? layers : [layers];
  if (all.length === 0) {
    throw new ArgumentError(`${caller}: expected at least one layer, got none; take model.getSubmodule('...')`);
  }
  return all.map((layer) => {
    if (layer instanceof Module) return layer as Module;
    const way = typeof layer === 'string' ? `model.getSubmodule('${layer}')` : "model.getSubmodule('...')";
    const shown = typeof layer === 'string' ? `the name '${layer}'` : String(layer);
    throw new ArgumentError(`${caller}: expected layers that are modules of the model, got ${shown}; take ${way}`);
  });
}
