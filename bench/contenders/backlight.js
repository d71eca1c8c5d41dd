/** Ours, as it is built in ../dist. */
import {
  BackendError,
  backendInfo,
  cam,
  configure,
  crossEntropy,
  GuidedBackpropagation,
  noGrad,
  preprocess,
  setThreads,
  SGD,
  softmax,
  sum,
  tensor,
  tidy,
  vgg,
} from '../../dist/index.js';
import { Cannot } from '../lib/cannot.js';
import { benchmarked } from '../lib/benchmarked.js';
import { MEAN, STD } from '../lib/imagenet.js';

/** A network with the weights of the file, which are read straight into its memory. */
function network(file, options) {
  const model = vgg(options);
  for (const [name, parameter] of model.stateDict()) {
    if (!file.names.includes(name)) continue;
    parameter.backend.overwrite(parameter.live(), (host) => file.readInto(name, host));
    parameter.storage.version++;
  }
  return model;
}

const optionsOf = ({ cfg, batchNorm, pooled, hidden, classes }) => ({
  cfg,
  batchNorm,
  avgpool: pooled,
  hidden,
  classes,
});

/** As a pretrained model is used: evaluation, and no gradients of weights. */
const frozen = (file, vggSizes) => network(file, optionsOf(vggSizes)).eval().requiresGrad_(false);

const read = (file, name) => tensor(file.read(name), { shape: file.entry(name).shape });

/** A task whose result is a tensor that nobody needs when it is timed. */
function computing(compute, name = 'output') {
  return {
    run: () => compute().dispose(),
    async outputs() {
      const result = compute();
      const values = await result.data();
      result.dispose();
      return { [name]: values };
    },
  };
}

function featuresForward({ sizes }, file) {
  // without a classifier there is nothing to allocate for it
  const { features } = frozen(file, { ...sizes.vgg, pooled: 1, hidden: [], classes: 1 });
  const input = read(file, 'input');
  return computing(() => noGrad(() => tidy(() => features.call(input))));
}

function forward({ sizes }, file) {
  const model = frozen(file, sizes.vgg);
  const input = read(file, 'input');
  return computing(() => noGrad(() => tidy(() => model.call(input))));
}

function guidedBackprop({ sizes }, file) {
  const model = frozen(file, sizes.vgg);
  const values = read(file, 'input');
  const guided = new GuidedBackpropagation(model);
  function run() {
    const x = values.detach().requiresGrad_();
    tidy(() => model.call(x).at(0, sizes.classIndex).backward());
    x.grad.dispose();
    x.dispose();
  }
  return {
    run,
    async outputs() {
      run();
      return { gradient: await guided.gradient.data() };
    },
  };
}

function gradCam({ sizes }, file) {
  const { side } = sizes.vgg;
  const model = frozen(file, sizes.vgg);
  const picture = { width: side, height: side, channels: 3, data: file.read('picture') };
  const spec = { size: side, fit: 'stretch', method: 'linear', order: 'RGB', range: 1, mean: MEAN, std: STD };
  const layer = [...model.getSubmodule('features').children()].findLast(({ weight }) => weight);
  async function run() {
    const { input } = preprocess(picture, spec);
    const [map] = await cam(model, input, { layer, classes: sizes.classIndex });
    input.dispose();
    return map;
  }
  return {
    run,
    async outputs() {
      const { mask, raw } = await run();
      return { map: raw[0].data, mask: mask.data };
    },
  };
}

function trainStep({ sizes }, file) {
  const step = (model, optimizer, images, labels) =>
    tidy(() => {
      optimizer.zeroGrad();
      const loss = crossEntropy(model.call(images), labels);
      loss.backward();
      optimizer.step();
      return loss;
    });
  const start = (batch) => {
    const model = network(file, optionsOf(sizes.cifar)).train();
    const optimizer = new SGD(model.parameters(), { lr: 0.01, momentum: 0.9 });
    const [, channels, height, width] = file.entry('images').shape;
    const values = file.read('images').subarray(0, batch * channels * height * width);
    const images = tensor(values, { shape: [batch, channels, height, width] });
    const labels = tensor(file.read('labels').subarray(0, batch));
    return { model, run: () => step(model, optimizer, images, labels) };
  };
  /** Loss and gradients of a first step. */
  async function firstStep(prefix, batch) {
    const { model, run } = start(batch);
    const outputs = { [`${prefix}loss`]: await run().data() };
    for (const [name, parameter] of model.namedParameters()) {
      if (parameter.ndim > 1) outputs[`${prefix}gradient of ${name}`] = await parameter.grad.data();
    }
    model.dispose();
    return outputs;
  }
  const { run } = start(sizes.batch);
  return {
    run: () => run().dispose(),
    outputs: async () => ({
      ...(await firstStep('', sizes.batch)),
      ...(await firstStep('small batch: ', sizes.smallBatch)),
    }),
  };
}

function elementwise(_job, file) {
  const [x, y] = [read(file, 'x'), read(file, 'y')];
  return computing(() => noGrad(() => x.add(y)));
}

function reduce(_job, file) {
  const x = read(file, 'x');
  return computing(() => noGrad(() => sum(x)));
}

function softmaxOfRows(_job, file) {
  const x = read(file, 'x');
  return computing(() => noGrad(() => softmax(x, 1)));
}

function tinyOp(_job, file) {
  const x = tensor(file.read('x').subarray(0, 16)).requiresGrad_();
  const task = computing(() => x.relu());
  return { ...task, measure: (quick) => benchmarked(task.run, quick) };
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

function revectorize() {
  try {
    configure({ revectorize: true });
  } catch (error) {
    if (error instanceof BackendError) throw new Cannot(error.message);
    throw error;
  }
}

export async function create(job, file) {
  if (job.variant === 'revectorize') revectorize();
  setThreads(job.threads);
  const task = tasks[job.work](job, file);
  const { name, mode, threads } = backendInfo();
  return { ...task, info: { backend: name, mode, threads, node: process.version } };
}
