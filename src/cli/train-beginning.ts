/** The network that `backlight train --from` begins with. */
import { basename } from 'node:path';
import { FormatError } from '../errors.js';
import type { Module } from '../nn/module.js';
import { lastLayer, takeOver, type Beginning } from '../training/beginning.js';
import { loadModel, type LoadedModel } from '../weights/load-model.js';
import type { ModelSpec } from '../weights/model-registry.js';
import type { ModelSource } from './model-source.js';
import { rgbStatistics } from './rgb-statistics.js';

/** A trained network, to be disposed when its weights have been taken over. */
export interface TrainedNetwork extends Disposable {
  /** The same network for the classes of the images. */
  readonly spec: ModelSpec;
  readonly from: Beginning;
  /** Gives its weights to another one. */
  takeOver(model: Module): void;
}

/** @param classes of the images, in their order */
export function loadTrainedNetwork({ path, bytes, options }: ModelSource, classes: readonly string[]): TrainedNetwork {
  const { model: trained, spec, labels, preprocess, metadata } = loadModel(bytes, options);
  try {
    const sameClasses = labels.length === classes.length && labels.every((label, i) => label === classes[i]);
    const newLayer = sameClasses ? null : lastLayer(trained);
    const statistics = rgbStatistics(preprocess, path);
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

/** What the file says of its own training; files of others say nothing. */
function trainingOf({ training }: LoadedModel['metadata'], path: string): unknown {
  if (training === undefined) return null;
  try {
    return JSON.parse(training);
  } catch {
    throw new FormatError(`${path}: metadata "training": expected JSON, it cannot be parsed`);
  }
}
