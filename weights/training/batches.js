/**
 * Batches of CIFAR-10 for training and testing: [B, 3, 32, 32] float32, normalised by channel, with labels.
 *
 * Training shuffles, mirrors half of the images, shifts them by up to `crop` pixels each way and blanks a square
 * (cutout, DeVries and Taylor 2017). What lies outside of the image and inside the square becomes 0, the mean colour.
 * All of it depends on the seed and the epoch alone, so a run can be repeated, and resumed at any epoch.
 */
import { PIXELS, RECORD_BYTES, SIDE } from './cifar10.js';

/** Mean and standard deviation of the training images by channel, of pixels in 0..1. */
export const MEAN = [0.4914, 0.4822, 0.4465];
export const STD = [0.247, 0.2435, 0.2616];

const NUMBERS = 3 * PIXELS;

/** What each byte of each channel becomes: (byte / 255 - mean) / std. */
const NORMALISED = new Float32Array(3 * 256);
for (let channel = 0; channel < 3; channel++) {
  for (let byte = 0; byte < 256; byte++) {
    NORMALISED[256 * channel + byte] = (byte / 255 - MEAN[channel]) / STD[channel];
  }
}

/**
 * Random integers from two seeds: mulberry32, a 32-bit counter passed through a mixing function.
 * @param {number} seed
 * @param {number} stream
 * @returns {(below: number) => number} a whole number from 0 to below - 1
 */
export function randomIntegers(seed, stream) {
  let state = (Math.imul(seed, 0x9e3779b1) ^ Math.imul(stream + 1, 0x85ebca6b)) | 0;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/**
 * The numbers from 0 to count - 1 in random order (Fisher and Yates).
 * @param {number} count
 * @param {(below: number) => number} random
 */
export function shuffled(count, random) {
  const order = Int32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = random(i + 1);
    const kept = order[i];
    order[i] = order[j];
    order[j] = kept;
  }
  return order;
}

/**
 * Writes one normalised image, moved and mirrored: out(y, x) = image(y + dy, mirror(x + dx)), 0 where there is none.
 * @param {Uint8Array} records
 * @param {number} index which record
 * @param {Float32Array} out
 * @param {number} at where in `out` the image begins
 * @param {{ dx: number, dy: number, mirror: boolean }} move
 */
export function writeImage(records, index, out, at, { dx, dy, mirror }) {
  const step = mirror ? -1 : 1;
  const firstX = Math.max(0, -dx);
  const lastX = Math.min(SIDE, SIDE - dx);
  const firstY = Math.max(0, -dy);
  const lastY = Math.min(SIDE, SIDE - dy);
  const left = mirror ? SIDE - 1 - (firstX + dx) : firstX + dx;
  for (let channel = 0; channel < 3; channel++) {
    const plane = index * RECORD_BYTES + 1 + channel * PIXELS;
    const table = 256 * channel;
    for (let y = firstY; y < lastY; y++) {
      let from = plane + (y + dy) * SIDE + left;
      const row = at + channel * PIXELS + y * SIDE;
      for (let x = firstX; x < lastX; x++, from += step) out[row + x] = NORMALISED[table + records[from]];
    }
  }
}

function blankSquare(out, at, top, left, size) {
  for (let channel = 0; channel < 3; channel++) {
    for (let y = top; y < top + size; y++) {
      const row = at + channel * PIXELS + y * SIDE + left;
      out.fill(0, row, row + size);
    }
  }
}

/**
 * @typedef {object} Batch
 * @property {Float32Array} images [B, 3, 32, 32], an array of its own for each batch
 * @property {Int32Array} labels [B]
 * @property {number} size B; the last batch may be smaller
 */

/**
 * One epoch of training batches: every image once.
 * @param {import('./cifar10.js').Split} split
 * @param {object} [options]
 * @param {number} [options.batchSize] default 128
 * @param {number} [options.seed] default 0
 * @param {number} [options.epoch] default 0; another epoch is another order and other augmentations
 * @param {boolean} [options.flip] mirror half of the images, default true
 * @param {number} [options.crop] shift by up to this many pixels each way, default 4
 * @param {number} [options.cutout] side of the blanked square, which lies within the image; default 8, 0 for none
 * @returns {Generator<Batch>}
 */
export function* trainingBatches(split, options = {}) {
  const { batchSize = 128, seed = 0, epoch = 0, flip = true, crop = 4, cutout = 8 } = options;
  const random = randomIntegers(seed, epoch);
  const order = shuffled(split.count, random);
  for (let start = 0; start < split.count; start += batchSize) {
    const size = Math.min(batchSize, split.count - start);
    const images = new Float32Array(size * NUMBERS);
    const labels = new Int32Array(size);
    for (let i = 0; i < size; i++) {
      const index = order[start + i];
      const mirror = flip && random(2) === 1;
      const dx = random(2 * crop + 1) - crop;
      const dy = random(2 * crop + 1) - crop;
      writeImage(split.records, index, images, i * NUMBERS, { dx, dy, mirror });
      if (cutout > 0) {
        const top = random(SIDE - cutout + 1);
        blankSquare(images, i * NUMBERS, top, random(SIDE - cutout + 1), cutout);
      }
      labels[i] = split.records[index * RECORD_BYTES];
    }
    yield { images, labels, size };
  }
}

/**
 * All images in their order, as they are.
 * @param {import('./cifar10.js').Split} split
 * @param {{ batchSize?: number }} [options] batchSize default 250
 * @returns {Generator<Batch>}
 */
export function* testBatches(split, { batchSize = 250 } = {}) {
  for (let start = 0; start < split.count; start += batchSize) {
    const size = Math.min(batchSize, split.count - start);
    const images = new Float32Array(size * NUMBERS);
    const labels = new Int32Array(size);
    for (let i = 0; i < size; i++) {
      writeImage(split.records, start + i, images, i * NUMBERS, { dx: 0, dy: 0, mirror: false });
      labels[i] = split.records[(start + i) * RECORD_BYTES];
    }
    yield { images, labels, size };
  }
}
