/** Curves, points and bars drawn into a picture, for chapters whose subject is numbers. */
import { createPicture, type Picture } from 'backlight';

export type Color = readonly [number, number, number];
export const blue: Color = [0.35, 0.65, 1];
export const amber: Color = [1, 0.72, 0.3];
export const red: Color = [1, 0.4, 0.4];
export const grey: Color = [0.3, 0.33, 0.38];

export interface Series {
  readonly points: readonly (readonly [number, number])[];
  readonly color: Color;
  /** Dots instead of a line. */
  readonly dots?: boolean;
}

export interface Range {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

/** Series in a frame of the given range, with lines where x or y is a whole number times `grid`. */
export function plot(series: readonly Series[], { x, y }: Range, grid: readonly [number, number]): Picture {
  const [width, height] = [420, 280];
  const picture = createPicture(width, height, 3);
  const place = ([px, py]: readonly [number, number]): [number, number] => [
    ((px - x[0]) / (x[1] - x[0])) * (width - 1),
    (1 - (py - y[0]) / (y[1] - y[0])) * (height - 1),
  ];
  const line = (from: readonly [number, number], to: readonly [number, number], color: Color, thick: number): void => {
    const [[x0, y0], [x1, y1]] = [place(from), place(to)];
    const steps = Math.max(1, Math.ceil(2 * Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0))));
    for (let i = 0; i <= steps; i++) {
      square(picture, x0 + ((x1 - x0) * i) / steps, y0 + ((y1 - y0) * i) / steps, thick, color);
    }
  };
  for (let at = Math.ceil(x[0] / grid[0]); at * grid[0] <= x[1]; at++) {
    line([at * grid[0], y[0]], [at * grid[0], y[1]], grey, at === 0 ? 2 : 1);
  }
  for (let at = Math.ceil(y[0] / grid[1]); at * grid[1] <= y[1]; at++) {
    line([x[0], at * grid[1]], [x[1], at * grid[1]], grey, at === 0 ? 2 : 1);
  }
  for (const { points, color, dots } of series) {
    points.forEach((point, i) => {
      if (dots) square(picture, ...place(point), 7, color);
      else if (i > 0) line(points[i - 1], point, color, 3);
    });
  }
  return picture;
}

/** A bar of `share` of the width. */
export function bar(share: number, color: Color, width = 560, height = 14): Picture {
  const picture = createPicture(width, height, 3);
  fill(picture, 0, 0, width, height, grey);
  fill(picture, 0, 0, Math.max(2, Math.round(share * width)), height, color);
  return picture;
}

function square(picture: Picture, x: number, y: number, side: number, color: Color): void {
  const half = (side - 1) / 2;
  fill(picture, Math.round(x - half), Math.round(y - half), side, side, color);
}

function fill(picture: Picture, left: number, top: number, width: number, height: number, color: Color): void {
  for (let y = Math.max(0, top); y < Math.min(picture.height, top + height); y++) {
    for (let x = Math.max(0, left); x < Math.min(picture.width, left + width); x++) {
      picture.data.set(color, (y * picture.width + x) * 3);
    }
  }
}
