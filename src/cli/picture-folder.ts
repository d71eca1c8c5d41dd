/** A folder of pictures by class, one subfolder a class, read into memory at one size. */
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { BacklightError, FormatError } from '../errors.js';
import { decodeImage } from '../image/decode.js';
import { toRgb } from '../image/picture.js';
import type { LabelledImages } from '../training/labelled-images.js';
import { fitted } from '../weights/preprocess.js';
import { FileError, readBytes, reasonOf } from './files.js';

/** How pictures of a folder become images: the shorter side is scaled, the centre is kept. */
export const folderFit = { fit: 'crop', method: 'area' } as const;

export interface PictureFolder {
  readonly images: LabelledImages;
  /** The files that were left out, each with the reason. */
  readonly skipped: readonly string[];
}

/** The names of the subfolders in which pictures are, sorted: the classes. */
export async function subfolders(cwd: string, folder: string): Promise<string[]> {
  const entries = await list(cwd, folder);
  return entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.')).map(({ name }) => name);
}

/**
 * Reads every file of every subfolder; what is not a picture is skipped and told.
 * @param classes the subfolders, in the order of their numbers
 * @param side width and height of the images in pixels
 * @throws FileError for a class without a single picture
 */
export async function readPictureFolder(
  cwd: string,
  folder: string,
  classes: readonly string[],
  side: number,
  onProgress: (path: string) => void,
): Promise<PictureFolder> {
  const skipped: string[] = [];
  const images: Uint8Array[] = [];
  const labels: number[] = [];
  for (const [label, name] of classes.entries()) {
    const before = images.length;
    for (const entry of await list(cwd, join(folder, name))) {
      if (entry.name.startsWith('.') || entry.isDirectory()) continue;
      const path = join(folder, name, entry.name);
      onProgress(path);
      try {
        images.push(await readImage(cwd, path, side));
        labels.push(label);
      } catch (error) {
        if (!(error instanceof BacklightError)) throw error;
        const reason = error.message.replace(/^(decodeImage|preprocess): /, '');
        skipped.push(reason.startsWith(path) ? reason : `${path}: ${reason}`);
      }
    }
    if (images.length > before) continue;
    throw new FileError(
      `${join(folder, name)}: expected PNG or JPEG files of the class ${JSON.stringify(name)}, found none that can be read` +
        (skipped.length > 0 ? `: ${skipped[skipped.length - 1]}` : '; put some in, or remove the folder'),
    );
  }
  const pixels = new Uint8Array(images.length * 3 * side * side);
  for (const [i, image] of images.entries()) pixels.set(image, i * image.length);
  return {
    images: { count: images.length, side, pixels, labels: Uint16Array.from(labels), classes },
    skipped,
  };
}

async function list(cwd: string, folder: string) {
  try {
    const entries = await readdir(resolve(cwd, folder), { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    throw new FileError(`${folder}: expected a folder, it cannot be read: ${reasonOf(error)}`);
  }
}

/** Planes of red, green and blue. */
async function readImage(cwd: string, path: string, side: number): Promise<Uint8Array> {
  const picture = toRgb(decodeImage(await readBytes(cwd, path, 'a PNG or JPEG file'), { name: path }));
  if (picture.width < 2 || picture.height < 2) {
    throw new FormatError(`${path}: expected a picture, got ${picture.width}x${picture.height} pixels`);
  }
  const { data } = fitted(picture, { ...folderFit, size: side });
  const plane = side * side;
  return Uint8Array.from({ length: 3 * plane }, (_, i) => {
    const [channel, pixel] = [Math.floor(i / plane), i % plane];
    return Math.round(255 * data[3 * pixel + channel]);
  });
}
