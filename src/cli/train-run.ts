/** The run of `backlight train`: check, read the images, learn, save after each epoch, write the weights. */
import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { backendInfo } from '../backends/active.js';
import { configure, setThreads } from '../backends/configure.js';
import { BacklightError } from '../errors.js';
import { checkpointOf, resumeRun, settingsOf } from '../training/checkpoint.js';
import { curvesSvg } from '../training/curves.js';
import { evaluate } from '../training/evaluate.js';
import { finishModel } from '../training/finished.js';
import { classCounts, type LabelledImages } from '../training/labelled-images.js';
import type { TrainSettings } from '../training/settings.js';
import { TrainingRun, type EpochRecord } from '../training/training-run.js';
import { preprocessPresets, type Preprocess } from '../weights/preprocess-spec.js';
import { readTrainingData, type TrainingData } from './data-source.js';
import { FileError, readBytes, requireFolder, writeFiles } from './files.js';
import { StatusLine, type CliIo } from './io.js';
import { parameterCount } from './model-trace.js';
import { readModelSource, type ModelSource } from './model-source.js';
import { positiveInteger } from './option-values.js';
import { folderFit } from './picture-folder.js';
import { bar, exactPercent, grouped } from './table.js';
import { loadTrainedNetwork } from './train-beginning.js';
import {
  dataSettings,
  refuseBesideFrom,
  refuseWithResume,
  trainModel,
  trainSettings,
  type DataSettings,
  type TrainFlags,
} from './train-settings.js';

/** The user stopped the run; what it had done is saved. */
export class InterruptedError extends BacklightError {
  override readonly name = 'InterruptedError';
}

/** @param given whether the user gave an option, by commander's name; @throws BacklightError for bad input */
export async function runTrain(flags: TrainFlags, given: (name: string) => boolean, io: CliIo): Promise<void> {
  const settings = trainSettings(flags);
  const asked = dataSettings(flags);
  if (flags.resume) refuseWithResume(given);
  refuseBesideFrom(given);
  await requireFolder(io.cwd, flags.out, '--out');
  const files = filesIn(flags.out);
  const checkpoint = await readCheckpoint(io, flags, files.checkpoint);
  // the seed decides which images are put aside for testing
  const how = checkpoint ? { ...asked, seed: settingsOf(checkpoint, files.checkpoint).seed } : asked;
  if (flags.revectorize) configure({ revectorize: true });
  if (flags.threads !== undefined) setThreads(positiveInteger('--threads', flags.threads));

  const status = new StatusLine(io.stderr);
  let stopped = false;
  const stopListening = io.onInterrupt?.(() => (stopped = true));
  try {
    const { from: weights, model, preprocess } = flags;
    const beginning = weights === undefined ? null : await readModelSource(io.cwd, { weights, model, preprocess });
    const data = await readTrainingData(io.cwd, flags, how, (text) => status.show(text));
    status.clear();
    for (const reason of data.skipped) io.stderr.write(`backlight: skipped: ${reason}\n`);
    using run = checkpoint
      ? resumeRun(checkpoint, data.training, files.checkpoint)
      : await newRun(io, flags, settings, data.training, beginning);
    const attendant = new Attendant(run, data, how, files, io, status);
    attendant.announce(flags.resume === true);
    while (!run.finished) {
      while (!run.epochDone) {
        run.learn();
        attendant.showProgress();
        await setImmediate(); // lets Ctrl-C be heard
        if (stopped) await attendant.stop();
      }
      await attendant.endEpoch();
    }
    await attendant.finish();
  } finally {
    stopListening?.();
    status.clear();
  }
}

async function newRun(
  io: CliIo,
  flags: TrainFlags,
  settings: Omit<TrainSettings, 'model'>,
  images: LabelledImages,
  beginning: ModelSource | null,
): Promise<TrainingRun> {
  const { classes } = images;
  if (beginning === null) {
    return new TrainingRun({ ...settings, model: await trainModel(io.cwd, flags, classes.length) }, images);
  }
  using trained = loadTrainedNetwork(beginning, classes);
  return new TrainingRun({ ...settings, model: trained.spec, from: trained.from }, images, (model) =>
    trained.takeOver(model),
  );
}

interface TrainFiles {
  readonly checkpoint: string;
  readonly weights: string;
  readonly log: string;
  readonly curves: string;
}

function filesIn(folder: string): TrainFiles {
  return {
    checkpoint: join(folder, 'checkpoint.safetensors'),
    weights: join(folder, 'weights.safetensors'),
    log: join(folder, 'log.jsonl'),
    curves: join(folder, 'curves.svg'),
  };
}

/** The checkpoint to go on with, or null for a new run. */
async function readCheckpoint(io: CliIo, { resume, out }: TrainFlags, path: string): Promise<Uint8Array | null> {
  if (resume) return readBytes(io.cwd, path, 'the checkpoint of a run to go on with');
  const there = await stat(resolve(io.cwd, path)).catch(() => null);
  if (!there) return null;
  throw new FileError(
    `${path}: there is a checkpoint already; go on with it by --resume, remove it, or name another folder than ${out} with --out`,
  );
}

/** What surrounds the steps of a run: telling, testing, saving. */
class Attendant {
  readonly #began = performance.now();
  readonly #shareAtStart: number;

  constructor(
    readonly run: TrainingRun,
    readonly data: TrainingData,
    readonly how: DataSettings,
    readonly files: TrainFiles,
    readonly io: CliIo,
    readonly status: StatusLine,
  ) {
    this.#shareAtStart = run.share;
  }

  announce(resumed: boolean): void {
    const { run, data } = this;
    const { training, test } = data;
    const { name, mode, threads } = backendInfo();
    const parameters = parameterCount(run.model);
    this.#tell(
      `${data.path}: ${grouped(training.count)} images to train on, ${grouped(test.count)} to test on, ` +
        `${training.side}x${training.side} pixels, ${training.classes.length} classes`,
    );
    this.#tell(
      `${grouped(parameters)} parameters, ${run.settings.epochs} epochs; ${name} (${mode}), ${threads} threads`,
    );
    const { from } = run.settings;
    if (from && !resumed) {
      const anew = from.newLayer === null ? '' : `; its classes are others, so ${from.newLayer} begins anew`;
      this.#tell(`beginning with the weights of ${from.file}${anew}`);
    }
    if (!resumed) return;
    const where = `in epoch ${run.epoch + 1}, after step ${run.step} of ${run.batches.stepsPerEpoch}`;
    this.#tell(run.finished ? 'all epochs are done, what is left is to write the weights' : `going on ${where}`);
  }

  showProgress(): void {
    const { run } = this;
    const { loss, correct, images, seconds } = run.totals;
    const share = run.step / run.batches.stepsPerEpoch;
    const left = ((performance.now() - this.#began) / (run.share - this.#shareAtStart)) * (1 - run.share);
    this.status.show(
      `epoch ${run.epoch + 1}/${run.settings.epochs} ${bar(share, 12).padEnd(12)} loss ${(loss / images).toFixed(3)}  ` +
        `${exactPercent(correct / images)}  ${(images / seconds).toFixed(0)} images/s  ${timeLeft(left)} left`,
    );
  }

  /** Tests if it is time to, and saves. */
  async endEpoch(): Promise<void> {
    const { run, how, data } = this;
    const epoch = run.epoch + 1;
    const due = epoch === run.settings.epochs || epoch % how.testEvery === 0;
    const test = due
      ? (await evaluate(run.averaged, data.test, run.statistics, (done) => this.status.show(`testing, ${done} images`)))
          .accuracy
      : undefined;
    const record = run.endEpoch(test);
    await this.save();
    this.#tell(epochText(record, run.settings.epochs));
  }

  /** Checkpoint, log and curves, all of them or none. */
  async save(): Promise<void> {
    const { run, files } = this;
    const text = new TextEncoder();
    const log = [
      {
        event: 'start',
        settings: run.settings,
        images: run.images.count,
        perClass: classCounts(run.images),
        node: process.version,
      },
      ...run.history.map((record) => ({ event: 'epoch', ...record })),
    ];
    await writeFiles(this.io.cwd, [
      { path: files.checkpoint, bytes: checkpointOf(run) },
      { path: files.log, bytes: text.encode(log.map((entry) => `${JSON.stringify(entry)}\n`).join('')) },
      ...(run.history.length === 0
        ? []
        : [{ path: files.curves, bytes: text.encode(curvesSvg(run.history, this.#title())) }]),
    ]);
  }

  /** Ends the run here. */
  async stop(): Promise<never> {
    await this.save();
    this.status.clear();
    throw new InterruptedError(
      `stopped in epoch ${this.run.epoch + 1} after ${this.run.step} steps; saved as ${this.files.checkpoint}, ` +
        'go on with --resume, the same --out and the same images (--data, --test, --size, --hold-out)',
    );
  }

  /** Writes the weights. */
  async finish(): Promise<void> {
    const { run, data, files, io } = this;
    this.status.show('testing what will be written');
    const minutes = run.seconds / 60;
    const { settings } = run;
    const last = run.history[run.history.length - 1];
    const about = {
      description:
        `${this.#title()}, trained by Backlight in ${settings.epochs} epochs` +
        (settings.from ? ` that began with ${settings.from.file}` : ''),
      training: {
        settings,
        accuracy: last.test,
        minutes: Number(minutes.toFixed(1)),
        node: process.version,
        mode: backendInfo().mode,
      },
    };
    const card = {
      model: settings.model,
      labels: data.training.classes,
      preprocess: preprocessOf(run, data),
      ...about,
    };
    const { bytes, dtype, evaluation, accuracy } = await finishModel(run.averaged, card, data.test, run.statistics);
    await writeFiles(io.cwd, [{ path: files.weights, bytes }]);
    this.#tell(
      `test accuracy ${exactPercent(accuracy)}; read back from the file (${dtype}): ${exactPercent(evaluation.accuracy)}`,
    );
    data.training.classes.forEach((name, i) =>
      this.#tell(`  ${name.padEnd(14)} ${exactPercent(evaluation.perClass[i])}`),
    );
    this.#tell(
      `wrote ${files.weights} (${grouped(bytes.length)} bytes) after ${minutes.toFixed(1)} minutes of training`,
    );
  }

  #title(): string {
    const { name, options } = this.run.settings.model;
    return (
      `${name} ${(options.cfg ?? []).join(' ')}`.trim() +
      (this.data.kind === 'cifar10' ? ' on CIFAR-10' : ` on ${this.data.path}`)
    );
  }

  #tell(line: string): void {
    this.status.clear();
    this.io.stdout.write(`${line}\n`);
  }
}

function preprocessOf({ statistics, images }: TrainingRun, { kind }: TrainingData): Preprocess {
  if (kind === 'cifar10') return { ...preprocessPresets.cifar10, ...statistics };
  return { ...folderFit, size: images.side, order: 'RGB', range: 1, ...statistics };
}

function epochText({ epoch, loss, accuracy, imagesPerSecond, seconds, test }: EpochRecord, epochs: number): string {
  const tested = test === undefined ? '' : `  test ${exactPercent(test)}`;
  return (
    `epoch ${String(epoch).padStart(String(epochs).length)}/${epochs}  loss ${loss.toFixed(3)}  accuracy ${exactPercent(accuracy)}  ` +
    `${imagesPerSecond.toFixed(0)} images/s  ${(seconds / 60).toFixed(1)} min${tested}`
  );
}

/** Milliseconds as `1 h 12 min`, `12 min` or `40 s`. */
function timeLeft(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
