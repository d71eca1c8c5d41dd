/** The works as ONNX graphs. */
import { basename } from 'node:path';
import { classifierLayers, featureLayers } from './networks.js';
import { externalTensor, innerTensor, model, node } from './onnx.js';
import { smallConvWeight, SMALL_CONV } from './small-conv.js';

/** The nodes of a chain of layers; each value has the name of the layer that makes it. */
function chain(layers) {
  let value = 'input';
  return layers.map(({ kind, name }) => {
    const input = value;
    value = name;
    const weighted = [input, `${name}.weight`, `${name}.bias`];
    switch (kind) {
      case 'conv':
        return node('Conv', weighted, name, { kernel_shape: [3, 3], pads: [1, 1, 1, 1], strides: [1, 1] });
      case 'relu':
        return node('Relu', [input], name);
      case 'maxPool':
        return node('MaxPool', [input], name, { kernel_shape: [2, 2], strides: [2, 2] });
      case 'flatten':
        return node('Flatten', [input], name, { axis: 1 });
      case 'linear':
        return node('Gemm', weighted, name, { transB: 1 });
      default:
        throw new Error(`onnx: no node for ${kind}`);
    }
  });
}

function network(layers, tensors, shape, outputShape) {
  const weights = tensors.names
    .filter((name) => name !== 'input' && name !== 'picture')
    .map((name) => {
      const { shape, offset, bytes } = tensors.entry(name);
      return externalTensor(name, shape, { file: basename(tensors.path), offset, bytes });
    });
  const output = { name: layers.at(-1).name, shape: outputShape };
  return model({ nodes: chain(layers), weights, inputs: [{ name: 'input', shape }], output });
}

function pointwise(opType, names, { rows, columns }, attributes, shape = [rows, columns]) {
  return model({
    nodes: [node(opType, names, 'output', attributes)],
    weights: [],
    inputs: names.map((name) => ({ name, shape: [rows, columns] })),
    output: { name: 'output', shape },
  });
}

/**
 * @param {string} work
 * @param {import('./data.js').Sizes} sizes
 * @param {import('./safetensors.js').TensorFile | null} tensors where the weights are
 * @returns {Uint8Array}
 */
export function modelBytes(work, sizes, tensors) {
  const { vgg } = sizes;
  const input = [1, 3, vgg.side, vgg.side];
  switch (work) {
    case 'vgg16-features-forward': {
      const layers = featureLayers(vgg);
      const channels = layers.findLast(({ kind }) => kind === 'conv').outChannels;
      return network(layers, tensors, input, [1, channels, vgg.pooled, vgg.pooled]);
    }
    case 'vgg16-forward':
      return network([...featureLayers(vgg), ...classifierLayers(vgg)], tensors, input, [1, vgg.classes]);
    case 'elementwise-16m':
      return pointwise('Add', ['x', 'y'], sizes);
    case 'reduce-16m':
      return pointwise('ReduceSum', ['x'], sizes, { keepdims: 0 }, []);
    case 'softmax-16m':
      return pointwise('Softmax', ['x'], sizes, { axis: 1 });
    case 'cold-start': {
      const { inChannels, outChannels, side } = SMALL_CONV;
      return model({
        nodes: [node('Conv', ['input', 'weight'], 'output', { kernel_shape: [3, 3], pads: [1, 1, 1, 1] })],
        weights: [innerTensor('weight', [outChannels, inChannels, 3, 3], smallConvWeight())],
        inputs: [{ name: 'input', shape: [1, inChannels, side, side] }],
        output: { name: 'output', shape: [1, outChannels, side, side] },
      });
    }
    default:
      throw new Error(`onnx: no model for ${work}`);
  }
}
