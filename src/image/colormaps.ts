// Colour maps: a grey mask 0..1 in, a picture in false colours out.
// The 22 tables are OpenCV's (imgproc, COLORMAP_*), of 256 RGB colours each.

import { ArgumentError, check } from '../errors.js';
import { colorMapTables } from './colormap-tables.js';
import { createPicture, type Picture } from './picture.js';

/** OpenCV's colour map names: COLORMAP_JET is `jet`. */
export type ColorMapName = keyof typeof colorMapTables;

/** All colour map names, in alphabetical order. */
export const colorMaps: readonly ColorMapName[] = Object.keys(colorMapTables).filter(isColorMapName);

/** Whether OpenCV has a colour map of this name. */
export function isColorMapName(name: string): name is ColorMapName {
  return Object.hasOwn(colorMapTables, name);
}

const decoded = new Map<ColorMapName, Float32Array>();

/**
 * The 256 colours of a map.
 *
 * @returns [256, 3], RGB, 0..1 (OpenCV's bytes divided by 255). Shared: do not write to it.
 * @throws ArgumentError for a name that is not in `colorMaps`.
 */
export function colorMapTable(name: ColorMapName): Float32Array {
  if (!isColorMapName(name)) {
    throw new ArgumentError(
      `colorMapTable: no colour map is called "${String(name)}"; there are ${colorMaps.join(', ')}`,
    );
  }
  let table = decoded.get(name);
  if (table === undefined) {
    table = Float32Array.from(atob(colorMapTables[name]), (character) => character.charCodeAt(0) / 255);
    decoded.set(name, table);
  }
  return table;
}

/**
 * Colours a mask: `cv2.applyColorMap(np.uint8(mask * 255), ...)` of the notes, divided by 255.
 * The index is mask * 255 in float32, truncated as NumPy does it, not rounded. Values outside 0..1 take the end
 * colours.
 *
 * @param mask a grey picture, or a bare array, which is coloured as one row
 * @param name colour map, default `jet`
 * @returns an RGB picture of the mask's size (RGB, where OpenCV gives BGR)
 * @throws ShapeError for a picture with 3 channels; ArgumentError for NaN in the mask or an unknown name.
 */
export function applyColorMap(mask: Picture | Float32Array, name: ColorMapName = 'jet'): Picture {
  const grey = mask instanceof Float32Array ? createPicture(mask.length, 1, 1, mask) : mask;
  check(grey.channels === 1, () => `applyColorMap: expected a mask with 1 channel, got ${grey.channels}`);
  const table = colorMapTable(name);
  const data = new Float32Array(3 * grey.data.length);
  for (let i = 0; i < grey.data.length; i++) {
    const value = grey.data[i];
    if (Number.isNaN(value)) throw new ArgumentError(`applyColorMap: the mask is NaN at index ${i}; expected 0..1`);
    const index = Math.trunc(Math.fround(Math.min(Math.max(value, 0), 1) * 255));
    data[3 * i] = table[3 * index];
    data[3 * i + 1] = table[3 * index + 1];
    data[3 * i + 2] = table[3 * index + 2];
  }
  return createPicture(grey.width, grey.height, 3, data);
}
