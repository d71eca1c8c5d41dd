/**
 * Guided backpropagation (J. Springenberg et al., 2014) with the structure of the notes:
 *
 *     const gbp = new GuidedBackpropagation(model, [model.features.get(0)]);
 *     model.call(x.requiresGrad_()).at(0, 243).backward();
 *     const image = await gbp.image;
 *
 * At each ReLU the gradient that arrives passes only where the forward pass was active and where it is positive itself:
 * dx = (x > 0) * max(dy, 0). It changes the gradients of the whole backward pass, so it is neither for training nor to
 * be combined with Grad-CAM in one pass. A backward pass belongs to the latest forward pass, as in the notes.
 */
import { isGradEnabled } from '../autograd/grad-mode.js';
import { HookError, ArgumentError } from '../errors.js';
import { registerAll, type RemovableHandle } from '../hooks/handle.js';
import { createPicture, type Picture } from '../image/picture.js';
import { ReLU } from '../nn/layers.js';
import type { Module } from '../nn/module.js';
import { mul } from '../ops/arithmetic.js';
import { gt } from '../ops/compare.js';
import { clamp } from '../ops/clamp.js';
import type { Gradients } from '../tensor/grad-node.js';
import { keep, tidy } from '../tensor/memory.js';
import type { Tensor } from '../tensor/tensor.js';
import { chosenLayers } from './chosen-layers.js';
import { normalizeGradient, requireFinite, toPictures } from './maps.js';
import { warnIfTraining } from './training-mode.js';

export interface GuidedBackpropagationOptions {
  /**
   * Which ReLUs to guide: 'all' (the default, as Captum and pytorch-grad-cam do), or 'features', the direct children of
   * `model.features`, as the notes do (13 of VGG16's 15).
   */
  readonly relus?: 'all' | 'features';
}

export class GuidedBackpropagation {
  /**
   * The activations of the ReLUs, taken off again by the backward pass: a stack for each, as one may be used several
   * times.
   */
  readonly fh = new Map<Module, Tensor[]>();
  #gradient: Tensor | null = null;
  #removed = false;
  readonly #handles: RemovableHandle[];

  /**
   * @param modelName the modules whose input is the picture: their input gradient is the result. Default: the model
   * itself
   */
  constructor(
    readonly model: Module,
    modelName: readonly Module[] = [model],
    { relus = 'all' }: GuidedBackpropagationOptions = {},
  ) {
    chosenLayers('GuidedBackpropagation', modelName);
    warnIfTraining(model, 'GuidedBackpropagation');
    const candidates = relus === 'all' ? model.modules() : model.getSubmodule('features').children();
    const guided = candidates.filter((module) => module instanceof ReLU);
    if (guided.length === 0)
      throw new ArgumentError('GuidedBackpropagation: expected a model with ReLU modules, got none');
    this.#handles = registerAll([
      ...guided.flatMap((module) => [
        () => module.registerForwardHook((m, input, output) => this.forwardHook(m, input, output)),
        () => module.registerFullBackwardHook((m, gradIn, gradOut) => this.backwardHook(m, gradIn, gradOut)),
      ]),
      ...modelName.map((module) => () => {
        return module.registerFullBackwardHook((m, gradIn, gradOut) => this.firstBackwardHook(m, gradIn, gradOut));
      }),
    ]);
  }

  /** mean 0.5, standard deviation 0.1, clipped to 0..1 */
  normalize(gradient: Picture): Picture {
    return createPicture(gradient.width, gradient.height, gradient.channels, normalizeGradient(gradient.data));
  }

  forwardHook(module: Module, _input: Tensor[], output: Tensor): void {
    if (!isGradEnabled() || !output.requiresGrad) return;
    const stack = this.fh.get(module) ?? [];
    stack.push(keep(output.detach()));
    this.fh.set(module, stack);
  }

  firstBackwardHook(_module: Module, gradIn: Gradients, _gradOut: Gradients): void {
    const gradient = gradIn[0];
    if (!gradient) {
      throw new HookError(
        'GuidedBackpropagation: expected an input that requires a gradient, got one that does not; call model.call(x.requiresGrad_())',
      );
    }
    this.#gradient?.dispose();
    this.#gradient = keep(gradient.detach());
  }

  // #region backward
  backwardHook(module: Module, gradIn: Gradients, gradOut: Gradients): Gradients | null {
    if (this.#removed) return null;
    const a = this.fh.get(module)?.pop();
    if (!a) return this.#guideAgain(gradIn);
    const grad = gradOut[0];
    const newGrad = grad && tidy(() => mul(clamp(grad, 0), gt(a, 0)));
    a.dispose();
    return newGrad && [newGrad];
  }
  // #endregion backward

  /** Another pass through a retained graph: the ReLU itself has made its gradient 0 where it was not active. */
  #guideAgain([grad]: Gradients): Gradients | null {
    return grad && [clamp(grad, 0)];
  }

  /** The input gradient of the latest backward pass, [N,3,H,W]; null before. */
  get gradient(): Tensor | null {
    return this.#gradient;
  }

  /** The input gradient of the first sample, normalised to be looked at. */
  get image(): Promise<Picture> {
    return this.images.then(([first]) => first);
  }

  /** The same for every sample. */
  get images(): Promise<Picture[]> {
    return this.rawImages().then((pictures) => pictures.map((picture) => this.normalize(picture)));
  }

  /** The input gradient of every sample as it is, [H,W,3]. */
  async rawImages(): Promise<Picture[]> {
    const gradient = this.#gradient;
    if (!gradient) {
      throw new ArgumentError(
        'GuidedBackpropagation: expected a backward pass after the hooks were registered, got none; ' +
          'run model.call(x.requiresGrad_()).at(0, classIndex).backward() first',
      );
    }
    const values = await gradient.data();
    requireFinite(values, 'GuidedBackpropagation: the gradient');
    return toPictures(values, gradient.shape, 'GuidedBackpropagation');
  }

  /** Removes the hooks and frees what they kept. */
  remove(): void {
    this.#removed = true;
    for (const handle of this.#handles) handle.remove();
    for (const stack of this.fh.values()) for (const activation of stack) activation.dispose();
    this.fh.clear();
    this.#gradient?.dispose();
    this.#gradient = null;
  }

  [Symbol.dispose](): void {
    this.remove();
  }
}
