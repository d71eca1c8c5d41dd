/** The contact sheet of one picture: a row for each class, or a few, with what each method says. */
import type { Explanation } from '../cam/explain.js';
import { methodTitle, type MethodName } from '../cam/methods.js';
import { contactSheet, type Tile } from '../image/contact-sheet.js';
import { createPicture, type Picture } from '../image/picture.js';
import { resize } from '../image/resize.js';
import { shortLabel } from './class-choice.js';
import type { ClassScore } from './explain-report.js';
import { percent } from './table.js';

const LEAST_SIDE = 224;

/** Beyond this many classes a contact sheet is no longer looked at, and takes gigabytes. */
const MOST_CLASSES = 24;

/** A class with more tiles takes several rows, of about the same length. */
const MOST_COLUMNS = 6;

/** Titles that fit above a tile. */
const shortTitles: Partial<Record<MethodName, string>> = {
  'guided-backprop': 'guided backprop',
  'grad-cam-elementwise': 'element-wise',
  'integrated-gradients': 'integrated grads',
};

/**
 * A picture as people look at it: one of the network's proportions where those are not the picture's (a stretched
 * input) is stretched back, and one of few pixels shows each as a square of some.
 */
export function presentable(picture: Picture, { width, height }: Picture): Picture {
  const stretched = (picture.width * height) / (picture.height * width);
  if (Math.abs(Math.log(stretched)) > 0.03) return resize(picture, width, height);
  const factor = Math.ceil(LEAST_SIDE / Math.max(picture.width, picture.height));
  return factor < 2 ? picture : resize(picture, picture.width * factor, picture.height * factor, { method: 'nearest' });
}

export function explanationSheet(
  picture: Picture,
  explanations: readonly Explanation[],
  scoreOf: (index: number) => ClassScore,
): Picture {
  const classes = [...new Set(explanations.map(({ classIndex }) => classIndex))].slice(0, MOST_CLASSES);
  const tiles = classes.map((index) => classTiles(picture, explanations, index));
  const count = tiles[0].length;
  const rows = Math.ceil(count / MOST_COLUMNS);
  const columns = Math.ceil(count / rows);
  // what fills the last row of a class has the background's colour
  const filler = { title: '', picture: createPicture(1, 1, 3, Float32Array.of(0.078, 0.086, 0.102)) };
  const fillers = new Array<Tile>(rows * columns - count).fill(filler);
  const largest = Math.max(...tiles[0].map((tile) => Math.max(tile.picture.width, tile.picture.height)));
  return contactSheet(
    tiles.flatMap((own) => [...own, ...fillers]),
    {
      columns,
      tileSize: Math.min(Math.max(LEAST_SIDE, largest), 288),
      rowHeadings: classes.flatMap((index) => {
        const { label, probability } = scoreOf(index);
        return new Array<string>(rows).fill(`${shortLabel(label)}  ${percent(probability)}`);
      }),
    },
  );
}

/** The picture, and what each method says of a class. The mask is shown where there is only one. */
function classTiles(picture: Picture, explanations: readonly Explanation[], index: number): Tile[] {
  const own = explanations.filter(({ classIndex }) => classIndex === index);
  const masks = own.filter(({ mask }) => mask !== null).length;
  return [
    { title: 'picture', picture },
    ...own.flatMap(({ method, image, mask, blank }): Tile[] => [
      {
        title: `${shortTitles[method] ?? methodTitle(method)}${blank ? ' (blank)' : ''}`,
        picture: presentable(image, picture),
      },
      ...(mask && masks === 1 ? [{ title: 'mask', picture: mask }] : []),
    ]),
  ];
}
