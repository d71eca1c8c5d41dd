/** Which network, weights, class names and preprocessing the options mean. */
import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ArgumentError, FormatError } from '../errors.js';
import { nearest } from '../nearest.js';
import { parseLabels } from '../weights/labels.js';
import { describeModel, numberedLabels, type LoadModelOptions, type ModelDescription } from '../weights/load-model.js';
import { checkModelSpec, classCount, modelNames, type ModelSpec } from '../weights/model-registry.js';
import { parsePreprocess, preprocessPresets, type Preprocess } from '../weights/preprocess-spec.js';
import { parseSafetensors } from '../weights/safetensors.js';
import { FileError, readBytes, readText } from './files.js';

export interface ModelFlags {
  readonly model?: string;
  readonly weights?: string;
  readonly labels?: string;
  readonly preprocess?: string;
}

/** The weight file and how to load it. */
export interface ModelSource {
  /** As messages show it. */
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly options: LoadModelOptions;
}

const shippedWeights = fileURLToPath(new URL('../../weights/vgg-cifar10.safetensors', import.meta.url));

/** Reads what the options name. Without --weights, the weights that come with this package. */
export async function readModelSource(cwd: string, flags: ModelFlags): Promise<ModelSource> {
  const options = await readOptions(cwd, flags);
  const path = flags.weights ?? shippedPath(cwd, flags.model);
  const bytes = await readBytes(cwd, path, 'a safetensors file of weights');
  return { path, bytes, options: { name: path, ...options } };
}

/** What a network is, without its weights: from --model alone, or from the weight file's metadata. */
export async function readModelDescription(
  cwd: string,
  flags: ModelFlags,
): Promise<ModelDescription & { path: string | null }> {
  if (flags.model !== undefined && flags.weights === undefined) {
    const { model, labels, preprocess = null } = await readOptions(cwd, flags);
    const spec = checkModelSpec(typeof model === 'string' ? { name: model } : model, '--model');
    const classes = classCount(spec);
    if (labels && labels.length !== classes) {
      throw new FormatError(`--labels: expected ${classes}, one for each class of ${spec.name}, got ${labels.length}`);
    }
    return { spec, labels: labels ?? numberedLabels(classes), preprocess, metadata: {}, path: null };
  }
  const { path, bytes, options } = await readModelSource(cwd, flags);
  return { ...describeModel(parseSafetensors(bytes, options), options), path };
}

function shippedPath(cwd: string, model: string | undefined): string {
  if (model !== undefined) {
    throw new ArgumentError(`--model: expected --weights with it: which file holds the weights of ${model}?`);
  }
  if (!existsSync(shippedWeights)) {
    throw new FileError(
      `${shippedWeights}: the weights that come with this package are missing; install it again, or name others with --weights`,
    );
  }
  const path = relative(cwd, shippedWeights);
  return path.startsWith('..') ? shippedWeights : path;
}

async function readOptions(cwd: string, { model, labels, preprocess }: ModelFlags): Promise<LoadModelOptions> {
  return {
    ...(model === undefined ? {} : { model: await readModel(cwd, model) }),
    ...(labels === undefined ? {} : { labels: parseLabels(await readText(cwd, labels, 'class names'), labels) }),
    ...(preprocess === undefined ? {} : { preprocess: await readPreprocess(cwd, preprocess) }),
  };
}

/** A network's name, or a JSON file { "name": ..., "options": {...} }. */
export async function readModel(cwd: string, value: string): Promise<ModelSpec> {
  if (value.endsWith('.json')) {
    const text = await readText(cwd, value, 'the JSON of a model');
    try {
      return checkModelSpec(JSON.parse(text), value);
    } catch (error) {
      if (error instanceof SyntaxError)
        throw new FormatError(`${value}: expected JSON, it cannot be parsed: ${error.message}`);
      throw error;
    }
  }
  if (modelNames.includes(value)) return checkModelSpec({ name: value }, '--model');
  throw new ArgumentError(
    `--model: there is no network called ${JSON.stringify(value)}; the nearest are ${nearest(value, modelNames).join(', ')}; ` +
      'or name a .json file with "name" and "options"',
  );
}

const presetNames = Object.keys(preprocessPresets);

async function readPreprocess(cwd: string, value: string): Promise<Preprocess> {
  if (isPreset(value)) return preprocessPresets[value];
  if (value.endsWith('.json')) return parsePreprocess(await readText(cwd, value, 'the JSON of a preprocessing'), value);
  throw new ArgumentError(
    `--preprocess: expected ${presetNames.join(', ')} or a .json file, got ${JSON.stringify(value)}; the nearest is ${nearest(value, presetNames, 1).join()}`,
  );
}

function isPreset(name: string): name is keyof typeof preprocessPresets {
  return Object.hasOwn(preprocessPresets, name);
}
