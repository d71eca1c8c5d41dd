/** The networks that are measured, as plain lists that every contender builds from: layers in order, with torchvision's names. */

/**
 * @typedef {{ kind: 'conv', name: string, inChannels: number, outChannels: number }
 *   | { kind: 'batchNorm', name: string, channels: number }
 *   | { kind: 'relu', name: string }
 *   | { kind: 'maxPool', name: string }
 *   | { kind: 'flatten', name: string }
 *   | { kind: 'meanPool', name: string }
 *   | { kind: 'linear', name: string, inFeatures: number, outFeatures: number }} Layer
 *
 * @typedef {object} Network
 * @property {readonly (number | 'M')[]} cfg channels of 3x3 convolutions, and 'M' for 2x2 max pooling
 * @property {boolean} batchNorm
 * @property {number} side of the input
 * @property {number} pooled side of the maps that the classifier sees: side / 2 for each 'M', or 1 for their mean
 * @property {readonly number[]} hidden
 * @property {number} classes
 */

/** VGG16 (K. Simonyan, A. Zisserman, 2014). @type {Network} */
export const vgg16 = {
  cfg: [64, 64, 'M', 128, 128, 'M', 256, 256, 256, 'M', 512, 512, 512, 'M', 512, 512, 512, 'M'],
  batchNorm: false,
  side: 224,
  pooled: 7,
  hidden: [4096, 4096],
  classes: 1000,
};

/** The same in miniature, to see that everything works. @type {Network} */
export const miniature = {
  cfg: [8, 8, 'M', 16, 16, 'M', 16, 16, 16, 'M', 32, 32, 32, 'M', 32, 32, 32, 'M'],
  batchNorm: false,
  side: 64,
  pooled: 2,
  hidden: [64, 64],
  classes: 10,
};

/** A small VGG for pictures of 32x32. @type {Network} */
export const cifarVgg = {
  cfg: [32, 32, 'M', 64, 64, 64, 'M', 128, 128, 128],
  batchNorm: true,
  side: 32,
  pooled: 1,
  hidden: [],
  classes: 10,
};

/** The convolutions and what is between them. @param {Network} network @returns {Layer[]} */
export function featureLayers({ cfg, batchNorm }) {
  const layers = [];
  const add = (layer) => layers.push({ ...layer, name: `features.${layers.length}` });
  let inChannels = 3;
  for (const item of cfg) {
    if (item === 'M') {
      add({ kind: 'maxPool' });
      continue;
    }
    add({ kind: 'conv', inChannels, outChannels: item });
    if (batchNorm) add({ kind: 'batchNorm', channels: item });
    add({ kind: 'relu' });
    inChannels = item;
  }
  return layers;
}

/** The classifier; dropout is left out, as nothing of it is left in evaluation. @param {Network} network @returns {Layer[]} */
export function classifierLayers({ cfg, side, pooled, hidden, classes }) {
  const channels = cfg.filter((item) => item !== 'M').at(-1);
  const maps = side / 2 ** cfg.filter((item) => item === 'M').length;
  const layers = [{ kind: maps === pooled ? 'flatten' : 'meanPool', name: 'avgpool' }];
  let inFeatures = channels * pooled * pooled;
  for (const [i, outFeatures] of hidden.entries()) {
    layers.push({ kind: 'linear', name: `classifier.${3 * i}`, inFeatures, outFeatures });
    layers.push({ kind: 'relu', name: `classifier.${3 * i + 1}` });
    inFeatures = outFeatures;
  }
  layers.push({ kind: 'linear', name: `classifier.${3 * hidden.length}`, inFeatures, outFeatures: classes });
  return layers;
}

/**
 * Names and shapes of the weights, and the deviation with which torchvision initialises VGG: Kaiming (fan out) for
 * convolutions, 0.01 for linear layers, biases 0.
 * @param {readonly Layer[]} layers
 * @returns {{ name: string, shape: number[], deviation: number, mean: number }[]}
 */
export function parametersOf(layers) {
  return layers.flatMap((layer) => {
    const parameters = (shape, outputs, deviation, mean = 0) => [
      { name: `${layer.name}.weight`, shape, deviation, mean },
      { name: `${layer.name}.bias`, shape: [outputs], deviation: 0, mean: 0 },
    ];
    if (layer.kind === 'conv') {
      const { inChannels, outChannels } = layer;
      return parameters([outChannels, inChannels, 3, 3], outChannels, Math.sqrt(2 / (9 * outChannels)));
    }
    if (layer.kind === 'linear') return parameters([layer.outFeatures, layer.inFeatures], layer.outFeatures, 0.01);
    if (layer.kind === 'batchNorm') return parameters([layer.channels], layer.channels, 0, 1);
    return [];
  });
}

/**
 * Bytes that Grad-CAM of a network may take over an empty process: the weights, four times the 3x3 weights (Winograd's
 * transformed ones), 1.5 times the activations (what convolutions, poolings and linear layers put out; ReLU works in
 * place) and 64 MB.
 * @param {Network} network
 */
export function memoryLimit(network) {
  const layers = [...featureLayers(network), ...classifierLayers(network)];
  const count = (shapes) => shapes.reduce((total, shape) => total + shape.reduce((a, b) => a * b, 1), 0);
  const shapes = parametersOf(layers).map(({ shape }) => shape);
  let side = network.side;
  let channels = 3;
  let activations = 0;
  for (const layer of layers) {
    if (layer.kind === 'maxPool') side /= 2;
    if (layer.kind === 'conv') channels = layer.outChannels;
    if (layer.kind === 'conv' || layer.kind === 'maxPool') activations += channels * side * side;
    if (layer.kind === 'linear') activations += layer.outFeatures;
  }
  const kernels = shapes.filter((shape) => shape.length === 4);
  return 4 * (count(shapes) + 4 * count(kernels) + 1.5 * activations) + 64e6;
}
