/** The works in TensorFlow.js, on one of its backends: pictures are [N,H,W,C], kernels [kH,kW,I,O]. */
/* global navigator */
import * as tf from '@tensorflow/tfjs-core';
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import '@tensorflow/tfjs-backend-webgl';
import '@tensorflow/tfjs-backend-webgpu';
// the core as built for browsers leaves gradients out; the package `@tensorflow/tfjs` would bring 300 MB to register them
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
import { Cannot } from '../../lib/cannot.js';
import { MEAN, STD } from '../../lib/imagenet.js';
import { classifierLayers, featureLayers } from '../../lib/networks.js';
import { channelsFirst, channelsLast, outputsLast } from './layouts.js';
import { convolutionNumbers } from './tensors.js';
import { guidedRelu, inferLayers, runLayers, weightsFor } from './tfjs-layers.js';

export async function start(mode) {
  if (mode === 'webgpu' && !(await navigator.gpu?.requestAdapter()))
    throw new Cannot('not available: no WebGPU adapter');
  if (mode === 'wasm') {
    setWasmPaths('/wasm/');
    setThreadsCount(navigator.hardwareConcurrency);
  }
  try {
    if (!(await tf.setBackend(mode))) throw new Error(`the backend ${mode} does not start`);
    await tf.ready();
  } catch (error) {
    throw new Cannot(`not available: ${error.message}`);
  }
  return { version: tf.version_core };
}

/** tf.fused.conv2d and the two kernels of its gradients, each result's first number read back. */
const convolutions = {
  conv2d: ({ x, weight, bias }) =>
    tf.fused.conv2d({ x, filter: weight, strides: 1, pad: 'same', bias, activation: 'relu' }),
  'conv2d-input-gradient': ({ dy, weight, x }) =>
    tf.engine().runKernel('Conv2DBackpropInput', { dy, filter: weight }, { ...SAME, inputShape: x.shape }),
  'conv2d-weight-gradient': ({ dy, weight, x }) =>
    tf.engine().runKernel('Conv2DBackpropFilter', { x, dy }, { ...SAME, filterShape: weight.shape }),
};
const SAME = { strides: [1, 1], pad: 'same', dataFormat: 'NHWC', dimRoundingMode: undefined };

/** [kH,kW,I,O] -> [O,I,kH,kW], or [N,H,W,C] -> [N,C,H,W] */
const back = (task) => (task === 'conv2d-weight-gradient' ? [3, 2, 0, 1] : [0, 3, 1, 2]);

function convolution({ task, shape }) {
  const { x, weight, bias, dy } = convolutionNumbers(shape);
  const { inChannels: inputs, outChannels: outputs, side } = shape;
  const numbers = {
    x: [channelsLast(x.values, x.shape), [1, side, side, inputs]],
    weight: [outputsLast(weight.values, { outputs, inputs, taps: 9 }), [3, 3, inputs, outputs]],
    bias: [bias.values, bias.shape],
    dy: [channelsLast(dy.values, dy.shape), [1, side, side, outputs]],
  };
  const tensors = {};
  const compute = () => convolutions[task](tensors);
  return {
    load() {
      for (const [name, [values, shape]] of Object.entries(numbers)) tensors[name] = tf.tensor(values, shape);
    },
    run(count) {
      for (let i = 1; i < count; i++) tf.tidy(() => void compute());
      return read(() => tf.slice(compute(), [0, 0, 0, 0], [1, 1, 1, 1]));
    },
    outputs: async () => ({ output: await read(() => tf.transpose(compute(), back(task))) }),
  };
}

/** What a computation gives, read back. */
async function read(compute) {
  const result = tf.tidy(compute);
  const values = await result.data();
  result.dispose();
  return values;
}

const pictureOf = (file, name) => [channelsLast(file.read(name), file.shape(name)), file.shape(name)];
const pictureTensor = ([values, [batch, channels, height, width]]) =>
  tf.tensor(values, [batch, height, width, channels]);

const layersOf = ({ vgg }) => [...featureLayers(vgg), ...classifierLayers(vgg)];

function forward({ sizes, files }) {
  const layers = layersOf(sizes);
  const make = weightsFor(files['vgg16-weights'], layers);
  const picture = pictureOf(files.picture, 'input');
  let weights, input;
  const run = () => read(() => inferLayers(layers, weights, input));
  return {
    load() {
      weights = make();
      input = pictureTensor(picture);
    },
    run,
    outputs: async () => ({ output: await run() }),
  };
}

/** The score of the class that is explained, from logits [1,classes]. */
const scoreOf = (logits, { classIndex }) => tf.reshape(tf.slice(logits, [0, classIndex], [1, 1]), []);

function guidedBackprop({ sizes, files }) {
  const layers = layersOf(sizes);
  const make = weightsFor(files['vgg16-weights'], layers);
  const picture = pictureOf(files.picture, 'input');
  let weights, input;
  const gradient = () =>
    tf.grad((x) => scoreOf(runLayers(layers, weights, x, { relu: guidedRelu, frozen: true }), sizes))(input);
  return {
    load() {
      weights = make();
      input = pictureTensor(picture);
    },
    run: () => read(gradient),
    outputs: async () => ({ gradient: channelsFirst(await read(gradient), input.shape) }),
  };
}

/** To 0..1. */
function unitMap(map) {
  const [low, high] = [tf.min(map), tf.max(map)];
  return tf.div(tf.sub(map, low), tf.add(tf.sub(high, low), 1e-7));
}

function gradCam({ sizes, files }) {
  const { side } = sizes.vgg;
  const features = featureLayers(sizes.vgg);
  const last = features.findLastIndex(({ kind }) => kind === 'conv');
  const [body, head] = [features.slice(0, last + 1), [...features.slice(last + 1), ...classifierLayers(sizes.vgg)]];
  const make = weightsFor(files['vgg16-weights'], layersOf(sizes));
  const picture = files.picture.read('picture');
  let weights, mean, std;
  const maps = () => {
    const input = tf.div(tf.sub(tf.tensor(picture, [1, side, side, 3]), mean), std);
    const activation = inferLayers(body, weights, input);
    const gradient = tf.grad((a) => scoreOf(runLayers(head, weights, a, { frozen: true }), sizes))(activation);
    const map = tf.sum(tf.mul(tf.mean(gradient, [1, 2], true), activation), 3, true);
    const enlarged = tf.image.resizeBilinear(unitMap(tf.relu(map)), [side, side], false, true);
    return [map, unitMap(enlarged)];
  };
  async function run() {
    const results = tf.tidy(maps);
    const [map, mask] = await Promise.all(results.map((result) => result.data()));
    tf.dispose(results);
    return { map, mask };
  }
  return {
    load() {
      weights = make();
      [mean, std] = [tf.tensor1d(MEAN), tf.tensor1d(STD)];
    },
    run,
    outputs: run,
  };
}

function trainStep({ sizes, files }) {
  const { cifar } = sizes;
  const file = files['cifar-vgg'];
  const layers = [...featureLayers(cifar), ...classifierLayers(cifar)];
  const make = weightsFor(file, layers);
  const pictures = pictureOf(file, 'images');
  let variables, images, labels;
  const optimizer = tf.train.momentum(0.01, 0.9);
  const loss = () => tf.losses.softmaxCrossEntropy(labels, runLayers(layers, variables, images));
  return {
    load() {
      variables = Object.fromEntries(Object.entries(make()).map(([name, values]) => [name, tf.variable(values)]));
      images = pictureTensor(pictures);
      labels = tf.tidy(() => tf.oneHot(tf.tensor1d(Int32Array.from(file.read('labels')), 'int32'), cifar.classes));
    },
    run: () => read(() => optimizer.minimize(loss, true, Object.values(variables))),
    async outputs() {
      const { value, grads } = tf.variableGrads(loss, Object.values(variables));
      const outputs = { loss: await value.data() };
      for (const [name, variable] of Object.entries(variables)) {
        const gradient = grads[variable.name];
        if (gradient.rank === 1) continue;
        const order = gradient.rank === 4 ? [3, 2, 0, 1] : [1, 0];
        outputs[`gradient of ${name}`] = await tf.transpose(gradient, order).data();
      }
      return outputs;
    },
  };
}

const tasks = {
  'vgg16-forward': forward,
  'vgg16-guided-backprop': guidedBackprop,
  'vgg16-grad-cam': gradCam,
  'train-step-cifar-vgg': trainStep,
};

/** What a backend has no kernel for, it cannot do. */
async function orCannot(body) {
  try {
    return await body();
  } catch (error) {
    const missing = /Kernel '(\w+)' not registered for backend/.exec(error.message);
    throw missing ? new Cannot(`has no kernel ${missing[1]}`) : error;
  }
}

export function create(work, { sizes, files, mode }) {
  const task = work.shape ? convolution(work) : tasks[work.task]({ sizes, files });
  return { ...task, enter: () => tf.setBackend(mode), outputs: () => orCannot(task.outputs) };
}
