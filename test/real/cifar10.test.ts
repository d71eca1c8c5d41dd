/**
 * CIFAR-10 as it is published. Its 184 MB are not part of this repository: the test runs where `npm run data` has put
 * them, and says so where it has not.
 */
import { existsSync } from 'node:fs';
import t from 'tap';
import { readTestData, readTrainingData } from '../../src/cli/data-source.js';
import { cifar10Classes } from '../../src/training/cifar10.js';
import { channelStatistics, classCounts } from '../../src/training/labelled-images.js';
import { preprocessPresets } from '../../src/weights/preprocess-spec.js';

const cache = new URL('../../weights/training/cache/', import.meta.url);
const files = [1, 2, 3, 4, 5].map((n) => `data_batch_${n}.bin`).concat('test_batch.bin');
const skip = files.every((file) => existsSync(new URL(file, cache))) ? false : 'CIFAR-10 is not here: npm run data';

t.test('six files, of which each is the published one', { skip }, async (t) => {
  const read: string[] = [];
  const cwd = process.cwd();
  const data = await readTrainingData(cwd, {}, { side: 8, holdOut: 0.5, seed: 1 }, (text) => read.push(text));
  const { training, test, kind, skipped } = data;
  t.same([kind, skipped], ['cifar10', []]);
  t.same(
    read.map((text) => text.replace(/.*[\\/]/, '')),
    files,
  );
  t.same([training.count, training.side, training.classes], [50_000, 32, cifar10Classes]);
  t.same([test.count, test.side, test.classes], [10_000, 32, cifar10Classes]);
  t.same(classCounts(training), new Array(10).fill(5000));
  t.same(classCounts(test), new Array(10).fill(1000));
  // the first labels of data_batch_1 and test_batch, as the data set's Python version has them
  t.same([...training.labels.subarray(0, 10)], [6, 9, 9, 4, 1, 1, 2, 7, 8, 3]);
  t.same([...test.labels.subarray(0, 10)], [3, 8, 8, 0, 6, 6, 1, 6, 3, 1]);
  t.same([...training.pixels.subarray(0, 5)], [59, 43, 50, 68, 98], 'the first pixels of the frog');

  const statistics = channelStatistics(training);
  t.same(statistics, { mean: [0.4914, 0.4822, 0.4465], std: [0.247, 0.2435, 0.2616] });
  const { mean, std } = preprocessPresets.cifar10;
  t.same(statistics, { mean, std }, 'what the preset says');

  const alone = await readTestData(cwd, {}, cifar10Classes, 8, () => undefined);
  t.equal(alone.kind, 'cifar10');
  t.same(alone.test.labels, test.labels);
  t.ok(Buffer.from(alone.test.pixels).equals(Buffer.from(test.pixels)));
  await t.rejects(
    readTrainingData(cwd, { test: '.' }, { side: 8, holdOut: 0.1, seed: 1 }, () => undefined),
    {
      name: 'ArgumentError',
      message: '--test: CIFAR-10 has test images of its own; leave the option out',
    },
  );
});
