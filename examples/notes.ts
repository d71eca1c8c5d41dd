/**
 * The notes' own script in TypeScript: Grad-CAM of the ReLUs of `model.features`, then guided backpropagation.
 *
 *     npm run notes -- picture.png cat
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import {
  GradCam,
  GuidedBackpropagation,
  ReLU,
  decodeImage,
  encodePng,
  loadModel,
  preprocess,
  type LoadedModel,
  type Picture,
} from 'backlight';

export interface NotesResult {
  /** Grad-CAM's overlay for each layer, from the first to the last. */
  readonly images: Picture[];
  readonly masks: Picture[];
  /** The picture of guided backpropagation. */
  readonly guided: Picture;
}

export async function runNotes(
  { model, preprocess: spec }: LoadedModel,
  picture: Picture,
  classIndex: number,
): Promise<NotesResult> {
  if (!spec) throw new Error('the weights do not say how pictures are prepared');
  const { input, picture: rawImage } = preprocess(picture, spec);
  const features = model.getSubmodule('features').children();
  const featureName = features.filter((module) => module instanceof ReLU);
  const targetSize = [rawImage.width, rawImage.height] as const;

  // Grad-CAM
  using cam = new GradCam(featureName, targetSize);
  let res = model.call(input);
  res.at(0, classIndex).backward();
  const { images, masks } = await cam.calCam(rawImage);
  cam.remove();

  // guided backpropagation, in a pass of its own: it changes the gradients
  using gbp = new GuidedBackpropagation(model, [features[0]], { relus: 'features' });
  res = model.call(input.requiresGrad_());
  res.at(0, classIndex).backward();
  const guided = await gbp.image;
  return { images, masks, guided };
}

async function main([file, className]: string[]): Promise<void> {
  const loaded = loadModel(await readFile(new URL('../../weights/vgg-cifar10.safetensors', import.meta.url)));
  const picture = decodeImage(await readFile(file ?? new URL('../../examples/cat.png', import.meta.url)));
  const classIndex = loaded.labels.indexOf(className ?? 'cat');
  if (classIndex < 0) throw new Error(`expected a class among ${loaded.labels.join(', ')}, got ${className}`);
  const { images, guided } = await runNotes(loaded, picture, classIndex);
  await mkdir('out', { recursive: true });
  await writeFile('out/notes-grad-cam.png', encodePng(images[images.length - 1]));
  await writeFile('out/notes-guided.png', encodePng(guided));
  console.log('out/notes-grad-cam.png, out/notes-guided.png');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main(process.argv.slice(2));
