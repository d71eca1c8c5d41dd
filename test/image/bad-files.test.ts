import t from 'tap';
import { decodeImage } from '../../src/image/decode.js';
import { chunk, concat, deflate, ihdr, latin1, makePng, pngChunks, pngSignature, type RawPng } from './raw-png.js';

function refuses(t: Pick<typeof import('tap').t, 'throws' | 'notMatch'>, bytes: Uint8Array, message: string | RegExp) {
  t.throws(() => decodeImage(bytes, { name: 'cat.png' }), { name: 'FormatError', message });
}

const png: RawPng = {
  width: 9,
  height: 7,
  colorType: 2,
  depth: 8,
  pixel: (x, y) => [x * 20, y * 30, (x * y * 11) % 256],
};
const file = makePng(png);
const [header, text, data1, data2, end] = pngChunks(png);
const join = (...parts: Uint8Array[]) => concat(pngSignature, ...parts);

t.test('not an image', async (t) => {
  refuses(t, new Uint8Array(0), 'decodeImage: cat.png is empty (0 bytes); expected a PNG or JPEG file');
  refuses(
    t,
    latin1('I am a text file, whatever my name says'),
    'decodeImage: cat.png is not an image that can be read; expected a PNG or JPEG file, got text that begins with "I am a text file"',
  );
  refuses(t, Uint8Array.of(0, 1, 254), /PNG or JPEG file, got bytes that begin with 00 01 fe$/);
  t.throws(() => decodeImage(new Uint8Array(0)), { message: /^decodeImage: the image is empty/ });
});

t.test('other kinds are named', async (t) => {
  const kinds: [string, string][] = [
    ['BMP', 'BM\x36\x00\x03\x00'],
    ['GIF', 'GIF89a\x01\x00'],
    ['WebP', 'RIFF\x24\x00\x00\x00WEBPVP8 '],
    ['TIFF', 'II*\x00\x08'],
    ['TIFF', 'MM\x00*\x08'],
    ['AVIF', '\x00\x00\x00\x1cftypavif'],
    ['HEIC', '\x00\x00\x00\x1cftypheic'],
    ['JPEG XL', '\xff\x0a\x00'],
  ];
  for (const [kind, start] of kinds) {
    const bytes = latin1(start);
    refuses(t, bytes, `decodeImage: cat.png is a ${kind} file, which is not supported; convert it to PNG or JPEG`);
  }
});

t.test('a truncated PNG, cut anywhere', async (t) => {
  for (let length = 8; length < file.length; length++) {
    refuses(
      t,
      file.subarray(0, length),
      `decodeImage: cat.png is a truncated PNG: it stops after ${length} bytes, before its end (IEND chunk); copy or download it again`,
    );
  }
});

t.test('a PNG that lacks pixels though its chunks are whole', async (t) => {
  for (const interlace of [0, 1]) {
    const ihdrChunk = ihdr(9, 7, 8, 2, interlace);
    refuses(
      t,
      join(ihdrChunk, data1, end),
      /damaged PNG: its pixels cannot be unpacked \(.+\); copy, download or save it again$/,
    );
    const short = chunk('IDAT', deflate(new Uint8Array(50)));
    refuses(t, join(ihdrChunk, short, end), /damaged PNG: its pixels cannot be unpacked/);
    const noise = chunk('IDAT', latin1('this is not a zlib stream at all'));
    refuses(t, join(ihdrChunk, noise, end), /damaged PNG: its pixels cannot be unpacked/);
    const badFilter = chunk('IDAT', deflate(new Uint8Array(196).fill(9)));
    refuses(t, join(ihdrChunk, badFilter, end), /damaged PNG: its pixels cannot be unpacked/);
  }
  refuses(t, join(header, end), /damaged PNG: it has no pixels \(no IDAT chunk\)/);
});

t.test('a PNG with a flipped byte', async (t) => {
  const at = file.length - 40;
  const broken = Uint8Array.from(file);
  broken[at] ^= 0x10;
  refuses(t, broken, /damaged PNG: the checksum of its IDAT chunk at byte \d+ does not match; copy/);
  const dimension = Uint8Array.from(file);
  dimension[19] ^= 1;
  refuses(t, dimension, /the checksum of its IHDR chunk at byte 8 does not match/);
});

t.test('a PNG whose header is none', async (t) => {
  refuses(t, join(text, header, data1, data2, end), /it does not begin with an IHDR chunk of 13 bytes/);
  refuses(t, join(ihdr(2, 2, 4, 2), data1, end), /there is no PNG of colour type 2 with 4 bits/);
  refuses(t, join(ihdr(2, 2, 8, 5), data1, end), /there is no PNG of colour type 5 with 8 bits/);
  refuses(t, join(ihdr(0, 2), data1, end), 'decodeImage: cat.png says that it is 0x2; expected at least 1x1');
  refuses(
    t,
    join(ihdr(9, 7, 8, 3), chunk('IDAT', deflate(new Uint8Array(70))), end),
    /its pixels cannot be unpacked \(Expected palette not found\)/,
  );
  const outside = { ...png, colorType: 3, palette: [1, 2, 3], pixel: (x: number) => [x] } satisfies RawPng;
  refuses(t, makePng(outside), /its pixels cannot be unpacked \(index 1 not in palette\)/);
});

t.test('a PNG that unpacks to far more than its size', async (t) => {
  const bomb = chunk('IDAT', deflate(new Uint8Array(200_000_000)));
  refuses(t, join(ihdr(1, 1, 8, 2, 1), bomb, end), /its pixels cannot be unpacked \(expected 4 bytes, got more\)/);
});

t.test('the size limit is asked before anything is allocated', async (t) => {
  const huge = join(ihdr(60000, 60000));
  const before = process.memoryUsage();
  refuses(
    t,
    huge,
    'decodeImage: cat.png says that it is 60000x60000 = 3600000000 pixels, more than the limit of 50000000; ' +
      'if you trust the file, raise maxPixels (command line: --max-pixels)',
  );
  const after = process.memoryUsage();
  t.ok(after.arrayBuffers - before.arrayBuffers < 2 ** 20 && after.rss - before.rss < 2 ** 26, 'nothing was allocated');
  t.throws(() => decodeImage(file, { maxPixels: 62 }), { message: /9x7 = 63 pixels, more than the limit of 62/ });
  t.equal(decodeImage(file, { maxPixels: 63 }).width, 9, 'exactly the limit is allowed');
  t.throws(
    () => decodeImage(huge, { maxPixels: 4e9 }),
    { message: /truncated PNG/ },
    'a raised limit lets the header pass',
  );
});
