/** `backlight train --from`: what is taken over, and what is said of it. */
import t from 'tap';
import { backendInfo } from '../../src/backends/active.js';
import { modelMetadata, type ModelCard } from '../../src/weights/save-model.js';
import { parseSafetensors, readFloat32 } from '../../src/weights/safetensors.js';
import { settledStorages } from '../settled.js';
import { cases } from './bad-cases.js';
import { bytesOf, labels, preprocess, run, spec, weightFile, workplace } from './harness.js';
import { colours, pictureFolders } from './picture-data.js';

const settings = ['--size', '8', '--batch', '8', '--average', '0', '--crop', '1', '--cutout', '2'];
/** So low that weights stay as they are. */
const still = ['--lr', '1e-9', '--epochs', '1'];

const tensorsOf = (bytes: Uint8Array) => {
  const file = parseSafetensors(bytes);
  return new Map([...file.tensors.keys()].map((name) => [name, [...readFloat32(file, name)]]));
};
const metadataOf = (bytes: Uint8Array) => parseSafetensors(bytes).metadata;
const greatestDifference = (a: number[] = [NaN], b: number[] = [NaN]) =>
  Math.max(...a.map((value, i) => Math.abs(value - b[i])));

t.test('the same classes, and others', async (t) => {
  const { blue, green, red } = colours;
  const cwd = await workplace(t, {
    pictures: pictureFolders(12),
    others: pictureFolders(12, 2, { green, blueish: blue, red }),
  });
  const first = ['train', '--data', 'pictures', ...settings, '--cfg', '4,M,4', '--lr', '0.1', '--epochs', '6'];
  const whole = await run(cwd, [...first, '--out', 'first']);
  t.equal(whole.code, 0, whole.err);
  const before = await settledStorages();
  const began = bytesOf(cwd, 'first', 'weights.safetensors');
  const learnt = tensorsOf(began);

  const from = ['train', ...settings, '--from', 'first/weights.safetensors'];
  const same = await run(cwd, [...from, ...still, '--data', 'pictures', '--out', 'same']);
  t.equal(same.code, 0, same.err);
  t.match(same.out, /^beginning with the weights of weights\.safetensors$/m);
  t.match(same.out, /^test accuracy 100\.00 %/m);
  const after = bytesOf(cwd, 'same', 'weights.safetensors');
  for (const [name, values] of tensorsOf(after)) {
    if (/running|tracked/.test(name)) continue;
    t.ok(greatestDifference(values, learnt.get(name)) < 1e-6, `${name} is as it was`);
  }
  t.match(
    metadataOf(after).description,
    /vgg 4 M 4 on pictures, trained .* 1 epochs that began with weights\.safetensors/,
  );
  const { from: source } = (JSON.parse(metadataOf(after).training) as { settings: { from: unknown } }).settings;
  t.match(source, { file: 'weights.safetensors', newLayer: null, training: { settings: { epochs: 6 } } });

  const others = await run(cwd, [...from, ...still, '--data', 'others', '--out', 'others']);
  t.equal(others.code, 0, others.err);
  t.match(others.out, 'weights.safetensors; its classes are others, so classifier.0 begins anew');
  const other = bytesOf(cwd, 'others', 'weights.safetensors');
  const tensors = tensorsOf(other);
  t.ok(greatestDifference(tensors.get('features.0.weight'), learnt.get('features.0.weight')) < 1e-6);
  t.ok(greatestDifference(tensors.get('classifier.0.weight'), learnt.get('classifier.0.weight')) > 0.01);
  t.same(JSON.parse(metadataOf(other).labels), ['blueish', 'green', 'red']);
  const { mean, std } = JSON.parse(metadataOf(began).preprocess) as ModelCard['preprocess'];
  t.match(JSON.parse(metadataOf(other).preprocess), { mean, std }, 'normalised as before');

  const rates: unknown[] = [];
  for (const options of [[], ['--lr', '0.5']]) {
    const stopped = await run(cwd, [...from, ...options, '--data', 'pictures', '--out', `rate${rates.length}`], {
      terminal: 1,
      interrupt: /epoch 1\//,
    });
    t.equal(stopped.code, 130);
    const log = new TextDecoder().decode(bytesOf(cwd, `rate${rates.length}`, 'log.jsonl'));
    rates.push((JSON.parse(log.split('\n')[0]) as { settings: { lr: number } }).settings.lr);
  }
  t.same(rates, [0.02, 0.5], 'a lower rate than for random weights');
  t.equal(backendInfo().storages, before, 'nothing is left behind');
});

t.test('--model and --preprocess, for weights that say nothing and against what they say', async (t) => {
  const cwd = await workplace(t, {
    pictures: pictureFolders(3),
    'silent.safetensors': await weightFile(null, {}),
    'w.safetensors': await weightFile(null),
    'spec.json': JSON.stringify(spec),
    'preprocess.json': JSON.stringify({ ...preprocess, range: 255, mean: [10, 20, 30], std: [51, 51, 51] }),
  });
  const argv = ['train', '--data', 'pictures', ...settings, ...still, '--preprocess', 'preprocess.json'];
  for (const [name, ...more] of [['silent', '--model', 'spec.json'], ['w']]) {
    const { code, err } = await run(cwd, [...argv, '--from', `${name}.safetensors`, ...more, '--out', name]);
    t.equal(code, 0, err);
    const { preprocess: written } = metadataOf(bytesOf(cwd, name, 'weights.safetensors'));
    const { range, mean, std } = JSON.parse(written) as ModelCard['preprocess'];
    t.same({ range, mean, std }, { range: 1, mean: [10 / 255, 20 / 255, 30 / 255], std: [0.2, 0.2, 0.2] }, name);
  }
});

const files = async (metadata?: Record<string, string>) => ({
  pictures: pictureFolders(3),
  'w.safetensors': await weightFile(null, metadata),
});
const from = (...more: string[]) => ['train', '--data', 'pictures', '--size', '8', '--crop', '1', ...still, ...more];
const bgr = modelMetadata({ model: spec, labels, preprocess: { ...preprocess, order: 'BGR', range: 255 } });

cases('what --from cannot work with', {
  'no such file': {
    argv: from('--from', 'no.safetensors'),
    files: await files(),
    message: /no\.safetensors: there is no such file/,
  },
  'a network beside it': {
    argv: from('--from', 'w.safetensors', '--cfg', '4'),
    files: await files(),
    message: '--cfg: the weights of --from bring their own network; leave one of the two out',
  },
  'another network': {
    argv: from('--from', 'w.safetensors', '--model', 'vgg11'),
    files: await files(modelMetadata({ model: spec, labels, preprocess })),
    message: 'w.safetensors: labels: expected 1000, one for each class of vgg11, got 4',
  },
  'weights that do not say whose they are': {
    argv: from('--from', 'w.safetensors'),
    files: await files({}),
    message: /w\.safetensors: the file does not say which network its weights are for; name it, as in --model/,
  },
  'other colours': {
    argv: from('--from', 'w.safetensors'),
    files: await files(bgr),
    message: 'w.safetensors: expected a network that takes RGB, as this command feeds it, got one that takes BGR',
  },
  'weights that do not say how pictures are prepared': {
    argv: from('--from', 'w.safetensors', '--model', 'spec.json'),
    files: { ...(await files({})), 'spec.json': JSON.stringify(spec) },
    message: /w\.safetensors: the file does not say how pictures are prepared .* give --preprocess imagenet/,
  },
  'preprocessing without weights': {
    argv: from('--preprocess', 'imagenet'),
    files: await files(),
    message: '--preprocess: says how pictures are prepared for the weights of --from; without --from leave it out',
  },
  'a training that is no JSON': {
    argv: from('--from', 'w.safetensors'),
    files: await files({ ...modelMetadata({ model: spec, labels, preprocess }), training: '{' }),
    message: 'w.safetensors: metadata "training": expected JSON, it cannot be parsed',
  },
  'with --resume': {
    argv: ['train', '--resume', '--from', 'w.safetensors'],
    files: await files(),
    message: "--from: with --resume the checkpoint's own settings hold",
  },
});
