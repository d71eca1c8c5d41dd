/** A training run as the bytes of a safetensors file, and back: it then goes on as if it had not stopped, to the bit. */
import { FormatError } from '../errors.js';
import { loadStateDict } from '../nn/state-dict.js';
import type { AnyModule } from '../nn/module.js';
import type { ParameterState } from '../nn/optim/parameter-state.js';
import type { ScheduleState } from '../nn/optim/schedule.js';
import { tensor } from '../ops/creation.js';
import { defaultGenerator, type RandomState } from '../tensor/random.js';
import { Tensor } from '../tensor/tensor.js';
import { parseSafetensors, readFloat32, type SafetensorsFile } from '../weights/safetensors.js';
import { writeSafetensors, type SafetensorsInput } from '../weights/safetensors-writer.js';
import type { LabelledImages } from './labelled-images.js';
import type { TrainSettings } from './settings.js';
import { TrainingRun, type EpochRecord, type Totals } from './training-run.js';

const KIND = 'backlight checkpoint';

/** What a checkpoint says beside its tensors. */
interface State {
  readonly settings: TrainSettings;
  readonly images: ImagesPrint;
  readonly history: readonly EpochRecord[];
  readonly step: number;
  readonly totals: Totals;
  readonly schedule: ScheduleState;
  readonly random: RandomState;
}

/** Enough of the images to see that they are others. */
interface ImagesPrint {
  readonly count: number;
  readonly side: number;
  readonly classes: readonly string[];
  readonly checksum: number;
}

export function checkpointOf(run: TrainingRun): Uint8Array {
  const tensors: [string, SafetensorsInput][] = [];
  const add = (prefix: string, named: Iterable<readonly [string, Tensor]>): void => {
    for (const [name, value] of named)
      tensors.push([`${prefix}${name}`, { shape: value.shape, data: value.dataSync() }]);
  };
  add('model.', run.model.stateDict());
  if (run.averaged !== run.model) add('average.', run.averaged.stateDict());
  for (const [number, state] of run.optimizer.stateDict().state) {
    add(
      `optimizer.${number}.`,
      Object.entries(state).filter((entry): entry is [string, Tensor] => entry[1] instanceof Tensor),
    );
  }
  const state: State = {
    settings: run.settings,
    images: printOf(run.images),
    history: run.history,
    step: run.step,
    totals: run.totals,
    schedule: run.schedule.stateDict(),
    random: defaultGenerator.getState(),
  };
  return writeSafetensors(tensors, { format: KIND, state: JSON.stringify(state) });
}

/** The settings that a checkpoint goes on with. @throws FormatError for a file that is none */
export function settingsOf(bytes: Uint8Array, name: string): TrainSettings {
  return stateOf(parseSafetensors(bytes, { name })).settings;
}

/**
 * The run that a checkpoint was made of.
 * @param images the same as then
 * @throws FormatError for a file that is no checkpoint, or other images
 */
export function resumeRun(bytes: Uint8Array, images: LabelledImages, name: string): TrainingRun {
  const file = parseSafetensors(bytes, { name });
  const state = stateOf(file);
  requireSameImages(state.images, printOf(images), name);
  const run = new TrainingRun(state.settings, images);
  try {
    restore(file, 'model.', run.model);
    if (run.averaged !== run.model) restore(file, 'average.', run.averaged);
    restoreOptimizer(file, run);
  } catch (error) {
    run.dispose();
    throw error;
  }
  run.schedule.loadStateDict(state.schedule);
  run.history.push(...state.history);
  run.step = state.step;
  run.totals = state.totals;
  defaultGenerator.setState(state.random);
  return run;
}

function stateOf(file: SafetensorsFile): State {
  const { format, state } = file.metadata;
  if (format !== KIND || state === undefined) {
    throw new FormatError(
      `${file.name}: expected a checkpoint of backlight train, got other safetensors (format ${JSON.stringify(format)}); ` +
        'name the checkpoint.safetensors of the run to go on with',
    );
  }
  return JSON.parse(state) as State;
}

function restore(file: SafetensorsFile, prefix: string, module: AnyModule): void {
  const state = new Map<string, Tensor>();
  for (const [name, { shape }] of file.tensors) {
    if (name.startsWith(prefix))
      state.set(name.slice(prefix.length), tensor(readFloat32(file, name), { shape: [...shape] }));
  }
  try {
    loadStateDict(module, state);
  } finally {
    for (const value of state.values()) value.dispose();
  }
}

function restoreOptimizer(file: SafetensorsFile, run: TrainingRun): void {
  const state = new Map<number, ParameterState>();
  for (const [key, { shape }] of file.tensors) {
    const match = /^optimizer\.(\d+)\.(.+)$/.exec(key);
    if (!match) continue;
    const number = Number(match[1]);
    state.set(number, { ...state.get(number), [match[2]]: tensor(readFloat32(file, key), { shape: [...shape] }) });
  }
  try {
    run.optimizer.loadStateDict({ ...run.optimizer.stateDict(), state });
  } finally {
    for (const values of state.values()) {
      for (const value of Object.values(values)) if (value instanceof Tensor) value.dispose();
    }
  }
}

function printOf({ count, side, classes, pixels, labels }: LabelledImages): ImagesPrint {
  let checksum = 0x811c9dc5; // FNV-1a over every byte would be slow for nothing: one in 97 tells sets apart
  for (let i = 0; i < pixels.length; i += 97) checksum = Math.imul(checksum ^ pixels[i], 0x01000193);
  for (const label of labels) checksum = Math.imul(checksum ^ label, 0x01000193);
  return { count, side, classes, checksum: checksum >>> 0 };
}

function requireSameImages(then: ImagesPrint, now: ImagesPrint, name: string): void {
  if (JSON.stringify(then) === JSON.stringify(now)) return;
  const told = ({ count, side, classes }: ImagesPrint): string =>
    `${count} images of ${side} pixels in ${classes.length} classes`;
  throw new FormatError(
    `${name}: expected the images that this run began with (${told(then)}), got others (${told(now)}); ` +
      'give the same --data, --test, --hold-out and --size, or begin a new run without --resume',
  );
}
