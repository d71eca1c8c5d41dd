/** Sets of images: their statistics, and sets made of others. */
import t from 'tap';
import {
  channelStatistics,
  classCounts,
  joinImages,
  normalisedBytes,
  selectImages,
} from '../../src/training/labelled-images.js';
import { colourImages, randomImages } from './helpers.js';

const classes = ['a', 'b', 'c'];

t.test('mean and deviation of each channel, against two passes over all values', async (t) => {
  const images = randomImages(11, 5, classes);
  images.pixels.forEach((byte, i) => {
    const channel = Math.floor(i / 25) % 3;
    images.pixels[i] = channel === 0 ? byte : channel === 1 ? byte >> 2 : 200 + (byte >> 3);
  });
  const values = [0, 1, 2].map((channel) =>
    [...images.pixels].filter((_, i) => Math.floor(i / 25) % 3 === channel).map((byte) => byte / 255),
  );
  const mean = values.map((all) => all.reduce((sum, value) => sum + value, 0) / all.length);
  const std = values.map((all, c) => Math.sqrt(all.reduce((sum, value) => sum + (value - mean[c]) ** 2, 0) / 275));
  const { mean: foundMean, std: foundStd } = channelStatistics(images);
  for (let c = 0; c < 3; c++) {
    t.equal(foundMean[c], Number(mean[c].toFixed(4)), `mean ${mean[c]}`);
    t.equal(foundStd[c], Number(std[c].toFixed(4)), `deviation ${std[c]}`);
  }
});

t.test('pictures of one colour are divided by 1', async (t) => {
  const images = colourImages([[255, 51, 7]], [0], 6, classes);
  t.same(channelStatistics(images), { mean: [1, 0.2, 0.0275], std: [1, 1, 1] });
  const two = colourImages(
    [
      [255, 51, 7],
      [0, 51, 7],
    ],
    [0, 1],
    6,
    classes,
  );
  t.same(channelStatistics(two), { mean: [0.5, 0.2, 0.0275], std: [0.5, 1, 1] });
});

t.test('what each byte becomes', async (t) => {
  const bytes = normalisedBytes({ mean: [0.5, 0.2, 0.1], std: [0.5, 0.25, 2] });
  t.equal(bytes.length, 3 * 256);
  t.same([bytes[0], bytes[255]], [-1, 1]);
  t.same([bytes[256], bytes[256 + 51], bytes[256 + 102]], [Math.fround(-0.8), 0, Math.fround(0.8)]);
  t.equal(bytes[512 + 255], Math.fround(0.45));
});

t.test('some images, in the order that was asked for', async (t) => {
  const images = randomImages(7, 3, classes);
  const picked = selectImages(images, [5, 0, 5]);
  const of = (i: number) => [...images.pixels.subarray(27 * i, 27 * (i + 1))];
  t.same([...picked.pixels], [...of(5), ...of(0), ...of(5)]);
  t.same([...picked.labels], [2, 0, 2]);
  t.same([picked.count, picked.side, picked.classes], [3, 3, classes]);
  t.same(selectImages(images, []).count, 0);
  picked.pixels[0]++;
  t.equal(images.pixels[27 * 5], picked.pixels[0] - 1, 'a copy');
});

t.test('one set after the other', async (t) => {
  const [one, two] = [randomImages(4, 3, classes, 1), randomImages(2, 3, classes, 2)];
  const both = joinImages([one, two, one]);
  t.same([both.count, both.side, both.classes], [10, 3, classes]);
  t.same([...both.pixels], [...one.pixels, ...two.pixels, ...one.pixels]);
  t.same([...both.labels], [0, 1, 2, 0, 0, 1, 0, 1, 2, 0]);
  t.same(classCounts(both), [5, 3, 2]);
  t.throws(() => joinImages([one, randomImages(1, 4, classes)]), {
    name: 'ArgumentError',
    message: 'expected images of 3 pixels, got 4',
  });
});

t.test('a class without images counts 0', async (t) => {
  t.same(classCounts(selectImages(randomImages(7, 3, classes), [0, 3, 5])), [2, 0, 1]);
});
