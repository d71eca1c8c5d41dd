/** What the methods that run the model many times are given, and how their channel weights become maps. */
import type { Module } from '../nn/module.js';
import { stack } from '../ops/cat.js';
import { reshape } from '../ops/reshape.js';
import { tidy } from '../tensor/memory.js';
import type { Tensor } from '../tensor/tensor.js';
import type { BatchedRuns } from './batched-runs.js';
import { weighedChannels } from './channel-maps.js';

/** A layer of a model, what it returned for some samples, and how to run the model again. */
export interface LayerRun {
  readonly model: Module;
  /** The samples [N,C,H,W]. */
  readonly x: Tensor;
  readonly layer: Module;
  /** What the layer returned: [N,K,h,w]. */
  readonly activation: Tensor;
  /** The class to explain, one per sample. */
  readonly classes: readonly number[];
  readonly runs: BatchedRuns;
}

/**
 * The map with weights that are found sample by sample.
 * @param weightsOf sample n -> [K]
 * @returns [N,h,w]
 */
export async function perSample({ activation }: LayerRun, weightsOf: (n: number) => Promise<Tensor>): Promise<Tensor> {
  const [samples, channels] = activation.shape;
  const weights: Tensor[] = [];
  try {
    for (let n = 0; n < samples; n++) weights.push(await weightsOf(n));
    return tidy(() => weighedChannels(activation, reshape(stack(weights), [samples, channels, 1, 1])));
  } finally {
    for (const tensor of weights) tensor.dispose();
  }
}
