/**
 * Checks the data and its batches, and measures how fast they come: `npm run check`, or
 * `node check.js --grid grid.png` to write a picture of test images (a row a class) above training images as a network gets them.
 */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { PNG } from 'pngjs';
import { MEAN, randomIntegers, shuffled, STD, testBatches, trainingBatches } from './batches.js';
import { CLASSES, loadTest, loadTraining, PIXELS, RECORD_BYTES, SIDE } from './cifar10.js';

const NUMBERS = 3 * PIXELS;

/** @param {import('./cifar10.js').Split} split */
function checkSplit(split, perClass) {
  const counts = CLASSES.map(() => 0);
  for (let i = 0; i < split.count; i++) counts[split.records[i * RECORD_BYTES]]++;
  assert.deepEqual(
    counts,
    CLASSES.map(() => perClass),
  );
}

/** The normalisation's constants are the mean and the deviation of the training images. */
function checkStatistics(split) {
  for (let channel = 0; channel < 3; channel++) {
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < split.count; i++) {
      const plane = i * RECORD_BYTES + 1 + channel * PIXELS;
      for (let p = plane; p < plane + PIXELS; p++) {
        sum += split.records[p];
        squares += split.records[p] ** 2;
      }
    }
    const mean = sum / split.count / PIXELS / 255;
    const std = Math.sqrt(squares / split.count / PIXELS / 255 ** 2 - mean ** 2);
    assert.ok(Math.abs(mean - MEAN[channel]) < 1e-4, `mean of channel ${channel} is ${mean}`);
    assert.ok(Math.abs(std - STD[channel]) < 1e-4, `deviation of channel ${channel} is ${std}`);
  }
}

/** The number that (channel, y, x) of a record is normalised to, 0 outside of the image. */
function expected(split, index, channel, y, x) {
  if (x < 0 || x >= SIDE || y < 0 || y >= SIDE) return 0;
  const byte = split.records[index * RECORD_BYTES + 1 + channel * PIXELS + y * SIDE + x];
  return Math.fround((byte / 255 - MEAN[channel]) / STD[channel]);
}

/** Every augmented image is its record, mirrored or not, at one of the 81 shifts, but for a square of 8x8 zeros. */
function checkAugmentation(split) {
  const few = { records: split.records, count: 50 };
  const order = shuffled(50, randomIntegers(7, 3));
  assert.deepEqual(
    [...order].sort((a, b) => a - b),
    Array.from({ length: 50 }, (_, i) => i),
  );
  const seen = { mirrored: 0, shifts: new Set(), squares: new Set() };
  let position = 0;
  for (const { images, labels, size } of trainingBatches(few, { batchSize: 16, seed: 7, epoch: 3 })) {
    for (let i = 0; i < size; i++, position++) {
      const index = order[position];
      assert.equal(labels[i], split.records[index * RECORD_BYTES]);
      const { mirror, dx, dy, square } = explain(split, index, images.subarray(i * NUMBERS, (i + 1) * NUMBERS));
      if (mirror) seen.mirrored++;
      seen.shifts.add(`${dx},${dy}`);
      seen.squares.add(square);
    }
  }
  assert.equal(position, 50);
  assert.ok(seen.mirrored > 10 && seen.mirrored < 40, `${seen.mirrored} of 50 are mirrored`);
  assert.ok(seen.shifts.size > 25, `${seen.shifts.size} different shifts`);
  assert.ok(seen.squares.size > 25, `${seen.squares.size} different squares`);
}

/** Finds the augmentation that made `image` out of a record, or fails. */
function explain(split, index, image) {
  for (const mirror of [false, true]) {
    for (let dy = -4; dy <= 4; dy++) {
      for (let dx = -4; dx <= 4; dx++) {
        const square = differences(image, (channel, y, x) => {
          const column = mirror && x + dx >= 0 && x + dx < SIDE ? SIDE - 1 - (x + dx) : x + dx;
          return expected(split, index, channel, y + dy, column);
        });
        if (square !== undefined) return { mirror, dx, dy, square };
      }
    }
  }
  return assert.fail(`no augmentation of record ${index} gives its image`);
}

/** The corner of the part where `image` differs, if that part is all 0 and no larger than 8x8; else undefined. */
function differences(image, original) {
  const box = { top: SIDE, left: SIDE, bottom: -1, right: -1 };
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      for (let channel = 0; channel < 3; channel++) {
        const value = image[channel * PIXELS + y * SIDE + x];
        if (value === original(channel, y, x)) continue;
        box.top = Math.min(box.top, y);
        box.bottom = Math.max(box.bottom, y);
        box.left = Math.min(box.left, x);
        box.right = Math.max(box.right, x);
        if (value !== 0 || box.bottom - box.top >= 8 || box.right - box.left >= 8) return undefined;
      }
    }
  }
  return `${box.top},${box.left}`;
}

function checkRepeatable(split) {
  const few = { records: split.records, count: 300 };
  const first = (options) => trainingBatches(few, options).next().value;
  assert.deepEqual(first({ seed: 1, epoch: 2 }), first({ seed: 1, epoch: 2 }));
  assert.notDeepEqual(first({ seed: 1, epoch: 2 }).labels, first({ seed: 1, epoch: 3 }).labels);
  assert.notDeepEqual(first({ seed: 1, epoch: 2 }).labels, first({ seed: 2, epoch: 2 }).labels);
  const sizes = [...trainingBatches(few)].map(({ size }) => size);
  assert.deepEqual(sizes, [128, 128, 44]);
}

function checkTestBatches(split) {
  const { images, labels, size } = [...testBatches({ records: split.records, count: 7 }, { batchSize: 4 })][1];
  assert.equal(size, 3);
  for (let i = 0; i < size; i++) {
    assert.equal(labels[i], split.records[(4 + i) * RECORD_BYTES]);
    for (let n = 0; n < NUMBERS; n++) {
      const [channel, pixel] = [Math.floor(n / PIXELS), n % PIXELS];
      assert.equal(images[i * NUMBERS + n], expected(split, 4 + i, channel, Math.floor(pixel / SIDE), pixel % SIDE));
    }
  }
}

function imagesPerSecond(batches) {
  const start = performance.now();
  let images = 0;
  for (const { size } of batches) images += size;
  return Math.round((1000 * images) / (performance.now() - start));
}

/** Draws a normalised image into a PNG at a cell of the grid. */
function draw(png, image, row, column) {
  for (let pixel = 0; pixel < PIXELS; pixel++) {
    const y = row * (SIDE + 2) + Math.floor(pixel / SIDE);
    const to = 4 * (y * png.width + column * (SIDE + 2) + (pixel % SIDE));
    for (let channel = 0; channel < 3; channel++) {
      png.data[to + channel] = Math.round(255 * (image[channel * PIXELS + pixel] * STD[channel] + MEAN[channel]));
    }
    png.data[to + 3] = 255;
  }
}

function writeGrid(path, training, test) {
  const columns = 16;
  const png = new PNG({ width: columns * (SIDE + 2), height: (CLASSES.length + 4) * (SIDE + 2) });
  const filled = CLASSES.map(() => 0);
  for (const { images, labels, size } of testBatches({ records: test.records, count: 1000 })) {
    for (let i = 0; i < size; i++) {
      const column = filled[labels[i]]++;
      if (column < columns) draw(png, images.subarray(i * NUMBERS, (i + 1) * NUMBERS), labels[i], column);
    }
  }
  const { images } = trainingBatches(training, { batchSize: 4 * columns }).next().value;
  for (let i = 0; i < 4 * columns; i++) {
    const row = CLASSES.length + Math.floor(i / columns);
    draw(png, images.subarray(i * NUMBERS, (i + 1) * NUMBERS), row, i % columns);
  }
  writeFileSync(path, PNG.sync.write(png));
}

const { values } = parseArgs({ options: { grid: { type: 'string' } } });
const training = loadTraining(console.log);
const test = loadTest(console.log);
console.log('the six batches have the MD5 of the published binary files');
checkSplit(training, 5000);
checkSplit(test, 1000);
checkStatistics(training);
checkAugmentation(training);
checkRepeatable(training);
checkTestBatches(test);
console.log('labels, normalisation, augmentation and order are right');
console.log(`training batches: ${imagesPerSecond(trainingBatches(training))} images/s`);
console.log(`test batches: ${imagesPerSecond(testBatches(test))} images/s`);
if (values.grid) writeGrid(values.grid, training, test);
