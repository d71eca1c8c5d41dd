/** `backlight train` on folders of coloured pictures: what it writes, what it skips, Ctrl-C and going on. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { backendInfo } from '../../src/backends/active.js';
import type { EvalReport } from '../../src/cli/eval-run.js';
import type { ExplainReport } from '../../src/cli/explain-report.js';
import { loadModel } from '../../src/weights/load-model.js';
import { parseSafetensors, readFloat32 } from '../../src/weights/safetensors.js';
import { settledStorages } from '../settled.js';
import { bytesOf, namesIn, run, workplace, type Fixtures } from './harness.js';
import { colourPng, colours, pictureFolders } from './picture-data.js';

const small = ['--size', '8', '--cfg', '4,M,4', '--batch', '8', '--lr', '0.1', '--average', '0.8'];
const augmentation = ['--crop', '1', '--cutout', '2'];
const train = (...more: string[]): string[] => ['train', '--data', 'pictures', ...small, ...augmentation, ...more];

const textOf = (...path: string[]): string => new TextDecoder().decode(bytesOf(...path));

interface LogLine {
  readonly event: string;
  readonly [key: string]: unknown;
}

function logOf(...path: string[]): LogLine[] {
  return textOf(...path)
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as LogLine);
}

/** What decides the answers in a weight file: the tensors, and how they are used. */
function contentOf(bytes: Uint8Array) {
  const file = parseSafetensors(bytes);
  const { model, labels, preprocess } = file.metadata;
  const tensors = [...file.tensors].map(([name, { dtype }]) => [name, dtype, [...readFloat32(file, name)]]);
  return { model, labels, preprocess, tensors };
}

/** Losses and accuracies, without times. */
const numbersOf = (log: readonly LogLine[]) =>
  log.map(({ event, epoch, loss, accuracy, lr, test }) => ({ event, epoch, loss, accuracy, lr, test }));

async function folder(t: Pick<Test, 'testdir'>, files: Fixtures = {}): Promise<string> {
  return workplace(t, { pictures: pictureFolders(12), ...files });
}

t.test('from a folder of pictures to weights that explain and eval understand', async (t) => {
  const pictures = pictureFolders(12);
  const broken = colourPng(colours.green).subarray(0, 60);
  const cwd = await workplace(t, {
    pictures: {
      ...pictures,
      green: {
        ...(pictures.green as Fixtures),
        'broken.png': broken,
        'wide.png': colourPng(colours.green, { width: 20 }),
      },
      red: { ...(pictures.red as Fixtures), 'notes.txt': 'I am no picture', '.hidden': 'nor am I' },
      '.cache': { 'x.png': 'x' },
      'readme.txt': 'beside the classes',
    },
    held: pictureFolders(6, 2),
  });
  const before = await settledStorages();
  const { code, out, err } = await run(
    cwd,
    train('--epochs', '6', '--batch', '4', '--map-loss', '0.05', '--test-every', '2', '--hold-out', '0.25'),
  );
  t.equal(code, 0, err);
  t.equal(backendInfo().storages, before, 'nothing is left behind');
  t.match(
    err,
    /^backlight: skipped: pictures\/green\/broken\.png .*\nbacklight: skipped: pictures\/red\/notes\.txt .*\n$/,
  );
  t.match(out, 'pictures: 28 images to train on, 9 to test on, 8x8 pixels, 3 classes');
  t.match(out, /^291 parameters, 6 epochs; wasm/m);
  for (let epoch = 1; epoch <= 6; epoch++) {
    t.match(out, new RegExp(`^epoch ${epoch}/6  loss .*${epoch % 2 === 0 ? ' test \\d+\\.\\d\\d %' : ' min'}$`, 'm'));
  }
  t.match(out, /^test accuracy 100\.00 %; read back from the file \(F16\): 100\.00 %$/m);
  t.match(out, /^wrote training\/weights\.safetensors \([\d,]+ bytes\) after 0\.\d minutes of training$/m);
  const names = ['checkpoint.safetensors', 'curves.svg', 'log.jsonl', 'weights.safetensors'];
  t.same(namesIn(cwd, 'training'), names);

  const [start, ...epochs] = logOf(cwd, 'training', 'log.jsonl');
  t.match(start, { event: 'start', images: 28, perClass: [9, 10, 9] });
  t.match(start.settings, {
    ...{ epochs: 6, batchSize: 4, lr: 0.1, schedule: 'one-cycle', mapLoss: 0.05, average: 0.8, seed: 1, momentum: 0.9 },
    model: { name: 'vgg', options: { cfg: [4, 'M', 4], batchNorm: true, avgpool: 1, hidden: [], classes: 3 } },
    augmentation: { flip: true, crop: 1, cutout: 2, zoom: 2, zoomShare: 0.3 },
  });
  t.same(
    epochs.map(({ event, epoch, test }) => [event, epoch, typeof test]),
    [1, 2, 3, 4, 5, 6].map((epoch) => ['epoch', epoch, epoch % 2 === 0 ? 'number' : 'undefined']),
  );
  t.equal(textOf(cwd, 'training', 'curves.svg').match(/<polyline/g)?.length, 3);

  const { model, labels, preprocess, metadata } = loadModel(bytesOf(cwd, 'training', 'weights.safetensors'));
  model.dispose();
  t.same(labels, ['blue', 'green', 'red']);
  t.match(preprocess, { size: 8, fit: 'crop', method: 'area', order: 'RGB', range: 1 });
  for (const [i, channel] of ['mean', 'std'].entries()) {
    const found = preprocess?.[channel as 'mean' | 'std'] ?? [];
    t.ok(
      found.every((value) => (i === 0 ? value > 0.35 && value < 0.45 : value > 0.2 && value < 0.4)),
      `${channel} of the pictures: ${found.join()}`,
    );
  }
  t.match(metadata.description, 'vgg 4 M 4 on pictures, trained by Backlight in 6 epochs');

  const weights = ['--weights', 'training/weights.safetensors', '--json'];
  const explained = await run(cwd, ['explain', 'held/green/green-03.png', ...weights, '--out', 'out']);
  t.equal(explained.code, 0, explained.err);
  t.equal((JSON.parse(explained.out) as ExplainReport).pictures[0].top[0].label, 'green');
  const measured = await run(cwd, ['eval', '--data', 'held', ...weights, '--mosaics', '0']);
  t.equal(measured.code, 0, measured.err);
  t.match(JSON.parse(measured.out) as EvalReport, { count: 18, accuracy: 1 });
});

t.test('a network of a file', async (t) => {
  const model = { name: 'vgg', options: { cfg: [4], avgpool: 2, hidden: [5] } };
  const cwd = await folder(t, { 'm.json': JSON.stringify(model) });
  const argv = ['train', '--data', 'pictures', '--size', '8', '--crop', '1', '--cutout', '0', '--epochs', '1'];
  const { code, err } = await run(cwd, [...argv, '--model', 'm.json', '--out', 'own']);
  t.equal(code, 0, err);
  const [start] = logOf(cwd, 'own', 'log.jsonl');
  t.match(start.settings, { model: { name: 'vgg', options: { ...model.options, classes: 3 } } });
});

t.test('Ctrl-C saves, and --resume ends as if nothing had happened', async (t) => {
  const cwd = await folder(t);
  // another seed than the default puts other pictures aside for the test
  const argv = train('--epochs', '3', '--seed', '11');
  const whole = await run(cwd, [...argv, '--out', 'whole']);
  t.equal(whole.code, 0, whole.err);
  const before = await settledStorages();

  const stopped = await run(cwd, [...argv, '--out', 'parts'], { interrupt: /^epoch 1\/3/ });
  t.equal(stopped.code, 130);
  t.match(stopped.err, /^backlight: stopped in epoch 2 after 1 steps; saved as parts\/checkpoint\.safetensors, .*\n$/);
  t.same(namesIn(cwd, 'parts'), ['checkpoint.safetensors', 'curves.svg', 'log.jsonl']);
  t.equal(logOf(cwd, 'parts', 'log.jsonl').length, 2, 'the start and one epoch');
  t.equal(backendInfo().storages, before);

  const data = ['--data', 'pictures', '--size', '8', '--out', 'parts'];
  const resumed = await run(cwd, ['train', '--resume', ...data]);
  t.equal(resumed.code, 0, resumed.err);
  t.match(resumed.out, /^going on in epoch 2, after step 1 of 4$/m);
  t.notMatch(resumed.out, /^epoch 1\//m);
  t.match(resumed.out, /^epoch 3\/3/m);
  const weights = (name: string) => contentOf(bytesOf(cwd, name, 'weights.safetensors'));
  t.same(weights('parts'), weights('whole'), 'the same weights');
  const numbers = (name: string) => numbersOf(logOf(cwd, name, 'log.jsonl'));
  t.same(numbers('parts'), numbers('whole'), 'the same course');

  const again = await run(cwd, ['train', '--resume', ...data]);
  t.equal(again.code, 0, again.err);
  t.same(weights('parts'), weights('whole'), 'a run that is over writes its weights once more');
});

t.test('Ctrl-C in the first epoch', async (t) => {
  const cwd = await folder(t);
  const stopped = await run(cwd, train('--epochs', '1', '--out', 'a/b'), { terminal: 1, interrupt: /epoch 1\/1/ });
  t.equal(stopped.code, 130);
  t.same(namesIn(cwd, 'a', 'b'), ['checkpoint.safetensors', 'log.jsonl'], 'there is nothing to draw yet');
  t.match(stopped.err, /epoch 1\/1 █+ +loss \d\.\d{3} +\d+\.\d\d % +\d+ images\/s/, 'what a terminal is shown');
  t.ok(
    stopped.err.endsWith(
      ', go on with --resume, the same --out and the same images (--data, --test, --size, --hold-out)\n',
    ),
  );
});

t.test('what a checkpoint needs', async (t) => {
  const cwd = await folder(t, { held: pictureFolders(2, 3), other: pictureFolders(12, 4) });
  const done = await run(cwd, train('--epochs', '1', '--test', 'held'));
  t.equal(done.code, 0, done.err);
  t.match(done.out, '36 images to train on, 6 to test on');
  const files = () =>
    namesIn(cwd, 'training').map((name) => [name, Buffer.from(bytesOf(cwd, 'training', name)).toString('base64')]);
  const before = files();
  const refused = async (argv: string[], message: string | RegExp) => {
    const { code, out, err } = await run(cwd, argv);
    t.equal(code, 2);
    t.equal(out, '');
    t.match(err, /^backlight: [^\n]+\n$/);
    t.match(err, message);
  };
  await refused(
    train('--epochs', '1'),
    'training/checkpoint.safetensors: there is a checkpoint already; go on with it by --resume, remove it, or name another folder than training with --out',
  );
  const resume = ['train', '--resume', '--data', 'pictures', '--test', 'held', '--size', '8'];
  for (const [option, value] of [
    ['--lr', '0.1'],
    ['--epochs', '1'],
    ['--cfg', '4,M,4'],
    ['--seed', '1'],
    ['--batch', '8'],
    ['--preprocess', 'imagenet'],
  ]) {
    await refused([...resume, option, value], `${option}: with --resume the checkpoint's own settings hold`);
  }
  await refused([...resume, '--no-flip'], "--no-flip: with --resume the checkpoint's own settings hold");
  await refused([...resume, '--out', 'nowhere'], 'nowhere/checkpoint.safetensors: there is no such file');
  const others =
    'training/checkpoint.safetensors: expected the images that this run began with (36 images of 8 pixels in 3 classes), got others';
  await refused(
    ['train', '--resume', '--data', 'pictures', '--test', 'held'],
    `${others} (36 images of 64 pixels in 3 classes)`,
  );
  await refused(['train', '--resume', '--data', 'other', '--test', 'held', '--size', '8'], others);
  t.same(files(), before, 'all is as it was');

  rmSync(join(cwd, 'training', 'checkpoint.safetensors'));
  t.equal((await run(cwd, train('--epochs', '1', '--test', 'held'))).code, 0, 'without the checkpoint it begins anew');
});

t.test('a rate that is far too high', async (t) => {
  const cwd = await folder(t);
  const high = ['--lr', '1e6', '--epochs', '9'];
  const diverged = await run(cwd, train(...high, '--test-every', '99', '--out', 'rarely'));
  t.equal(diverged.code, 2);
  t.match(
    diverged.err,
    /^backlight: training diverged: the loss became (NaN|Infinity) in epoch [2-9], step \d of 4, .*lower --lr than 1000000\n$/,
  );
  t.same(namesIn(cwd, 'rarely'), ['checkpoint.safetensors', 'curves.svg', 'log.jsonl'], 'the epoch before is kept');

  // the weights are no numbers after the last step of an epoch, before a loss tells
  const tested = await run(cwd, train(...high, '--weight-decay', '1'));
  t.equal(tested.code, 2);
  t.match(tested.err, /^backlight: evaluate: expected finite probabilities, got NaN.*lower learning rate\n$/);
});
