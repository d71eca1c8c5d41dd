/**
 * What is measured in the browser. As in lib/works.js a ratio is the contender's time divided by ours: above 1, ours is
 * faster.
 */

/**
 * @typedef {object} Shape of a convolution of 3x3 with stride 1 and padding 1
 * @property {number} inChannels
 * @property {number} outChannels
 * @property {number} side
 *
 * @typedef {object} BrowserWork
 * @property {string} id
 * @property {string} title
 * @property {string} note
 * @property {'race' | 'fresh'} kind fresh: the first run in a browser that was just started
 * @property {string} task what the contenders call it
 * @property {readonly string[]} files of numbers that it needs
 * @property {Shape} [shape]
 * @property {Readonly<Record<string, number>>} goals by our mode
 */

/** VGG16's convolutions, without repetitions; 64 to 64 channels of 56x56 pixels is nobody's layer, but small and square. */
const FORWARD = [
  [3, 64, 224],
  [64, 64, 224],
  [64, 64, 56],
  [64, 128, 112],
  [128, 128, 112],
  [128, 256, 56],
  [256, 256, 56],
  [256, 512, 28],
  [512, 512, 28],
  [512, 512, 14],
];
const BACKWARD = [
  [64, 64, 56],
  [256, 256, 56],
  [512, 512, 14],
];

/** @returns {BrowserWork} */
const convolution = (task, name, note, goals) => (dims) => {
  const [inChannels, outChannels, side] = dims;
  return {
    id: `${task}-${dims.join('-')}`,
    title: `${name}, ${inChannels} to ${outChannels} channels, ${side}x${side}`,
    note,
    kind: 'race',
    task,
    files: [],
    shape: { inChannels, outChannels, side },
    goals,
  };
};

const FASTER = { webgl2: 1 / 0.5, webgpu: 1 };
const GRADIENTS = { webgl2: 1 / 0.3, webgpu: 1 };
const WHOLE = { webgl2: 1 / 0.6, webgpu: 1 };
const AS_FAST = { webgpu: 1 };

/** @type {readonly BrowserWork[]} */
export const browserWorks = [
  ...FORWARD.map(convolution('conv2d', 'conv2d', '3x3 with bias and ReLU, one picture', FASTER)),
  ...BACKWARD.map(
    convolution('conv2d-input-gradient', 'conv2d, gradient of the input', '3x3, from dy and the weights', GRADIENTS),
  ),
  ...BACKWARD.map(
    convolution('conv2d-weight-gradient', 'conv2d, gradient of the weights', '3x3, from dy and the input', GRADIENTS),
  ),
  {
    id: 'vgg16-forward',
    title: 'VGG16, forward',
    note: 'one picture, 1x3x224x224 -> 1x1000, classifier included',
    kind: 'race',
    task: 'vgg16-forward',
    files: ['picture', 'vgg16-weights'],
    goals: WHOLE,
  },
  {
    id: 'vgg16-first-call',
    title: 'VGG16, weights to the device and first forward',
    note: 'in a browser that was just started: the 553 MB go to the device, the kernels are compiled',
    kind: 'fresh',
    task: 'vgg16-forward',
    files: ['picture', 'vgg16-weights'],
    goals: { webgl2: 1 / 2 },
  },
  {
    id: 'vgg16-grad-cam',
    title: 'VGG16, Grad-CAM',
    note: 'last convolution, from a picture in memory to the mask',
    kind: 'race',
    task: 'vgg16-grad-cam',
    files: ['picture', 'vgg16-weights'],
    goals: AS_FAST,
  },
  {
    id: 'vgg16-guided-backprop',
    title: 'VGG16, guided backpropagation',
    note: "forward and the input's gradient, read back",
    kind: 'race',
    task: 'vgg16-guided-backprop',
    files: ['picture', 'vgg16-weights'],
    goals: AS_FAST,
  },
  {
    id: 'train-step-cifar-vgg',
    title: 'A training step of a small VGG',
    note: 'widths 32 32 M 64 64 64 M 128 128 128, batch norm, 8 pictures of 32x32: forward, backward, SGD with momentum',
    kind: 'race',
    task: 'train-step-cifar-vgg',
    files: ['cifar-vgg'],
    goals: AS_FAST,
  },
];

/** @param {string} id */
export function browserWorkNamed(id) {
  const found = browserWorks.find((work) => work.id === id);
  if (!found) throw new Error(`no work ${id}`);
  return found;
}
