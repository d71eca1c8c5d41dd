/** A network of the user's own: its file, and what the user says of it. */
import { signal, type Signal } from '@preact/signals';
import type { PreprocessPreset } from 'backlight/weights/preprocess-spec.js';
import { engine } from '../client/engine.js';
import type { ModelInfo, ModelSource } from '../engine/protocol.js';
import { engineChoice } from './engine-choice.js';
import { own, ownInfo } from './models.js';
import { nextKey } from './pictures.js';
import { Run } from './run.js';

export const FROM_FILE = 'from the file';

export const file: Signal<File | null> = signal(null);
export const network = signal(FROM_FILE);
export const preprocess: Signal<PreprocessPreset | typeof FROM_FILE> = signal(FROM_FILE);
export const labels: Signal<ModelSource['labels'] | null> = signal(null);
export const loading = new Run<ModelInfo>();

export async function load(): Promise<void> {
  const chosen = file.value;
  if (!chosen) {
    loading.error.value = 'expected a safetensors file of weights, none was chosen yet';
    return;
  }
  const source: ModelSource = {
    key: `${nextKey()} network`,
    name: chosen.name,
    file: chosen,
    ...(network.value === FROM_FILE ? {} : { network: network.value }),
    ...(preprocess.value === FROM_FILE ? {} : { preprocess: preprocess.value }),
    ...(labels.value ? { labels: labels.value } : {}),
  };
  const call = engine.call(
    'describe',
    { engine: engineChoice.value, model: source },
    { lane: 'describe', onProgress: loading.onProgress },
  );
  const info = await loading.follow(call);
  if (!info) return;
  own.value = source;
  ownInfo.value = info;
}

export function takeWeights(taken: File): void {
  file.value = taken;
  void load();
}

export function backToShipped(): void {
  own.value = null;
  ownInfo.value = null;
  file.value = null;
  loading.error.value = null;
}
