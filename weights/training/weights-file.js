/** A VGG as a .safetensors file that says how to build the model and what to feed it, and back. */
import { parseSafetensors, readFloat32, tensor, vgg, writeSafetensors } from '../../dist/index.js';
import { MEAN, STD } from './batches.js';
import { CLASSES } from './cifar10.js';

/** Photographs are shown to the network half as large again as CIFAR-10's images, in their own proportions. */
const PREPROCESS = { size: 48, fit: 'keep', method: 'area', order: 'RGB', range: 1, mean: MEAN, std: STD };

/** Batch norm's numbers and biases are few and stay in float32; the counters of batches are whole. */
function storedAs(name, tensor, dtype) {
  if (name.endsWith('num_batches_tracked')) return 'I64';
  return tensor.ndim > 1 ? dtype : 'F32';
}

/**
 * The bytes of a file with a model's weights.
 * @param {import('../../dist/index.js').Module} model
 * @param {object} options what `vgg` was called with
 * @param {Record<string, string>} [about] more to say in the metadata
 * @param {'F32' | 'F16'} [dtype] of the convolutions' and linear layers' weights
 */
export function pack(model, options, about = {}, dtype = 'F32') {
  const tensors = [...model.stateDict()].map(([name, tensor]) => [
    name,
    { shape: tensor.shape, data: tensor.dataSync(), dtype: storedAs(name, tensor, dtype) },
  ]);
  return writeSafetensors(tensors, {
    format: 'backlight',
    model: JSON.stringify({ name: 'vgg', options }),
    labels: JSON.stringify(CLASSES),
    preprocess: JSON.stringify(PREPROCESS),
    ...about,
  });
}

/**
 * A new model, as such a file describes it, in evaluation mode.
 * @param {Uint8Array} bytes
 */
export function unpack(bytes) {
  const file = parseSafetensors(bytes);
  const model = vgg(JSON.parse(file.metadata.model).options);
  const state = [...file.tensors].map(([name, { shape }]) => [name, tensor(readFloat32(file, name), { shape })]);
  model.loadStateDict(new Map(state));
  for (const [, loaded] of state) loaded.dispose();
  return model.eval();
}
