/** The options of train.js, checked. */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { CLASSES } from './cifar10.js';

const options = {
  minutes: { type: 'string', default: '30' },
  epochs: { type: 'string' },
  config: { type: 'string', default: '24,M,64,64,M,128,128,M,256' },
  batch: { type: 'string', default: '64' },
  lr: { type: 'string', default: '0.1' },
  seed: { type: 'string', default: '1' },
  'test-every': { type: 'string', default: '2' },
  out: { type: 'string', default: fileURLToPath(new URL('../vgg-cifar10.safetensors', import.meta.url)) },
};

/** The option as a number of at least `least`. */
function number(values, name, least, whole = true) {
  const value = Number(values[name]);
  if (value >= least && (!whole || Number.isInteger(value))) return value;
  const kind = whole ? 'a whole number' : 'a number';
  throw new RangeError(`train: expected --${name} to be ${kind} from ${least} up, got ${values[name]}`);
}

/** '16,M,32' -> [16, 'M', 32] */
function configuration(text) {
  const cfg = text.split(',').map((item) => (item === 'M' ? item : Number(item)));
  const channels = cfg.filter((item) => item !== 'M');
  if (channels.length > 0 && channels.every((count) => Number.isInteger(count) && count > 0)) return cfg;
  throw new RangeError(`train: expected --config to be channels and M, as 16,M,32, got ${text}`);
}

/**
 * @typedef {object} Settings
 * @property {object} options what `vgg` is called with
 * @property {number} [epochs] if absent, as many as fit into `minutes`
 * @property {number} minutes
 * @property {number} batch images in a batch
 * @property {number} lr the highest learning rate of the cycle
 * @property {number} seed of the first weights, the order and the augmentation
 * @property {number} testEvery epochs from one test to the next
 * @property {string} out where the weights go
 */

/**
 * @param {string[]} [args] default: those of this process
 * @returns {Settings}
 */
export function readSettings(args) {
  const { values } = parseArgs({ options, ...(args && { args }) });
  return {
    options: {
      cfg: configuration(values.config),
      batchNorm: true,
      avgpool: 1,
      hidden: [],
      classes: CLASSES.length,
    },
    epochs: values.epochs === undefined ? undefined : number(values, 'epochs', 1),
    minutes: number(values, 'minutes', 0, false),
    batch: number(values, 'batch', 1),
    lr: number(values, 'lr', 0, false),
    seed: number(values, 'seed', 0),
    testEvery: number(values, 'test-every', 1),
    out: values.out,
  };
}
