/**
 * Who is measured. A contender is called by its npm package's name; `cannot` says for a work (or for all others, '*')
 * why it has no part in it.
 */

const NO_GRADIENTS = 'runs a graph forward, has no gradients';
const NO_SINGLE_OPS = 'runs whole graphs, has no ops to call';
const TOO_SLOW = 'takes minutes: see vgg16-features-forward';

/**
 * @typedef {object} Contender
 * @property {string} name
 * @property {'node' | 'python'} runs on what
 * @property {string} program in contenders/
 * @property {string} [cold] the program in contenders/cold/ for cold-start
 * @property {boolean} [single] one thread only
 * @property {Readonly<Record<string, string>>} cannot
 */

/** @type {readonly Contender[]} */
export const contenders = [
  {
    name: 'onnxruntime-node',
    runs: 'node',
    program: 'onnxruntime-node.js',
    cold: 'onnxruntime-node.js',
    cannot: {
      'vgg16-guided-backprop': NO_GRADIENTS,
      'vgg16-grad-cam': NO_GRADIENTS,
      'train-step-cifar-vgg': NO_GRADIENTS,
      'tiny-op': NO_SINGLE_OPS,
      'memory-vgg16-grad-cam': NO_GRADIENTS,
    },
  },
  {
    name: 'onnxruntime-web',
    runs: 'node',
    program: 'onnxruntime-web.js',
    cold: 'onnxruntime-web.js',
    cannot: {
      'vgg16-guided-backprop': NO_GRADIENTS,
      'vgg16-grad-cam': NO_GRADIENTS,
      'train-step-cifar-vgg': NO_GRADIENTS,
      'tiny-op': NO_SINGLE_OPS,
      'memory-vgg16-grad-cam': NO_GRADIENTS,
    },
  },
  {
    name: '@tensorflow/tfjs-backend-wasm',
    runs: 'node',
    program: 'tfjs-wasm.js',
    cold: 'tfjs-wasm.js',
    single: true,
    cannot: { 'train-step-cifar-vgg': 'has no weight gradient of conv2d' },
  },
  {
    name: '@tensorflow/tfjs-backend-cpu',
    runs: 'node',
    program: 'tfjs-cpu.js',
    cold: 'tfjs-cpu.js',
    single: true,
    cannot: {
      'vgg16-forward': TOO_SLOW,
      'vgg16-guided-backprop': TOO_SLOW,
      'vgg16-grad-cam': TOO_SLOW,
      'memory-vgg16-grad-cam': TOO_SLOW,
    },
  },
  { name: 'pytorch', runs: 'python', program: 'pytorch.py', cold: 'pytorch.py', cannot: {} },
];

/** Us. */
export const OURS = 'backlight';

/**
 * What some works are measured against besides other engines: another work of ours, a copy of typed arrays, a number.
 * @type {readonly Contender[]}
 */
export const baselines = [
  { name: OURS, runs: 'node', program: 'backlight.js', cold: 'backlight.js', cannot: {} },
  { name: 'Float32Array.set', runs: 'node', program: 'typed-array.js', single: true, cannot: {} },
  { name: 'limit', runs: 'node', program: '', cannot: {} },
];

/** @param {string} name */
export function contenderNamed(name) {
  const found = [...contenders, ...baselines].find((contender) => contender.name === name);
  if (!found) throw new Error(`no contender ${name}`);
  return found;
}
