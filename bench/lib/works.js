/**
 * What is measured. A ratio is the contender's time divided by ours: above 1, ours is faster. `goal` is where we want
 * to be, `floor` what we do not want to fall below.
 */
import { OURS } from './contenders.js';

/**
 * @typedef {object} Goal
 * @property {string} contender
 * @property {number} threads
 * @property {string} [variant] of ours
 * @property {number} goal
 * @property {number} floor
 *
 * @typedef {object} Work
 * @property {string} id
 * @property {string} title
 * @property {'race' | 'cold' | 'memory'} kind
 * @property {readonly number[]} threads how many it is measured with
 * @property {boolean} [fixedThreads] whatever --threads says
 * @property {string} data which file of numbers it needs
 * @property {string} [baseline] what else it is measured against
 * @property {string} [baselineWork] the work that the baseline does, where it is not the same
 * @property {string} note what the table and the readme say
 * @property {boolean} [variants] whether ours is also measured with --node24
 * @property {readonly Goal[]} goals
 */

const NODE = 'onnxruntime-node';
const WASM = '@tensorflow/tfjs-backend-wasm';
const CPU = '@tensorflow/tfjs-backend-cpu';
const SET = 'Float32Array.set';

/** @type {readonly Work[]} */
export const works = [
  {
    id: 'vgg16-features-forward',
    title: "VGG16's convolutions, forward",
    kind: 'race',
    threads: [1, 2],
    data: 'vgg16-features',
    note: 'one picture, 1x3x224x224 -> 1x512x7x7',
    variants: true,
    goals: [
      { contender: NODE, threads: 1, goal: 1.25, floor: 1.1 },
      { contender: WASM, threads: 1, goal: 5.5, floor: 5 },
      { contender: NODE, threads: 2, goal: 1.2, floor: 1.05 },
      { contender: NODE, threads: 1, variant: 'relaxed', goal: 1.5, floor: 1.3 },
      { contender: NODE, threads: 1, variant: 'revectorize', goal: 2, floor: 0 },
    ],
  },
  {
    id: 'vgg16-forward',
    title: 'VGG16, forward',
    kind: 'race',
    threads: [2],
    data: 'vgg16',
    note: 'one picture, 1x3x224x224 -> 1x1000, classifier included',
    goals: [{ contender: NODE, threads: 2, goal: 1.15, floor: 1 }],
  },
  {
    id: 'vgg16-guided-backprop',
    title: 'VGG16, guided backpropagation',
    kind: 'race',
    threads: [2],
    data: 'vgg16',
    baseline: OURS,
    baselineWork: 'vgg16-forward',
    note: 'forward and input gradient; backlight: our own vgg16-forward',
    goals: [{ contender: OURS, threads: 2, goal: 1 / 2.3, floor: 1 / 2.6 }],
  },
  {
    id: 'vgg16-grad-cam',
    title: 'VGG16, Grad-CAM',
    kind: 'race',
    threads: [2],
    data: 'vgg16',
    baseline: OURS,
    baselineWork: 'vgg16-forward',
    note: 'last convolution, picture in memory to mask; backlight: our own vgg16-forward',
    goals: [{ contender: OURS, threads: 2, goal: 1 / 1.15, floor: 1 / 1.25 }],
  },
  {
    id: 'train-step-cifar-vgg',
    title: 'A training step of a small VGG',
    kind: 'race',
    threads: [2],
    data: 'cifar-vgg',
    note: 'widths 32 32 M 64 64 64 M 128 128 128, batch norm, batch 128, 32x32: forward, backward, SGD with momentum',
    goals: [
      { contender: 'pytorch', threads: 2, goal: 330 / 260, floor: 1 },
      { contender: CPU, threads: 2, goal: 30, floor: 30 },
    ],
  },
  {
    id: 'elementwise-16m',
    title: 'x + y, 16 million numbers',
    kind: 'race',
    threads: [2],
    data: 'numbers',
    baseline: SET,
    note: 'Float32Array.set: ratio of the bytes read and written per second (3 numbers here, 2 there)',
    goals: [{ contender: SET, threads: 2, goal: 0.8, floor: 0.6 }],
  },
  {
    id: 'reduce-16m',
    title: 'sum of 16 million numbers',
    kind: 'race',
    threads: [2],
    data: 'numbers',
    baseline: SET,
    note: 'Float32Array.set: ratio of the bytes read and written per second (1 number here, 2 there)',
    goals: [{ contender: SET, threads: 2, goal: 0.8, floor: 0.6 }],
  },
  {
    id: 'softmax-16m',
    title: 'softmax of 16,000 rows of 1,000',
    kind: 'race',
    threads: [2],
    data: 'numbers',
    baseline: SET,
    note: 'Float32Array.set: ratio of the bytes read and written per second (2 numbers here and there)',
    goals: [{ contender: SET, threads: 2, goal: 0.8, floor: 0.6 }],
  },
  {
    id: 'tiny-op',
    title: 'relu of 16 numbers, recorded',
    kind: 'race',
    threads: [1],
    fixedThreads: true,
    data: 'numbers',
    note: 'called from JavaScript and recorded for backward; tfjs records nothing here, which is less work',
    goals: [{ contender: CPU, threads: 1, goal: 1, floor: 1 }],
  },
  {
    id: 'cold-start',
    title: 'Import to the first result of a small convolution',
    kind: 'cold',
    threads: [2],
    fixedThreads: true,
    data: 'small-conv',
    baseline: 'limit',
    note: "a fresh process each time; the start of an empty node (or python) process is taken off; every engine's own choice of threads",
    goals: [{ contender: 'limit', threads: 2, goal: 100 / 60, floor: 1 }],
  },
  {
    id: 'memory-vgg16-grad-cam',
    title: 'Memory that Grad-CAM of VGG16 takes',
    kind: 'memory',
    threads: [2],
    data: 'vgg16',
    baseline: 'limit',
    note: 'resident peak of a fresh process less that of an empty one; limit: weights + 4 times the 3x3 weights + 1.5 times the activations + 64 MB',
    goals: [{ contender: 'limit', threads: 2, goal: 1, floor: 1 }],
  },
];

/** The milliseconds over node's own start that a cold start may take: `limit` in cold-start. */
export const COLD_START_LIMIT_MS = 100;

/** Numbers read and written for each of the 16 million, by us; Float32Array.set reads one and writes one. */
export const trafficPerNumber = { 'elementwise-16m': 3, 'reduce-16m': 1, 'softmax-16m': 2 };
export const SET_TRAFFIC = 2;

/** How many processors' threads every work can be measured with. */
export const MAX_THREADS = 64;

/** @param {string} id */
export function workNamed(id) {
  const found = works.find((work) => work.id === id);
  if (!found) throw new Error(`no work ${id}`);
  return found;
}
