/** A run that was stopped and resumed, against one that was not: the same to the bit. */
import t from 'tap';
import { backendInfo } from '../../src/backends/active.js';
import { manualSeed } from '../../src/tensor/random.js';
import { checkpointOf, resumeRun, settingsOf } from '../../src/training/checkpoint.js';
import type { LabelledImages } from '../../src/training/labelled-images.js';
import type { TrainSettings } from '../../src/training/settings.js';
import { TrainingRun } from '../../src/training/training-run.js';
import { modelMetadata, stateToSafetensors } from '../../src/weights/save-model.js';
import { parseSafetensors, readFloat32 } from '../../src/weights/safetensors.js';
import { writeSafetensors } from '../../src/weights/safetensors-writer.js';
import { preprocessPresets } from '../../src/weights/preprocess-spec.js';
import { settledStorages } from '../settled.js';
import { bitsOf, noisyImages, smallSettings } from './helpers.js';

const images = noisyImages(60, 1);

/** Ends the epochs that are due, then makes so many steps. */
function goOn(run: TrainingRun, steps: number): void {
  for (let i = 0; i < steps; i++) {
    if (run.epochDone) run.endEpoch(run.epoch / 8);
    run.learn();
  }
}

/** Everything but times. */
function resultOf(run: TrainingRun) {
  const { loss, correct, images } = run.totals;
  return {
    model: bitsOf(run.model),
    average: bitsOf(run.averaged),
    history: run.history.map(({ epoch, loss, accuracy, lr, test }) => ({ epoch, loss, accuracy, lr, test })),
    totals: { loss, correct, images },
    step: run.step,
    rates: run.schedule.lastLr(),
  };
}

const withDropout: TrainSettings['model'] = {
  name: 'vgg',
  options: { cfg: [4, 'M'], batchNorm: true, avgpool: 2, hidden: [12], classes: 3, dropout: 0.5 },
};

const kinds: Record<string, Partial<TrainSettings>> = {
  'batch norm, one-cycle, averaged': {},
  'dropout, cosine, not averaged': { model: withDropout, mapLoss: 0, schedule: 'cosine', average: 0 },
  'no momentum': { momentum: 0 },
};

for (const [name, changes] of Object.entries(kinds)) {
  t.test(`${name}: 9 steps are 4 steps, a checkpoint, and 5 steps`, async (t) => {
    const before = await settledStorages();
    const settings = smallSettings(changes);
    const whole = new TrainingRun(settings, images);
    goOn(whole, 9);
    const wanted = resultOf(whole);
    whole.dispose();

    for (const [first, where] of [
      [4, 'within an epoch'],
      [3, 'before an epoch is closed'],
      [0, 'before the first step'],
      [9, 'after the last'],
    ] as const) {
      const run = new TrainingRun(settings, images);
      goOn(run, first);
      const bytes = checkpointOf(run);
      const stopped = resultOf(run);
      run.dispose();
      t.same(settingsOf(bytes, 'c'), settings);

      manualSeed(1234); // what happens in between must not matter
      const resumed = resumeRun(bytes, images, 'c');
      t.same(resultOf(resumed), stopped, `${where}: back where it was`);
      goOn(resumed, 9 - first);
      t.same(resultOf(resumed), wanted, `${where}: and it ends the same`);
      resumed.dispose();
    }
    t.equal(backendInfo().storages, before, 'nothing is left behind');
  });
}

t.test('a checkpoint changes nothing, and its times go on', async (t) => {
  const run = new TrainingRun(smallSettings(), images);
  goOn(run, 4);
  const once = checkpointOf(run);
  const before = resultOf(run);
  t.same(checkpointOf(run), once, 'the same bytes again');
  t.same(resultOf(run), before);
  const resumed = resumeRun(once, images, 'c');
  t.equal(resumed.seconds, run.seconds);
  t.same(resumed.history, run.history);
  run.dispose();
  resumed.dispose();
});

t.test('dropout draws from where it stopped', async (t) => {
  const settings = smallSettings({ mapLoss: 0, model: withDropout });
  const run = new TrainingRun(settings, images);
  goOn(run, 4);
  const bytes = checkpointOf(run);
  const file = parseSafetensors(bytes);
  const state = JSON.parse(file.metadata.state) as { random: object };
  const tensors = [...file.tensors].map(([name, { shape }]) => {
    return [name, { shape, data: readFloat32(file, name) }] as const;
  });
  const other = { ...state, random: { words: [1, 2, 3, 4], spare: null } };
  const changed = writeSafetensors(tensors, { ...file.metadata, state: JSON.stringify(other) });
  using one = resumeRun(bytes, images, 'c');
  goOn(one, 5);
  using two = resumeRun(changed, images, 'c');
  goOn(two, 5);
  t.notSame(bitsOf(two.model), bitsOf(one.model), 'another state of the random numbers would be seen');
  run.dispose();
});

t.test('other images', async (t) => {
  using run = new TrainingRun(smallSettings(), images);
  goOn(run, 1);
  const bytes = checkpointOf(run);
  const before = await settledStorages();
  const labels = images.labels.slice();
  [labels[0], labels[1]] = [labels[1], labels[0]];
  const others: [string, LabelledImages, string][] = [
    ['one more', noisyImages(61, 1), '61 images of 8 pixels in 3 classes'],
    ['other pixels', noisyImages(60, 2), '60 images of 8 pixels in 3 classes'],
    ['larger', noisyImages(60, 1, 9), '60 images of 9 pixels in 3 classes'],
    ['other labels', { ...images, labels }, '60 images of 8 pixels in 3 classes'],
    ['other names', { ...images, classes: ['red', 'blue', 'green'] }, '60 images of 8 pixels in 3 classes'],
  ];
  for (const [name, some, got] of others) {
    t.throws(
      () => resumeRun(bytes, some, 'some/checkpoint.safetensors'),
      {
        name: 'FormatError',
        message: new RegExp(
          `^some/checkpoint.safetensors: expected the images that this run began with \\(60 images of 8 pixels in 3 classes\\), got others \\(${got}\\)`,
        ),
      },
      name,
    );
  }
  t.equal(backendInfo().storages, before);
});

t.test('files that are no checkpoint', async (t) => {
  using run = new TrainingRun(smallSettings(), images);
  goOn(run, 1);
  const good = checkpointOf(run);
  const card = {
    model: run.settings.model,
    labels: ['red', 'green', 'blue'],
    preprocess: preprocessPresets.cifar10,
  };
  const weights = await stateToSafetensors(run.averaged, modelMetadata(card));
  const before = await settledStorages();
  const refused = {
    name: 'FormatError',
    message:
      'w: expected a checkpoint of backlight train, got other safetensors (format "backlight"); ' +
      'name the checkpoint.safetensors of the run to go on with',
  };
  t.throws(() => resumeRun(weights, images, 'w'), refused);
  t.throws(() => settingsOf(weights, 'w'), refused);
  t.throws(() => resumeRun(good.subarray(0, good.length - 1), images, 'cut'), { name: 'FormatError', message: /^cut/ });
  t.throws(() => resumeRun(good.subarray(0, 0), images, 'cut'), { name: 'FormatError' });

  const file = parseSafetensors(good);
  for (const missing of ['model.features.0.bias', 'average.classifier.0.weight']) {
    const rest = [...file.tensors]
      .filter(([name]) => name !== missing)
      .map(([name, { shape }]) => [name, { shape, data: readFloat32(file, name) }] as const);
    const name = missing.replace(/^\w+\./, '');
    t.throws(() => resumeRun(writeSafetensors(rest, file.metadata), images, 'c'), {
      name: 'FormatError',
      message: new RegExp(`missing: ${name}`),
    });
  }
  t.equal(backendInfo().storages, before, 'the run that was begun is gone');
});
