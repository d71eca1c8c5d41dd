/** The run of `backlight eval`: load, classify every test image, play the grid game, report. */
import { setThreads } from '../backends/configure.js';
import { ArgumentError } from '../errors.js';
import { encodePng } from '../image/png.js';
import type { Module } from '../nn/module.js';
import { manualSeed } from '../tensor/random.js';
import { evaluationOf, probabilitiesOf, type Evaluation } from '../training/evaluate.js';
import { drawMosaics, gridGame, type GridMap, type GridScores } from '../training/grid-game.js';
import type { ChannelStatistics } from '../training/labelled-images.js';
import { loadModel, type LoadedModel } from '../weights/load-model.js';
import { buildModel } from '../weights/model-registry.js';
import { readTestData, type DataFlags, type DataSource } from './data-source.js';
import { evalText } from './eval-text.js';
import { requireFolder, writeFiles } from './files.js';
import { gridSheet } from './grid-sheet.js';
import { StatusLine, type CliIo } from './io.js';
import { readModelSource, type ModelFlags } from './model-source.js';
import { chooseLayer, traceModel } from './model-trace.js';
import { positiveInteger, wholeBetween } from './option-values.js';
import { rgbStatistics } from './rgb-statistics.js';

/** The options as commander gives them. */
export interface EvalFlags extends ModelFlags, DataFlags {
  readonly size?: string;
  readonly mosaics: string;
  readonly layer?: string;
  readonly picture?: string;
  readonly threads?: string;
  readonly json?: boolean;
}

/** The document of `--json`. */
export interface EvalReport {
  readonly weights: string;
  readonly data: { readonly kind: DataSource['kind']; readonly path: string; readonly side: number };
  readonly count: number;
  readonly accuracy: number;
  readonly perClass: Readonly<Record<string, number>>;
  readonly loss: number;
  readonly calibration: Evaluation['calibration'];
  readonly labels: readonly string[];
  readonly confusion: Evaluation['confusion'];
  /** null where it was not played. */
  readonly gridGame: (GridScores & { readonly layer: string; readonly random: GridScores }) | null;
  readonly skipped: readonly string[];
}

/** How many mosaics the picture shows. */
const SHOWN = 4;

/** @throws BacklightError for bad input */
export async function runEval(flags: EvalFlags, io: CliIo): Promise<void> {
  const mosaics = wholeBetween('--mosaics', flags.mosaics, 0, 1_000_000);
  if (flags.picture !== undefined) {
    if (mosaics === 0)
      throw new ArgumentError('--picture: it shows mosaics, but --mosaics is 0; leave one of them out');
    await requireFolder(io.cwd, `${flags.picture}/..`, '--picture');
  }
  if (flags.threads !== undefined) setThreads(positiveInteger('--threads', flags.threads));
  const status = new StatusLine(io.stderr);
  try {
    const source = await readModelSource(io.cwd, flags);
    const loaded = loadModel(source.bytes, source.options);
    using model = loaded.model;
    const statistics = rgbStatistics(loaded.preprocess, source.path);
    const side =
      flags.size === undefined ? (loaded.preprocess?.size ?? 0) : wholeBetween('--size', flags.size, 8, 1024);
    const data = await readTestData(io.cwd, flags, loaded.labels, side, (text) => status.show(text));
    status.clear();
    for (const reason of data.skipped) io.stderr.write(`backlight: skipped: ${reason}\n`);
    requireClasses(loaded, data, source.path);
    const told = (done: number): void => status.show(`classifying, ${done} of ${data.test.count} images`);
    const probabilities = await probabilitiesOf(model, data.test, statistics, told);
    const evaluation = evaluationOf(probabilities, data.test);
    const played =
      mosaics === 0
        ? null
        : await play({
            ...{ model, loaded, data, probabilities, statistics, mosaics, status },
            ...(flags.layer === undefined ? {} : { layer: flags.layer }),
          });
    if (played && flags.picture !== undefined) {
      const sheet = gridSheet(data.test, played.maps);
      await writeFiles(io.cwd, [{ path: flags.picture, bytes: encodePng(sheet) }]);
    }
    const report = reportOf(source.path, data, evaluation, played);
    status.clear();
    io.stdout.write(flags.json ? `${JSON.stringify(report, null, 2)}\n` : evalText(report, io));
  } finally {
    status.clear();
  }
}

interface Game {
  readonly model: Module;
  readonly loaded: LoadedModel;
  readonly data: DataSource;
  readonly probabilities: Float32Array;
  readonly statistics: ChannelStatistics;
  readonly mosaics: number;
  readonly status: StatusLine;
  readonly layer?: string;
}

interface Played {
  readonly layer: string;
  readonly scores: GridScores;
  readonly random: GridScores;
  /** Those of the first mosaics. */
  readonly maps: readonly GridMap[];
}

/** The game with the model, and with one of the same kind whose weights are random. */
async function play({ model, loaded, data, probabilities, statistics, status, ...game }: Game): Promise<Played> {
  const images = data.test;
  const mosaics = drawMosaics(images, probabilities, game.mosaics);
  const { name } = chooseLayer(traceModel(loaded.spec, [1, 3, 2 * images.side, 2 * images.side]), game.layer);
  const maps: GridMap[] = [];
  const shown = mosaics.slice(0, SHOWN);
  const told = (who: string) => (done: number) =>
    status.show(`grid game, ${who}: ${done} of ${mosaics.length} mosaics`);
  const scores = await gridGame(model, model.getSubmodule(name), {
    images,
    statistics,
    mosaics,
    onProgress: told('trained weights'),
    onMap: (map) => {
      if (shown.includes(map.mosaic)) maps.push(map);
    },
  });
  manualSeed(0);
  using control = buildModel(loaded.spec).requiresGrad_(false).eval();
  const onProgress = told('random weights');
  const random = await gridGame(control, control.getSubmodule(name), { images, statistics, mosaics, onProgress });
  return { layer: name, scores, random, maps };
}

function requireClasses({ labels }: LoadedModel, { test, path }: DataSource, weights: string): void {
  const same = labels.length === test.classes.length && labels.every((label, i) => label === test.classes[i]);
  if (same) return;
  throw new ArgumentError(
    `${path}: expected images of the classes of ${weights} (${labels.slice(0, 12).join(', ')}), got ${test.classes.join(', ')}`,
  );
}

function reportOf(
  weights: string,
  { kind, path, test, skipped }: DataSource,
  found: Evaluation,
  played: Played | null,
): EvalReport {
  const { count, accuracy, loss, calibration, confusion } = found;
  return {
    weights,
    data: { kind, path, side: test.side },
    count,
    accuracy,
    perClass: Object.fromEntries(test.classes.map((name, i) => [name, found.perClass[i]])),
    loss,
    calibration,
    labels: test.classes,
    confusion,
    gridGame: played && { ...played.scores, layer: played.layer, random: played.random },
    skipped,
  };
}
