/**
 * Class activation maps, one function for all methods:
 *
 *     const [{ mask }] = await cam(model, x, { method: 'grad-cam++', layer: model.getSubmodule('features.29') });
 *
 * Run the model, take each layer's activation (and gradient), let the method make a map of them; then for every method
 * alike: ReLU, to 0..1, enlarge, mean over the layers, to 0..1. Values are those of pytorch-grad-cam.
 */
import { ArgumentError, check } from '../errors.js';
import { createPicture, type Picture } from '../image/picture.js';
import { nearest } from '../nearest.js';
import type { Module } from '../nn/module.js';
import { formatShape } from '../tensor/shape.js';
import { tidy } from '../tensor/memory.js';
import type { Tensor } from '../tensor/tensor.js';
import { noGrad } from '../autograd/grad-mode.js';
import { warn } from '../warnings.js';
import { ablationCamMap } from './ablation-cam.js';
import { BatchedRuns, type RunOptions } from './batched-runs.js';
import { whyBlank } from './blank.js';
import { captureActivations, captureGradients, freeCaptures, type ActivationCapture } from './capture.js';
import {
  femMap,
  gradCamElementWiseMap,
  gradCamPlusPlusMap,
  hiResCamMap,
  layerCamMap,
  xGradCamMap,
} from './channel-maps.js';
import { chosenLayers } from './chosen-layers.js';
import { eigenCamMap, eigenGradCamMap } from './eigen-cam.js';
import { fullGradMap } from './full-grad.js';
import type { LayerRun } from './layer-run.js';
import { enlargedMask, gradCamMap, isBlank, perSampleClasses, requireFinite, unitMap } from './maps.js';
import { methodTitle } from './methods.js';
import { scoreCamMap } from './score-cam.js';
import { warnIfTraining } from './training-mode.js';

/** What a method makes its map [N,h,w] of; `uses` says what has to be computed for it. */
type CamMethod =
  | { readonly uses: 'gradient'; map(activation: Tensor, gradient: Tensor): Tensor | Promise<Tensor> }
  | { readonly uses: 'activation'; map(activation: Tensor): Tensor | Promise<Tensor> }
  | { readonly uses: 'runs'; map(run: LayerRun): Promise<Tensor> }
  | { readonly uses: 'all layers'; map(model: Module, x: Tensor, classes: readonly number[]): Tensor };

/** The methods by name. To add one, add a function and a line here, and say in methods.ts what it shows. */
const camMethods = {
  'grad-cam': { uses: 'gradient', map: gradCamMap },
  'hires-cam': { uses: 'gradient', map: hiResCamMap },
  'grad-cam-elementwise': { uses: 'gradient', map: gradCamElementWiseMap },
  'grad-cam++': { uses: 'gradient', map: gradCamPlusPlusMap },
  'xgrad-cam': { uses: 'gradient', map: xGradCamMap },
  'layer-cam': { uses: 'gradient', map: layerCamMap },
  'score-cam': { uses: 'runs', map: scoreCamMap },
  'ablation-cam': { uses: 'runs', map: ablationCamMap },
  'eigen-cam': { uses: 'activation', map: eigenCamMap },
  'eigen-grad-cam': { uses: 'gradient', map: eigenGradCamMap },
  'full-grad': { uses: 'all layers', map: fullGradMap },
  fem: { uses: 'activation', map: femMap },
} as const satisfies Record<string, CamMethod>;

export type CamMethodName = keyof typeof camMethods;

export const camMethodNames = Object.keys(camMethods) as readonly CamMethodName[];

export function isCamMethod(name: string): name is CamMethodName {
  return Object.hasOwn(camMethods, name);
}

export interface CamRequest extends RunOptions {
  /** Default: 'grad-cam'. */
  readonly method?: CamMethodName;
  /**
   * The layer to look at, or several, whose maps are averaged: modules that return [N,K,h,w]. 'full-grad' needs none:
   * it looks at every layer with a bias.
   */
  readonly layer?: Module | readonly Module[];
  /** The class to explain, for each sample or for all. Default: each sample's top class. */
  readonly classes?: number | readonly number[];
  /** [width, height] of the mask. Default: the input's. */
  readonly size?: readonly [number, number];
}

/** One sample's map. */
export interface CamMap {
  readonly classIndex: number;
  /** In 0..1, grey. */
  readonly mask: Picture;
  /** Before ReLU, scaling and resizing, of each layer's own size; grey, any values. */
  readonly raw: readonly Picture[];
  /** Whether the mask has nothing in it. */
  readonly blank: boolean;
}

/**
 * Where each sample's class is, by one of the methods.
 *
 * The model is run as it is: call `model.eval()` first. Parameters' gradients stay as they are; hooks are removed and
 * tensors freed, errors included. 'score-cam' and 'ablation-cam' run the model once per channel.
 *
 * @param x [N,C,H,W]
 * @returns one map per sample
 * @throws ArgumentError for a method that does not exist or a layer that the class score does not depend on; HookError
 * for a layer that returns no map; ShapeError for a wrong input or class number, and for NaN
 */
export async function cam(model: Module, x: Tensor, request: CamRequest = {}): Promise<CamMap[]> {
  const { method = 'grad-cam', size } = request;
  if (!isCamMethod(method)) {
    throw new ArgumentError(
      `cam: there is no method ${JSON.stringify(method)}; the nearest are ${nearest(String(method), camMethodNames).join(', ')}`,
    );
  }
  check(x.ndim === 4, () => `cam: expected an input of shape [N,C,H,W], got ${formatShape(x.shape)}`);
  warnIfTraining(model, 'cam');
  requireFinite(await x.data(), 'cam: the input');
  const [samples, , height, width] = x.shape;
  const classes =
    request.classes === undefined ? await topClasses(model, x) : perSampleClasses(request.classes, samples, 'cam');
  const layers = await rawMaps(model, x, classes, request);
  return classes.map((classIndex, n) => {
    const maps = layers.map((samplesOf) => samplesOf[n]);
    const mask = meanMask(maps.map(({ raw }) => enlargedMask(raw, size ?? [width, height])));
    const blank = isBlank(mask.data);
    if (blank) warn(`${methodTitle(method)}: the map is blank, ${maps[0].why}`);
    return { classIndex, mask, raw: maps.map(({ raw }) => raw), blank };
  });
}

/** Each sample's class of the highest score. */
async function topClasses(model: Module, x: Tensor): Promise<number[]> {
  using logits = noGrad(() => tidy(() => model.call(x.detach())));
  check(logits.ndim === 2, () => `cam: expected logits of shape [N,classes], got ${formatShape(logits.shape)}`);
  const values = await logits.data();
  requireFinite(values, 'cam: the logits');
  const [samples, classes] = logits.shape;
  return Array.from({ length: samples }, (_, n) => {
    const own = values.subarray(n * classes, (n + 1) * classes);
    return own.indexOf(Math.max(...own));
  });
}

/** One sample's map of one layer. */
interface RawMap {
  readonly raw: Picture;
  /** The likely reason, if there is nothing in it; else ''. */
  readonly why: string;
}

/** For each layer, each sample's map. */
async function rawMaps(
  model: Module,
  x: Tensor,
  classes: readonly number[],
  { method = 'grad-cam', layer, ...options }: CamRequest,
): Promise<RawMap[][]> {
  const how: CamMethod = camMethods[method];
  if (how.uses === 'all layers') {
    using map = how.map(model, x, classes);
    return [await readMap(method, map, () => Promise.resolve('because no gradient of the class reaches the picture'))];
  }
  const layers = chosenLayers(`cam (${method})`, layer);
  if (how.uses === 'gradient') {
    const captures = captureGradients('cam', model, x, layers, classes);
    return mapEach(method, captures, ({ activation, gradient }) => how.map(activation, gradient));
  }
  if (how.uses === 'activation') {
    const captures = captureActivations('cam', model, x, layers);
    return mapEach(method, captures, ({ activation }) => how.map(activation));
  }
  const runs = new BatchedRuns('cam', model, x, options);
  const captures = captureActivations('cam', model, x, layers);
  runs.total = captures.reduce((total, { activation: { shape } }) => total + shape[0] * shape[1], 0);
  return mapEach(method, captures, ({ layer, activation }) => how.map({ model, x, layer, activation, classes, runs }));
}

/** Makes the map of each capture, reads it, and frees the captures. */
async function mapEach<T extends ActivationCapture>(
  method: CamMethodName,
  captures: readonly T[],
  make: (capture: T) => Tensor | Promise<Tensor>,
): Promise<RawMap[][]> {
  try {
    const maps: RawMap[][] = [];
    for (const capture of captures) {
      using map = await make(capture);
      maps.push(await readMap(method, map, (raw, n) => whyBlank(raw, capture.activation, capture.gradient ?? null, n)));
    }
    return maps;
  } finally {
    freeCaptures(captures);
  }
}

/** map [N,h,w] -> one for each sample */
async function readMap(
  method: CamMethodName,
  map: Tensor,
  whyBlank: (raw: Float32Array, n: number) => Promise<string>,
): Promise<RawMap[]> {
  const [samples, height, width] = map.shape;
  const values = await map.data();
  requireFinite(values, `cam: the map of ${method}`);
  const found: RawMap[] = [];
  for (let n = 0; n < samples; n++) {
    const raw = createPicture(width, height, 1, values.slice(n * height * width, (n + 1) * height * width));
    const blank = isBlank(enlargedMask(raw, [width, height]).data);
    found.push({ raw, why: blank ? await whyBlank(raw.data, n) : '' });
  }
  return found;
}

/** The mean of masks of one size, to 0..1. */
function meanMask(masks: readonly Picture[]): Picture {
  const [{ width, height, data }] = masks;
  const mean = data.map((_, i) => masks.reduce((total, mask) => total + mask.data[i], 0) / masks.length);
  return createPicture(width, height, 1, unitMap(mean));
}
