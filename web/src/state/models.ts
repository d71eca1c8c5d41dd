/** The networks: the one that ships with the library, the same with random weights, and one of the user's own. */
import { computed, signal, type Signal } from '@preact/signals';
import shippedUrl from '../../../weights/vgg-cifar10.safetensors?url';
import { download, type Download } from '../client/download.js';
import type { ModelInfo, ModelSource } from '../engine/protocol.js';

/** How far the weights have come; null once they are there. */
export const weightsProgress: Signal<Download | null> = signal({ received: 0, total: WEIGHT_BYTES });
export const weightsError: Signal<string | null> = signal(null);

export const shipped: Signal<ModelSource | null> = signal(null);
export const own: Signal<ModelSource | null> = signal(null);
/** What is known of the user's network since it was loaded. */
export const ownInfo: Signal<ModelInfo | null> = signal(null);

/** The network that the views are about. */
export const model = computed<ModelSource | null>(() => own.value ?? shipped.value);

/** The same network, as nobody has trained it. */
export const randomised = (source: ModelSource): ModelSource => ({
  ...source,
  key: `${source.key} randomised`,
  randomised: true,
});

export async function loadShipped(): Promise<void> {
  weightsError.value = null;
  try {
    const file = await download(shippedUrl, WEIGHT_BYTES, (progress) => (weightsProgress.value = progress));
    const name = shippedUrl.split('/').at(-1) ?? 'weights';
    shipped.value = { key: 'shipped', name: name.replace(/-[\w-]{8}(?=\.safetensors$)/, ''), file };
    weightsProgress.value = null;
  } catch (error) {
    weightsError.value = `the weights could not be loaded: ${error instanceof Error ? error.message : String(error)}`;
  }
}
