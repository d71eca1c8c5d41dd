import t from 'tap';
import { backendInfo, setBackend, withBackend } from '../../src/backends/active.js';
import { BatchNorm2d } from '../../src/nn/layers/batch-norm.js';
import * as init from '../../src/nn/init.js';
import type { Module } from '../../src/nn/module.js';
import { noGrad } from '../../src/autograd/grad-mode.js';
import { randn } from '../../src/ops/creation.js';
import { defaultGenerator, manualSeed } from '../../src/tensor/random.js';
import { loadModel, numberedLabels, type LoadModelOptions } from '../../src/weights/load-model.js';
import {
  buildModel,
  checkModelSpec,
  classCount,
  modelNames,
  type ModelSpec,
} from '../../src/weights/model-registry.js';
import { preprocessPresets } from '../../src/weights/preprocess-spec.js';
import { parseSafetensors, readFloat32 } from '../../src/weights/safetensors.js';
import { writeSafetensors, type SafetensorsInput } from '../../src/weights/safetensors-writer.js';
import { modelMetadata, stateToSafetensors } from '../../src/weights/save-model.js';
import { settledStorages } from '../settled.js';

const spec = { name: 'vgg', options: { cfg: [4, 'M'] as const, batchNorm: true, avgpool: 2, hidden: [5], classes: 3 } };
const card = { model: spec, labels: ['a', 'b', 'c'], preprocess: preprocessPresets.cifar10, description: 'made here' };

/** A network with random weights, statistics and counters. */
function trained(): Module {
  manualSeed(3);
  const model = buildModel(spec);
  for (const [name, buffer] of model.namedBuffers()) {
    if (name.endsWith('num_batches_tracked')) init.constant_(buffer, 1234);
    else init.uniform_(buffer, 0.5, 2);
  }
  return model;
}

function logits(model: Module, seed = 1): number[] {
  manualSeed(seed);
  const x = randn([1, 3, 8, 8]);
  const y = noGrad(() => model.eval().call(x));
  return [...y.dataSync()];
}

t.test('what was saved is loaded: the same state and the same answers', async (t) => {
  using model = trained();
  const bytes = await stateToSafetensors(model, modelMetadata(card));
  const loaded = loadModel(bytes, { name: 'w' });
  t.same(loaded.spec, spec);
  t.same(loaded.labels, card.labels);
  t.same(loaded.preprocess, card.preprocess);
  t.match(loaded.metadata, { format: 'backlight', description: 'made here' });
  const own = model.stateDict();
  t.same([...loaded.model.stateDict().keys()], [...own.keys()]);
  for (const [name, tensor] of loaded.model.stateDict()) t.same(tensor.dataSync(), own.get(name)?.dataSync(), name);
  t.same(logits(loaded.model), logits(model));
  t.equal(parseSafetensors(bytes).tensors.get('features.1.num_batches_tracked')?.dtype, 'I64');
  loaded.model.dispose();
});

t.test('frozen, and in evaluation mode', async (t) => {
  using model = trained();
  const loaded = loadModel(await stateToSafetensors(model, modelMetadata(card)));
  t.same(
    loaded.model.parameters().filter(({ requiresGrad }) => requiresGrad),
    [],
  );
  t.same(
    loaded.model.modules().filter(({ training }) => training),
    [],
  );
  loaded.model.dispose();
});

t.test('half precision halves the file and changes little', async (t) => {
  using model = trained();
  const full = await stateToSafetensors(model, modelMetadata(card));
  const whole = logits(model);
  for (const [dtype, tolerance] of [
    ['F16', 2e-3],
    ['BF16', 2e-2],
  ] as const) {
    const bytes = await stateToSafetensors(model, modelMetadata(card), dtype);
    t.ok(bytes.length < full.length);
    const loaded = loadModel(bytes);
    const near = logits(loaded.model);
    t.notSame(near, whole);
    for (const [i, value] of near.entries()) t.ok(Math.abs(value - whole[i]) < tolerance, `${dtype} ${i}`);
    loaded.model.dispose();
  }
});

t.test('on the backend that is active', async (t) => {
  using model = trained();
  const bytes = await stateToSafetensors(model, modelMetadata(card));
  withBackend('reference64', () => {
    const loaded = loadModel(bytes);
    t.same(
      loaded.model
        .parameters()
        .map(({ backend }) => backend.name)
        .filter((name) => name !== 'reference64'),
      [],
    );
    loaded.model.dispose();
  });
});

t.test('loading draws no random numbers', async (t) => {
  using model = trained();
  const bytes = await stateToSafetensors(model, modelMetadata(card));
  manualSeed(99);
  const next = defaultGenerator.uniform();
  manualSeed(99);
  loadModel(bytes).model.dispose();
  t.equal(defaultGenerator.uniform(), next);
  const after = buildModel(spec);
  t.ok(
    after
      .parameters()[0]
      .dataSync()
      .some((value) => value !== 0),
    'and initialisers work again afterwards',
  );
  after.dispose();
});

/** A file of that network without metadata, its tensors changed. */
async function bare(change: (tensors: Map<string, SafetensorsInput>) => void = () => undefined): Promise<Uint8Array> {
  using model = trained();
  const file = parseSafetensors(await stateToSafetensors(model));
  const tensors = new Map(
    [...file.tensors].map(([name, { shape }]): [string, SafetensorsInput] => [
      name,
      { shape, data: readFloat32(file, name) },
    ]),
  );
  change(tensors);
  return writeSafetensors(tensors);
}

t.test('a file without metadata', async (t) => {
  const bytes = await bare((tensors) => tensors.delete('features.1.num_batches_tracked'));
  const loaded = loadModel(bytes, { model: spec });
  t.same(loaded.labels, ['class 0', 'class 1', 'class 2']);
  t.equal(loaded.preprocess, null);
  const norm = loaded.model.getSubmodule('features.1');
  t.ok(
    norm instanceof BatchNorm2d && norm.ownBuffers.get('num_batches_tracked')?.item() === 0,
    'an absent counter is 0',
  );
  loaded.model.dispose();
  const labels = ['x', 'y', 'z'];
  const told = loadModel(bytes, { model: spec, labels, preprocess: preprocessPresets.caffe });
  t.same(told.labels, labels);
  t.same(told.preprocess, preprocessPresets.caffe);
  told.model.dispose();
});

t.test('what does not fit', async (t) => {
  const before = await settledStorages();
  const refuses = async (bytes: Uint8Array, options: LoadModelOptions, message: string, name = 'FormatError') => {
    t.throws(() => loadModel(bytes, options), { name, message });
    t.equal(backendInfo().storages, before, `nothing is leaked: ${message}`);
  };
  await refuses(
    await bare((tensors) => {
      tensors.delete('features.0.weight');
      tensors.delete('features.1.running_mean');
      tensors.set('head.bias', { shape: [1], data: Float32Array.of(0) });
      tensors.set('classifier.0.weight', { shape: [16, 5], data: new Float32Array(80) });
    }),
    { name: 'w.safetensors', model: spec },
    "w.safetensors as vgg: expected the names and shapes of this model's stateDict(); missing: features.0.weight, " +
      'features.1.running_mean; surplus: head.bias; wrong shape: classifier.0.weight (expected [5,16], got [16,5])',
  );
  await refuses(
    await bare((tensors) => tensors.get('classifier.3.bias')?.data.set([NaN], 1)),
    { model: spec },
    'safetensors file: tensor "classifier.3.bias" has the value NaN at index 1; expected finite weights: export them again, before training diverged',
  );
  await refuses(
    await bare((tensors) => tensors.get('features.1.running_var')?.data.set([Infinity], 3)),
    { model: spec },
    'safetensors file: tensor "features.1.running_var" has the value Infinity at index 3; expected finite weights: export them again, before training diverged',
  );
  await refuses(
    await bare(),
    {},
    'safetensors file: the file does not say which network its weights are for; name it, as in --model vgg16 (in code: the option model)',
  );
  await refuses(
    await bare(),
    { model: spec, labels: ['a', 'b'] },
    'labels (command line: --labels): expected 3, one for each class of vgg, got 2',
  );
  await refuses(
    await bare(),
    { model: 'vgg61' },
    `model: there is no network called "vgg61"; the nearest are vgg11, vgg, vgg13 (all: ${modelNames.join(', ')})`,
    'ArgumentError',
  );
});

t.test('networks other than vgg: saved, loaded by what the file says, with the same logits', async (t) => {
  const specs: ModelSpec[] = [
    { name: 'resnet', options: { block: 'bottleneck', layers: [1, 1, 1, 1], width: 4, classes: 3 } },
    { name: 'resnet18', options: { width: 4, classes: 3 } },
    { name: 'alexnet', options: { hidden: [4], classes: 3 } },
    { name: 'squeezenet1_0', options: { classes: 3 } },
  ];
  for (const spec of specs) {
    using source = buildModel(spec).eval();
    const bytes = await stateToSafetensors(source, modelMetadata({ ...card, model: spec }));
    using model = loadModel(bytes).model;
    const x = randn([1, 3, 64, 64]);
    t.same(model.call(x).tolist(), source.call(x).tolist(), spec.name);
    t.equal(model.toString(), source.toString());
  }
});

t.test('broken metadata', async (t) => {
  const refuses = (metadata: Record<string, string>, message: string) => {
    const bytes = writeSafetensors([], { ...modelMetadata(card), ...metadata });
    t.throws(() => loadModel(bytes, { name: 'w' }), { name: 'FormatError', message });
  };
  refuses({ model: 'vgg16' }, 'w: metadata "model": expected JSON, it cannot be parsed: "vgg16"');
  refuses({ model: '[]' }, 'w: metadata "model": expected a model as { "name": ..., "options": {...} }, got []');
  refuses({ labels: '["a","b"]' }, 'w: labels: expected 3, one for each class of vgg, got 2');
  refuses(
    { labels: '["a","b"' },
    'w: metadata "labels": expected a JSON array of class names, it cannot be parsed; it begins with "[\\"a\\",\\"b\\""',
  );
  refuses(
    { preprocess: '{}' },
    'w: metadata "preprocess": expected size to be a whole number from 1 to 4096, got nothing',
  );
});

t.test('descriptions of networks', async (t) => {
  const fourBlocks = 'four numbers of blocks from 1 to 128, such as [2,2,2,2]';
  const refuses = (value: unknown, message: string) =>
    t.throws(() => checkModelSpec(value, 'm'), { name: 'FormatError', message });
  refuses({ name: 3 }, `m: expected the model's name to be one of ${modelNames.join(', ')}, got 3`);
  refuses(
    { name: 'vgg' },
    'm: vgg needs the option cfg, a list of channel numbers and "M" for pooling, such as [64,"M",128,"M"]',
  );
  const vgg = (options: Record<string, unknown>) => ({ name: 'vgg', options: { cfg: [8], ...options } });
  refuses(
    vgg({ cfg: [8, 'P'] }),
    'm: expected cfg to be a list of channel numbers and "M" for pooling, such as [64,"M",128,"M"], got [8,"P"]',
  );
  refuses(
    vgg({ cfg: [] }),
    'm: expected cfg to be a list of channel numbers and "M" for pooling, such as [64,"M",128,"M"], got []',
  );
  refuses(vgg({ batchNorm: 'yes' }), 'm: expected batchNorm to be true or false, got "yes"');
  refuses(vgg({ classes: 1e9 }), 'm: expected classes to be a whole number from 1 to 65536, got 1000000000');
  refuses(vgg({ hidden: [1.5] }), 'm: expected hidden to be a list of widths, such as [4096,4096] or [], got [1.5]');
  refuses(vgg({ dropout: 1 }), 'm: expected dropout to be a number from 0 up to but without 1, got 1');
  refuses(
    { name: 'squeezenet1_1', options: { avgpool: 1 } },
    'm: squeezenet1_1 has no option "avgpool"; it takes classes, dropout',
  );
  refuses({ name: 'resnet', options: { block: 'basic' } }, `m: resnet needs the option layers, ${fourBlocks}`);
  const residual = (options: Record<string, unknown>) => ({
    name: 'resnet',
    options: { block: 'basic', layers: [1, 1, 1, 1], ...options },
  });
  refuses(residual({ layers: [1, 1, 1] }), `m: expected layers to be ${fourBlocks}, got [1,1,1]`);
  refuses(residual({ layers: [1, 1, 1, 999] }), `m: expected layers to be ${fourBlocks}, got [1,1,1,999]`);
  refuses(residual({ block: 'odd' }), 'm: expected block to be "basic" or "bottleneck", got "odd"');
  refuses(
    { name: 'resnet18', options: { cfg: [8] } },
    'm: resnet18 has no option "cfg"; it takes width, classes, zeroInitResidual',
  );
  refuses({ name: 'vgg16', options: [] }, 'm: expected the options of vgg16 to be an object, got []');
  t.equal(classCount(checkModelSpec({ name: 'vgg16' }, 'm')), 1000);
  t.equal(classCount(checkModelSpec(vgg({ classes: 7 }), 'm')), 7);
  t.same(numberedLabels(2), ['class 0', 'class 1']);
});

t.teardown(() => setBackend('wasm'));
