/** Augmented images against the originals: padded, cut out, mirrored, enlarged and blanked once more, in another way. */
import t from 'tap';
import { Augmenter, type Augmentation } from '../../src/training/augmentation.js';
import type { LabelledImages } from '../../src/training/labelled-images.js';
import { plain, randomImages } from './helpers.js';

/** What each byte becomes: never 0, so that zeros come from cutout alone; each channel has numbers of its own. */
const table = Float32Array.from({ length: 3 * 256 }, (_, i) => i + 1);

/** One plane as rows. */
function planeOf(values: ArrayLike<number>, side: number, channel: number): number[][] {
  return Array.from({ length: side }, (_, y) =>
    Array.from({ length: side }, (_, x) => values[(channel * side + y) * side + x]),
  );
}

function original({ side, pixels }: LabelledImages, index: number): number[][][] {
  const numbers = 3 * side * side;
  const values = Array.from(pixels.subarray(index * numbers, (index + 1) * numbers), (byte, i) => {
    return table[256 * Math.floor(i / (side * side)) + byte];
  });
  return [0, 1, 2].map((channel) => planeOf(values, side, channel));
}

function augmented(augmenter: Augmenter, index: number, epoch: number): number[][][] {
  const { side } = augmenter.images;
  const out = new Float32Array(3 * side * side);
  augmenter.write(index, epoch, out, 0);
  return [0, 1, 2].map((channel) => planeOf(out, side, channel));
}

/** As `numpy.pad(..., mode='reflect')`. */
function padded(plane: number[][], by: number): number[][] {
  const reflect = <T>(row: T[]): T[] => [
    ...row.slice(1, by + 1).reverse(),
    ...row,
    ...row.slice(row.length - 1 - by, row.length - 1).reverse(),
  ];
  return reflect(plane.map(reflect));
}

interface Found {
  readonly mirrored: boolean;
  readonly dy: number;
  readonly dx: number;
  /** Where the blank square begins. */
  readonly top: number;
  readonly left: number;
}

/** All ways to make the image from its original. */
function waysTo(seen: number[][][], from: number[][][], { crop, cutout }: Augmentation): Found[] {
  const side = seen[0].length;
  const zeros = seen.map((plane) =>
    plane.flatMap((row, y) => row.flatMap((value, x) => (value === 0 ? [y * side + x] : []))),
  );
  const [top, left] = zeros[0].length === 0 ? [0, 0] : [Math.floor(zeros[0][0] / side), zeros[0][0] % side];
  const isBlank = (y: number, x: number) => y >= top && y < top + cutout && x >= left && x < left + cutout;
  const square = Array.from({ length: side * side }, (_, i) => i).filter((i) =>
    isBlank(Math.floor(i / side), i % side),
  );
  if (zeros.some((places) => places.join() !== square.join())) return [];
  const wide = from.map((plane) => padded(plane, crop));
  const ways: Found[] = [];
  for (const mirrored of [false, true]) {
    for (let dy = 0; dy <= 2 * crop; dy++) {
      for (let dx = 0; dx <= 2 * crop; dx++) {
        const fits = seen.every((plane, c) =>
          plane.every((row, y) => {
            const whole = wide[c][y + dy].slice(dx, dx + side);
            if (mirrored) whole.reverse();
            return row.every((value, x) => isBlank(y, x) || value === whole[x]);
          }),
        );
        if (fits) ways.push({ mirrored, dy, dx, top, left });
      }
    }
  }
  return ways;
}

const images = randomImages(60, 9, ['a', 'b']);
const kind = (of: (found: Found) => unknown) => (found: readonly Found[]) => new Set(found.map(of)).size;

t.test('mirrored or not, moved, and a blank square: nothing else, and all of it', async (t) => {
  const augmentation = { flip: true, crop: 2, cutout: 3, zoom: 1, zoomShare: 1 };
  const augmenter = new Augmenter(images, table, augmentation, 3);
  const epochs = 20;
  const found: Found[] = [];
  const starts = new Set<boolean>();
  let [unclear, stuck] = [0, 0];
  for (let index = 0; index < images.count; index++) {
    const from = original(images, index);
    const ways = Array.from({ length: epochs }, (_, epoch) =>
      waysTo(augmented(augmenter, index, epoch), from, augmentation),
    );
    unclear += ways.filter(({ length }) => length !== 1).length;
    const all = ways.flat();
    stuck += all.filter(({ mirrored }, epoch) => epoch > 0 && mirrored === all[epoch - 1].mirrored).length;
    starts.add(all[0].mirrored);
    found.push(...all);
  }
  t.equal(unclear, 0, 'each image can be made from its original in exactly one way');
  t.equal(stuck, 0, 'mirrored in every other epoch');
  t.equal(starts.size, 2, 'some begin with it, some do not');
  t.equal(kind(({ mirrored, dy, dx }) => `${mirrored} ${dy} ${dx}`)(found), 2 * 5 * 5, 'every shift, both ways round');
  t.equal(kind(({ top, left }) => `${top} ${left}`)(found), 7 * 7, 'every place of the square');
});

t.test('without all that: the image as it is', async (t) => {
  const none = new Augmenter(images, table, plain, 3);
  const still = new Augmenter(images, table, { ...plain, crop: 1 }, 3);
  for (let epoch = 0; epoch < 4; epoch++) {
    t.same(augmented(none, 5, epoch), original(images, 5));
    const [way] = waysTo(augmented(still, 5, epoch), original(images, 5), { ...plain, crop: 1 });
    t.equal(way.mirrored, false, 'never mirrored without flip');
  }
});

t.test('an image depends on seed, epoch and number alone', async (t) => {
  const augmentation = { flip: true, crop: 2, cutout: 3, zoom: 2, zoomShare: 0.5 };
  const one = new Augmenter(images, table, augmentation, 3);
  const wanted: number[][][][] = [];
  for (let index = 0; index < 20; index++) wanted.push(augmented(one, index, 4));
  const other = new Augmenter(images, table, augmentation, 3);
  for (let index = 19; index >= 0; index--) {
    augmented(other, (7 * index) % 60, index);
    t.same(augmented(other, index, 4), wanted[index]);
  }
  const changed = (augmenter: Augmenter, epoch: number) =>
    wanted.filter((image, i) => JSON.stringify(augmented(augmenter, i, epoch)) !== JSON.stringify(image)).length;
  t.equal(changed(new Augmenter(images, table, augmentation, 4), 4), 20, 'another seed');
  t.equal(changed(one, 5), 20, 'another epoch');
});

t.test('it is written where it belongs', async (t) => {
  const augmenter = new Augmenter(images, table, { ...plain, crop: 1, cutout: 2 }, 3);
  const numbers = 3 * 9 * 9;
  const out = new Float32Array(3 * numbers).fill(-7);
  augmenter.write(8, 2, out, numbers);
  const alone = new Float32Array(numbers);
  augmenter.write(8, 2, alone, 0);
  t.same(out.subarray(numbers, 2 * numbers), alone);
  t.ok(out.subarray(0, numbers).every((value) => value === -7));
  t.ok(out.subarray(2 * numbers).every((value) => value === -7));
});

/**
 * Images whose red tells the column and whose green tells the row, so that what is seen tells where it was; blue is
 * random.
 */
function ramps(count: number, side: number): LabelledImages {
  const random = randomImages(count, side, ['a']);
  const plane = side * side;
  const pixels = random.pixels.map((byte, i) => {
    const place = i % plane;
    const channel = Math.floor(i / plane) % 3;
    return channel === 0 ? 10 * (place % side) : channel === 1 ? 10 * Math.floor(place / side) : byte;
  });
  return { ...random, pixels };
}

/** The factor and the start of the window (in pixels of the enlarged image) that positions along an axis tell. */
function windowOf(positions: readonly number[]): { factor: number; start: number } {
  const last = positions.length - 1;
  const inside = positions.map((_, i) => i).filter((i) => positions[i] > 0 && positions[i] < last);
  const [first, end] = [inside[0], inside[inside.length - 1]];
  const factor = (end - first) / (positions[end] - positions[first]);
  return { factor, start: (positions[first] + 0.5) * factor - 0.5 - first };
}

t.test('enlarged: a window of the linearly enlarged image', async (t) => {
  const side = 24;
  const count = 200;
  const bytes = Float32Array.from({ length: 3 * 256 }, (_, i) => i & 255);
  const all = ramps(count, side);
  const zoom = 2;
  const augmenter = new Augmenter(all, bytes, { flip: true, crop: 4, cutout: 0, zoom, zoomShare: 1 }, 9);
  const factors: number[] = [];
  const places: number[] = [];
  let worst = 0;
  let apart = 0;
  for (let index = 0; index < count; index++) {
    const [red, green, blue] = augmented(augmenter, index, 0);
    const mirrored = red[0][0] > red[0][side - 1];
    const columns = red[0].map((value) => value / 10);
    if (mirrored) columns.reverse();
    const rows = green.map((row) => row[0] / 10);
    const [x, y] = [windowOf(columns), windowOf(rows)];
    factors.push(x.factor);
    places.push(x.start / (side * (x.factor - 1)), y.start / (side * (x.factor - 1)));
    apart = Math.max(apart, Math.abs(x.factor - y.factor));
    // the enlarged image at the output's places, by the formula of linear interpolation
    const source = planeOf(all.pixels.subarray((3 * index + 2) * side * side), side, 0);
    const at = (i: number, { start }: { start: number }) =>
      Math.min(Math.max((i + 0.5 + start) / x.factor - 0.5, 0), side - 1);
    for (let row = 0; row < side; row++) {
      for (let column = 0; column < side; column++) {
        const [v, u] = [at(row, y), at(mirrored ? side - 1 - column : column, x)];
        let value = 0;
        for (const j of [Math.floor(v), Math.ceil(v)]) {
          for (const i of [Math.floor(u), Math.ceil(u)]) {
            value += tent(v - j, v) * tent(u - i, u) * source[j][i];
          }
        }
        worst = Math.max(worst, Math.abs(value - blue[row][column]));
      }
    }
  }
  t.ok(worst < 1e-3, `blue differs by ${worst} of 255 at most`);
  t.ok(apart < 1e-6, `the same factor along both axes, to ${apart}`);
  t.ok(Math.min(...factors) > 1 && Math.max(...factors) < zoom, 'factors from 1 to zoom');
  t.ok(Math.min(...factors) < 1.05 && Math.max(...factors) > 1.95, 'all of that range');
  t.ok(Math.min(...places) > -1e-3 && Math.max(...places) < 1 + 1e-3, 'windows inside of the enlarged image');
  t.ok(Math.min(...places) < 0.05 && Math.max(...places) > 0.95, 'everywhere in it');
});

/** The weight of a pixel at a distance; where the position is a pixel itself, floor and ceil are the same one: half each. */
function tent(distance: number, position: number): number {
  return Number.isInteger(position) ? 0.5 : 1 - Math.abs(distance);
}

t.test('zoomShare of the images are enlarged', async (t) => {
  const all = ramps(400, 12);
  const bytes = Float32Array.from({ length: 3 * 256 }, (_, i) => i & 255);
  const augmenter = new Augmenter(all, bytes, { flip: false, crop: 0, cutout: 0, zoom: 2, zoomShare: 0.3 }, 1);
  let enlarged = 0;
  for (let index = 0; index < 400; index++) {
    const [red] = augmented(augmenter, index, 0);
    if (red[0].some((value, x) => value !== 10 * x)) enlarged++;
  }
  // five standard deviations of a binomial distribution
  t.ok(Math.abs(enlarged - 120) < 5 * Math.sqrt(400 * 0.3 * 0.7), `${enlarged} of 400`);
});
