import { writeSafetensors, type SafetensorsInput } from '../../src/weights/safetensors-writer.js';
import { parseSafetensors, readFloat32 } from '../../src/weights/safetensors.js';
import { concat, latin1 } from '../image/raw-png.js';
import { cases, explain } from './bad-cases.js';
import { weightFile } from './harness.js';

const weights = await weightFile();

/** The weight file with its tensors or metadata changed. */
function altered(change: (tensors: Map<string, SafetensorsInput>, metadata: Record<string, string>) => void) {
  const file = parseSafetensors(weights);
  const tensors = new Map(
    [...file.tensors].map(([name, { shape }]): [string, SafetensorsInput] => [
      name,
      { shape, data: readFloat32(file, name) },
    ]),
  );
  const metadata = { ...file.metadata };
  change(tensors, metadata);
  return { 'weights.safetensors': writeSafetensors(tensors, metadata) };
}

/** The bytes of a safetensors file with any header. */
function raw(header: unknown, data = 0, length?: bigint): Record<string, Uint8Array> {
  const json = latin1(typeof header === 'string' ? header : JSON.stringify(header));
  const size = new Uint8Array(8);
  new DataView(size.buffer).setBigUint64(0, length ?? BigInt(json.length), true);
  return { 'weights.safetensors': concat(size, json, new Uint8Array(data)) };
}

const f32 = (begin: number, end: number) => ({ dtype: 'F32', shape: [1], data_offsets: [begin, end] });
const argv = explain('picture.png');

cases('weights', {
  'missing, surplus and misshapen tensors, all of them': {
    argv,
    files: altered((tensors) => {
      tensors.delete('features.0.bias');
      tensors.delete('features.1.running_var');
      tensors.set('extra.weight', { shape: [1], data: Float32Array.of(1) });
      tensors.set('classifier.0.bias', { shape: [3], data: new Float32Array(3) });
    }),
    message:
      "backlight: weights.safetensors as vgg: expected the names and shapes of this model's stateDict(); " +
      'missing: features.0.bias, features.1.running_var; surplus: extra.weight; ' +
      'wrong shape: classifier.0.bias (expected [4], got [3])',
  },
  NaN: {
    argv,
    files: altered((tensors) => tensors.get('features.4.weight')?.data.set([NaN], 17)),
    message: 'weights.safetensors: tensor "features.4.weight" has the value NaN at index 17; expected finite weights',
  },
  infinity: {
    argv,
    files: altered((tensors) => tensors.get('classifier.0.bias')?.data.set([-Infinity], 2)),
    message: 'tensor "classifier.0.bias" has the value -Infinity at index 2',
  },
  truncated: {
    argv,
    files: { 'weights.safetensors': weights.subarray(0, weights.length - 4) },
    message: /weights\.safetensors: .*cut off or damaged/,
  },
  'overlapping offsets': {
    argv,
    files: raw({ a: f32(0, 4), b: f32(2, 6) }, 6),
    message: 'tensor "b" begins at data byte 2 and overlaps tensor "a"',
  },
  'offsets out of range': {
    argv,
    files: raw({ a: f32(4, 8) }, 4),
    message: 'tensor "a": data_offsets [4,8] reach beyond the 4 data bytes',
  },
  'a header length of 2^60': {
    argv,
    files: raw({}, 0, 2n ** 60n),
    message: 'the header should have 1152921504606846976 bytes by its first 8 bytes, but only 2 follow',
  },
  'broken JSON': { argv, files: raw('{"a": '), message: 'expected a header of 6 bytes of JSON, it cannot be parsed' },
  'an empty file': { argv, files: { 'weights.safetensors': '' }, message: 'which has at least 8 bytes, got 0' },
  'a missing file': {
    argv: ['explain', 'picture.png', '--weights', 'absent.safetensors'],
    message: 'absent.safetensors: there is no such file; expected a safetensors file of weights, check the path',
  },
  'no model named': {
    argv,
    files: altered((_, metadata) => delete metadata.model),
    message: 'the file does not say which network its weights are for; name it, as in --model vgg16',
  },
  'an unknown model named': {
    argv,
    files: altered((_, metadata) => (metadata.model = '{"name":"vgg17"}')),
    message: 'there is no network called "vgg17"; the nearest are vgg1',
  },
  'a model of absurd size': {
    argv,
    files: altered(
      (_, metadata) => (metadata.model = '{"name":"vgg","options":{"cfg":[65536,65536,65536],"classes":4}}'),
    ),
    message: 'wrong shape: features.0.weight (expected [65536,3,3,3], got [6,3,3,3])',
  },
  'another model than the weights are of': {
    argv: explain('picture.png', '--model', 'squeezenet1_1', '--labels', 'labels.txt'),
    files: { 'labels.txt': Array.from({ length: 1000 }, (_, i) => `l${i}`).join('\n') },
    message: /weights\.safetensors as squeezenet1_1: .*missing: features\.3\.squeeze\.weight/,
  },
  'no preprocessing': {
    argv,
    files: altered((_, metadata) => delete metadata.preprocess),
    message: 'the file does not say how pictures are prepared for this network; give --preprocess imagenet',
  },
  'broken preprocessing in the metadata': {
    argv,
    files: altered((_, metadata) => (metadata.preprocess = '{"size":16}')),
    message: 'weights.safetensors: metadata "preprocess": expected fit to be "stretch", "crop" or "keep", got nothing',
  },
  'broken labels in the metadata': {
    argv,
    files: altered((_, metadata) => (metadata.labels = '["a", 2]')),
    message: 'weights.safetensors: metadata "labels": expected a JSON array of strings, got ["a",2]',
  },
});
