/** What the chapters of docs/walkthrough/ share: pictures, the trained network, and a few measures. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import {
  ReLU,
  createPicture,
  decodeImage,
  loadModel,
  pictureToDrawOn,
  preprocess,
  workingSize,
  type LoadedModel,
  type Module,
  type Picture,
  type Preprocess,
} from 'backlight';

/** What running a chapter gives: its pictures by file name, and what a test can check. */
export interface Chapter<Facts> {
  readonly pictures: Readonly<Record<string, Picture>>;
  readonly facts: Facts;
}

/** The folder of the package, wherever this file was compiled to. */
export const root = dirname(createRequire(import.meta.url).resolve('backlight/package.json'));

/** A picture of `examples/`. */
export async function openPicture(name: string): Promise<Picture> {
  return decodeImage(await readFile(join(root, 'examples', name)), { name });
}

/** The network that ships with the package, loaded anew: a chapter may change it. */
export async function openModel(): Promise<LoadedModel & { readonly preprocess: Preprocess }> {
  const loaded = loadModel(await readFile(join(root, 'weights/vgg-cifar10.safetensors')));
  const { preprocess: spec } = loaded;
  if (!spec) throw new Error('the weights do not say how pictures are prepared');
  return { ...loaded, preprocess: spec };
}

/**
 * The picture with a cat and an airplane as the network sees it, at the size at which it is surest of both.
 * @param side of the picture to draw on, in pixels
 */
export async function openBoth(side: number) {
  const { model, labels, preprocess: spec } = await openModel();
  const photo = await openPicture('cat-and-airplane.png');
  const [cat, airplane] = [labels.indexOf('cat'), labels.indexOf('airplane')];
  const both = (probabilities: Float32Array) => probabilities[cat] + probabilities[airplane];
  const { preprocess: sized } = await workingSize(model, photo, spec, both);
  const { input } = preprocess(photo, sized);
  return { model, cat, airplane, input, view: pictureToDrawOn(photo, sized, side, side) };
}

// #region last-relu
/** The last ReLU of the convolutions: where Grad-CAM usually looks. */
export function lastRelu(model: Module): Module {
  const relu = model
    .getSubmodule('features')
    .children()
    .findLast((module) => module instanceof ReLU);
  if (!relu) throw new Error('expected a ReLU in model.features, got none');
  return relu;
}
// #endregion last-relu

// #region cosine
/** 1 where two maps have the same direction, whatever their size; 0 where they have nothing in common. */
export function cosine(a: Float32Array, b: Float32Array): number {
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    ab += a[i] * b[i];
    aa += a[i] * a[i];
    bb += b[i] * b[i];
  }
  return ab / Math.sqrt(aa * bb);
}
// #endregion cosine

/** The share of a map's size, |values| added up, that lies left of the middle. */
export function leftShare({ width, channels, data }: Picture): number {
  let [left, all] = [0, 0];
  for (let i = 0; i < data.length; i++) {
    const size = Math.abs(data[i]);
    all += size;
    if (Math.floor(i / channels) % width < width / 2) left += size;
  }
  return left / all;
}

/** The largest |a - b|. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i] - b[i]));
  return largest;
}

/** Any numbers as a grey picture: the smallest black, the largest white. */
export function greyPicture(width: number, height: number, values: ArrayLike<number>): Picture {
  const data = Float32Array.from(values);
  const [min, max] = data.reduce(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [Infinity, -Infinity],
  );
  return createPicture(
    width,
    height,
    1,
    data.map((value) => (value - min) / (max - min || 1)),
  );
}
