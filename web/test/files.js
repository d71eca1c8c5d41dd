/** Files that tests need and the repository does not have. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import jpeg from 'jpeg-js';
import { decodeImage, loadModel, modelMetadata, stateToSafetensors } from '../../dist/index.js';
import { root } from './cli.js';

/** The example as a JPEG. */
export async function catAsJpeg() {
  const { width, height, data } = decodeImage(await readFile(join(root, 'examples/cat.png')));
  const rgba = Buffer.alloc(4 * width * height, 255);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) rgba[4 * i + c] = Math.round(data[3 * i + c] * 255);
  }
  return temporaryFile('cat.jpg', jpeg.encode({ width, height, data: rgba }, 90).data);
}

/** A weight file as it is, but for a network that works at several sizes. */
export async function withSizes(bytes, sizes) {
  const { model, spec, labels, preprocess } = loadModel(new Uint8Array(bytes));
  const metadata = modelMetadata({ model: spec, labels, preprocess: { ...preprocess, size: sizes[0], sizes } });
  return stateToSafetensors(model, metadata);
}

export async function temporaryFile(name, bytes) {
  const folder = await mkdtemp(join(tmpdir(), 'backlight-web-'));
  const path = join(folder, name);
  await writeFile(path, bytes);
  return { path, remove: () => rm(folder, { recursive: true, force: true }) };
}
