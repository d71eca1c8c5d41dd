/** The networks that weight files and the command line can name, and the check of their options. */
import { ArgumentError, FormatError } from '../errors.js';
import { nearest } from '../nearest.js';
import type { Module } from '../nn/module.js';
import { alexnet } from '../nn/models/alexnet.js';
import * as resnets from '../nn/models/resnet.js';
import { squeezenet1_0, squeezenet1_1 } from '../nn/models/squeezenet.js';
import * as models from '../nn/models/vgg.js';
import type { VggCfg } from '../nn/models/vgg.js';
import { quote } from './safetensors.js';

/** What can be chosen; each network takes some of it. */
export interface ModelOptions {
  readonly cfg?: VggCfg;
  readonly batchNorm?: boolean;
  readonly avgpool?: number;
  readonly hidden?: readonly number[];
  readonly classes?: number;
  readonly dropout?: number;
  readonly block?: 'basic' | 'bottleneck';
  readonly layers?: readonly number[];
  readonly width?: number;
  readonly zeroInitResidual?: boolean;
}

/** A network by name: `{ name: 'vgg', options: { cfg: [64, 'M'], classes: 10 } }`. */
export interface ModelSpec {
  readonly name: string;
  readonly options: ModelOptions;
}

interface Entry {
  readonly build: (options: ModelOptions) => Module;
  readonly takes: readonly (keyof ModelOptions)[];
  /** Those that must be there. */
  readonly needs?: readonly (keyof ModelOptions)[];
}

const head = ['avgpool', 'hidden', 'classes', 'dropout'] as const;
const withHead = (build: (options: ModelOptions) => Module): Entry => ({ build, takes: head });

const residual = ['width', 'classes', 'zeroInitResidual'] as const;
const withResidual = (build: (options: ModelOptions) => Module): Entry => ({ build, takes: residual });

const registry = new Map<string, Entry>([
  ['alexnet', { build: alexnet, takes: head }],
  [
    'resnet',
    {
      build: ({ block = 'basic', layers = [], ...rest }) => resnets.resnet({ block, layers, ...rest }),
      takes: ['block', 'layers', ...residual],
      needs: ['block', 'layers'],
    },
  ],
  ['resnet18', withResidual(resnets.resnet18)],
  ['resnet34', withResidual(resnets.resnet34)],
  ['resnet50', withResidual(resnets.resnet50)],
  [
    'vgg',
    {
      build: ({ cfg = [], ...rest }) => models.vgg({ cfg, ...rest }),
      takes: ['cfg', 'batchNorm', ...head],
      needs: ['cfg'],
    },
  ],
  ['vgg11', withHead(models.vgg11)],
  ['vgg13', withHead(models.vgg13)],
  ['vgg16', withHead(models.vgg16)],
  ['vgg19', withHead(models.vgg19)],
  ['vgg11_bn', withHead(models.vgg11_bn)],
  ['vgg13_bn', withHead(models.vgg13_bn)],
  ['vgg16_bn', withHead(models.vgg16_bn)],
  ['vgg19_bn', withHead(models.vgg19_bn)],
  ['squeezenet1_0', { build: squeezenet1_0, takes: ['classes', 'dropout'] }],
  ['squeezenet1_1', { build: squeezenet1_1, takes: ['classes', 'dropout'] }],
]);

/** The names that `buildModel` knows. */
export const modelNames: readonly string[] = [...registry.keys()];

const MAX_WIDTH = 65_536;
const MAX_LAYERS = 512;
const MAX_BLOCKS = 128;
const isWidth = (value: unknown): boolean =>
  Number.isInteger(value) && Number(value) >= 1 && Number(value) <= MAX_WIDTH;
const isDepth = (value: unknown): boolean => isWidth(value) && Number(value) <= MAX_BLOCKS;
const isListOf = (holds: (value: unknown) => boolean, value: unknown): boolean =>
  Array.isArray(value) && value.length <= MAX_LAYERS && value.every(holds);
const width = `a whole number from 1 to ${MAX_WIDTH}`;

const checks: Record<keyof ModelOptions, { readonly holds: (value: unknown) => boolean; readonly expected: string }> = {
  cfg: {
    holds: (value) =>
      isListOf((item) => item === 'M' || isWidth(item), value) && Array.isArray(value) && value.length > 0,
    expected: 'a list of channel numbers and "M" for pooling, such as [64,"M",128,"M"]',
  },
  batchNorm: { holds: (value) => typeof value === 'boolean', expected: 'true or false' },
  avgpool: { holds: isWidth, expected: width },
  hidden: { holds: (value) => isListOf(isWidth, value), expected: 'a list of widths, such as [4096,4096] or []' },
  classes: { holds: isWidth, expected: width },
  dropout: {
    holds: (value) => typeof value === 'number' && value >= 0 && value < 1,
    expected: 'a number from 0 up to but without 1',
  },
  block: { holds: (value) => value === 'basic' || value === 'bottleneck', expected: '"basic" or "bottleneck"' },
  layers: {
    holds: (value) => isListOf(isDepth, value) && Array.isArray(value) && value.length === 4,
    expected: `four numbers of blocks from 1 to ${MAX_BLOCKS}, such as [2,2,2,2]`,
  },
  width: { holds: isWidth, expected: width },
  zeroInitResidual: { holds: (value) => typeof value === 'boolean', expected: 'true or false' },
};

function entryOf(name: string): Entry {
  const entry = registry.get(name);
  if (entry) return entry;
  throw new ArgumentError(
    `model: there is no network called ${quote(name)}; the nearest are ${nearest(name, modelNames).join(', ')} (all: ${modelNames.join(', ')})`,
  );
}

/**
 * Checks a network's description, such as a parsed JSON.
 * @param where what errors call it
 * @throws ArgumentError for an unknown name (with the nearest ones); FormatError for anything else
 */
export function checkModelSpec(value: unknown, where: string): ModelSpec {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new FormatError(`${where}: expected a model as { "name": ..., "options": {...} }, got ${quote(value)}`);
  }
  const { name, options = {} } = value as Partial<Record<string, unknown>>;
  if (typeof name !== 'string') {
    throw new FormatError(
      `${where}: expected the model's name to be one of ${modelNames.join(', ')}, got ${quote(name)}`,
    );
  }
  const { takes, needs = [] } = entryOf(name);
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new FormatError(`${where}: expected the options of ${name} to be an object, got ${quote(options)}`);
  }
  for (const [key, option] of Object.entries(options)) {
    const known = takes.find((allowed) => allowed === key);
    if (known === undefined) {
      throw new FormatError(`${where}: ${name} has no option ${quote(key)}; it takes ${takes.join(', ')}`);
    }
    const { holds, expected } = checks[known];
    if (!holds(option)) throw new FormatError(`${where}: expected ${key} to be ${expected}, got ${quote(option)}`);
  }
  const missing = needs.find((key) => !(key in options));
  if (missing !== undefined) {
    throw new FormatError(`${where}: ${name} needs the option ${missing}, ${checks[missing].expected}`);
  }
  return { name, options };
}

/** Builds a network on the active backend, with random weights, in training mode. */
export function buildModel({ name, options }: ModelSpec): Module {
  return entryOf(name).build(options);
}

/** How many classes a network tells apart: 1000 unless its options say otherwise. */
export function classCount({ options }: ModelSpec): number {
  return options.classes ?? 1000;
}
