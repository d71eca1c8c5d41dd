/** Networks in TensorFlow.js: layers in order, as its users would write them to be fast. */
import * as tf from '@tensorflow/tfjs-core';
import { outputsLast } from './layouts.js';

/** The weights in TensorFlow's layouts, made once for all of its backends. */
const laidOut = new WeakMap();

/** @param {import('./tensors.js').Tensors} file */
function layoutsOf(file, layers) {
  const known = laidOut.get(file);
  if (known) return known;
  const firstLinear = layers.find(({ kind }) => kind === 'linear');
  const channels = layers.findLast(({ kind }) => kind === 'conv').outChannels;
  const all = new Map();
  for (const name of file.names.filter((name) => /\.(weight|bias)$/.test(name))) {
    const [shape, values] = [file.shape(name), file.read(name)];
    const [outputs, inputs, height, width] = shape;
    if (shape.length === 1) {
      all.set(name, { shape, values });
    } else if (shape.length === 4) {
      const sizes = { outputs, inputs, taps: height * width };
      all.set(name, { shape: [height, width, inputs, outputs], values: outputsLast(values, sizes) });
    } else {
      // the maps were flattened as [C,H,W]; here they come as [H,W,C]
      const maps = name === `${firstLinear?.name}.weight` ? channels : inputs;
      const sizes = { outputs, inputs: maps, taps: inputs / maps };
      all.set(name, { shape: [inputs, outputs], values: outputsLast(values, sizes) });
    }
  }
  laidOut.set(file, all);
  return all;
}

/**
 * Lays the weights out and gives the function that makes tensors of them.
 * @param {import('./tensors.js').Tensors} file
 * @param {readonly import('../../lib/networks.js').Layer[]} layers
 */
export function weightsFor(file, layers) {
  const all = layoutsOf(file, layers);
  return () => Object.fromEntries([...all].map(([name, { shape, values }]) => [name, tf.tensor(values, shape)]));
}

/** ReLU whose gradient passes only where it is positive itself. */
export const guidedRelu = tf.customGrad((x, save) => {
  save([x]);
  return { value: tf.relu(x), gradFunc: (dy, [saved]) => tf.mul(tf.relu(dy), tf.step(saved)) };
});

/**
 * Without gradients: bias and ReLU in the kernels before them.
 * @param {readonly import('../../lib/networks.js').Layer[]} layers
 */
export function inferLayers(layers, weights, x) {
  let out = x;
  for (const [i, { kind, name }] of layers.entries()) {
    const [weight, bias] = [weights[`${name}.weight`], weights[`${name}.bias`]];
    const activation = layers[i + 1]?.kind === 'relu' ? 'relu' : 'linear';
    if (kind === 'conv') {
      out = tf.fused.conv2d({ x: out, filter: weight, strides: 1, pad: 'same', bias, activation });
    }
    if (kind === 'maxPool') out = tf.maxPool(out, 2, 2, 'valid');
    if (kind === 'flatten') out = tf.reshape(out, [out.shape[0], -1]);
    if (kind === 'linear') out = tf.fused.matMul({ a: out, b: weight, bias, activation });
  }
  return out;
}

/** A linear layer whose weights and bias get gradients, as in training. */
const trainedLinear = (x, weight, bias) => tf.add(tf.matMul(x, weight), bias);

/**
 * The same where only x gets one. tf.matMul of a single row would, in WebGL, make a texture of all products and then add them up:
 * VGG16's 100 million are more than most adapters' textures can hold. With a bias it is one kernel.
 */
const frozenLinear = (x, weight, bias) =>
  tf.customGrad((x) => ({
    value: tf.fused.matMul({ a: x, b: weight, bias }),
    gradFunc: (dy) => tf.fused.matMul({ a: dy, b: weight, transposeB: true, bias: tf.zeros([weight.shape[0]]) }),
  }))(x);

/**
 * With gradients. Fused convolutions would compute those of the weights too, asked for or not. Batch norm takes the batch's
 * own statistics, as in training.
 * @param {readonly import('../../lib/networks.js').Layer[]} layers
 * @param {{ relu?: (x: tf.Tensor) => tf.Tensor, frozen?: boolean }} how
 */
export function runLayers(layers, weights, x, { relu = tf.relu, frozen = false } = {}) {
  const linear = frozen ? frozenLinear : trainedLinear;
  let out = x;
  for (const { kind, name } of layers) {
    const [weight, bias] = [weights[`${name}.weight`], weights[`${name}.bias`]];
    if (kind === 'conv') out = tf.add(tf.conv2d(out, weight, 1, 'same'), bias);
    if (kind === 'relu') out = relu(out);
    if (kind === 'maxPool') out = tf.maxPool(out, 2, 2, 'valid');
    if (kind === 'flatten') out = tf.reshape(out, [out.shape[0], -1]);
    if (kind === 'meanPool') out = tf.mean(out, [1, 2]);
    if (kind === 'linear') out = linear(out, weight, bias);
    if (kind === 'batchNorm') {
      const { mean, variance } = tf.moments(out, [0, 1, 2]);
      out = tf.batchNorm(out, mean, variance, bias, weight, 1e-5);
    }
  }
  return out;
}
