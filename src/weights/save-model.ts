/** A network as the bytes of a weight file that `loadModel` understands. */
import { ArgumentError } from '../errors.js';
import { Module, type AnyModule } from '../nn/module.js';
import type { ModelSpec } from './model-registry.js';
import type { Preprocess } from './preprocess-spec.js';
import { writeSafetensors, type SafetensorsInput } from './safetensors-writer.js';

/** What `loadModel` reads from the metadata; further strings, such as `description`, are kept as they are. */
export interface ModelCard {
  readonly model: ModelSpec;
  readonly labels: readonly string[];
  readonly preprocess: Preprocess;
  readonly [key: string]: unknown;
}

/** The metadata of a weight file. What is not a string is stored as its JSON. */
export function modelMetadata(card: ModelCard): Record<string, string> {
  const entries = Object.entries(card).map(([key, value]) => [
    key,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  return { format: 'backlight', ...Object.fromEntries(entries) };
}

/**
 * The bytes of a safetensors file with a module's parameters and buffers, in the order of its `stateDict()`.
 * @param dtype of the weights; PyTorch's counters `num_batches_tracked` are I64, as PyTorch writes them. Default: 'F32'
 * @throws FormatError for a value that the type cannot hold
 */
export async function stateToSafetensors(
  module: AnyModule,
  metadata: Readonly<Record<string, string>> = {},
  dtype: 'F32' | 'F16' | 'BF16' = 'F32',
): Promise<Uint8Array> {
  if (!(module instanceof Module)) {
    throw new ArgumentError(
      'stateToSafetensors: expected a module, got something else; it takes the stateDict() itself',
    );
  }
  const tensors: [string, SafetensorsInput][] = [];
  for (const [name, tensor] of module.stateDict()) {
    const type = name.endsWith('num_batches_tracked') ? 'I64' : dtype;
    tensors.push([name, { shape: tensor.shape, data: await tensor.data(), dtype: type }]);
  }
  return writeSafetensors(tensors, metadata);
}
