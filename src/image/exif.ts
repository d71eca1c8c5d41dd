// EXIF orientation: which way up the camera was held, and turning a picture upright.
// The eight values: CIPA DC-008 (EXIF 2.32), tag 0x0112. Directories: TIFF 6.0, section 2.

import { createPicture, type Picture } from './picture.js';

/** EXIF orientation, 1 (upright) .. 8. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

const ORIENTATION = 0x0112;
const SHORT = 3;

/**
 * The orientation in an EXIF block.
 *
 * @param tiff the block from its byte order mark (`II` or `MM`) on, or null
 * @returns 1 where there is none, or where it cannot be read: a broken block is no reason to refuse a picture
 */
export function readOrientation(tiff: Uint8Array | null): Orientation {
  if (tiff === null || tiff.length < 8) return 1;
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  const order = view.getUint16(0);
  const little = order === 0x4949;
  if ((!little && order !== 0x4d4d) || view.getUint16(2, little) !== 42) return 1;

  // The first directory: the number of entries, then 12 bytes each: tag, type, count, value.
  const directory = view.getUint32(4, little);
  if (directory + 2 > tiff.length) return 1;
  const end = Math.min(tiff.length, directory + 2 + 12 * view.getUint16(directory, little));
  for (let at = directory + 2; at + 12 <= end; at += 12) {
    if (view.getUint16(at, little) !== ORIENTATION) continue;
    const value = view.getUint16(at + 8, little);
    return view.getUint16(at + 2, little) === SHORT && isOrientation(value) ? value : 1;
  }
  return 1;
}

function isOrientation(value: number): value is Orientation {
  return value >= 1 && value <= 8;
}

/**
 * Turns a picture upright.
 *
 * 1 as it is, 2 mirrored left-right, 3 turned by 180 degrees, 4 mirrored top-bottom, 5 transposed, 6 to be turned
 * clockwise by 90 degrees, 7 transposed along the other diagonal, 8 to be turned counter-clockwise by 90 degrees.
 */
export function orient(picture: Picture, orientation: Orientation): Picture {
  if (orientation === 1) return picture;
  const { width: w, height: h, channels } = picture;
  const turned = orientation >= 5;
  // Pixel (x, y) of the result is pixel start + x * stepX + y * stepY of the source.
  const [start, stepX, stepY] = {
    2: [w - 1, -1, w],
    3: [w * h - 1, -1, -w],
    4: [w * (h - 1), 1, -w],
    5: [0, w, 1],
    6: [w * (h - 1), -w, 1],
    7: [w * h - 1, -w, -1],
    8: [w - 1, w, -1],
  }[orientation];
  const width = turned ? h : w;
  const height = turned ? w : h;
  const data = new Float32Array(picture.data.length);
  for (let y = 0, o = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (start + x * stepX + y * stepY) * channels;
      for (let c = 0; c < channels; c++) data[o++] = picture.data[from + c];
    }
  }
  return createPicture(width, height, channels, data);
}
