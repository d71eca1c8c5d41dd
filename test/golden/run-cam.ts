/**
 * cam.json: Grad-CAM and guided backpropagation of the notes, and the maps of pytorch-grad-cam.
 *
 * notes/*: sample 0, every ReLU of `features`, each overlaid on the original picture, in OpenCV's BGR. colour_index is
 * truncated, so a mask next to a step may fall either way: it is compared within 1, and the overlay is made from the
 * stored index. pytorch_grad_cam/*: scaled to 0..1 before and after resizing, within 1e-5 of full scale.
 */
import { backward } from '../../src/autograd/backward.js';
import { cam, type CamMethodName } from '../../src/cam/cam.js';
import { GradCam } from '../../src/cam/grad-cam.js';
import { GuidedBackpropagation } from '../../src/cam/guided-backprop.js';
import { integratedGradients } from '../../src/cam/integrated-gradients.js';
import { enlargedMask, unitMap } from '../../src/cam/maps.js';
import { occlusion } from '../../src/cam/occlusion.js';
import { createPicture, type Picture } from '../../src/image/picture.js';
import type { VGG } from '../../src/nn/models/vgg.js';
import { withBackend } from '../../src/backends/active.js';
import { narrow } from '../../src/ops/narrow.js';
import { tidy } from '../../src/tensor/memory.js';
import type { Run } from './backends.js';
import type { Golden, GoldenFile, Tolerance } from '../../src/testing/index.js';
import { classScore, goldenModel, type VggCase } from './run-vgg.js';

interface CamCase {
  readonly name: string;
  readonly target_layer: string;
  readonly class_per_sample: readonly number[];
  readonly notes_layers: readonly string[];
  readonly notes_class: number;
  readonly pytorch_grad_cam: readonly string[];
}

/** Each method by its name in pytorch-grad-cam. */
const methods: Readonly<Record<string, CamMethodName>> = {
  GradCAM: 'grad-cam',
  HiResCAM: 'hires-cam',
  GradCAMElementWise: 'grad-cam-elementwise',
  GradCAMPlusPlus: 'grad-cam++',
  XGradCAM: 'xgrad-cam',
  LayerCAM: 'layer-cam',
  ScoreCAM: 'score-cam',
  AblationCAM: 'ablation-cam',
  EigenCAM: 'eigen-cam',
  EigenGradCAM: 'eigen-grad-cam',
  FullGrad: 'full-grad',
  FEM: 'fem',
};

/** Those whose map may be the negative of pytorch-grad-cam's, where a principal component's sign is arbitrary. */
const eitherSign: readonly CamMethodName[] = ['eigen-cam', 'eigen-grad-cam'];

export async function runCam(run: Run, file: GoldenFile, vggFile: GoldenFile): Promise<void> {
  for (const c of file.meta<CamCase[]>('cases')) {
    try {
      const architecture = vggFile.meta<VggCase[]>('cases').find((v) => v.name === c.name);
      if (!architecture) throw new Error('vgg.json has no case of this name');
      using model = withBackend(run.backend, () => goldenModel(run, vggFile, architecture));
      await compareNotesGradCam(run, file, vggFile, c, model);
      await compareNotesGuided(run, file, vggFile, c, model);
      await compareGradCam(run, file, vggFile, c, model);
      await compareMethods(run, file, vggFile, c, model);
      await compareAttributions(run, file, vggFile, c, model);
    } catch (error) {
      run.t.fail(`${c.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

/** Forward, and backward from the classes' scores. @param samples how many of the inputs' samples; undefined: all */
function pass(run: Run, vggFile: GoldenFile, model: VGG, c: CamCase, classes: readonly number[]): void {
  withBackend(run.backend, () =>
    tidy(() => {
      const all = vggFile.tensor(`${c.name}/input`, run.backend);
      const input = narrow(all, 0, 0, classes.length).requiresGrad_();
      backward(classScore(model.call(input), classes));
      input.grad?.dispose();
    }),
  );
}

const picture01 = (file: GoldenFile, c: CamCase): Picture => {
  const { shape, values } = file.get(`${c.name}/image01`);
  return createPicture(shape[1], shape[0], 3, Float32Array.from(values));
};

async function compareNotesGradCam(run: Run, file: GoldenFile, vggFile: GoldenFile, c: CamCase, model: VGG) {
  const image = picture01(file, c);
  const layers = c.notes_layers.map((name) => model.getSubmodule(name));
  using cam = new GradCam(layers, [image.width, image.height]);
  pass(run, vggFile, model, c, [c.notes_class]);
  const options = { rgbOrBgr: false };
  const { masks, images } = await cam.calCam(image, options);

  const golden = (name: string) => file.get(`${c.name}/notes/${name}`);
  const [wantedMasks, wantedIndex, wantedImages] = ['masks', 'colour_index', 'images_bgr'].map(golden);
  run.close(`${c.name}: notes masks`, stack(masks, wantedMasks.shape), wantedMasks);

  const index = stack(masks, wantedIndex.shape).values.map((value) => Math.trunc(Math.fround(value * 255)));
  const within1: Tolerance = { ofLargest: 0, ofValue: 0, absolute: 1 };
  run.close(`${c.name}: notes colour index`, { shape: wantedIndex.shape, values: index }, wantedIndex, within1);

  const plane = image.width * image.height;
  const overlays = masks.map((_, k) => {
    // the middle of each step, so that truncation gives the stored index back
    const values = wantedIndex.values.subarray(k * plane, (k + 1) * plane).map((i) => Math.min((i + 0.5) / 255, 1));
    return cam.getRgbImage(image, createPicture(image.width, image.height, 1, Float32Array.from(values)), options);
  });
  run.close(`${c.name}: notes images of the stored index`, stack(overlays, wantedImages.shape), wantedImages);
  if (index.every((value, i) => value === wantedIndex.values[i])) {
    run.close(`${c.name}: notes images`, stack(images, wantedImages.shape), wantedImages);
  }
}

async function compareNotesGuided(run: Run, file: GoldenFile, vggFile: GoldenFile, c: CamCase, model: VGG) {
  using gbp = new GuidedBackpropagation(model, [model.features.get(0)], { relus: 'features' });
  pass(run, vggFile, model, c, [c.notes_class]);
  const image = await gbp.image;
  const wanted = file.get(`${c.name}/notes/guided_image`);
  run.close(`${c.name}: notes guided image`, stack([image], wanted.shape), wanted);

  const [raw] = await gbp.rawImages();
  const withTorchStd = file.get(`${c.name}/notes/guided_image_torch_std`);
  const values = normalizeWithTorchStd(raw.data);
  run.close(`${c.name}: guided image, n - 1`, { shape: withTorchStd.shape, values }, withTorchStd);
}

/** raw/grad_cam, by the class GradCam. */
async function compareGradCam(run: Run, file: GoldenFile, vggFile: GoldenFile, c: CamCase, model: VGG) {
  const image = picture01(file, c);
  using cam = new GradCam([model.getSubmodule(c.target_layer)], [image.width, image.height]);
  pass(run, vggFile, model, c, c.class_per_sample);
  const results = await cam.calCam(c.class_per_sample.map(() => image));
  const raws = results.map(({ raw: [map] }) => map);
  const wanted = file.get(`${c.name}/raw/grad_cam`);
  run.close(`${c.name}: raw Grad-CAM`, stack(raws, wanted.shape), wanted);
}

/** pytorch-grad-cam's maps, and the raw ones of two methods. */
async function compareMethods(run: Run, file: GoldenFile, vggFile: GoldenFile, c: CamCase, model: VGG) {
  using x = vggFile.tensor(`${c.name}/input`, run.backend);
  const layer = model.getSubmodule(c.target_layer);
  const explain = (method: CamMethodName) => cam(model, x, { method, layer, classes: c.class_per_sample });
  for (const name of c.pytorch_grad_cam) {
    if (!(name in methods)) throw new Error(`the runner has no method ${name}`);
    const theirs = file.get(`${c.name}/pytorch_grad_cam/${name}`);
    const ours = await explain(methods[name]);
    const masks = ours.map(({ mask, raw: [raw] }, n) => {
      if (!eitherSign.includes(methods[name])) return mask;
      const small = createPicture(
        raw.width,
        raw.height,
        1,
        Float32Array.from(raw.data, (value) => -value),
      );
      const { width, height, data } = enlargedMask(small, [mask.width, mask.height]);
      const turned = createPicture(width, height, 1, unitMap(data));
      return isNearer(turned, mask, theirs, n) ? turned : mask;
    });
    run.close(`${c.name}: ${name} of pytorch-grad-cam`, stack(masks, theirs.shape), theirs, {
      ofLargest: 0,
      ofValue: 0,
      absolute: 1e-5,
    });
  }
  for (const [name, method] of [['hires_cam', 'hires-cam'] as const, ['layer_cam', 'layer-cam'] as const]) {
    const wanted = file.get(`${c.name}/raw/${name}`);
    const raws = (await explain(method)).map(({ raw: [map] }) => map);
    run.close(`${c.name}: raw ${method}`, stack(raws, wanted.shape), wanted);
  }
}

/** Whether `a` is nearer than `b` to sample n of the golden masks. */
function isNearer(a: Picture, b: Picture, golden: Golden, n: number): boolean {
  const own = golden.values.subarray(n * a.data.length, (n + 1) * a.data.length);
  const distance = ({ data }: Picture) => data.reduce((total, value, i) => total + Math.abs(value - own[i]), 0);
  return distance(a) < distance(b);
}

/** Integrated gradients of 32 steps, and the drops of a square of 8 pixels that moves by 4. */
async function compareAttributions(run: Run, file: GoldenFile, vggFile: GoldenFile, c: CamCase, model: VGG) {
  using x = vggFile.tensor(`${c.name}/input`, run.backend);
  const classes = c.class_per_sample;
  const integrated = await integratedGradients(model, x, { classes, steps: 32 });
  const wanted = file.get(`${c.name}/integrated_gradients_midpoint_32`);
  run.close(`${c.name}: integrated gradients`, { shape: wanted.shape, values: channelsFirst(integrated) }, wanted);

  const drops = await occlusion(model, x, { classes, window: 8, stride: 4 });
  const wantedDrops = file.get(`${c.name}/occlusion_8_stride4`);
  const maps = drops.map((result) => result.drops);
  run.close(`${c.name}: occlusion`, stack(maps, wantedDrops.shape), wantedDrops);
}

/** [H,W,3] of each picture -> [N,3,H,W] */
function channelsFirst(pictures: readonly Picture[]): number[] {
  return pictures.flatMap(({ data }) => [0, 1, 2].flatMap((c) => [...data].filter((_, i) => i % 3 === c)));
}

/** Mean 0.5 and standard deviation 0.1 as by torch's `std`, with n - 1 in the denominator; clipped to 0..1. */
function normalizeWithTorchStd(gradient: Float32Array): Float64Array {
  const values = Float64Array.from(gradient);
  const mean = values.reduce((a, b) => a + b) / values.length;
  const std = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
  return values.map((value) => Math.min(1, Math.max(0, ((value - mean) / std) * 0.1 + 0.5)));
}

/** Pictures of one size, one after the other, seen in the golden tensor's shape if they fill it. */
function stack(pictures: readonly Picture[], shape: Golden['shape']): { shape: Golden['shape']; values: Float64Array } {
  const values = Float64Array.from(pictures.flatMap(({ data }) => [...data]));
  const [{ width, height, channels }] = pictures;
  const own = [pictures.length, height, width, ...(channels === 3 ? [3] : [])];
  return { shape: shape.length === own.length - 1 && pictures.length === 1 ? own.slice(1) : own, values };
}
