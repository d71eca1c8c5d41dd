/**
 * The grid game: how well a heat map finds a class, measured without annotations. Four test images of different classes are
 * put into one mosaic, 2x2; the map of each class should then lie in that class's cell. After the "pointing game" of J.
 * Zhang et al., 2016, and the grids of M. Bohle et al., "Convolutional Dynamic Alignment Networks", 2021, section 4.2.
 *
 * Only images that the model classifies rightly and with confidence when it sees them alone take part, so that what is
 * measured is the map, not the model.
 */
import { captureGradients, freeCaptures } from '../cam/capture.js';
import { classScore, gradCamMap } from '../cam/maps.js';
import { GuidedBackpropagation } from '../cam/guided-backprop.js';
import { guidedGradCam, inputGradient } from '../cam/saliency.js';
import { grad } from '../autograd/backward.js';
import { ArgumentError } from '../errors.js';
import { createPicture, type Picture } from '../image/picture.js';
import { resizeMap } from '../image/resize.js';
import type { Module } from '../nn/module.js';
import { tensor } from '../ops/creation.js';
import { tidy } from '../tensor/memory.js';
import { RandomGenerator } from '../tensor/random.js';
import type { Tensor } from '../tensor/tensor.js';
import { topOfRows } from './evaluate.js';
import { normalisedBytes, type ChannelStatistics, type LabelledImages } from './labelled-images.js';

/** The methods that play, by the names that reports use. */
export const gridMethods = ['gradCam', 'guidedBackprop', 'guidedGradCam', 'gradient'] as const;
export type GridMethod = (typeof gridMethods)[number];

/** An image takes part if the model gives its class at least this probability. */
export const CONFIDENT = 0.9;
const CELLS = 4;
/** Mosaics in one batch. */
const AT_ONCE = 8;

/** Four images by number: top left, top right, bottom left, bottom right. */
export type Mosaic = readonly [number, number, number, number];

export interface GridScore {
  /** The share of maps whose maximum lies in the right cell. Chance: 0.25. A blank map is a miss. */
  readonly pointing: number;
  /** The mean share of a map's sum that lies in the right cell. A blank map has none there. */
  readonly energy: number;
  /** Mosaics; each has four maps. */
  readonly n: number;
}

export type GridScores = Readonly<Record<GridMethod, GridScore>>;

/** One map: of a class, over a whole mosaic. */
export interface GridMap {
  readonly method: GridMethod;
  readonly mosaic: Mosaic;
  /** Which of the four cells should light up. */
  readonly cell: number;
  /** No value is below 0. */
  readonly map: Picture;
}

/**
 * Draws mosaics of four different classes each, from the images that are classified rightly with confidence.
 * @param probabilities of each image alone, [count, classes]
 * @throws ArgumentError where fewer than four classes have such images
 */
export function drawMosaics(images: LabelledImages, probabilities: Float32Array, n: number, seed = 0): Mosaic[] {
  const width = images.classes.length;
  const candidates: number[][] = images.classes.map(() => []);
  topOfRows(probabilities, width).forEach((top, i) => {
    if (top === images.labels[i] && probabilities[i * width + top] >= CONFIDENT) candidates[top].push(i);
  });
  const usable = candidates.filter((numbers) => numbers.length > 0);
  if (usable.length < CELLS) {
    throw new ArgumentError(
      `grid game: expected at least ${CELLS} classes with images that the model classifies rightly with p >= ${CONFIDENT}, ` +
        `got ${usable.length}; train the model further, or skip the game with --mosaics 0`,
    );
  }
  const random = new RandomGenerator(seed);
  const drawn = (): Mosaic => {
    const order = random.permutation(usable.length);
    const draw = (cell: number): number => usable[order[cell]][random.below(usable[order[cell]].length)];
    return [draw(0), draw(1), draw(2), draw(3)];
  };
  return Array.from({ length: n }, drawn);
}

/** A mosaic as RGB. */
export function mosaicPicture({ side, pixels }: LabelledImages, mosaic: Mosaic): Picture {
  const picture = createPicture(2 * side, 2 * side, 3);
  const plane = side * side;
  mosaic.forEach((image, cell) => {
    for (let i = 0; i < plane; i++) {
      const to = 3 * placeInMosaic(side, cell, i);
      for (let c = 0; c < 3; c++) picture.data[to + c] = pixels[(3 * image + c) * plane + i] / 255;
    }
  });
  return picture;
}

/** Where pixel i of a cell is in the mosaic. */
function placeInMosaic(side: number, cell: number, i: number): number {
  const y = Math.floor(i / side) + (cell >> 1) * side;
  return y * 2 * side + (i % side) + (cell & 1) * side;
}

export interface GridGameOptions {
  readonly images: LabelledImages;
  readonly statistics: ChannelStatistics;
  readonly mosaics: readonly Mosaic[];
  /** Called after each batch with the number of mosaics done. */
  readonly onProgress?: (done: number) => void;
  /** Called with every map. */
  readonly onMap?: (map: GridMap) => void;
}

/**
 * Plays with one model, in evaluation mode.
 * @param layer the one that Grad-CAM looks at
 */
export async function gridGame(model: Module, layer: Module, options: GridGameOptions): Promise<GridScores> {
  const { images, mosaics, onProgress, onMap } = options;
  const totals = new Map(gridMethods.map((method) => [method, { hits: 0, energy: 0 }]));
  for (let start = 0; start < mosaics.length; start += AT_ONCE) {
    const some = mosaics.slice(start, start + AT_ONCE);
    for (const one of await mapsOf(model, layer, some, options)) {
      const { hit, energy } = scoreMap(one.map.data, images.side, one.cell);
      const total = totals.get(one.method);
      if (!total) continue;
      total.hits += Number(hit);
      total.energy += energy;
      onMap?.(one);
    }
    onProgress?.(start + some.length);
  }
  const maps = CELLS * mosaics.length;
  const score = (method: GridMethod): GridScore => {
    const { hits, energy } = totals.get(method) ?? { hits: NaN, energy: NaN };
    return { pointing: hits / maps, energy: energy / maps, n: mosaics.length };
  };
  return {
    gradCam: score('gradCam'),
    guidedBackprop: score('guidedBackprop'),
    guidedGradCam: score('guidedGradCam'),
    gradient: score('gradient'),
  };
}

/** Whether the map's maximum lies in the cell, and the share of its sum there. @param map [2 side, 2 side], none below 0 */
export function scoreMap(map: Float32Array, side: number, cell: number): { hit: boolean; energy: number } {
  const sums = [0, 0, 0, 0];
  let best = 0;
  let bestCell = -1;
  for (let i = 0; i < map.length; i++) {
    const at = (Math.floor(i / (2 * side)) >= side ? 2 : 0) + (i % (2 * side) >= side ? 1 : 0);
    sums[at] += map[i];
    if (map[i] > best) {
      best = map[i];
      bestCell = at;
    }
  }
  const all = sums[0] + sums[1] + sums[2] + sums[3];
  return { hit: bestCell === cell, energy: all > 0 ? sums[cell] / all : 0 };
}

/** The maps of all methods and cells of some mosaics: each mosaic is in the batch four times, once for each class. */
async function mapsOf(
  model: Module,
  layer: Module,
  mosaics: readonly Mosaic[],
  { images, statistics }: GridGameOptions,
): Promise<GridMap[]> {
  const samples = mosaics.flatMap((mosaic) => mosaic.map((image, cell) => ({ mosaic, cell, image })));
  const classes = samples.map(({ image }) => images.labels[image]);
  using x = mosaicInput(
    images,
    statistics,
    samples.map(({ mosaic }) => mosaic),
  );
  const side = 2 * images.side;
  const cams = await gradCamMaps(model, layer, x, classes, side);
  const guided = await guidedGradients(model, x, classes);
  const plain = await inputGradient(model, x, classes);
  return samples.flatMap(({ mosaic, cell }, i) => {
    const put = (method: GridMethod, map: Picture): GridMap => ({ method, mosaic, cell, map });
    return [
      put('gradCam', cams[i]),
      put('guidedBackprop', positivePart(guided[i])),
      put('guidedGradCam', positivePart(guidedGradCam(guided[i], cams[i]))),
      put('gradient', positivePart(plain[i])),
    ];
  });
}

/** Normalised mosaics, [N, 3, 2 side, 2 side]. */
function mosaicInput(
  { side, pixels }: LabelledImages,
  statistics: ChannelStatistics,
  mosaics: readonly Mosaic[],
): Tensor {
  const bytes = normalisedBytes(statistics);
  const plane = side * side;
  const data = new Float32Array(mosaics.length * 12 * plane);
  mosaics.forEach((mosaic, n) => {
    mosaic.forEach((image, cell) => {
      for (let c = 0; c < 3; c++) {
        const from = (3 * image + c) * plane;
        const to = (3 * n + c) * 4 * plane;
        for (let i = 0; i < plane; i++) data[to + placeInMosaic(side, cell, i)] = bytes[256 * c + pixels[from + i]];
      }
    });
  });
  return tensor(data, { shape: [mosaics.length, 3, 2 * side, 2 * side] });
}

/** Grad-CAM after its ReLU, enlarged. */
async function gradCamMaps(
  model: Module,
  layer: Module,
  x: Tensor,
  classes: readonly number[],
  side: number,
): Promise<Picture[]> {
  const captures = captureGradients('gridGame', model, x, [layer], classes);
  try {
    const [{ activation, gradient }] = captures;
    using maps = gradCamMap(activation, gradient);
    const [, , height, width] = activation.shape;
    const values = (await maps.data()).map((value) => Math.max(0, value));
    return classes.map((_, n) => {
      const map = values.slice(n * height * width, (n + 1) * height * width);
      return createPicture(side, side, 1, resizeMap(map, width, height, side, side));
    });
  } finally {
    freeCaptures(captures);
  }
}

async function guidedGradients(model: Module, x: Tensor, classes: readonly number[]): Promise<Picture[]> {
  using guide = new GuidedBackpropagation(model);
  tidy(() => {
    const input = x.detach().requiresGrad_();
    grad(classScore(model.call(input), classes), [input]);
  });
  return guide.rawImages();
}

/** What speaks for the class at each pixel: the positive values of its three channels, added up. */
function positivePart({ width, height, data }: Picture): Picture {
  const map = new Float32Array(width * height);
  for (let i = 0; i < map.length; i++) for (let c = 0; c < 3; c++) map[i] += Math.max(0, data[3 * i + c]);
  return createPicture(width, height, 1, map);
}
