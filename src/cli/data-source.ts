/** Which images `train` and `eval` work on: CIFAR-10's binary files, or folders of pictures by class. */
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ArgumentError, FormatError } from '../errors.js';
import { RandomGenerator } from '../tensor/random.js';
import { parseCifar10Batch, testBatchFile, trainingBatchFiles, type Cifar10Batch } from '../training/cifar10.js';
import { classCounts, joinImages, selectImages, type LabelledImages } from '../training/labelled-images.js';
import { FileError, readBytes } from './files.js';
import { readPictureFolder, subfolders, type PictureFolder } from './picture-folder.js';

export interface DataFlags {
  /** The folder; by default where `npm run data` puts CIFAR-10. */
  readonly data?: string;
  /** A folder of pictures by class to test on. */
  readonly test?: string;
}

export interface FolderOptions {
  /** The side that pictures of a folder are scaled to. CIFAR-10 has its own. */
  readonly side: number;
  /** The share of each class that is put aside for testing, where no folder is named for that. */
  readonly holdOut: number;
  /** Which pictures are put aside. */
  readonly seed: number;
}

export interface DataSource {
  readonly kind: 'cifar10' | 'folder';
  /** The folder as messages show it. */
  readonly path: string;
  readonly test: LabelledImages;
  /** Files that could not be read. */
  readonly skipped: readonly string[];
}

export interface TrainingData extends DataSource {
  readonly training: LabelledImages;
}

const cachedCifar10 = fileURLToPath(new URL('../../weights/training/cache', import.meta.url));

const howToGet =
  'for CIFAR-10 run "npm run data" in a clone of Backlight, or download cifar-10-binary.tar.gz from ' +
  'https://www.cs.toronto.edu/~kriz/cifar.html, unpack it and name the folder with --data; ' +
  'for pictures of your own name a folder with one subfolder a class';

/** The images to train on, and those to test on. */
export async function readTrainingData(
  cwd: string,
  flags: DataFlags,
  options: FolderOptions,
  onProgress: (text: string) => void,
): Promise<TrainingData> {
  const path = await dataFolder(cwd, flags.data);
  if (await exists(cwd, path, trainingBatchFiles[0].file)) {
    const batches: LabelledImages[] = [];
    for (const batch of trainingBatchFiles) batches.push(await readCifar10(cwd, path, batch, onProgress));
    const test = await cifar10Test(cwd, path, flags, onProgress);
    return { kind: 'cifar10', path, training: joinImages(batches), test, skipped: [] };
  }
  const classes = await classesOf(cwd, path);
  const all = await readPictureFolder(cwd, path, classes, options.side, onProgress);
  if (flags.test !== undefined) {
    const test = await readTestFolder(cwd, flags.test, classes, options.side, onProgress);
    const skipped = [...all.skipped, ...test.skipped];
    return { kind: 'folder', path, training: all.images, test: test.images, skipped };
  }
  const { training, test } = heldOut(all.images, options);
  return { kind: 'folder', path, training, test, skipped: all.skipped };
}

/** The images to test on alone. @param classes the model's, which subfolders must be named after */
export async function readTestData(
  cwd: string,
  flags: DataFlags,
  classes: readonly string[],
  side: number,
  onProgress: (text: string) => void,
): Promise<DataSource> {
  const path = await dataFolder(cwd, flags.data);
  if (await exists(cwd, path, testBatchFile.file)) {
    return { kind: 'cifar10', path, test: await cifar10Test(cwd, path, flags, onProgress), skipped: [] };
  }
  const { images, skipped } = await readTestFolder(cwd, path, classes, side, onProgress);
  return { kind: 'folder', path, test: images, skipped };
}

async function dataFolder(cwd: string, given: string | undefined): Promise<string> {
  const path = given ?? shortest(cwd, cachedCifar10);
  if (path === '') throw new FileError('--data: expected a folder, got an empty name; "." is the current one');
  const found = await stat(resolve(cwd, path)).catch(() => null);
  if (found?.isDirectory()) return path;
  const what =
    given === undefined ? '--data: expected a folder of images, none is named' : `--data: ${path} is no folder`;
  throw new FileError(`${what}; ${howToGet}`);
}

function shortest(cwd: string, path: string): string {
  const fromHere = relative(cwd, path);
  return fromHere.startsWith('..') ? path : fromHere;
}

async function exists(cwd: string, folder: string, file: string): Promise<boolean> {
  return (await stat(resolve(cwd, folder, file)).catch(() => null)) !== null;
}

/** One of CIFAR-10's files, compared with the published checksum. */
async function readCifar10(
  cwd: string,
  folder: string,
  { file, md5 }: Cifar10Batch,
  onProgress: (text: string) => void,
): Promise<LabelledImages> {
  const path = join(folder, file);
  onProgress(`reading ${path}`);
  const bytes = await readBytes(cwd, path, 'a batch of CIFAR-10');
  const found = createHash('md5').update(bytes).digest('hex');
  if (!found.startsWith(md5)) {
    throw new FormatError(
      `${path}: expected the published file, whose MD5 begins with ${md5}, got ${found}; download it again`,
    );
  }
  return parseCifar10Batch(bytes, path);
}

async function cifar10Test(
  cwd: string,
  path: string,
  flags: DataFlags,
  onProgress: (text: string) => void,
): Promise<LabelledImages> {
  if (flags.test !== undefined) {
    throw new ArgumentError('--test: CIFAR-10 has test images of its own; leave the option out');
  }
  return readCifar10(cwd, path, testBatchFile, onProgress);
}

async function classesOf(cwd: string, path: string): Promise<string[]> {
  const classes = await subfolders(cwd, path);
  if (classes.length >= 2) return classes;
  const got = classes.length === 0 ? 'no subfolder' : `one subfolder only, ${JSON.stringify(classes[0])}`;
  throw new FileError(`--data: ${path}: expected at least two subfolders, one a class, got ${got}; ${howToGet}`);
}

async function readTestFolder(
  cwd: string,
  folder: string,
  classes: readonly string[],
  side: number,
  onProgress: (text: string) => void,
): Promise<PictureFolder> {
  const found = await subfolders(cwd, folder);
  const unknown = found.filter((name) => !classes.includes(name));
  if (unknown.length > 0 || found.length === 0) {
    const got = found.length === 0 ? 'none' : `also ${unknown.join(', ')}`;
    throw new FileError(`${folder}: expected subfolders named after the classes (${classes.join(', ')}), got ${got}`);
  }
  const present = classes.filter((name) => found.includes(name));
  const { images, skipped } = await readPictureFolder(cwd, folder, present, side, onProgress);
  const labels = images.labels.map((label) => classes.indexOf(present[label]));
  return { images: { ...images, labels, classes }, skipped };
}

/** Puts a share of each class aside, at least one image and not all. */
function heldOut(
  images: LabelledImages,
  { holdOut, seed }: FolderOptions,
): Omit<TrainingData, keyof PictureFolder | 'kind' | 'path'> {
  const order = new RandomGenerator(seed).permutation(images.count);
  const sizes = classCounts(images);
  const lonely = sizes.indexOf(1);
  if (lonely >= 0) {
    throw new FileError(
      `--data: expected at least two pictures of each class, one of them to test on, got one of ` +
        `${JSON.stringify(images.classes[lonely])}; add some, or name a folder with --test`,
    );
  }
  const wanted = sizes.map((size) => Math.min(size - 1, Math.max(1, Math.round(size * holdOut))));
  const aside: number[] = [];
  const rest: number[] = [];
  for (const index of order) {
    if (wanted[images.labels[index]]-- > 0) aside.push(index);
    else rest.push(index);
  }
  return {
    training: selectImages(
      images,
      rest.sort((a, b) => a - b),
    ),
    test: selectImages(
      images,
      aside.sort((a, b) => a - b),
    ),
  };
}
