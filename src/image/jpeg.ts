// JPEG in, by jpeg-js: baseline and progressive; grey, YCbCr, RGB and Adobe's CMYK and YCCK.
// jpeg-js decodes whatever it can make of a broken file, so the file is checked here first.

import jpeg from 'jpeg-js';
import { FormatError } from '../errors.js';
import { orient, readOrientation } from './exif.js';
import { readJpegHeader, type JpegFrame, type JpegHeader } from './jpeg-header.js';
import { createPicture, type Picture } from './picture.js';
import { checkHeaderSize } from './size-limit.js';

const kindNames: Readonly<Record<number, string>> = {
  3: 'a lossless',
  11: 'a lossless',
  9: 'an arithmetic-coded',
  10: 'an arithmetic-coded',
};

/**
 * Reads a JPEG and turns it upright by its EXIF orientation.
 *
 * @returns an RGB picture
 * @throws FormatError for a file that is truncated, damaged, of an unsupported kind, or larger than `maxPixels`
 */
export function decodeJpeg(bytes: Uint8Array, name: string, maxPixels: number): Picture {
  const header = readJpegHeader(bytes);
  const frame = checkHeader(header, name, bytes.length, maxPixels);
  try {
    const { data } = jpeg.decode(bytes, {
      useTArray: true,
      formatAsRGBA: false,
      colorTransform: isStoredAsRgb(header, frame) ? false : undefined,
      maxResolutionInMP: (frame.width * frame.height + 1) / 1e6,
      maxMemoryUsageInMB: memoryLimit(frame),
    });
    const picture = createPicture(
      frame.width,
      frame.height,
      3,
      Float32Array.from(data, (value) => value / 255),
    );
    return orient(picture, readOrientation(header.exif));
  } catch (error) {
    throw damaged(name, `its pixels cannot be decoded (${reasonOf(error)})`);
  }
}

/** jpeg-js says most of what it finds; where a table is missing it falls over it. */
function reasonOf(error: unknown): string {
  if (error instanceof TypeError) return 'a table or component that they refer to is missing';
  return error instanceof Error ? error.message : String(error);
}

function checkHeader(header: JpegHeader, name: string, length: number, maxPixels: number): JpegFrame {
  const [frame] = header.frames;
  if (frame !== undefined) checkHeaderSize(name, frame.width, frame.height, maxPixels);
  if (!header.complete) {
    throw new FormatError(
      `decodeImage: ${name} is a truncated JPEG: it stops after ${length} bytes, before its end (EOI marker); ` +
        'copy or download it again',
    );
  }
  if (frame === undefined) throw damaged(name, 'it has no frame header (SOF marker)');
  if (header.frames.length > 1) throw damaged(name, `expected one frame header, got ${header.frames.length}`);
  const kind = kindNames[frame.kind] ?? (frame.kind > 2 ? 'a hierarchical' : undefined);
  if (kind !== undefined) throw unsupported(name, `${kind} JPEG`);
  if (frame.precision !== 8) throw unsupported(name, `a JPEG with ${frame.precision} bits a channel`);
  const components = frame.componentIds.length;
  if (components === 4 && header.adobeTransform === null)
    throw unsupported(name, 'a CMYK JPEG without an Adobe marker');
  if (![1, 3, 4].includes(components)) throw unsupported(name, `a JPEG with ${components} colour components`);
  return frame;
}

/**
 * Three components mean YCbCr unless the Adobe marker says 0, or there is no marker at all and they are called R, G, B.
 */
function isStoredAsRgb({ adobeTransform, hasJfif }: JpegHeader, { componentIds }: JpegFrame): boolean {
  if (componentIds.length !== 3) return false;
  if (adobeTransform !== null) return adobeTransform === 0;
  return !hasJfif && String.fromCharCode(...componentIds) === 'RGB';
}

/**
 * What jpeg-js may use for a frame: at most 6 bytes a component and padded pixel and 4 for the result, plus its tables.
 */
function memoryLimit({ width, height, componentIds }: JpegFrame): number {
  const padded = (width + 128) * (height + 128);
  return (padded * (6 * componentIds.length + 4)) / 2 ** 20 + 16;
}

function unsupported(name: string, kind: string): FormatError {
  return new FormatError(
    `decodeImage: ${name} is ${kind}, which is not supported; convert it to PNG or an ordinary JPEG`,
  );
}

function damaged(name: string, why: string): FormatError {
  return new FormatError(`decodeImage: ${name} is a damaged JPEG: ${why}; copy, download or save it again`);
}
