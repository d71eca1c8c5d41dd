/** The works in TensorFlow.js, whose pictures are [N,H,W,C] and whose kernels are [kH,kW,I,O]. */
import * as tf from '@tensorflow/tfjs-core';
import { benchmarked } from '../lib/benchmarked.js';
import './tfjs-gradients.js';
import { MEAN, STD } from '../lib/imagenet.js';
import { classifierLayers, featureLayers } from '../lib/networks.js';

const read = (file, name) => tf.tensor(file.read(name), file.entry(name).shape);

/** A weight in TensorFlow's layout. */
function weightOf(file, name, { afterFlatten }) {
  return tf.tidy(() => {
    const weight = read(file, name);
    if (weight.rank === 4) return tf.transpose(weight, [2, 3, 1, 0]);
    if (weight.rank === 1) return weight;
    if (!afterFlatten) return tf.transpose(weight);
    // the maps were flattened as [C,H,W]; here they come as [H,W,C]
    const { channels, side } = afterFlatten;
    const [outputs] = weight.shape;
    const maps = tf.reshape(weight, [outputs, channels, side * side]);
    return tf.reshape(tf.transpose(maps, [2, 1, 0]), [side * side * channels, outputs]);
  });
}

function loadWeights(layers, file, { cfg, pooled }) {
  const channels = cfg.filter((item) => item !== 'M').at(-1);
  const first = layers.find(({ kind }) => kind === 'linear');
  const weights = {};
  for (const name of file.names.filter((name) => /\.(weight|bias)$/.test(name))) {
    const afterFlatten = first && name === `${first.name}.weight` ? { channels, side: pooled } : null;
    weights[name] = weightOf(file, name, { afterFlatten });
  }
  return weights;
}

/** ReLU whose gradient passes only where it is positive itself. */
const guidedRelu = tf.customGrad((x, save) => {
  save([x]);
  return { value: tf.relu(x), gradFunc: (dy, [saved]) => tf.mul(tf.relu(dy), tf.step(saved)) };
});

/** Runs layers; batch norm takes the batch's own statistics, as in training. */
function runLayers(layers, weights, x, relu = tf.relu) {
  let out = x;
  for (const { kind, name } of layers) {
    const [weight, bias] = [weights[`${name}.weight`], weights[`${name}.bias`]];
    if (kind === 'conv') out = tf.add(tf.conv2d(out, weight, 1, 'same'), bias);
    if (kind === 'relu') out = relu(out);
    if (kind === 'maxPool') out = tf.maxPool(out, 2, 2, 'valid');
    if (kind === 'flatten') out = tf.reshape(out, [out.shape[0], -1]);
    if (kind === 'meanPool') out = tf.mean(out, [1, 2]);
    if (kind === 'linear') out = tf.add(tf.matMul(out, weight), bias);
    if (kind === 'batchNorm') {
      const { mean, variance } = tf.moments(out, [0, 1, 2]);
      out = tf.batchNorm(out, mean, variance, bias, weight, 1e-5);
    }
  }
  return out;
}

/** [N,H,W,C] -> the values as [N,C,H,W] */
const planar = async (x) => tf.transpose(x, [0, 3, 1, 2]).data();

function inputOf(file, name = 'input') {
  return tf.tidy(() => tf.transpose(read(file, name), [0, 2, 3, 1]));
}

/** A task whose result nobody needs when it is timed; the data of a result is there when the op returns. */
function computing(compute, finish = (result) => result.data()) {
  return {
    run: () => tf.dispose(tf.tidy(compute)),
    outputs: async () => ({ output: new Float32Array(await finish(tf.tidy(compute))) }),
  };
}

function featuresForward({ sizes }, file) {
  const layers = featureLayers(sizes.vgg);
  const weights = loadWeights(layers, file, sizes.vgg);
  const input = inputOf(file);
  return computing(() => runLayers(layers, weights, input), planar);
}

function forward({ sizes }, file) {
  const layers = [...featureLayers(sizes.vgg), ...classifierLayers(sizes.vgg)];
  const weights = loadWeights(layers, file, sizes.vgg);
  const input = inputOf(file);
  return computing(() => runLayers(layers, weights, input));
}

/** The score of the class that is explained, from logits [1,classes]. */
const scoreOf = (logits, { classIndex }) => tf.reshape(tf.slice(logits, [0, classIndex], [1, 1]), []);

function guidedBackprop({ sizes }, file) {
  const layers = [...featureLayers(sizes.vgg), ...classifierLayers(sizes.vgg)];
  const weights = loadWeights(layers, file, sizes.vgg);
  const input = inputOf(file);
  const gradient = tf.grad((x) => scoreOf(runLayers(layers, weights, x, guidedRelu), sizes));
  const task = computing(() => gradient(input), planar);
  return { ...task, outputs: async () => ({ gradient: (await task.outputs()).output }) };
}

/** To 0..1. */
function unitMap(map) {
  const [low, high] = [tf.min(map), tf.max(map)];
  return tf.div(tf.sub(map, low), tf.add(tf.sub(high, low), 1e-7));
}

function gradCam({ sizes }, file) {
  const { side } = sizes.vgg;
  const features = featureLayers(sizes.vgg);
  const last = features.findLastIndex(({ kind }) => kind === 'conv');
  const [body, head] = [features.slice(0, last + 1), [...features.slice(last + 1), ...classifierLayers(sizes.vgg)]];
  const weights = loadWeights([...body, ...head], file, sizes.vgg);
  const picture = file.read('picture');
  const [mean, std] = [tf.tensor1d(MEAN), tf.tensor1d(STD)];
  const maps = () =>
    tf.tidy(() => {
      const input = tf.div(tf.sub(tf.tensor(picture, [1, side, side, 3]), mean), std);
      const activation = runLayers(body, weights, input);
      const gradient = tf.grad((a) => scoreOf(runLayers(head, weights, a), sizes))(activation);
      const map = tf.sum(tf.mul(tf.mean(gradient, [1, 2], true), activation), 3, true);
      const enlarged = tf.image.resizeBilinear(unitMap(tf.relu(map)), [side, side], false, true);
      return { map, mask: unitMap(enlarged) };
    });
  async function run() {
    const { map, mask } = maps();
    const values = { map: new Float32Array(await map.data()), mask: new Float32Array(await mask.data()) };
    tf.dispose([map, mask]);
    return values;
  }
  return { run, outputs: run };
}

/** On a part of the batch, since it takes seconds; `share` says which. */
function trainStep({ sizes }, file) {
  const { cifar, smallBatch, batch } = sizes;
  const layers = [...featureLayers(cifar), ...classifierLayers(cifar)];
  const initial = loadWeights(layers, file, cifar);
  const names = Object.keys(initial);
  const images = tf.tidy(() => tf.slice(inputOf(file, 'images'), 0, smallBatch));
  const labels = tf.tidy(() =>
    tf.oneHot(tf.cast(tf.slice(read(file, 'labels'), 0, smallBatch), 'int32'), cifar.classes),
  );
  const variables = Object.fromEntries(names.map((name) => [name, tf.variable(initial[name])]));
  const optimizer = tf.train.momentum(0.01, 0.9);
  const loss = () => tf.losses.softmaxCrossEntropy(labels, runLayers(layers, variables, images));
  return {
    run: () => tf.dispose(optimizer.minimize(loss, true)),
    async outputs() {
      const { value, grads } = tf.variableGrads(loss);
      const outputs = { 'small batch: loss': new Float32Array(await value.data()) };
      for (const name of names) {
        const gradient = grads[variables[name].name];
        if (gradient.rank === 1) continue;
        const back = gradient.rank === 4 ? [3, 2, 0, 1] : [1, 0];
        outputs[`small batch: gradient of ${name}`] = new Float32Array(await tf.transpose(gradient, back).data());
      }
      return outputs;
    },
    share: smallBatch / batch,
  };
}

function elementwise(_job, file) {
  const [x, y] = [read(file, 'x'), read(file, 'y')];
  return computing(() => tf.add(x, y));
}

function reduce(_job, file) {
  const x = read(file, 'x');
  return computing(() => tf.sum(x));
}

function softmaxOfRows(_job, file) {
  const x = read(file, 'x');
  return computing(() => tf.softmax(x));
}

function tinyOp(_job, file) {
  const x = tf.tensor1d(file.read('x').subarray(0, 16));
  const run = () => tf.relu(x).dispose();
  return { ...computing(() => tf.relu(x)), measure: (quick) => benchmarked(run, quick) };
}

const tasks = {
  'vgg16-features-forward': featuresForward,
  'vgg16-forward': forward,
  'vgg16-guided-backprop': guidedBackprop,
  'vgg16-grad-cam': gradCam,
  'memory-vgg16-grad-cam': gradCam,
  'train-step-cifar-vgg': trainStep,
  'elementwise-16m': elementwise,
  'reduce-16m': reduce,
  'softmax-16m': softmaxOfRows,
  'tiny-op': tinyOp,
};

export async function createTask(backend, job, file) {
  await tf.setBackend(backend);
  await tf.ready();
  return { ...tasks[job.work](job, file), info: { version: tf.version_core } };
}
