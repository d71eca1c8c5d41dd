/** The network that `backlight train --from` begins with. */
import { basename } from 'node:path';
import { ArgumentError, FormatError } from '../errors.js';
import type { Module } from '../nn/module.js';
import { lastLayer, takeOver, type Beginning } from '../training/beginning.js';
import { loadModel, type LoadedModel } from '../weights/load-model.js';
import type { ModelSpec } from '../weights/model-registry.js';
import type { Preprocess } from '../weights/preprocess-spec.js';
import { readModelSource } from './model-source.js';

/** A trained network, to be disposed when its weights have been taken over. */
export interface TrainedNetwork extends Disposable {
  /** The same network for the classes of the images. */
  readonly spec: ModelSpec;
  readonly from: Beginning;
  /** Gives its weights to another one. */
  takeOver(model: Module): void;
}

/**
 * @param model what --model says: needed for weights that do not say which network they are for
 * @param classes of the images, in their order
 */
export async function readTrainedNetwork(
  cwd: string,
  weights: string,
  model: string | undefined,
  classes: readonly string[],
): Promise<TrainedNetwork> {
  const { path, bytes, options } = await readModelSource(cwd, { weights, model });
  const { model: trained, spec, labels, preprocess, metadata } = loadModel(bytes, options);
  try {
    const sameClasses = labels.length === classes.length && labels.every((label, i) => label === classes[i]);
    const newLayer = sameClasses ? null : lastLayer(trained);
    const statistics = statisticsOf(preprocess, path);
    return {
      spec: { name: spec.name, options: { ...spec.options, classes: classes.length } },
      from: { file: basename(path), statistics, newLayer, training: trainingOf(metadata, path) },
      takeOver: (model) => takeOver(model, trained, newLayer),
      [Symbol.dispose]: () => trained.dispose(),
    };
  } catch (error) {
    trained.dispose();
    throw error;
  }
}

function statisticsOf(preprocess: Preprocess | null, path: string): Beginning['statistics'] {
  if (preprocess === null) return null;
  const { order, range, mean, std } = preprocess;
  if (order === 'RGB' && range === 1) return { mean, std };
  throw new ArgumentError(
    `--from: expected weights of a network that takes RGB from 0 to 1, got ${order} from 0 to ${range} (${path}); ` +
      'train takes no others, begin with other weights',
  );
}

/** What the file says of its own training; files of others say nothing. */
function trainingOf({ training }: LoadedModel['metadata'], path: string): unknown {
  if (training === undefined) return null;
  try {
    return JSON.parse(training);
  } catch {
    throw new FormatError(`${path}: metadata "training": expected JSON, it cannot be parsed`);
  }
}
