/** Training that begins with the weights of a trained network instead of random ones. */
import type { Module } from '../nn/module.js';
import type { ChannelStatistics } from './labelled-images.js';

/** Where the weights came from. It is stored with every checkpoint and with the weights at the end. */
export interface Beginning {
  /** The name of their file, without folders. */
  readonly file: string;
  /** What they were trained on was normalised by these. */
  readonly statistics: ChannelStatistics;
  /** The last layer, where it begins with random weights because the classes are others. */
  readonly newLayer: string | null;
  /** What the file says of its own training. */
  readonly training: unknown;
}

/** The path of the layer that tells the classes apart: the last one with parameters. */
export function lastLayer(model: Module): string {
  const names = model.namedParameters().map(([name]) => name);
  const last = names[names.length - 1];
  return last.slice(0, last.lastIndexOf('.'));
}

/** Takes parameters and running statistics over, but for those of `newLayer`. @param trained of the same architecture */
export function takeOver(model: Module, trained: Module, newLayer: string | null): void {
  const state = trained.stateDict();
  for (const name of state.keys()) if (newLayer !== null && name.startsWith(`${newLayer}.`)) state.delete(name);
  model.loadStateDict(state, { strict: false });
}
