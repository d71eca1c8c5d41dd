// Resizing, as cv2.resize does it on float32.
//
// Both axes are handled alike and one after the other: output pixel i is a weighted sum of a few neighbouring input
// pixels (its taps). With scale = input size / output size:
//   linear   centre s = (i + 1/2) scale - 1/2; pixels floor(s) and floor(s) + 1 with weights 1 - f and f, f = s -
// floor(s),            clamped at the edges. No antialiasing: shrinking by more than 2 skips pixels (OpenCV's
// INTER_LINEAR).   area     every input pixel by the share of [i scale, (i + 1) scale) that it covers (OpenCV's
// INTER_AREA). Where an            axis grows, OpenCV's INTER_AREA interpolates between the pixels instead, and so does
// this.   nearest  pixel floor(i scale) (OpenCV's INTER_NEAREST).
// Source of the formulas: OpenCV, modules/imgproc, documentation and observed results of cv2.resize.

import { ArgumentError, check } from '../errors.js';
import { checkSize, createPicture, type Picture } from './picture.js';

export type ResizeMethod = 'linear' | 'area' | 'nearest';

export interface ResizeOptions {
  /** `linear` (default) is cv2.INTER_LINEAR; `area` shrinks a photo without aliasing; `nearest` keeps hard pixels. */
  method?: ResizeMethod;
}

/** Output index i is the sum over t < count of weight[i * count + t] * input[first[i] + t]. */
interface Taps {
  readonly count: number;
  readonly first: Int32Array;
  readonly weight: Float64Array;
}

/**
 * The picture at another size.
 *
 * @param width new width in pixels
 * @param height new height in pixels
 * @throws ShapeError for a size that is not a positive whole number.
 */
export function resize(picture: Picture, width: number, height: number, options: ResizeOptions = {}): Picture {
  checkSize('resize', width, height);
  const data = resample(picture.data, picture.width, picture.height, picture.channels, width, height, options.method);
  return createPicture(width, height, picture.channels, data);
}

/**
 * One map of numbers at another size: `cv2.resize(data, (newWidth, newHeight))` on float32, INTER_LINEAR by default.
 *
 * @param data [height, width], row-major, any values
 * @returns [newHeight, newWidth]
 * @throws ShapeError for a size that is not a positive whole number or that does not match the data.
 */
export function resizeMap(
  data: Float32Array,
  width: number,
  height: number,
  newWidth: number,
  newHeight: number,
  options: ResizeOptions = {},
): Float32Array {
  checkSize('resizeMap', width, height);
  checkSize('resizeMap', newWidth, newHeight);
  check(
    data.length === width * height,
    () => `resizeMap: expected ${height}x${width} = ${width * height} values, got ${data.length}`,
  );
  return resample(data, width, height, 1, newWidth, newHeight, options.method);
}

// data [height, width, channels] -> [newHeight, newWidth, channels]
function resample(
  data: Float32Array,
  width: number,
  height: number,
  channels: number,
  newWidth: number,
  newHeight: number,
  method: ResizeMethod = 'linear',
): Float32Array {
  if (width === newWidth && height === newHeight) return data.slice();
  const shrinks = newWidth <= width && newHeight <= height;
  const horizontal = tapsFor(method, shrinks, width, newWidth);
  const vertical = tapsFor(method, shrinks, height, newHeight);
  const narrow = alongRows(data, width, height, channels, horizontal);
  return alongColumns(narrow, newWidth * channels, vertical);
}

function alongRows(data: Float32Array, width: number, height: number, channels: number, taps: Taps): Float32Array {
  const { count, first, weight } = taps;
  const newWidth = first.length;
  const out = new Float32Array(height * newWidth * channels);
  for (let y = 0, o = 0; y < height; y++) {
    for (let x = 0; x < newWidth; x++) {
      const start = (y * width + first[x]) * channels;
      for (let c = 0; c < channels; c++, o++) {
        let sum = 0;
        for (let t = 0; t < count; t++) {
          const w = weight[x * count + t];
          if (w !== 0) sum += w * data[start + t * channels + c];
        }
        out[o] = sum;
      }
    }
  }
  return out;
}

function alongColumns(data: Float32Array, rowLength: number, taps: Taps): Float32Array {
  const { count, first, weight } = taps;
  const newHeight = first.length;
  const out = new Float32Array(newHeight * rowLength);
  const row = new Float64Array(rowLength);
  for (let y = 0; y < newHeight; y++) {
    row.fill(0);
    for (let t = 0; t < count; t++) {
      const w = weight[y * count + t];
      if (w === 0) continue;
      const start = (first[y] + t) * rowLength;
      for (let i = 0; i < rowLength; i++) row[i] += w * data[start + i];
    }
    out.set(row, y * rowLength);
  }
  return out;
}

function tapsFor(method: ResizeMethod, shrinks: boolean, from: number, to: number): Taps {
  switch (method) {
    case 'linear':
      return linearTaps(from, to, (i) => ((i + 0.5) * from) / to - 0.5);
    case 'area':
      return shrinks ? areaTaps(from, to) : linearTaps(from, to, (i) => areaPosition(i, from, to));
    case 'nearest':
      return linearTaps(from, to, (i) => Math.floor((i * from) / to));
    default:
      throw new ArgumentError(`resize: expected method linear, area or nearest, got ${String(method)}`);
  }
}

function linearTaps(from: number, to: number, position: (i: number) => number): Taps {
  const first = new Int32Array(to);
  const weight = new Float64Array(2 * to);
  for (let i = 0; i < to; i++) {
    const s = Math.min(Math.max(position(i), 0), from - 1);
    first[i] = Math.floor(s);
    weight[2 * i + 1] = s - first[i];
    weight[2 * i] = 1 - weight[2 * i + 1];
  }
  return { count: 2, first, weight };
}

/**
 * Where INTER_AREA looks along an axis when the picture does not shrink along both: flat, with a ramp at each border.
 */
function areaPosition(i: number, from: number, to: number): number {
  const pixel = Math.floor((i * from) / to);
  const beyond = i + 1 - ((pixel + 1) * to) / from;
  return pixel + (beyond <= 0 ? 0 : beyond - Math.floor(beyond));
}

function areaTaps(from: number, to: number): Taps {
  const scale = from / to;
  const count = Math.ceil(scale) + 1;
  const first = new Int32Array(to);
  const weight = new Float64Array(count * to);
  for (let i = 0; i < to; i++) {
    const begin = (i * from) / to;
    const end = ((i + 1) * from) / to;
    first[i] = Math.floor(begin);
    for (let t = 0; t < count; t++) {
      const covered = Math.min(end, first[i] + t + 1, from) - Math.max(begin, first[i] + t);
      weight[i * count + t] = Math.max(covered, 0) / scale;
    }
  }
  return { count, first, weight };
}
