/** A network as the bytes of a weight file that `loadModel` understands. */
import { ArgumentError } from '../errors.js';
import { Module, type AnyModule } from '../nn/module.js';
import type { Tensor } from '../tensor/tensor.js';
import type { ModelSpec } from './model-registry.js';
import type { Preprocess } from './preprocess-spec.js';
import { writeSafetensors, type SafetensorsInput } from './safetensors-writer.js';

export type WeightType = 'F32' | 'F16' | 'BF16';

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
 * @param dtype of the weights: one type, or a function of each tensor; PyTorch's counters `num_batches_tracked` are I64, as
 * PyTorch writes them. Default: 'F32'
 * @throws FormatError for a value that the type cannot hold
 */
export async function stateToSafetensors(
  module: AnyModule,
  metadata: Readonly<Record<string, string>> = {},
  dtype: WeightType | ((name: string, tensor: Tensor) => WeightType) = 'F32',
): Promise<Uint8Array> {
  if (!(module instanceof Module)) {
    throw new ArgumentError(
      'stateToSafetensors: expected a module, got something else; it takes the stateDict() itself',
    );
  }
  const tensors: [string, SafetensorsInput][] = [];
  for (const [name, tensor] of module.stateDict()) {
    const chosen = typeof dtype === 'function' ? dtype(name, tensor) : dtype;
    const type = name.endsWith('num_batches_tracked') ? 'I64' : chosen;
    tensors.push([name, { shape: tensor.shape, data: await tensor.data(), dtype: type }]);
  }
  return writeSafetensors(tensors, metadata);
}
