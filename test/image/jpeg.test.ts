import { readFileSync } from 'node:fs';
import jpeg from 'jpeg-js';
import t from 'tap';
import { decodeImage } from '../../src/image/decode.js';
import type { Picture } from '../../src/image/picture.js';
import { concat, latin1 } from './raw-png.js';

function fixture(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`fixtures/${name}.jpg`, import.meta.url)));
}

/** The gradient of fixtures/make_fixtures.py. */
const gradient = (x: number, y: number) => [60 + 5 * x, 220 - 6 * y, 100 + 3 * x + 2 * y];
const greyGradient = (x: number) => [60 + 5 * x, 60 + 5 * x, 60 + 5 * x];

function largestDifference({ width, data }: Picture, expected: (x: number, y: number) => number[]): number {
  let worst = 0;
  for (let i = 0; i < data.length; i++) {
    const pixel = Math.floor(i / 3);
    worst = Math.max(worst, Math.abs(255 * data[i] - expected(pixel % width, Math.floor(pixel / width))[i % 3]));
  }
  return worst;
}

t.test('baseline and progressive, colour, grey, CMYK, restart markers', async (t) => {
  const cases: [string, (x: number, y: number) => number[], number][] = [
    ['baseline', gradient, 4],
    ['progressive', gradient, 4],
    ['restart', gradient, 4],
    ['cmyk', gradient, 4],
    ['baseline-420', gradient, 9],
    ['progressive-420', gradient, 9],
    ['grey', greyGradient, 3],
    ['grey-progressive', greyGradient, 3],
    ['grey-restart', greyGradient, 3],
  ];
  for (const [name, expected, tolerance] of cases) {
    const picture = decodeImage(fixture(name));
    t.same([picture.width, picture.height, picture.channels], [28, 20, 3], name);
    const worst = largestDifference(picture, expected);
    t.ok(worst <= tolerance, `${name}: largest difference ${worst.toFixed(2)} of 255`);
  }
});

t.test("three components that are RGB, by the Adobe marker's transform 0", async (t) => {
  const bytes = fixture('baseline');
  const adobe = concat(Uint8Array.of(0xff, 0xee, 0, 14), latin1('Adobe'), Uint8Array.of(0, 100, 0, 0, 0, 0, 0));
  const asStored = decodeImage(concat(bytes.subarray(0, 2), adobe, bytes.subarray(2)));
  // The file holds Y, Cb, Cr; told that they are R, G, B, they must come out as they are.
  const worst = largestDifference(asStored, (x, y) => {
    const [r, g, b] = gradient(x, y);
    const luma = 0.299 * r + 0.587 * g + 0.114 * b;
    return [luma, 128 + 0.564 * (b - luma), 128 + 0.713 * (r - luma)];
  });
  t.ok(worst <= 3, `largest difference ${worst.toFixed(2)} of 255`);
});

/** An EXIF block with one entry, the orientation. */
function exif(orientation: number, bigEndian = false): Uint8Array {
  const short = (value: number) => (bigEndian ? [value >> 8, value & 255] : [value & 255, value >> 8]);
  const long = (value: number) => (bigEndian ? [0, 0, ...short(value)] : [...short(value), 0, 0]);
  const entry = [...short(0x0112), ...short(3), ...long(1), ...short(orientation), 0, 0];
  const order = bigEndian ? [0x4d, 0x4d] : [0x49, 0x49];
  return Uint8Array.from([...order, ...short(42), ...long(8), ...short(1), ...entry, ...long(0)]);
}

function withExif(bytes: Uint8Array, tiff: Uint8Array): Uint8Array {
  const length = tiff.length + 8;
  const app1 = concat(Uint8Array.of(0xff, 0xe1, length >> 8, length & 255), latin1('Exif\0\0'), tiff);
  return concat(bytes.subarray(0, 2), app1, bytes.subarray(2));
}

// Four corners of 16x8 pixels in a picture of 32x16: A B above C D.
const levels = { A: 20, B: 90, C: 160, D: 230 };

function corners(): Uint8Array {
  const data = new Uint8Array(32 * 16 * 4).fill(255);
  for (let i = 0; i < 32 * 16; i++) {
    const [x, y] = [i % 32, i >> 5];
    const level = levels[y < 8 ? (x < 16 ? 'A' : 'B') : x < 16 ? 'C' : 'D'];
    data.fill(level, 4 * i, 4 * i + 3);
  }
  return new Uint8Array(jpeg.encode({ width: 32, height: 16, data }, 95).data);
}

function readCorners({ width, height, data }: Picture): string {
  const at = (x: number, y: number) => 255 * data[(y * width + x) * 3];
  const values = [at(1, 1), at(width - 2, 1), at(1, height - 2), at(width - 2, height - 2)];
  const letter = (value: number) => Object.entries(levels).find(([, level]) => Math.abs(level - value) < 6)?.[0] ?? '?';
  return values.map(letter).join('');
}

t.test('the eight EXIF orientations', async (t) => {
  // From the definition: which side of the scene the stored first row and first column are.
  const upright = { 1: 'ABCD', 2: 'BADC', 3: 'DCBA', 4: 'CDAB', 5: 'ACBD', 6: 'CADB', 7: 'DBCA', 8: 'BDAC' };
  const file = corners();
  t.equal(readCorners(decodeImage(file)), 'ABCD', 'no EXIF');
  for (const [orientation, expected] of Object.entries(upright)) {
    for (const bigEndian of [false, true]) {
      const picture = decodeImage(withExif(file, exif(Number(orientation), bigEndian)));
      const turned = Number(orientation) >= 5;
      t.same([picture.width, picture.height], turned ? [16, 32] : [32, 16], `size of orientation ${orientation}`);
      t.equal(readCorners(picture), expected, `orientation ${orientation}, ${bigEndian ? 'MM' : 'II'}`);
    }
  }
});

t.test('broken EXIF is ignored', async (t) => {
  const file = corners();
  const good = exif(6);
  const broken: [string, Uint8Array][] = [
    ['value 0', exif(0)],
    ['value 9', exif(9)],
    ['no byte order mark', concat(latin1('XX'), good.subarray(2))],
    ['cut after the header', good.subarray(0, 8)],
    ['cut inside the entry', good.subarray(0, 14)],
    ['empty', new Uint8Array(0)],
    ['directory far away', Uint8Array.from(good, (byte, i) => (i === 7 ? 0x7f : byte))],
  ];
  for (const [what, tiff] of broken) t.equal(readCorners(decodeImage(withExif(file, tiff))), 'ABCD', what);
});

t.test('a hostile EXIF block costs little', async (t) => {
  // As many entries as fit, each of them claiming to be an array as long as the whole block.
  const count = 5000;
  const tiff = new Uint8Array(10 + 12 * count);
  tiff.set([0x4d, 0x4d, 0, 42, 0, 0, 0, 8, count >> 8, count & 255]);
  for (let i = 0; i < count; i++) tiff.set([i >> 8, i & 255, 0, 1, 0, 0, 0xff, 0xff, 0, 0, 0, 0], 10 + 12 * i);
  const before = process.memoryUsage().rss;
  t.equal(readCorners(decodeImage(withExif(corners(), tiff))), 'ABCD');
  t.ok(process.memoryUsage().rss - before < 200 * 2 ** 20, 'memory');
});

t.test('a truncated JPEG, cut anywhere', async (t) => {
  for (const name of ['baseline', 'progressive']) {
    const file = withExif(fixture(name), exif(6));
    for (let length = 3; length < file.length; length++) {
      t.throws(() => decodeImage(file.subarray(0, length), { name: 'cat.jpg' }), {
        name: 'FormatError',
        message: `decodeImage: cat.jpg is a truncated JPEG: it stops after ${length} bytes, before its end (EOI marker); copy or download it again`,
      });
    }
  }
});

t.test('a JPEG with pixels missing in the middle', async (t) => {
  const file = fixture('baseline');
  const cut = concat(file.subarray(0, file.length - 200), file.subarray(file.length - 2));
  t.throws(() => decodeImage(cut, { name: 'cat.jpg' }), {
    name: 'FormatError',
    message:
      /^decodeImage: cat.jpg is a damaged JPEG: its pixels cannot be decoded \(.+\); copy, download or save it again$/,
  });
});

/** A JPEG of nothing but a frame header and the end. */
function onlyFrame(marker: number, precision: number, width: number, height: number, ids: number[]): Uint8Array {
  const components = ids.flatMap((id) => [id, 0x11, 0]);
  const body = [precision, height >> 8, height & 255, width >> 8, width & 255, ids.length, ...components];
  return Uint8Array.from([0xff, 0xd8, 0xff, marker, 0, body.length + 2, ...body, 0xff, 0xd9]);
}

t.test('JPEG headers that are refused', async (t) => {
  const cases: [Uint8Array, string | RegExp][] = [
    [
      onlyFrame(0xc0, 8, 60000, 60000, [1, 2, 3]),
      'decodeImage: cat.jpg says that it is 60000x60000 = 3600000000 pixels, more than the limit of 50000000; ' +
        'if you trust the file, raise maxPixels (command line: --max-pixels)',
    ],
    [onlyFrame(0xc0, 8, 8, 0, [1]), 'decodeImage: cat.jpg says that it is 8x0; expected at least 1x1'],
    [onlyFrame(0xc3, 8, 8, 8, [1]), /a lossless JPEG, which is not supported; convert it to PNG or an ordinary JPEG$/],
    [onlyFrame(0xc9, 8, 8, 8, [1]), /is an arithmetic-coded JPEG, which is not supported/],
    [onlyFrame(0xc5, 8, 8, 8, [1]), /a hierarchical JPEG, which is not supported/],
    [onlyFrame(0xc1, 12, 8, 8, [1]), /a JPEG with 12 bits a channel, which is not supported/],
    [onlyFrame(0xc0, 8, 8, 8, [1, 2]), /a JPEG with 2 colour components, which is not supported/],
    [onlyFrame(0xc0, 8, 8, 8, [1, 2, 3, 4]), /a CMYK JPEG without an Adobe marker, which is not supported/],
    [Uint8Array.of(0xff, 0xd8, 0xff, 0xd9), /damaged JPEG: it has no frame header \(SOF marker\)/],
    [onlyFrame(0xc0, 8, 8, 8, [1]), /damaged JPEG: its pixels cannot be decoded/],
  ];
  for (const [bytes, message] of cases) {
    t.throws(() => decodeImage(bytes, { name: 'cat.jpg' }), { name: 'FormatError', message });
  }
  const twoFrames = concat(
    onlyFrame(0xc0, 8, 8, 8, [1]).subarray(0, -2),
    onlyFrame(0xc0, 8, 60000, 60000, [1]).subarray(2),
  );
  t.throws(() => decodeImage(twoFrames), { name: 'FormatError', message: /expected one frame header, got 2/ });
});

t.test('the size limit holds for JPEG', async (t) => {
  t.throws(() => decodeImage(fixture('baseline'), { maxPixels: 559 }), {
    message: /28x20 = 560 pixels, more than the limit of 559/,
  });
  t.equal(decodeImage(fixture('baseline'), { maxPixels: 560 }).width, 28);
});
