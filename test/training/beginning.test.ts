/** A run that begins with trained weights. */
import t from 'tap';
import { backendInfo } from '../../src/backends/active.js';
import { buildModel } from '../../src/weights/model-registry.js';
import { lastLayer, takeOver, type Beginning } from '../../src/training/beginning.js';
import { checkpointOf, resumeRun } from '../../src/training/checkpoint.js';
import { channelStatistics } from '../../src/training/labelled-images.js';
import { TrainingRun } from '../../src/training/training-run.js';
import { settledStorages } from '../settled.js';
import { bitsOf, noisyImages, smallSettings } from './helpers.js';

const images = noisyImages(60, 1);
const statistics = channelStatistics(images);
const from: Beginning = { file: 'w.safetensors', statistics, newLayer: null, training: null };

t.test('the last layer of each kind of network', async (t) => {
  for (const [name, last] of [
    ['vgg11_bn', 'classifier.6'],
    ['resnet18', 'fc'],
    ['squeezenet1_1', 'classifier.1'],
    ['alexnet', 'classifier.6'],
  ]) {
    using model = buildModel({ name, options: { classes: 2 } });
    t.equal(lastLayer(model), last, name);
  }
});

t.test('weights are taken over, those of a new layer are not', async (t) => {
  const { model: spec } = smallSettings();
  using trained = buildModel(spec);
  for (const newLayer of [null, 'classifier.0']) {
    using model = buildModel(spec);
    const [random, wanted] = [bitsOf(model), bitsOf(trained)];
    takeOver(model, trained, newLayer);
    for (const [name, bits] of Object.entries(bitsOf(model))) {
      const own = newLayer !== null && name.startsWith(newLayer);
      t.same(bits, (own ? random : wanted)[name], `${name}, new layer: ${newLayer}`);
    }
    t.notSame(random['classifier.0.weight'], wanted['classifier.0.weight']);
  }
});

t.test('a run, its average and its checkpoint', async (t) => {
  const before = await settledStorages();
  const settings = smallSettings({ epochs: 2, from });
  {
    using trained = buildModel(settings.model);
    using run = new TrainingRun(settings, images, (model) => takeOver(model, trained, null));
    t.same(bitsOf(run.model), bitsOf(trained));
    t.same(bitsOf(run.averaged), bitsOf(trained), 'the average begins there as well');
    run.learn();
    const bytes = checkpointOf(run);
    run.learn();
    using resumed = resumeRun(bytes, images, 'checkpoint');
    t.same(resumed.settings, settings);
    resumed.learn();
    t.same(bitsOf(resumed.model), bitsOf(run.model), 'it goes on without the weights that it began with');
  }
  const refused = () =>
    new TrainingRun(settings, images, () => {
      throw new Error('not these');
    });
  t.throws(refused, { message: 'not these' });
  t.equal(backendInfo().storages, before, 'nothing is left behind');
});

t.test('images are normalised as the weights are used to', async (t) => {
  const statistics = { mean: [0.1, 0.2, 0.3], std: [0.4, 0.5, 0.6] } as const;
  using own = new TrainingRun(smallSettings(), images);
  t.same(own.statistics, channelStatistics(images));
  using theirs = new TrainingRun(smallSettings({ from: { ...from, statistics } }), images);
  t.same(theirs.statistics, statistics);
  const first = (run: TrainingRun) =>
    run.batches.batch(0, 0).images[0] * run.statistics.std[0] + run.statistics.mean[0];
  t.ok(Math.abs(first(own) - first(theirs)) < 1e-6 && own.batches.batch(0, 0).images[0] !== first(theirs));
});
