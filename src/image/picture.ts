// A picture in memory: what every file of this room takes and gives.
// Values are sRGB numbers as they stand in the file, divided by 255 (not linear light), as the notes use them.

import { check } from '../errors.js';

/**
 * A picture, height x width x channels, row-major: `data[(y * width + x) * channels + c]`, RGB or grey, values 0..1.
 */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly data: Float32Array;
}

/**
 * Makes a picture of `width` x `height` pixels.
 *
 * @param data height * width * channels values 0..1 (kept, not copied); black where it is left out.
 * @throws ShapeError for a size that is not a positive whole number, or for data of another length.
 */
export function createPicture(width: number, height: number, channels: 1 | 3, data?: Float32Array): Picture {
  checkSize('createPicture', width, height);
  check(channels === 1 || channels === 3, () => `createPicture: expected 1 or 3 channels, got ${String(channels)}`);
  const length = width * height * channels;
  check(
    data === undefined || data.length === length,
    () => `createPicture: expected ${height}x${width}x${channels} = ${length} values, got ${data?.length}`,
  );
  return { width, height, channels, data: data ?? new Float32Array(length) };
}

/** The picture with three channels: a grey one has its values repeated, an RGB one is returned as it is. */
export function toRgb(picture: Picture): Picture {
  if (picture.channels === 3) return picture;
  const data = new Float32Array(picture.data.length * 3);
  for (let i = 0; i < picture.data.length; i++) data.fill(picture.data[i], 3 * i, 3 * i + 3);
  return createPicture(picture.width, picture.height, 3, data);
}

/**
 * The picture's brightness, one channel: 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601), as OpenCV's
 * `cvtColor(..., COLOR_RGB2GRAY)` weighs it. A grey picture is returned as it is.
 */
export function rgbToGray(picture: Picture): Picture {
  if (picture.channels === 1) return picture;
  const { data } = picture;
  const grey = new Float32Array(picture.width * picture.height);
  for (let i = 0; i < grey.length; i++) {
    grey[i] = 0.299 * data[3 * i] + 0.587 * data[3 * i + 1] + 0.114 * data[3 * i + 2];
  }
  return createPicture(picture.width, picture.height, 1, grey);
}

/** A copy with the red and blue channels exchanged (RGB <-> OpenCV's BGR). A grey picture is returned as it is. */
export function swapRedBlue(picture: Picture): Picture {
  if (picture.channels === 1) return picture;
  const data = picture.data.slice();
  for (let i = 0; i < data.length; i += 3) {
    data[i] = picture.data[i + 2];
    data[i + 2] = picture.data[i];
  }
  return createPicture(picture.width, picture.height, 3, data);
}

/** Checks that a size is a pair of positive whole numbers; `where` names the caller in the message. */
export function checkSize(where: string, width: number, height: number): void {
  check(
    Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0,
    () => `${where}: expected a width and height that are whole numbers of at least 1, got ${width}x${height}`,
  );
}

/** Checks that two pictures have the same width and height; `where` names the caller in the message. */
export function checkSameSize(where: string, a: Picture, b: Picture): void {
  check(
    a.width === b.width && a.height === b.height,
    () =>
      `${where}: expected pictures of the same size, got ${a.width}x${a.height} and ${b.width}x${b.height}; ` +
      'use resize() on one of them',
  );
}
