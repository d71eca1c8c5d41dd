/** Accuracy, confusion, loss and calibration from probabilities worked out by hand, and the probabilities of a model. */
import t from 'tap';
import { backendInfo } from '../../src/backends/active.js';
import * as init from '../../src/nn/init.js';
import { BatchNorm2d, Dropout, Flatten, Linear } from '../../src/nn/layers.js';
import { Sequential } from '../../src/nn/sequential.js';
import { manualSeed } from '../../src/tensor/random.js';
import { evaluate, evaluationOf, probabilitiesOf, topOfRows } from '../../src/training/evaluate.js';
import type { LabelledImages } from '../../src/training/labelled-images.js';
import { settledStorages } from '../settled.js';
import { bitsOf, randomImages } from './helpers.js';

const close = (a: number, b: number, tolerance = 1e-7): boolean => Math.abs(a - b) <= tolerance;

function labelled(labels: readonly number[], classes: readonly string[]): LabelledImages {
  return { ...randomImages(labels.length, 2, classes), labels: Uint16Array.from(labels) };
}

t.test('the largest of each row; of equal ones the first', async (t) => {
  t.same(topOfRows([1, 3, 2, -1, -2, -3, 5, 5, 4, 0, 7, 7], 3), [1, 0, 0, 1]);
  t.same(topOfRows([], 3), []);
});

t.test('six images of three classes, and a class without any', async (t) => {
  const rows: [label: number, probabilities: number[]][] = [
    [0, [0.5, 0.25, 0.125, 0.125]], // right, 0.5
    [0, [0.125, 0.625, 0.125, 0.125]], // taken for 1, 0.625
    [0, [1, 0, 0, 0]], // right, and sure: the last bin
    [1, [0.25, 0.5, 0.125, 0.125]], // right, 0.5
    [2, [0, 0, 0.25, 0.75]], // taken for 3, 0.75
    [2, [0.5, 0.5, 0, 0]], // taken for 0, the right one impossible
  ];
  const images = labelled(
    rows.map(([label]) => label),
    ['a', 'b', 'c', 'd'],
  );
  const found = evaluationOf(Float32Array.from(rows.flatMap(([, row]) => row)), images);
  t.equal(found.count, 6);
  t.equal(found.accuracy, 3 / 6);
  t.same(found.perClass, [2 / 3, 1, 0, NaN]);
  t.same(found.confusion, [
    [2, 1, 0, 0],
    [0, 1, 0, 0],
    [1, 0, 0, 1],
    [0, 0, 0, 0],
  ]);
  const logs = [0.5, 0.125, 1, 0.5, 0.25].reduce((sum, p) => sum - Math.log(p), 0);
  t.ok(
    close(found.loss, (logs - Math.log(Number.MIN_VALUE)) / 6, 1e-12),
    'an impossible class costs a lot, but not all',
  );
  // fifteenths: 0.5 is in bin 7, 0.625 in 9, 0.75 in 11, 1 in 14
  t.same(found.calibration.bins, [
    { count: 3, confidence: 0.5, accuracy: 2 / 3 },
    { count: 1, confidence: 0.625, accuracy: 0 },
    { count: 1, confidence: 0.75, accuracy: 0 },
    { count: 1, confidence: 1, accuracy: 1 },
  ]);
  t.ok(close(found.calibration.error, (3 * (2 / 3 - 0.5) + 0.625 + 0.75 + 0) / 6, 1e-12));
});

t.test('within a bin, too much and too little confidence make up for each other', async (t) => {
  const images = labelled([0, 0, 0, 1], ['a', 'b']);
  const rows = [0.75, 0.25, 0.75, 0.25, 0.75, 0.25, 0.75, 0.25];
  const { calibration, accuracy } = evaluationOf(Float32Array.from(rows), images);
  t.equal(accuracy, 0.75);
  t.same(calibration, { error: 0, bins: [{ count: 4, confidence: 0.75, accuracy: 0.75 }] });
});

t.test('a bin ends where the next fifteenth begins', async (t) => {
  // 15 times as much: 7.97, 8.20, 8.91, 9.14 and 15
  const confidences = [0.53125, 0.546875, 0.59375, 0.609375, 1];
  const rows = confidences.flatMap((p) => [p, 1 - p]);
  const { calibration } = evaluationOf(Float32Array.from(rows), labelled([0, 0, 1, 0, 0], ['a', 'b']));
  t.same(calibration.bins, [
    { count: 1, confidence: 0.53125, accuracy: 1 },
    { count: 2, confidence: (0.546875 + 0.59375) / 2, accuracy: 0.5 },
    { count: 1, confidence: 0.609375, accuracy: 1 },
    { count: 1, confidence: 1, accuracy: 1 },
  ]);
});

/** A linear model on flattened images, after things that work otherwise in training. */
function model(): Sequential {
  manualSeed(4);
  return new Sequential(new BatchNorm2d(3), new Dropout(0.5), new Flatten(), new Linear(12, 3));
}

const statistics = { mean: [0.5, 0.4, 0.3], std: [0.25, 0.5, 0.75] } as const;

t.test('probabilities of a model: softmax of its logits in evaluation mode', async (t) => {
  using net = model();
  const images = randomImages(600, 2, ['a', 'b', 'c']);
  const [weight, bias] = ['3.weight', '3.bias'].map((name) => [...(net.stateDict().get(name)?.dataSync() ?? [])]);
  const before = { storages: await settledStorages(), bits: bitsOf(net), modes: net.modules().map((m) => m.training) };
  const progress: number[] = [];
  const found = await probabilitiesOf(net, images, statistics, (done) => progress.push(done));
  t.equal(found.length, 1800);
  let worst = 0;
  for (let i = 0; i < 600; i++) {
    // fresh batch norm: mean 0, variance 1
    const x = Array.from(images.pixels.subarray(12 * i, 12 * (i + 1)), (byte, j) => {
      const c = Math.floor(j / 4);
      return (byte / 255 - statistics.mean[c]) / statistics.std[c] / Math.sqrt(1 + 1e-5);
    });
    const powers = [0, 1, 2].map((k) =>
      Math.exp(x.reduce((sum, value, j) => sum + value * weight[12 * k + j], bias[k])),
    );
    const sum = powers[0] + powers[1] + powers[2];
    powers.forEach((power, k) => (worst = Math.max(worst, Math.abs(power / sum - found[3 * i + k]))));
  }
  t.ok(worst < 1e-6, `differs by ${worst} at most`);
  t.same(progress, [250, 500, 600]);
  t.equal(backendInfo().storages, before.storages, 'nothing is left behind');
  t.same(bitsOf(net), before.bits, 'running statistics stay');
  t.same(
    net.modules().map((m) => m.training),
    before.modes,
    'in training mode as before',
  );
  t.same(before.modes, [true, true, true, true, true]);
  t.same(await evaluate(net, images, statistics), evaluationOf(found, images));
  net.eval();
  t.same(await probabilitiesOf(net, images, statistics), found);
  t.equal(net.training, false, 'or in evaluation mode, if it was');
});

t.test('a model with other classes', async (t) => {
  using net = model();
  const before = await settledStorages();
  await t.rejects(evaluate(net, randomImages(3, 2, ['a', 'b']), statistics), {
    name: 'ShapeError',
    message: 'evaluate: expected logits of shape [3,2], got [3,3]',
  });
  t.equal(net.training, true);
  t.equal(backendInfo().storages, before);
});

t.test('a model whose numbers are none', async (t) => {
  using net = model();
  init.constant_(net.parameters()[2], NaN);
  const before = await settledStorages();
  await t.rejects(evaluate(net, randomImages(3, 2, ['a', 'b', 'c']), statistics), {
    name: 'ShapeError',
    message: /^evaluate: expected finite probabilities, got NaN: the weights have become NaN or too large/,
  });
  t.equal(net.training, true);
  t.equal(backendInfo().storages, before);
});
