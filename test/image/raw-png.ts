// A PNG writer for fixtures: every colour type, bit depth and interlacing, chunk by chunk
// (PNG specification, third edition: sections 7 to 11). It shares nothing with the code under test.

import { deflateSync } from 'node:zlib';

export interface RawPng {
  width: number;
  height: number;
  colorType: 0 | 2 | 3 | 4 | 6;
  depth: 1 | 2 | 4 | 8 | 16;
  interlace?: boolean;
  /** The samples of one pixel, 0 .. 2^depth - 1, as many as the colour type has. */
  pixel: (x: number, y: number) => number[];
  palette?: number[];
  transparency?: Uint8Array;
}

export const pngSignature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

export function concat(...parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/** The bytes of a text, one a character. */
export function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

export function deflate(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(deflateSync(bytes));
}

function uint32(...values: number[]): Uint8Array {
  return Uint8Array.from(values.flatMap((value) => [value >>> 24, value >>> 16, value >>> 8, value]));
}

export function chunk(type: string, data: Uint8Array = new Uint8Array(0)): Uint8Array {
  const body = concat(latin1(type), data);
  return concat(uint32(data.length), body, uint32(crc32(body)));
}

export function ihdr(width: number, height: number, depth = 8, colorType = 2, interlace = 0): Uint8Array {
  return chunk('IHDR', concat(uint32(width, height), Uint8Array.of(depth, colorType, 0, 0, interlace)));
}

/** The chunks of a PNG without the signature. Two IDAT chunks, and a text chunk that readers must pass over. */
export function pngChunks(png: RawPng): Uint8Array[] {
  const packed = deflate(scanLines(png));
  const half = packed.length >> 1;
  return [
    ihdr(png.width, png.height, png.depth, png.colorType, png.interlace ? 1 : 0),
    ...(png.palette ? [chunk('PLTE', Uint8Array.from(png.palette))] : []),
    ...(png.transparency ? [chunk('tRNS', png.transparency)] : []),
    chunk('tEXt', latin1('Comment\0a fixture')),
    chunk('IDAT', packed.subarray(0, half)),
    chunk('IDAT', packed.subarray(half)),
    chunk('IEND'),
  ];
}

export function makePng(png: RawPng): Uint8Array {
  return concat(pngSignature, ...pngChunks(png));
}

// Adam7: first column, first row, column step, row step.
const adam7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
];

function scanLines({ width, height, colorType, depth, interlace, pixel }: RawPng): Uint8Array {
  const perPixel = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }[colorType];
  const back = Math.max(1, (perPixel * depth) >> 3);
  const lines: Uint8Array[] = [];
  for (const [x0, y0, stepX, stepY] of interlace ? adam7 : [[0, 0, 1, 1]]) {
    const columns = Math.ceil((width - x0) / stepX);
    if (columns <= 0) continue;
    let previous: Uint8Array = new Uint8Array(Math.ceil((columns * perPixel * depth) / 8));
    for (let y = y0, row = 0; y < height; y += stepY, row++) {
      const samples = Array.from({ length: columns }, (_, i) => pixel(x0 + i * stepX, y)).flat();
      const line = packBits(samples, depth);
      lines.push(filterLine(row % 5, line, previous, back));
      previous = line;
    }
  }
  return concat(...lines);
}

/** CRC-32, bit by bit. */
function crc32(bytes: Uint8Array): number {
  let c = 0xffffffff;
  for (const byte of bytes) {
    c ^= byte;
    for (let k = 0; k < 8; k++) c = (c >>> 1) ^ (c & 1 ? 0xedb88320 : 0);
  }
  return ~c >>> 0;
}

function packBits(samples: number[], depth: number): Uint8Array {
  const bits = samples.map((sample) => sample.toString(2).padStart(depth, '0')).join('');
  return Uint8Array.from((bits.match(/.{1,8}/g) ?? []).map((byte) => parseInt(byte.padEnd(8, '0'), 2)));
}

/** Filter types 0 none, 1 left, 2 above, 3 average, 4 Paeth. */
function filterLine(type: number, line: Uint8Array, above: Uint8Array, back: number): Uint8Array {
  const out = new Uint8Array(line.length + 1);
  out[0] = type;
  for (let i = 0; i < line.length; i++) {
    const a = line[i - back] ?? 0;
    const b = above[i];
    const c = above[i - back] ?? 0;
    const guess = [0, a, b, (a + b) >> 1, paeth(a, b, c)][type];
    out[i + 1] = line[i] - guess;
  }
  return out;
}

function paeth(a: number, b: number, c: number): number {
  const [pa, pb, pc] = [a, b, c].map((value) => Math.abs(a + b - c - value));
  if (pa <= pb && pa <= pc) return a;
  return pb <= pc ? b : c;
}
