/** The works in Backlight, as it is built in dist/. The page loads this module once for each mode. */
import {
  cam,
  Conv2d,
  conv2d,
  crossEntropy,
  grad,
  GuidedBackpropagation,
  loadModel,
  noGrad,
  preprocess,
  ReLU,
  Sequential,
  SGD,
  tensor,
  tidy,
  useBackend,
  vgg,
} from '../../../dist/browser.js';
import { Cannot } from '../../lib/cannot.js';
import { MEAN, STD } from '../../lib/imagenet.js';
import { convolutionNumbers } from './tensors.js';

/** What GPU.js runs on a GPU; anything else is JavaScript or wasm of its own. */
const ON_A_GPU = /WebGL|WebGPU/;

export async function start(mode) {
  let info;
  try {
    info = await (mode === 'wasm' ? useBackend('wasm') : useBackend('gpu', { mode }));
  } catch (error) {
    throw new Cannot(`not available: ${error.message}`);
  }
  const { kernelClass } = info;
  if (mode !== 'wasm' && kernelClass !== undefined && !ON_A_GPU.test(kernelClass)) {
    throw new Cannot(`not available: GPU.js runs it as ${kernelClass}`);
  }
  const { name, adapter, threads } = info;
  return { backend: name, mode: info.mode, threads, ...(adapter ? { adapter, kernelClass } : {}) };
}

/** What a computation gives, read back. */
async function read(compute) {
  const result = tidy(compute);
  const values = await result.data();
  result.dispose();
  return values;
}

const given = ({ values, shape }) => tensor(values, { shape });

/** A layer as a network has it: convolution and ReLU, in one kernel where the backend has one. */
function layer({ x, weight, bias }) {
  const [outChannels, inChannels] = weight.shape;
  const module = new Sequential(new Conv2d(inChannels, outChannels, 3, { padding: 1 }), new ReLU({ inplace: true }));
  const [w, b, picture] = [weight, bias, x].map(given);
  module.loadStateDict(
    new Map([
      ['0.weight', w],
      ['0.bias', b],
    ]),
  );
  return () => noGrad(() => module.call(picture));
}

/** The gradient alone: the forward pass that it belongs to is done before. */
function gradient({ x, weight, dy }, of) {
  const [picture, w, g] = [x, weight, dy].map(given);
  const wanted = (of === 'input' ? picture : w).requiresGrad_();
  const y = conv2d(picture, w, null, { padding: 1 });
  return () => grad(y, [wanted], g, { retainGraph: true })[0];
}

const convolutions = {
  conv2d: layer,
  'conv2d-input-gradient': (numbers) => gradient(numbers, 'input'),
  'conv2d-weight-gradient': (numbers) => gradient(numbers, 'weight'),
};

function convolution({ task, shape }) {
  const numbers = convolutionNumbers(shape);
  let compute;
  return {
    load: () => void (compute = convolutions[task](numbers)),
    run(count) {
      for (let i = 1; i < count; i++) tidy(() => void compute());
      return read(() => compute().at(0, 0, 0, 0));
    },
    outputs: async () => ({ output: await read(() => compute()) }),
  };
}

const optionsOf = ({ cfg, batchNorm, pooled, hidden, classes }) => ({
  cfg,
  batchNorm,
  avgpool: pooled,
  hidden,
  classes,
});

const pretrained = ({ sizes, files }) =>
  loadModel(files['vgg16-weights'].bytes, { model: { name: 'vgg', options: optionsOf(sizes.vgg) } }).model;

const inputOf = ({ picture }) => tensor(picture.read('input'), { shape: picture.shape('input') });

function forward(job) {
  let model, input;
  const run = () => read(() => noGrad(() => model.call(input)));
  return {
    load() {
      model = pretrained(job);
      input = inputOf(job.files);
    },
    run,
    outputs: async () => ({ output: await run() }),
  };
}

function guidedBackprop(job) {
  let model, input, guided;
  async function run() {
    const x = input.detach().requiresGrad_();
    tidy(() => model.call(x).at(0, job.sizes.classIndex).backward());
    x.grad.dispose();
    x.dispose();
    return { gradient: await guided.gradient.data() };
  }
  return {
    load() {
      model = pretrained(job);
      input = inputOf(job.files);
      guided = new GuidedBackpropagation(model);
    },
    run,
    outputs: run,
  };
}

function gradCam(job) {
  const { vgg, classIndex } = job.sizes;
  const { side } = vgg;
  const spec = { size: side, fit: 'stretch', method: 'linear', order: 'RGB', range: 1, mean: MEAN, std: STD };
  const picture = { width: side, height: side, channels: 3, data: job.files.picture.read('picture') };
  let model, layer;
  async function run() {
    const { input } = preprocess(picture, spec);
    const [{ mask, raw }] = await cam(model, input, { layer, classes: classIndex });
    input.dispose();
    return { map: raw[0].data, mask: mask.data };
  }
  return {
    load() {
      model = pretrained(job);
      layer = [...model.getSubmodule('features').children()].findLast(({ weight }) => weight);
    },
    run,
    outputs: run,
  };
}

function trainStep({ sizes, files }) {
  const file = files['cifar-vgg'];
  const read = (name) => tensor(file.read(name), { shape: file.shape(name) });
  let model, optimizer, images, labels;
  const step = () =>
    tidy(() => {
      optimizer.zeroGrad();
      const loss = crossEntropy(model.call(images), labels);
      loss.backward();
      optimizer.step();
      return loss;
    });
  async function run() {
    const loss = step();
    const values = await loss.data();
    loss.dispose();
    return values;
  }
  return {
    load() {
      model = vgg(optionsOf(sizes.cifar)).train();
      const weights = file.names.filter((name) => /\.(weight|bias)$/.test(name));
      tidy(() => model.loadStateDict(new Map(weights.map((name) => [name, read(name)])), { strict: false }));
      optimizer = new SGD(model.parameters(), { lr: 0.01, momentum: 0.9 });
      [images, labels] = ['images', 'labels'].map(read);
    },
    run,
    /** Loss and gradients of a first step. */
    async outputs() {
      const outputs = { loss: await run() };
      for (const [name, parameter] of model.namedParameters()) {
        if (parameter.ndim > 1) outputs[`gradient of ${name}`] = await parameter.grad.data();
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

export const create = (work, job) => (work.shape ? convolution(work) : tasks[work.task](job));
