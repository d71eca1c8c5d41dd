// Image files in: PNG and JPEG bytes to a picture. The kind is read from the first bytes, never from the file's name.

import { FormatError } from '../errors.js';
import { decodeJpeg } from './jpeg.js';
import type { Picture } from './picture.js';
import { decodePng, isPng } from './png.js';
import { defaultMaxPixels } from './size-limit.js';

export interface DecodeOptions {
  /**
   * Most pixels (width x height) that a file may have; its header is asked before anything is allocated. Default 50
   * million.
   */
  maxPixels?: number;
  /** What to call the file in messages, such as its path. Default `the image`. */
  name?: string;
}

const unsupported: readonly { kind: string; matches: (bytes: Uint8Array) => boolean }[] = [
  { kind: 'BMP', matches: (bytes) => hasText(bytes, 0, 'BM') },
  { kind: 'GIF', matches: (bytes) => hasText(bytes, 0, 'GIF8') },
  { kind: 'WebP', matches: (bytes) => hasText(bytes, 0, 'RIFF') && hasText(bytes, 8, 'WEBP') },
  { kind: 'TIFF', matches: (bytes) => hasText(bytes, 0, 'II*\0') || hasText(bytes, 0, 'MM\0*') },
  { kind: 'AVIF', matches: (bytes) => hasText(bytes, 4, 'ftypavi') },
  { kind: 'HEIC', matches: (bytes) => hasText(bytes, 4, 'ftyphei') || hasText(bytes, 4, 'ftypmif1') },
  { kind: 'JPEG XL', matches: (bytes) => hasText(bytes, 4, 'JXL ') || hasText(bytes, 0, '\xff\x0a') },
];

/**
 * Reads a PNG (every colour type, bit depth and interlacing) or JPEG (baseline and progressive; grey, YCbCr, RGB, Adobe
 * CMYK) from its bytes.
 *
 * Always gives three channels. Transparency is blended over white: alpha * colour + (1 - alpha), on the stored sRGB
 * values. A JPEG is turned upright by its EXIF orientation; an EXIF block that cannot be read is ignored. Colour
 * profiles and PNG's gamma are not applied.
 *
 * @param bytes the whole file
 * @throws FormatError with one line that says what is wrong: empty, not an image, an unsupported kind, truncated,
 * damaged, or larger than `maxPixels`.
 */
export function decodeImage(bytes: Uint8Array, options: DecodeOptions = {}): Picture {
  const { name = 'the image', maxPixels = defaultMaxPixels } = options;
  if (bytes.length === 0) throw new FormatError(`decodeImage: ${name} is empty (0 bytes); expected a PNG or JPEG file`);
  if (isPng(bytes)) return decodePng(bytes, name, maxPixels);
  if (hasText(bytes, 0, '\xff\xd8\xff')) return decodeJpeg(bytes, name, maxPixels);
  const other = unsupported.find(({ matches }) => matches(bytes));
  if (other !== undefined) {
    throw new FormatError(
      `decodeImage: ${name} is a ${other.kind} file, which is not supported; convert it to PNG or JPEG`,
    );
  }
  throw new FormatError(
    `decodeImage: ${name} is not an image that can be read; expected a PNG or JPEG file, got ${describe(bytes)}`,
  );
}

function hasText(bytes: Uint8Array, at: number, text: string): boolean {
  return bytes.length >= at + text.length && Array.from(text).every((c, i) => bytes[at + i] === c.charCodeAt(0));
}

function describe(bytes: Uint8Array): string {
  const start = bytes.slice(0, 16); // a copy: TextDecoder refuses shared memory in browsers
  const isText = start.every((byte) => byte === 9 || byte === 10 || byte === 13 || (byte >= 32 && byte !== 127));
  if (isText) return `text that begins with ${JSON.stringify(new TextDecoder().decode(start))}`;
  return `bytes that begin with ${Array.from(start.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join(' ')}`;
}
