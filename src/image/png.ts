// PNG in and out, by pngjs.
//
// pngjs is lenient in some places (illegal headers) and unclear in others (what is wrong with a damaged file), so the
// file is walked here first: header, lengths, checksums, the end, and the packed pixels (see inflate-length.ts).
// Layout: the PNG specification, third edition (W3C 2025), sections 5 and 11. pngjs takes nothing but a Buffer, which
// browsers do not have: see pngBuffer.

import { PNG } from 'pngjs';
import { ArgumentError, FormatError } from '../errors.js';
import { inflatedLength } from './inflate-length.js';
import { createPicture, type Picture } from './picture.js';
import { checkHeaderSize } from './size-limit.js';

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

const legalDepths: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16], // grey
  2: [8, 16], // RGB
  3: [1, 2, 4, 8], // palette
  4: [8, 16], // grey and alpha
  6: [8, 16], // RGB and alpha
};

const samplesPerPixel: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

// First column, first row, column step and row step of the seven passes.
const adam7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
];

interface PngHeader {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly colorType: number;
  readonly interlaced: boolean;
}

/** Whether the bytes begin with PNG's signature. */
export function isPng(bytes: Uint8Array): boolean {
  return bytes.length >= signature.length && signature.every((byte, i) => bytes[i] === byte);
}

/**
 * Reads a PNG; alpha is blended over white.
 *
 * @returns an RGB picture; 16-bit files keep their precision
 * @throws FormatError for a file that is truncated, damaged or larger than `maxPixels`
 */
export function decodePng(bytes: Uint8Array, name: string, maxPixels: number): Picture {
  const header = readHeader(bytes, name);
  checkHeaderSize(name, header.width, header.height, maxPixels);
  const { end, packed } = readChunks(bytes, name);
  try {
    checkPackedPixels(packed, header);
    const whole = pngBuffer(end);
    whole.set(bytes.subarray(0, end));
    // Unscaled samples: palettes come as 0..255, all else as 0 .. 2^depth - 1 (a Uint16Array for 16 bits).
    const { data } = PNG.sync.read(whole, { skipRescale: true, checkCRC: false });
    return blendOverWhite(data, header);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw damaged(name, `its pixels cannot be unpacked (${reason})`);
  }
}

/**
 * Writes a picture as a PNG of 8 bits a channel, grey or RGB. Values are clamped to 0..1 and rounded to the nearest of
 * 255 steps.
 *
 * @throws ArgumentError for NaN in the picture
 */
export function encodePng(picture: Picture): Uint8Array {
  const { width, height, channels } = picture;
  const png = new PNG({ width: 1, height: 1 });
  png.width = width;
  png.height = height;
  png.data = pngBuffer(picture.data.length);
  for (let i = 0; i < picture.data.length; i++) {
    const value = picture.data[i];
    if (Number.isNaN(value)) throw new ArgumentError(`encodePng: the picture is NaN at index ${i}; expected 0..1`);
    png.data[i] = Math.round(Math.min(Math.max(value, 0), 1) * 255);
  }
  const colorType = channels === 1 ? 0 : 2;
  return new Uint8Array(PNG.sync.write(png, { colorType, inputColorType: colorType, inputHasAlpha: false }));
}

/**
 * Zeros in the Buffer that pngjs itself makes: Node's, or the one inside its build for browsers. Its own `slice` keeps
 * the class, which `subarray` does not in that build.
 */
function pngBuffer(length: number): PNG['data'] {
  return new PNG({ width: Math.ceil(length / 4), height: 1 }).data.slice(0, length);
}

// samples [height, width, 4] -> [height, width, 3]
function blendOverWhite(samples: ArrayLike<number>, { width, height, depth, colorType }: PngHeader): Picture {
  const max = colorType === 3 ? 255 : 2 ** depth - 1;
  const data = new Float32Array(width * height * 3);
  for (let i = 0, o = 0; o < data.length; i += 4) {
    const alpha = samples[i + 3] / max;
    for (let c = 0; c < 3; c++) data[o++] = (alpha * samples[i + c]) / max + (1 - alpha);
  }
  return createPicture(width, height, 3, data);
}

function readHeader(bytes: Uint8Array, name: string): PngHeader {
  if (bytes.length < 33) throw truncated(name, bytes.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (chunkType(bytes, 12) !== 'IHDR' || view.getUint32(8) !== 13) {
    throw damaged(name, 'it does not begin with an IHDR chunk of 13 bytes');
  }
  const depth = bytes[24];
  const colorType = bytes[25];
  if (!legalDepths[colorType]?.includes(depth)) {
    throw damaged(name, `there is no PNG of colour type ${colorType} with ${depth} bits`);
  }
  return { width: view.getUint32(16), height: view.getUint32(20), depth, colorType, interlaced: bytes[28] === 1 };
}

/** Checks that the chunks are whole and go on to IEND. Some files have more bytes behind it: they are left out. */
function readChunks(bytes: Uint8Array, name: string): { end: number; packed: Uint8Array } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const data: Uint8Array[] = [];
  for (let at = signature.length; at + 12 <= bytes.length;) {
    const type = chunkType(bytes, at + 4);
    const end = at + 12 + view.getUint32(at);
    if (end > bytes.length) break;
    if (isNeeded(type) && crc32(bytes.subarray(at + 4, end - 4)) !== view.getUint32(end - 4)) {
      throw damaged(name, `the checksum of its ${type} chunk at byte ${at} does not match`);
    }
    if (type === 'IDAT') data.push(bytes.subarray(at + 8, end - 4));
    if (type === 'IEND') {
      if (data.length === 0) throw damaged(name, 'it has no pixels (no IDAT chunk)');
      return { end, packed: concat(data) };
    }
    at = end;
  }
  throw truncated(name, bytes.length);
}

/** Checks that the compressed pixels are sound and exactly as many as the header says. */
function checkPackedPixels(packed: Uint8Array, header: PngHeader): void {
  const expected = unpackedLength(header);
  const length = inflatedLength(packed, expected);
  if (length < expected) throw new Error(`expected ${expected} bytes, got ${length}`);
  if (length > expected) throw new Error(`expected ${expected} bytes, got more`);
}

/** Bytes of all scan lines, each with its filter byte, over the seven passes of Adam7 if interlaced (section 8.1). */
function unpackedLength({ width, height, depth, colorType, interlaced }: PngHeader): number {
  const bitsPerPixel = depth * samplesPerPixel[colorType];
  const passes = interlaced ? adam7 : [[0, 0, 1, 1]];
  return passes.reduce((sum, [left, top, stepX, stepY]) => {
    const columns = Math.ceil((width - left) / stepX);
    const rows = Math.ceil((height - top) / stepY);
    return columns > 0 && rows > 0 ? sum + rows * (1 + Math.ceil((columns * bitsPerPixel) / 8)) : sum;
  }, 0);
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Whether a chunk changes the pixels: the critical ones (capital first letter) and tRNS. */
function isNeeded(type: string): boolean {
  return /^[A-Z]/.test(type) || type === 'tRNS';
}

function chunkType(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}

const crcTable = Int32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

/** CRC-32 of ISO 3309, as PNG uses it (specification, annex D). */
function crc32(bytes: Uint8Array): number {
  let c = -1;
  for (let i = 0; i < bytes.length; i++) c = crcTable[(c ^ bytes[i]) & 255] ^ (c >>> 8);
  return ~c >>> 0;
}

function truncated(name: string, length: number): FormatError {
  return new FormatError(
    `decodeImage: ${name} is a truncated PNG: it stops after ${length} bytes, before its end (IEND chunk); ` +
      'copy or download it again',
  );
}

function damaged(name: string, why: string): FormatError {
  return new FormatError(`decodeImage: ${name} is a damaged PNG: ${why}; copy, download or save it again`);
}
