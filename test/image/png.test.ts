import t from 'tap';
import { decodeImage } from '../../src/image/decode.js';
import { createPicture } from '../../src/image/picture.js';
import { encodePng } from '../../src/image/png.js';
import { concat, latin1, makePng, type RawPng } from './raw-png.js';

/** A repeatable sample for channel c of pixel (x, y), 0 .. 2^depth - 1, that uses the whole range. */
function sample(x: number, y: number, c: number, depth: number): number {
  return ((x * 7919 + y * 104729 + c * 1299709) * 31 + x * y) % 2 ** depth;
}

const palette = Array.from({ length: 256 * 3 }, (_, i) => (i * 89 + 13) % 256);
const white = (colour: number, alpha: number) => alpha * colour + (1 - alpha);

/** What the picture must be, from the samples alone. */
function expectedPixel(png: RawPng, samples: number[]): number[] {
  const max = 2 ** png.depth - 1;
  const [r, g = 0, b = 0, a = 0] = samples.map((value) => value / max);
  switch (png.colorType) {
    case 0:
      return [r, r, r];
    case 2:
      return [r, g, b];
    case 3: {
      const alpha = (png.transparency?.[samples[0]] ?? 255) / 255;
      return [0, 1, 2].map((c) => white(palette[3 * samples[0] + c] / 255, alpha));
    }
    case 4:
      return [r, r, r].map((value) => white(value, g));
    case 6:
      return [r, g, b].map((value) => white(value, a));
  }
}

function compare(
  t: Tap,
  png: RawPng,
  what: string,
  expected = (x: number, y: number) => expectedPixel(png, png.pixel(x, y)),
) {
  const picture = decodeImage(makePng(png));
  t.same([picture.width, picture.height, picture.channels], [png.width, png.height, 3], what);
  let worst = 0;
  for (let y = 0; y < png.height; y++) {
    for (let x = 0; x < png.width; x++) {
      expected(x, y).forEach((value, c) => {
        const got = picture.data[(y * png.width + x) * 3 + c];
        worst = Math.max(worst, Number.isNaN(got) ? Infinity : Math.abs(got - value));
      });
    }
  }
  t.ok(worst < 1e-6, `${what}: largest difference ${worst}`);
}
type Tap = Pick<typeof t, 'same' | 'ok'>;

const kinds: [RawPng['colorType'], number, RawPng['depth'][]][] = [
  [0, 1, [1, 2, 4, 8, 16]],
  [2, 3, [8, 16]],
  [3, 1, [1, 2, 4, 8]],
  [4, 2, [8, 16]],
  [6, 4, [8, 16]],
];

t.test('every colour type, bit depth and interlacing', async (t) => {
  for (const [colorType, channels, depths] of kinds) {
    for (const depth of depths) {
      for (const interlace of [false, true]) {
        const png: RawPng = {
          width: 13,
          height: 11,
          colorType,
          depth,
          interlace,
          pixel: (x, y) => Array.from({ length: channels }, (_, c) => sample(x, y, c, depth)),
          ...(colorType === 3 ? { palette: palette.slice(0, 3 * 2 ** depth) } : {}),
        };
        compare(t, png, `colour type ${colorType}, ${depth} bits${interlace ? ', interlaced' : ''}`);
      }
    }
  }
});

t.test('interlaced pictures smaller than the 8x8 pattern', async (t) => {
  for (let width = 1; width <= 9; width++) {
    for (const height of [1, 2, 3, 5, 8]) {
      const pixel = (x: number, y: number) => [0, 1, 2].map((c) => sample(x, y, c, 8));
      compare(t, { width, height, colorType: 2, depth: 8, interlace: true, pixel }, `${width}x${height}`);
    }
  }
});

t.test('tRNS: one grey or one colour is transparent, that is, white', async (t) => {
  for (const interlace of [false, true]) {
    for (const depth of [1, 2, 4, 8, 16] satisfies RawPng['depth'][]) {
      const key = sample(3, 2, 0, depth);
      const pixel = (x: number, y: number) => [sample(x, y, 0, depth)];
      const transparency = Uint8Array.of(key >> 8, key & 255);
      compare(
        t,
        { width: 7, height: 5, colorType: 0, depth, interlace, pixel, transparency },
        `grey ${depth}`,
        (x, y) => {
          const [value] = pixel(x, y);
          return Array.from({ length: 3 }, () => (value === key ? 1 : value / (2 ** depth - 1)));
        },
      );
    }
    for (const depth of [8, 16] satisfies RawPng['depth'][]) {
      const pixel = (x: number, y: number) => [0, 1, 2].map((c) => (x === 2 ? 5 : sample(x, y, c, depth)));
      const transparency = Uint8Array.of(0, 5, 0, 5, 0, 5);
      compare(t, { width: 5, height: 3, colorType: 2, depth, interlace, pixel, transparency }, `rgb ${depth}`, (x, y) =>
        pixel(x, y).map((value) => (x === 2 ? 1 : value / (2 ** depth - 1))),
      );
    }
  }
});

t.test('tRNS: a palette with alpha, shorter than the palette', async (t) => {
  for (const depth of [1, 2, 4, 8] satisfies RawPng['depth'][]) {
    const png: RawPng = {
      width: 16,
      height: 16,
      colorType: 3,
      depth,
      pixel: (x, y) => [(x + 16 * y) % 2 ** depth],
      palette: palette.slice(0, 3 * 2 ** depth),
      transparency: Uint8Array.of(0, 100, 200).subarray(0, Math.min(3, 2 ** depth)),
    };
    compare(t, png, `palette of ${2 ** depth}`);
  }
});

t.test('a palette that only suggests colours changes nothing', async (t) => {
  const pixel = (x: number, y: number) => [0, 1, 2].map((c) => sample(x, y, c, 8));
  compare(t, { width: 4, height: 4, colorType: 2, depth: 8, pixel, palette: [1, 2, 3] }, 'rgb with PLTE');
});

t.test('bytes after the end are no reason to refuse a file', async (t) => {
  const png = makePng({ width: 2, height: 2, colorType: 0, depth: 8, pixel: (x, y) => [100 * x + y] });
  const picture = decodeImage(concat(png, latin1('trailer')));
  t.same(picture.data[3], Math.fround(100 / 255));
});

t.test('bytes in the middle of a larger buffer', async (t) => {
  const png = makePng({ width: 2, height: 1, colorType: 0, depth: 8, pixel: (x) => [x * 255] });
  const large = new Uint8Array(png.length + 20).fill(7);
  large.set(png, 9);
  t.same(decodeImage(large.subarray(9, 9 + png.length)).data, Float32Array.of(0, 0, 0, 1, 1, 1));
});

t.test('encodePng and back', async (t) => {
  const bytes = Float32Array.from({ length: 16 * 16 * 3 }, (_, i) => ((i * 37) % 256) / 255);
  t.same(decodeImage(encodePng(createPicture(16, 16, 3, bytes))).data, bytes, 'multiples of 1/255 come back exactly');
  const grey = encodePng(createPicture(3, 1, 1, Float32Array.of(0, 0.4, 1)));
  t.equal(grey[25], 0, 'one channel is written as a grey PNG');
  t.same(decodeImage(grey).data, Float32Array.of(0, 0, 0, 0.4, 0.4, 0.4, 1, 1, 1));
  const rounded = encodePng(createPicture(5, 1, 1, Float32Array.of(-2, 3, 0.4999 / 255, 0.5001 / 255, Infinity)));
  t.same(
    decodeImage(rounded).data.filter((_, i) => i % 3 === 0),
    Float32Array.of(0, 1, 0, 1 / 255, 1),
    'clamped, rounded',
  );
});

t.test('encodePng: NaN', async (t) => {
  t.throws(() => encodePng(createPicture(2, 1, 1, Float32Array.of(0, NaN))), {
    name: 'ArgumentError',
    message: 'encodePng: the picture is NaN at index 1; expected 0..1',
  });
});
