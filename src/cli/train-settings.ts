/** The options of `backlight train`, checked. */
import { ArgumentError } from '../errors.js';
import { defaultSettings, scheduleNames, type TrainSettings } from '../training/settings.js';
import { checkModelSpec, type ModelSpec } from '../weights/model-registry.js';
import { readModel } from './model-source.js';
import { choice, numberBetween, positiveInteger, wholeBetween } from './option-values.js';

/** The options as commander gives them. */
export interface TrainFlags {
  readonly data?: string;
  readonly test?: string;
  readonly holdOut: string;
  readonly size: string;
  readonly cfg: string;
  readonly model?: string;
  readonly from?: string;
  readonly preprocess?: string;
  readonly epochs: string;
  readonly batch: string;
  /** Its default depends on --from. */
  readonly lr?: string;
  readonly schedule: string;
  readonly weightDecay: string;
  readonly labelSmoothing: string;
  readonly mapLoss: string;
  readonly average: string;
  readonly flip: boolean;
  readonly crop: string;
  readonly cutout: string;
  readonly zoom: string;
  readonly zoomShare: string;
  readonly seed: string;
  readonly testEvery: string;
  readonly out: string;
  readonly resume?: boolean;
  readonly threads?: string;
  readonly revectorize?: boolean;
}

/** The options that decide the result; a checkpoint brings its own. */
const decisive = [
  ['cfg', '--cfg'],
  ['model', '--model'],
  ['from', '--from'],
  ['preprocess', '--preprocess'],
  ['epochs', '--epochs'],
  ['batch', '--batch'],
  ['lr', '--lr'],
  ['schedule', '--schedule'],
  ['weightDecay', '--weight-decay'],
  ['labelSmoothing', '--label-smoothing'],
  ['mapLoss', '--map-loss'],
  ['average', '--average'],
  ['flip', '--no-flip'],
  ['crop', '--crop'],
  ['cutout', '--cutout'],
  ['zoom', '--zoom'],
  ['zoomShare', '--zoom-share'],
  ['seed', '--seed'],
] as const;

/** @param given whether the user gave an option, by commander's name */
export function refuseWithResume(given: (name: string) => boolean): void {
  const clash = decisive.find(([name]) => given(name));
  if (!clash) return;
  throw new ArgumentError(
    `${clash[1]}: with --resume the checkpoint's own settings hold; leave the option out, or begin a new run in another --out`,
  );
}

/** Weights have the shape of their network; without them pictures are normalised by their own mean and deviation. */
export function refuseBesideFrom(given: (name: string) => boolean): void {
  if (given('from') && given('cfg')) {
    throw new ArgumentError('--cfg: the weights of --from bring their own network; leave one of the two out');
  }
  if (given('preprocess') && !given('from')) {
    throw new ArgumentError(
      '--preprocess: says how pictures are prepared for the weights of --from; without --from leave it out',
    );
  }
}

/** What is needed before the images are read. */
export interface DataSettings {
  readonly side: number;
  readonly holdOut: number;
  readonly seed: number;
  readonly testEvery: number;
}

export function dataSettings({ size, holdOut, seed, testEvery }: TrainFlags): DataSettings {
  return {
    side: wholeBetween('--size', size, 8, 1024),
    holdOut: numberBetween('--hold-out', holdOut, 0, 0.9, 'a share from 0 to 0.9'),
    seed: wholeBetween('--seed', seed, 0, 2 ** 32 - 1),
    testEvery: positiveInteger('--test-every', testEvery),
  };
}

/** What is learnt already would be lost at the rate that random weights need. */
export const trainedRate = 0.02;

const defaultRate = ({ from }: TrainFlags): string => String(from === undefined ? defaultSettings.lr : trainedRate);

/** All settings but the network. */
export function trainSettings(flags: TrainFlags): Omit<TrainSettings, 'model'> {
  return {
    epochs: positiveInteger('--epochs', flags.epochs),
    batchSize: wholeBetween('--batch', flags.batch, 2, 65_536),
    lr: numberBetween('--lr', flags.lr ?? defaultRate(flags), 1e-9, 1e6, 'a learning rate above 0'),
    schedule: choice('--schedule', flags.schedule, scheduleNames),
    momentum: defaultSettings.momentum,
    weightDecay: numberBetween('--weight-decay', flags.weightDecay, 0, 1, 'a number from 0 to 1'),
    labelSmoothing: numberBetween('--label-smoothing', flags.labelSmoothing, 0, 1, 'a share from 0 to 1'),
    mapLoss: numberBetween('--map-loss', flags.mapLoss, 0, 1000, 'a weight from 0 to 1000'),
    average: numberBetween('--average', flags.average, 0, 0.999999, 'a decay from 0 up to but without 1'),
    seed: wholeBetween('--seed', flags.seed, 0, 2 ** 32 - 1),
    augmentation: {
      flip: flags.flip,
      crop: wholeBetween('--crop', flags.crop, 0, 512),
      cutout: wholeBetween('--cutout', flags.cutout, 0, 512),
      zoom: numberBetween('--zoom', flags.zoom, 1, 8, 'a factor from 1 to 8'),
      zoomShare: numberBetween('--zoom-share', flags.zoomShare, 0, 1, 'a share from 0 to 1'),
    },
  };
}

/** The network that --model or --cfg names, for so many classes. */
export async function trainModel(cwd: string, flags: TrainFlags, classes: number): Promise<ModelSpec> {
  if (flags.model === undefined) {
    const cfg = flags.cfg.split(',').map((item) => (item.trim() === 'M' ? 'M' : Number(item)));
    return checkModelSpec({ name: 'vgg', options: { cfg, batchNorm: true, avgpool: 1, hidden: [], classes } }, '--cfg');
  }
  const { name, options } = await readModel(cwd, flags.model);
  if (options.classes !== undefined && options.classes !== classes) {
    throw new ArgumentError(
      `--model: ${flags.model} has ${options.classes} classes, the images have ${classes}; leave "classes" out`,
    );
  }
  return { name, options: { ...options, classes } };
}
