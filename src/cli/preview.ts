/**
 * A small picture in a terminal: each cell shows two pixels, the upper one as the colour of a half block, the lower one
 * behind it.
 */
import { toRgb, type Picture } from '../image/picture.js';
import { resize } from '../image/resize.js';
import type { ColorMode } from './io.js';

/** The levels of red, green and blue in the 216 colours of the xterm palette's cube. */
const cube = [0, 95, 135, 175, 215, 255];

/**
 * The picture as lines of text, without line ends.
 * @param columns cells across; the height follows from the proportions, a cell being twice as high as wide
 * @param mode not 'none': there is no picture without colours
 */
export function halfBlocks(picture: Picture, columns: number, mode: Exclude<ColorMode, 'none'>): string[] {
  const rows = Math.max(1, Math.round((columns * picture.height) / picture.width / 2));
  const { data } = resize(toRgb(picture), columns, 2 * rows, { method: 'area' });
  const color = (x: number, y: number, layer: 38 | 48): string => {
    const at = (y * columns + x) * 3;
    const [red, green, blue] = Array.from(data.subarray(at, at + 3), (value) =>
      Math.round(Math.min(Math.max(value, 0), 1) * 255),
    );
    return mode === '24bit' ? `${layer};2;${red};${green};${blue}` : `${layer};5;${paletteIndex(red, green, blue)}`;
  };
  return Array.from({ length: rows }, (_, row) => {
    let line = '';
    let before = '';
    for (let x = 0; x < columns; x++) {
      const colors = `${color(x, 2 * row, 38)};${color(x, 2 * row + 1, 48)}`;
      line += colors === before ? '\u2580' : `\u001b[${colors}m\u2580`;
      before = colors;
    }
    return `${line}\u001b[0m`;
  });
}

/** The xterm colour nearest to an RGB colour of 0..255: of the cube (16 to 231) or of the greys (232 to 255). */
export function paletteIndex(red: number, green: number, blue: number): number {
  const steps = [red, green, blue].map((value) => nearestStep(value));
  const grey = Math.min(23, Math.max(0, Math.round(((red + green + blue) / 3 - 8) / 10)));
  const distance = (colors: readonly number[]): number =>
    (colors[0] - red) ** 2 + (colors[1] - green) ** 2 + (colors[2] - blue) ** 2;
  const level = 8 + 10 * grey;
  return distance([level, level, level]) < distance(steps.map((step) => cube[step]))
    ? 232 + grey
    : 16 + 36 * steps[0] + 6 * steps[1] + steps[2];
}

function nearestStep(value: number): number {
  let best = 0;
  for (let step = 1; step < cube.length; step++) {
    if (Math.abs(cube[step] - value) < Math.abs(cube[best] - value)) best = step;
  }
  return best;
}
