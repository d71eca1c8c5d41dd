/**
 * Grad-CAM (R. Selvaraju et al., 2017) with the structure of the notes it comes from:
 *
 *     const cam = new GradCam([model.features.get(-2)], [224, 224]);
 *     model.call(x).at(0, 243).backward();
 *     const { images, masks } = await cam.calCam(picture);
 *
 * A forward hook keeps each layer's activation, a backward hook its gradient; `calCam` weighs the channels, sums,
 * scales, enlarges and colours. The hooks keep detached tensors, and values are read once, at the end. A backward pass
 * belongs to the latest forward pass: run one after the other, not two forward passes first. `cam()` does both in one
 * call, with other methods too.
 */
import { isGradEnabled } from '../autograd/grad-mode.js';
import { ArgumentError } from '../errors.js';
import { registerAll, type RemovableHandle } from '../hooks/handle.js';
import { applyColorMap, type ColorMapName } from '../image/colormaps.js';
import { blendHeat, maskPicture, overlayHeat } from '../image/overlay.js';
import { createPicture, swapRedBlue, type Picture } from '../image/picture.js';
import { resize } from '../image/resize.js';
import type { Module } from '../nn/module.js';
import type { Gradients } from '../tensor/grad-node.js';
import { keep } from '../tensor/memory.js';
import type { Tensor } from '../tensor/tensor.js';
import { warn } from '../warnings.js';
import { whyBlank } from './blank.js';
import { requireMap } from './capture.js';
import { chosenLayers } from './chosen-layers.js';
import { gradCamMap, isBlank, requireFinite, scaleMap } from './maps.js';

export interface CamOptions {
  /** The colours of the heat map. Default: 'jet'. */
  readonly colormap?: ColorMapName;
  /** Whether the picture is RGB (the default, as all pictures of this library) or, as OpenCV's, BGR. */
  readonly rgbOrBgr?: boolean;
  /** A heat map over the picture (the default), or the picture under the mask. */
  readonly useHeatmap?: boolean;
  /** The heat map's share, 0..1. Default: the notes' sum, divided by its maximum. */
  readonly alpha?: number;
}

/** The maps of one sample: one entry per layer, in the order in which the forward pass reached them. */
export interface CamResult {
  /** The picture with the heat map over it, or under the mask. */
  readonly images: Picture[];
  /** The map in 0..1, grey, of the target size. */
  readonly masks: Picture[];
  /** The map before ReLU, scaling and resizing, of the layer's own size; grey, any values. */
  readonly raw: Picture[];
  /** Whether the map has nothing in it. */
  readonly blank: boolean[];
}

/** What the hooks keep of one call of one layer. */
interface Captured {
  readonly layer: Module;
  readonly activation: Tensor;
  /** Where the graph starts, if it starts here. */
  readonly start: Tensor | null;
  gradient: Tensor | null;
}

export class GradCam {
  #captured: Captured[] = [];
  readonly #handles: RemovableHandle[];

  /**
   * @param modelName the layers to look at; each must return [N,K,h,w]. The last convolution or the ReLU after it is
   * usual
   * @param targetSize [width, height] of the maps. Default: the layer's own size
   */
  constructor(
    modelName: readonly Module[],
    readonly targetSize: readonly [number, number] | null = null,
  ) {
    this.#handles = registerAll(
      chosenLayers('GradCam', modelName).flatMap((layer) => [
        () => layer.registerForwardHook((module, input, output) => this.forwardHook(module, input, output)),
        () => layer.registerFullBackwardHook((module, gradIn, gradOut) => this.backwardHook(module, gradIn, gradOut)),
      ]),
    );
  }

  /** The activations, in forward order. */
  get fh(): Tensor[] {
    return this.#complete().map(({ activation }) => activation);
  }

  /** The gradients, in the same order. */
  get bh(): Tensor[] {
    return this.#complete().flatMap(({ gradient }) => gradient ?? []);
  }

  // #region hooks
  /**
   * Keeps the activation. Where nothing before this layer requires a gradient (a frozen model), the graph starts here,
   * so that backward runs through the rest of the network only.
   */
  forwardHook(module: Module, _input: Tensor[], output: unknown): Tensor | null {
    if (!isGradEnabled()) return null;
    const map = requireMap('GradCam', module, output);
    // a gradient that is there already belongs to an earlier pass
    this.#drop(({ layer, gradient }) => layer === module && gradient !== null);
    const start = map.requiresGrad ? null : map.detach().requiresGrad_();
    this.#captured.push({ layer: module, activation: keep(map.detach()), start, gradient: null });
    return start;
  }

  /**
   * Keeps the gradient, with the latest call of this layer that has none yet. Where all have one, this is another pass
   * through a retained graph: its gradients take their place.
   */
  backwardHook(module: Module, _gradIn: Gradients, gradOut: Gradients): void {
    const calls = this.#captured.filter(({ layer }) => layer === module);
    if (calls.every(({ gradient }) => gradient !== null)) {
      for (const call of calls) {
        call.gradient?.dispose();
        call.gradient = null;
      }
    }
    const call = calls.findLast(({ gradient }) => gradient === null);
    if (call && gradOut[0]) call.gradient = keep(gradOut[0].detach());
  }
  // #endregion hooks

  /** One overlay: `image` and `mask` of one size. */
  getRgbImage(image: Picture, mask: Picture, options: CamOptions = {}): Picture {
    return overlayMask(image, mask, options);
  }

  /**
   * Mask and overlay of every layer, from the latest forward and backward pass, whose tensors are freed.
   * @param image the picture that was explained, 0..1; for a batch, one per sample
   * @throws ArgumentError when there was no forward and backward pass, or the number of pictures is not the batch's
   */
  async calCam(image: Picture, options?: CamOptions): Promise<CamResult>;
  async calCam(image: readonly Picture[], options?: CamOptions): Promise<CamResult[]>;
  async calCam(image: Picture | readonly Picture[], options: CamOptions = {}): Promise<CamResult | CamResult[]> {
    const pictures: readonly Picture[] = 'data' in image ? [image] : image;
    const layers = this.#complete();
    if (layers.length === 0) {
      throw new ArgumentError(
        'calCam: expected a forward and a backward pass after the hooks were registered, got none; ' +
          'run model.call(x).at(0, classIndex).backward() first',
      );
    }
    // from here on they belong to this call, whatever happens to the object meanwhile
    const last = this.#captured.findLastIndex(({ gradient }) => gradient !== null);
    const done = this.#captured.splice(0, last + 1);
    try {
      const results = await this.#finishAll(layers, pictures, options);
      return 'data' in image ? results[0] : results;
    } finally {
      // with the calls before them that no backward pass reached
      free(done);
    }
  }

  async #finishAll(
    layers: readonly Captured[],
    pictures: readonly Picture[],
    options: CamOptions,
  ): Promise<CamResult[]> {
    const results = pictures.map((): CamResult => ({ images: [], masks: [], raw: [], blank: [] }));
    for (const { layer, activation, gradient } of layers) {
      if (!gradient) continue;
      const [samples, , height, width] = activation.shape;
      if (samples !== pictures.length) {
        throw new ArgumentError(
          `calCam: expected ${samples} pictures for a batch of ${samples}, got ${pictures.length}`,
        );
      }
      using map = gradCamMap(activation, gradient);
      const values = await map.data();
      requireFinite(values, `calCam: the map of ${layer.constructor.name}`);
      const plane = height * width;
      for (const [n, picture] of pictures.entries()) {
        const raw = createPicture(width, height, 1, values.slice(n * plane, (n + 1) * plane));
        await this.#finish(results[n], raw, picture, options, () => whyBlank(raw.data, activation, gradient, n));
      }
    }
    return results;
  }

  async #finish(result: CamResult, raw: Picture, picture: Picture, options: CamOptions, why: () => Promise<string>) {
    const mat = createPicture(raw.width, raw.height, 1, scaleMap(raw.data));
    const mask = this.targetSize ? resize(mat, this.targetSize[0], this.targetSize[1]) : mat;
    const blank = isBlank(mask.data);
    if (blank) warn(`Grad-CAM: the map is blank, ${await why()}`);
    const fitting = resize(mask, picture.width, picture.height);
    result.raw.push(raw);
    result.masks.push(mask);
    result.blank.push(blank);
    result.images.push(this.getRgbImage(picture, fitting, options));
  }

  /** Calls with both an activation and a gradient. */
  #complete(): Captured[] {
    return this.#captured.filter(({ gradient }) => gradient !== null);
  }

  #drop(which: (call: Captured) => boolean): void {
    free(this.#captured.filter(which));
    this.#captured = this.#captured.filter((call) => !call.activation.isDisposed);
  }

  /** Removes the hooks and frees what they kept. */
  remove(): void {
    for (const handle of this.#handles) handle.remove();
    this.#drop(() => true);
  }

  [Symbol.dispose](): void {
    this.remove();
  }
}

// #region overlay
/** One overlay of a mask on a picture of the same size. */
export function overlayMask(image: Picture, mask: Picture, options: CamOptions = {}): Picture {
  const { colormap = 'jet', rgbOrBgr = true, useHeatmap = true, alpha } = options;
  if (!useHeatmap) return maskPicture(image, mask);
  const rgb = applyColorMap(mask, colormap);
  const heatMap = rgbOrBgr ? rgb : swapRedBlue(rgb);
  return alpha === undefined ? overlayHeat(image, heatMap) : blendHeat(image, heatMap, alpha);
}
// #endregion overlay

function free(calls: readonly Captured[]): void {
  for (const { activation, gradient, start } of calls) {
    for (const tensor of [activation, gradient, start?.grad, start]) tensor?.dispose();
  }
}
