/** Batches: which images are in them, in what order, and how they are normalised. */
import t from 'tap';
import { TrainingBatches, testBatches, type Batch } from '../../src/training/batches.js';
import type { ChannelStatistics, LabelledImages } from '../../src/training/labelled-images.js';
import { plain, randomImages } from './helpers.js';

const statistics: ChannelStatistics = { mean: [0.25, 0.5, 0.75], std: [0.5, 0.25, 2] };

/** Image i is of the colour i, 2 i, 3 i, and of class i % 3. */
function numbered(count: number, side = 4): LabelledImages {
  const plane = side * side;
  return {
    ...randomImages(count, side, ['a', 'b', 'c']),
    pixels: Uint8Array.from({ length: count * 3 * plane }, (_, i) => {
      return Math.floor(i / (3 * plane)) * (1 + (Math.floor(i / plane) % 3));
    }),
  };
}

const normalised = (byte: number, channel: number): number =>
  Math.fround((byte / 255 - statistics.mean[channel]) / statistics.std[channel]);

/** The numbers of the images in a batch, after a look at every pixel. */
function numbersIn({ images, labels, size }: Batch, side = 4): number[] {
  const plane = side * side;
  return Array.from({ length: size }, (_, i) => {
    const at = i * 3 * plane;
    const index = Array.from({ length: 80 }, (_, n) => n).find((n) => normalised(n, 0) === images[at]) ?? -1;
    const wanted = [0, 1, 2].flatMap((c) => new Array<number>(plane).fill(normalised(index * (c + 1), c)));
    const right = labels[i] === index % 3 && wanted.every((value, j) => value === images[at + j]);
    return right ? index : -1;
  });
}

const options = { batchSize: 8, seed: 1, augmentation: plain, statistics };
const orderOf = (batches: TrainingBatches, epoch: number): number[] =>
  Array.from({ length: batches.stepsPerEpoch }, (_, step) => numbersIn(batches.batch(epoch, step))).flat();

t.test('an epoch shows every image once, but for those that fill no batch', async (t) => {
  const whole = new TrainingBatches(numbered(48), options);
  t.equal(whole.stepsPerEpoch, 6);
  const order = orderOf(whole, 0);
  t.same(
    [...order].sort((a, b) => a - b),
    Array.from({ length: 48 }, (_, i) => i),
  );
  t.notSame(
    order,
    [...order].sort((a, b) => a - b),
    'in random order',
  );

  const rest = new TrainingBatches(numbered(53), options);
  t.equal(rest.stepsPerEpoch, 6, 'five are left over');
  const missing = new Set<number>();
  for (let epoch = 0; epoch < 12; epoch++) {
    const seen = new Set(orderOf(rest, epoch));
    t.equal(seen.size, 48);
    for (let i = 0; i < 53; i++) if (!seen.has(i)) missing.add(i);
  }
  t.ok(missing.size > 20, `others in each epoch: ${missing.size}`);
});

t.test('the order depends on epoch and seed, and on nothing else', async (t) => {
  const batches = new TrainingBatches(numbered(48), options);
  const first = orderOf(batches, 0);
  t.notSame(orderOf(batches, 1), first);
  t.same(orderOf(batches, 0), first, 'going back');
  t.notSame(orderOf(new TrainingBatches(numbered(48), { ...options, seed: 2 }), 0), first);
  const other = new TrainingBatches(numbered(48), options);
  t.same(numbersIn(other.batch(0, 5)), first.slice(40), 'the last batch alone');

  const augmentation = { flip: true, crop: 1, cutout: 2, zoom: 2, zoomShare: 0.5 };
  const changing = () => new TrainingBatches(randomImages(48, 4, ['a', 'b']), { ...options, augmentation });
  const once = changing();
  once.batch(0, 1);
  once.batch(3, 0);
  const again = once.batch(1, 4);
  t.same(changing().batch(1, 4), again, 'changed images as well');
  t.notSame(once.batch(2, 4).images, again.images);
});

t.test('fewer images than a batch', async (t) => {
  const batches = new TrainingBatches(numbered(5), options);
  t.same([batches.stepsPerEpoch, batches.batchSize], [1, 5]);
  t.same(
    numbersIn(batches.batch(0, 0)).sort((a, b) => a - b),
    [0, 1, 2, 3, 4],
  );
});

t.test('augmentation that fits no image', async (t) => {
  const made = (changes: object, count = 8) => {
    return () => new TrainingBatches(numbered(count), { ...options, augmentation: { ...plain, ...changes } });
  };
  t.throws(made({ crop: 4 }), { name: 'ShapeError', message: /crop below .* the images' 4 pixels, got 4 and 0/ });
  t.throws(made({ cutout: 5 }), { name: 'ShapeError', message: /cutout up to the images' 4 pixels, got 0 and 5/ });
  t.throws(made({}, 0), { name: 'ShapeError', message: /at least one image, got none/ });
  const blank = made({ cutout: 4 })().batch(0, 0).images;
  t.ok(
    blank.every((value) => value === 0),
    'a square as large as the image is allowed',
  );
});

t.test('test batches: all images in their order, normalised; the last batch is smaller', async (t) => {
  const all = numbered(53);
  const batches = [...testBatches(all, statistics, 20)];
  t.same(
    batches.map(({ size, labels, images }) => [size, labels.length, images.length]),
    [
      [20, 20, 20 * 48],
      [20, 20, 20 * 48],
      [13, 13, 13 * 48],
    ],
  );
  t.same(
    batches.flatMap((batch) => numbersIn(batch)),
    Array.from({ length: 53 }, (_, i) => i),
  );
  t.same(
    [...testBatches(all, statistics)].map(({ size }) => size),
    [53],
  );
});
