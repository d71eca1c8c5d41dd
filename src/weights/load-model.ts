/**
 * A trained network from a weight file, ready to be explained: built, checked, filled, frozen, in evaluation mode.
 *
 * A file says in its metadata what it is for: `model` (JSON of a ModelSpec), `labels` (JSON array of class names) and
 * `preprocess` (JSON of a Preprocess). What it does not say, the caller says; where both do, the caller is right.
 */
import { withBackend } from '../backends/active.js';
import { createShapesOnlyBackend } from '../backends/shapes-only.js';
import { FormatError } from '../errors.js';
import { withoutInit } from '../nn/init.js';
import type { Module } from '../nn/module.js';
import { compareState, requireMatch } from '../nn/state-dict.js';
import { parseLabels } from './labels.js';
import { buildModel, checkModelSpec, classCount, type ModelSpec } from './model-registry.js';
import { parsePreprocess, type Preprocess } from './preprocess-spec.js';
import { parseSafetensors, quote, readTensor, type SafetensorsFile } from './safetensors.js';

export interface LoadModelOptions {
  /** What errors call the file. Default: 'safetensors file'. */
  readonly name?: string;
  /** The network, by name or with options. Default: the file's metadata. */
  readonly model?: string | ModelSpec;
  /** Class names. Default: the file's metadata, else `class 0`, `class 1`, ... */
  readonly labels?: readonly string[];
  /** Default: the file's metadata. */
  readonly preprocess?: Preprocess;
}

/** What a weight file is for. */
export interface ModelDescription {
  readonly spec: ModelSpec;
  /** One for each class. */
  readonly labels: readonly string[];
  /** null when neither the file nor the caller says it. */
  readonly preprocess: Preprocess | null;
  /** All strings of the file's `__metadata__`. */
  readonly metadata: Readonly<Record<string, string>>;
}

export interface LoadedModel extends ModelDescription {
  readonly model: Module;
}

/**
 * Loads a network on the active backend. Its parameters require no gradient, so that Grad-CAM runs backward through the
 * head only.
 * @param bytes a whole safetensors file
 * @throws FormatError for a damaged file, for names and shapes that do not fit (it lists all of them; nothing has been
 * built by then), for NaN or infinite weights; ArgumentError for an unknown network
 */
export function loadModel(bytes: Uint8Array, options: LoadModelOptions = {}): LoadedModel {
  const file = parseSafetensors(bytes, options);
  const description = describeModel(file, options);
  checkState(file, description.spec);
  const model = withoutInit(() => buildModel(description.spec));
  try {
    fill(model, file);
  } catch (error) {
    model.dispose();
    throw error;
  }
  return { model: model.requiresGrad_(false).eval(), ...description };
}

/** The same without weights: what the file is for, checked. */
export function describeModel(file: SafetensorsFile, options: LoadModelOptions = {}): ModelDescription {
  const { metadata, name } = file;
  const spec = specOf(file, options.model);
  const labels = options.labels ?? labelsOf(file);
  const classes = classCount(spec);
  if (labels && labels.length !== classes) {
    throw new FormatError(
      `${options.labels ? 'labels (command line: --labels)' : `${name}: labels`}: expected ${classes}, one for each class of ${spec.name}, got ${labels.length}`,
    );
  }
  const preprocess =
    options.preprocess ??
    (metadata.preprocess === undefined ? null : parsePreprocess(metadata.preprocess, `${name}: metadata "preprocess"`));
  return { spec, labels: labels ?? numberedLabels(classes), preprocess, metadata };
}

/** `class 0`, `class 1`, ... */
export function numberedLabels(classes: number): string[] {
  return Array.from({ length: classes }, (_, i) => `class ${i}`);
}

function specOf({ metadata, name }: SafetensorsFile, given?: string | ModelSpec): ModelSpec {
  if (given !== undefined) return checkModelSpec(typeof given === 'string' ? { name: given } : given, 'model');
  if (metadata.model === undefined) {
    throw new FormatError(
      `${name}: the file does not say which network its weights are for; name it, as in --model vgg16 (in code: the option model)`,
    );
  }
  const where = `${name}: metadata "model"`;
  let value: unknown;
  try {
    value = JSON.parse(metadata.model);
  } catch {
    throw new FormatError(`${where}: expected JSON, it cannot be parsed: ${quote(metadata.model)}`);
  }
  return checkModelSpec(value, where);
}

function labelsOf({ metadata, name }: SafetensorsFile): string[] | null {
  return metadata.labels === undefined ? null : parseLabels(metadata.labels, `${name}: metadata "labels"`);
}

/** Compares names and shapes with those of a network that takes no memory. */
function checkState(file: SafetensorsFile, spec: ModelSpec): void {
  withBackend(createShapesOnlyBackend(), () => {
    const shapes = new Map([...file.tensors].map(([name, { shape }]) => [name, shape]));
    requireMatch(`${file.name} as ${spec.name}`, compareState(buildModel(spec), shapes), true);
  });
}

/** Reads every tensor straight into the backend's memory. */
function fill(model: Module, file: SafetensorsFile): void {
  for (const [name, tensor] of model.stateDict()) {
    if (!file.tensors.has(name)) continue;
    tensor.backend.overwrite(tensor.live(), (host) => {
      readTensor(file, name, host);
      const at = host.findIndex((value: number) => !Number.isFinite(value));
      if (at < 0) return;
      throw new FormatError(
        `${file.name}: tensor ${quote(name)} has the value ${host[at]} at index ${at}; expected finite weights: export them again, before training diverged`,
      );
    });
    tensor.storage.version++;
  }
}
