// The limit on the size of an image file, asked of its header before anything is allocated for it:
// a file of 100 bytes can claim to be 60000 x 60000.

import { FormatError } from '../errors.js';

/** Largest picture that is read unless `maxPixels` says otherwise. */
export const defaultMaxPixels = 50_000_000;

/** Throws a FormatError unless a file's own width and height are positive and within the limit. */
export function checkHeaderSize(name: string, width: number, height: number, maxPixels: number): void {
  if (width === 0 || height === 0) {
    throw new FormatError(`decodeImage: ${name} says that it is ${width}x${height}; expected at least 1x1`);
  }
  if (width * height > maxPixels) {
    throw new FormatError(
      `decodeImage: ${name} says that it is ${width}x${height} = ${width * height} pixels, more than the limit of ` +
        `${maxPixels}; if you trust the file, raise maxPixels (command line: --max-pixels)`,
    );
  }
}
