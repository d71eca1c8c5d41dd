/** The files that contenders read: weights, inputs, and for ONNX Runtime the models, which take their weights from the same file. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MEAN, STD } from './imagenet.js';
import { cifarVgg, classifierLayers, featureLayers, miniature, parametersOf, vgg16 } from './networks.js';
import { normalNumbers, uniformNumbers } from './random.js';
import { TensorFile, writeTensors } from './safetensors.js';

const SEED = 2014;

/**
 * How large the works are.
 * @typedef {object} Sizes
 * @property {import('./networks.js').Network} vgg
 * @property {import('./networks.js').Network} cifar
 * @property {number} classIndex the class that is explained
 * @property {number} batch of a training step
 * @property {number} smallBatch of a training step for who takes seconds per picture
 * @property {number} rows
 * @property {number} columns rows * columns numbers
 */

/** @type {Sizes} */
export const fullSizes = {
  vgg: vgg16,
  cifar: cifarVgg,
  classIndex: 243,
  batch: 128,
  smallBatch: 2,
  rows: 16_000,
  columns: 1_000,
};

/** @type {Sizes} */
export const quickSizes = {
  vgg: miniature,
  cifar: { ...cifarVgg, cfg: [8, 8, 'M', 16, 16, 16, 'M', 16, 16, 16] },
  classIndex: 3,
  batch: 8,
  smallBatch: 2,
  rows: 100,
  columns: 1_000,
};

/** @param {{ name: string, shape: readonly number[], deviation: number, mean: number }} parameter @param {() => number} normal */
function drawn({ name, shape, deviation, mean }, normal) {
  return { name, shape, next: deviation === 0 ? () => mean : () => mean + deviation * normal() };
}

/** A picture of soft waves with some noise, [side,side,3] in 0..1, and the same as a network's input [1,3,side,side]. */
function picture(side, uniform) {
  const at = (c, y, x) => 0.5 + 0.35 * Math.sin((c + 2) * 0.02 * x + 0.03 * y * (3 - c));
  const data = new Float32Array(side * side * 3);
  for (let i = 0; i < data.length; i++) {
    const pixel = Math.floor(i / 3);
    data[i] = at(i % 3, Math.floor(pixel / side), pixel % side) + 0.3 * (uniform() - 0.5);
  }
  const input = new Float32Array(data.length);
  for (let i = 0; i < data.length; i++) {
    const c = i % 3;
    input[c * side * side + Math.floor(i / 3)] = (data[i] - MEAN[c]) / STD[c];
  }
  return [given('picture', [side, side, 3], data), given('input', [1, 3, side, side], input)];
}

function given(name, shape, values) {
  let at = 0;
  return { name, shape, next: () => values[at++] };
}

/** What is in each file. @type {Record<string, (sizes: Sizes) => Parameters<typeof writeTensors>[1]>} */
const contents = {
  'vgg16-features': ({ vgg }) => {
    const uniform = uniformNumbers(SEED);
    const normal = normalNumbers(uniform);
    return [...picture(vgg.side, uniform), ...parametersOf(featureLayers(vgg)).map((one) => drawn(one, normal))];
  },
  vgg16: ({ vgg }) => {
    const uniform = uniformNumbers(SEED);
    const normal = normalNumbers(uniform);
    const layers = [...featureLayers(vgg), ...classifierLayers(vgg)];
    return [...picture(vgg.side, uniform), ...parametersOf(layers).map((one) => drawn(one, normal))];
  },
  // the same apart, for the browser: the picture, and weights that nothing else stands between
  picture: ({ vgg }) => picture(vgg.side, uniformNumbers(SEED)),
  'vgg16-weights': ({ vgg }) => {
    const normal = normalNumbers(uniformNumbers(SEED));
    return parametersOf([...featureLayers(vgg), ...classifierLayers(vgg)]).map((one) => drawn(one, normal));
  },
  'cifar-vgg': ({ cifar, batch }) => {
    const uniform = uniformNumbers(SEED);
    const normal = normalNumbers(uniform);
    const layers = [...featureLayers(cifar), ...classifierLayers(cifar)];
    return [
      { name: 'images', shape: [batch, 3, cifar.side, cifar.side], next: normal },
      { name: 'labels', shape: [batch], next: () => Math.floor(cifar.classes * uniform()) },
      ...parametersOf(layers).map((one) => drawn(one, normal)),
    ];
  },
  numbers: ({ rows, columns }) => {
    const uniform = uniformNumbers(SEED);
    return [
      { name: 'x', shape: [rows, columns], next: uniform },
      { name: 'y', shape: [rows, columns], next: uniform },
    ];
  },
};

/** The numbers' files of one run, made when first asked for. */
export class Data {
  /**
   * @param {string} folder
   * @param {Sizes} sizes
   */
  constructor(folder, sizes) {
    this.folder = folder;
    this.sizes = sizes;
  }

  /** @param {string} name @returns {string} its path */
  tensors(name) {
    const path = join(this.folder, `${name}.safetensors`);
    if (!existsSync(path)) writeTensors(path, contents[name](this.sizes));
    return path;
  }

  /**
   * The ONNX model of a work.
   * @param {string} work
   * @param {string} data the file that has its weights
   * @returns {Promise<string>} its path, in the folder of its weights
   */
  async model(work, data) {
    const path = join(this.folder, `${work}.onnx`);
    if (existsSync(path)) return path;
    // only here, since it needs a package of bench/node_modules
    const { modelBytes } = await import('./onnx-models.js');
    writeFileSync(
      path,
      modelBytes(work, this.sizes, data === 'small-conv' ? null : new TensorFile(this.tensors(data))),
    );
    return path;
  }
}
