/** The weight file at the end of training: half precision where it costs nothing, and an evaluation of what it holds. */
import t from 'tap';
import { noGrad } from '../../src/autograd/grad-mode.js';
import { backendInfo } from '../../src/backends/active.js';
import * as init from '../../src/nn/init.js';
import type { Module } from '../../src/nn/module.js';
import { assign } from '../../src/ops/assign.js';
import { tensor } from '../../src/ops/creation.js';
import { manualSeed } from '../../src/tensor/random.js';
import { evaluate } from '../../src/training/evaluate.js';
import { finishModel } from '../../src/training/finished.js';
import { channelStatistics } from '../../src/training/labelled-images.js';
import { loadModel } from '../../src/weights/load-model.js';
import { buildModel, type ModelSpec } from '../../src/weights/model-registry.js';
import { preprocessPresets } from '../../src/weights/preprocess-spec.js';
import { parseSafetensors, readFloat32 } from '../../src/weights/safetensors.js';
import { stateToSafetensors } from '../../src/weights/save-model.js';
import { settledStorages } from '../settled.js';
import { noisyImages } from './helpers.js';

const images = noisyImages(90, 2);
const statistics = channelStatistics(images);
const spec = (batchNorm: boolean): ModelSpec => {
  return { name: 'vgg', options: { cfg: [4], batchNorm, avgpool: 1, hidden: [], classes: 3 } };
};
const card = (batchNorm = true) => ({
  model: spec(batchNorm),
  labels: images.classes,
  preprocess: preprocessPresets.cifar10,
  description: 'made in a test',
});

/** Random weights and statistics, none of which half precision holds exactly. */
function random(): Module {
  manualSeed(8);
  const model = buildModel(spec(true));
  for (const [name, value] of model.stateDict()) {
    if (!name.endsWith('num_batches_tracked')) init.uniform_(value, 0.5, 0.9);
    if (/\.0\.(weight|bias)$/.test(name)) init.uniform_(value, -1, 1);
  }
  return model.eval();
}

t.test('half precision for weights, F32 for biases and batch norm', async (t) => {
  using model = random();
  const before = await settledStorages();
  const { bytes, dtype, evaluation, accuracy } = await finishModel(model, card(), images, statistics);
  t.equal(backendInfo().storages, before, 'nothing is left behind');
  t.equal(dtype, 'F16');
  const file = parseSafetensors(bytes);
  t.same(
    [...file.tensors].map(([name, { dtype }]) => `${name} ${dtype}`),
    [
      'features.0.weight F16',
      'features.0.bias F32',
      'features.1.weight F32',
      'features.1.bias F32',
      'features.1.running_mean F32',
      'features.1.running_var F32',
      'features.1.num_batches_tracked I64',
      'classifier.0.weight F16',
      'classifier.0.bias F32',
    ],
  );
  const bias = [...(model.stateDict().get('features.0.bias')?.dataSync() ?? [])];
  t.same([...readFloat32(file, 'features.0.bias')], bias);

  const read = loadModel(bytes);
  t.same(read.labels, images.classes);
  t.equal(read.metadata.description, 'made in a test');
  t.same(await evaluate(read.model, images, statistics), evaluation, 'the evaluation is of what the file holds');
  const full = await evaluate(model, images, statistics);
  t.equal(full.accuracy, accuracy);
  t.not(full.loss, evaluation.loss, 'which is not quite the model');
  read.model.dispose();
});

/** What it takes an image for depends on the classes' weights alone. */
function narrow(weights: readonly [number, number, number]): Module {
  const model = buildModel(spec(false)).eval();
  const [kernels, offsets, head, bias] = model.parameters();
  init.constant_(kernels, 0);
  init.constant_(offsets, 1);
  init.constant_(bias, 0);
  const [a, b, c] = weights;
  using values = tensor([a, a, a, a, b, b, b, b, c, c, c, c], { shape: [3, 4] });
  noGrad(() => assign(head, values));
  return model;
}

/** More of the second class than of the first. */
const uneven = { ...images, labels: images.labels.map((_, i) => Number(i % 3 !== 0)) };

t.test('F32 where half precision changes the accuracy', async (t) => {
  // 1 + 2^-12 is 1 in half precision; of equal numbers the first one wins
  using model = narrow([1, 1 + 2 ** -12, 0]);
  const before = await settledStorages();
  const { bytes, dtype, evaluation, accuracy } = await finishModel(model, card(false), uneven, statistics);
  t.equal(backendInfo().storages, before);
  t.equal(dtype, 'F32');
  t.equal(accuracy, 2 / 3);
  t.equal(evaluation.accuracy, accuracy);
  t.same(evaluation.perClass, [0, 1, NaN], 'as the model, all are taken for the second class');
  t.same(
    [...parseSafetensors(bytes).tensors.values()].map(({ dtype }) => dtype),
    ['F32', 'F32', 'F32', 'F32'],
  );
});

t.test('F32 where half precision has no room', async (t) => {
  using model = narrow([1, 70_000, 0]);
  const before = await settledStorages();
  const { bytes, dtype, evaluation } = await finishModel(model, card(false), images, statistics);
  t.equal(backendInfo().storages, before);
  t.equal(dtype, 'F32');
  t.same(evaluation.perClass, [0, 1, 0]);
  t.equal(Math.max(...readFloat32(parseSafetensors(bytes), 'classifier.0.weight')), 70_000);
});

t.test('a type for each tensor', async (t) => {
  using model = random();
  const seen: string[] = [];
  const bytes = await stateToSafetensors(model, { note: 'x' }, (name, { ndim }) => {
    seen.push(`${name} ${ndim}`);
    return name.startsWith('classifier') ? 'BF16' : ndim > 1 ? 'F16' : 'F32';
  });
  t.same(
    seen,
    [...model.stateDict()].map(([name, { ndim }]) => `${name} ${ndim}`),
    'asked once for each',
  );
  const { tensors, metadata } = parseSafetensors(bytes);
  t.same(
    ['features.0.weight', 'features.0.bias', 'classifier.0.weight', 'classifier.0.bias'].map(
      (name) => tensors.get(name)?.dtype,
    ),
    ['F16', 'F32', 'BF16', 'BF16'],
  );
  t.equal(tensors.get('features.1.num_batches_tracked')?.dtype, 'I64', 'counters are what they are');
  t.same(metadata, { note: 'x' });
  t.same(
    await stateToSafetensors(model, { note: 'x' }, () => 'F16'),
    await stateToSafetensors(model, { note: 'x' }, 'F16'),
  );
});
