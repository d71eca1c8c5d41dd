// A contact sheet: pictures side by side in a grid, each with its title above, as one picture.

import { ArgumentError, check } from '../errors.js';
import { drawText, fillRect, fontCell, shorten, type Color } from './bitmap-font.js';
import { checkSize, createPicture, toRgb, type Picture } from './picture.js';
import { resize, type ResizeMethod } from './resize.js';

export interface Tile {
  /** One line above the picture, shortened with `..` where it is too long; ASCII, other characters show as `?`. */
  title: string;
  picture: Picture;
}

export interface ContactSheetOptions {
  /** Tiles in a row. Default: at most 4, with the rows as even as they can be. */
  columns?: number;
  /** Side of the square that a picture is fitted into, in pixels. Default 224. */
  tileSize?: number;
  /** Gap between tiles and around them, in pixels. Default 16. */
  margin?: number;
  /** Picture pixels per font pixel. Default 2 (letters 14 pixels high), 1 for tiles below 120 pixels. */
  textScale?: number;
  /** A line above each row, from the first row on; rows beyond the list have none. */
  rowHeadings?: readonly string[];
  /** Default a dark grey. */
  background?: Color;
  /** Colour of the titles. Default a light grey. */
  foreground?: Color;
  /** Colour of the row headings. Default amber. */
  accent?: Color;
}

/**
 * Puts pictures into a grid, filled row by row.
 *
 * A picture keeps its shape and stands in the middle of its tile; a row is as high as its highest picture. One that is
 * larger is shrunk by area, so that it does not alias; one that is smaller is enlarged: a grey one (a mask) linearly;
 * an RGB one with hard pixels if by 2 or more, so that a 32x32 picture shows as the network sees it, else linearly.
 *
 * @throws ArgumentError without tiles; ShapeError for a number of columns or a size that is not a positive whole
 * number.
 */
export function contactSheet(tiles: readonly Tile[], options: ContactSheetOptions = {}): Picture {
  if (tiles.length === 0) throw new ArgumentError('contactSheet: expected at least one tile, got none');
  const rowsByDefault = Math.ceil(tiles.length / 4);
  const {
    columns = Math.ceil(tiles.length / rowsByDefault),
    tileSize = 224,
    margin = 16,
    textScale = tileSize < 120 ? 1 : 2,
    rowHeadings = [],
    background = [0.078, 0.086, 0.102],
    foreground = [0.85, 0.87, 0.9],
    accent = [1, 0.72, 0.3],
  } = options;
  checkSize('contactSheet: columns x tileSize', columns, tileSize);
  check(
    Number.isInteger(margin) && margin >= 0 && Number.isInteger(textScale) && textScale >= 1,
    () => `contactSheet: expected a whole margin >= 0 and textScale >= 1, got ${margin} and ${textScale}`,
  );

  const lineHeight = (fontCell.height + 2) * textScale;
  const width = margin + columns * (tileSize + margin);
  const pictures = tiles.map(({ picture }) => fit(picture, tileSize));
  const rowCount = Math.ceil(tiles.length / columns);
  const rows = Array.from({ length: rowCount }, (_, row) => {
    const own = pictures.slice(row * columns, (row + 1) * columns);
    return { heading: rowHeadings[row], pictureHeight: Math.max(...own.map(({ height }) => height)) };
  });
  const headingHeight = lineHeight + 2 * textScale;
  const height = rows.reduce(
    (sum, { heading, pictureHeight }) =>
      sum + (heading === undefined ? 0 : headingHeight) + lineHeight + pictureHeight + margin,
    margin,
  );
  const sheet = createPicture(width, height, 3);
  fillRect(sheet, 0, 0, width, height, background);

  let y = margin;
  rows.forEach(({ heading, pictureHeight }, row) => {
    if (heading !== undefined) {
      drawText(sheet, shorten(heading, width - 2 * margin, textScale), margin, y, textScale, accent);
      y += headingHeight;
    }
    for (let i = row * columns; i < Math.min((row + 1) * columns, tiles.length); i++) {
      const x = margin + (i % columns) * (tileSize + margin);
      drawText(sheet, shorten(tiles[i].title, tileSize, textScale), x, y, textScale, foreground);
      const left = x + ((tileSize - pictures[i].width) >> 1);
      const top = y + lineHeight + ((pictureHeight - pictures[i].height) >> 1);
      paste(sheet, pictures[i], left, top);
    }
    y += lineHeight + pictureHeight + margin;
  });
  return sheet;
}

function fit(picture: Picture, size: number): Picture {
  const factor = size / Math.max(picture.width, picture.height);
  const width = Math.max(1, Math.round(picture.width * factor));
  const height = Math.max(1, Math.round(picture.height * factor));
  return toRgb(resize(picture, width, height, { method: methodFor(picture, factor) }));
}

function methodFor(picture: Picture, factor: number): ResizeMethod {
  if (factor < 1) return 'area';
  return picture.channels === 3 && factor >= 2 ? 'nearest' : 'linear';
}

function paste(sheet: Picture, picture: Picture, left: number, top: number): void {
  const rowLength = picture.width * 3;
  for (let y = 0; y < picture.height; y++) {
    const row = picture.data.subarray(y * rowLength, (y + 1) * rowLength);
    sheet.data.set(row, ((top + y) * sheet.width + left) * 3);
  }
}
