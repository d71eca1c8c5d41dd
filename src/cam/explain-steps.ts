/** What `explain()` runs for one class, method by method. */
import { backward } from '../autograd/backward.js';
import { ArgumentError } from '../errors.js';
import { swapRedBlue, type Picture } from '../image/picture.js';
import type { Module } from '../nn/module.js';
import { tidy } from '../tensor/memory.js';
import type { Tensor } from '../tensor/tensor.js';
import type { RunOptions } from './batched-runs.js';
import { cam } from './cam.js';
import type { Captured, Explanation, ExplainOptions } from './explain.js';
import { GradCam, overlayMask } from './grad-cam.js';
import { GuidedBackpropagation } from './guided-backprop.js';
import { integratedGradients } from './integrated-gradients.js';
import { classScore, enlargedMask, isBlank } from './maps.js';
import { defaultMethods, methodNames, type MethodName } from './methods.js';
import { occlusion } from './occlusion.js';
import { showGradient } from './saliency.js';

/** An explanation without what the caller knows. */
type Parts = Omit<Explanation, 'method' | 'classIndex'>;

type OtherMethod = Exclude<MethodName, (typeof defaultMethods)[number]>;

/** The methods beyond the default ones, each of which stands alone. */
export const otherMethods = methodNames.filter(
  (name): name is OtherMethod => !defaultMethods.some((method) => method === name),
);

interface OneClass {
  readonly model: Module;
  readonly x: Tensor;
  readonly picture: Picture;
  readonly classIndex: number;
  readonly options: ExplainOptions;
  readonly onProgress: RunOptions['onProgress'];
}

/** One of the methods that stand alone, for one class. */
export async function runOther(method: OtherMethod, one: OneClass): Promise<Parts> {
  const { model, x, picture, classIndex, options, onProgress } = one;
  const size = [picture.width, picture.height] as const;
  if (method === 'integrated-gradients') {
    const [raw] = await integratedGradients(model, x, { classes: classIndex, onProgress });
    return gradientResult(inTrueColours(raw, options));
  }
  if (method === 'occlusion') {
    const [{ drops, map }] = await occlusion(model, x, { classes: classIndex, onProgress });
    const mask = enlargedMask(map, size);
    return { image: overlayMask(picture, mask, options), mask, raw: drops, blank: isBlank(mask.data) };
  }
  const { layer } = options;
  const [{ mask, raw, blank }] = await cam(model, x, { method, layer, classes: classIndex, size, onProgress });
  return { image: overlayMask(picture, mask, options), mask, raw: raw[0], blank };
}

/** A gradient in RGB, whatever the order of the input's channels. */
export function inTrueColours(gradient: Picture, { order }: ExplainOptions): Picture {
  return order === 'BGR' ? swapRedBlue(gradient) : gradient;
}

/** @param throughAll run backward to the input, not only to the layer */
export async function runGradCam(
  model: Module,
  x: Tensor,
  picture: Picture,
  classIndex: number,
  throughAll: boolean,
  options: ExplainOptions,
) {
  using cam = new GradCam([options.layer], [picture.width, picture.height]);
  const reached = scoreBackward(model, x, classIndex, throughAll);
  const [activation, gradient] = [cam.fh.at(0), cam.bh.at(0)];
  if (!reached || !activation || !gradient) {
    throw new ArgumentError(
      `explain: the class score does not depend on the layer ${options.layer.constructor.name}; choose one that the network uses`,
    );
  }
  const capture: Captured = {
    classIndex,
    shape: activation.shape.slice(1),
    activation: await activation.data(),
    gradient: await gradient.data(),
  };
  const { images, masks, raw, blank } = await cam.calCam(picture, options);
  return { explanation: { image: images[0], mask: masks[0], raw: raw[0], blank: blank[0] }, capture };
}

/** The guided gradient of the one sample, as it is. */
export async function runGuided(model: Module, x: Tensor, classIndex: number): Promise<Picture> {
  using gbp = new GuidedBackpropagation(model);
  scoreBackward(model, x, classIndex, true);
  const [picture] = await gbp.rawImages();
  return picture;
}

/**
 * Backward from one class: to the input only, or in a frozen model to where a hook starts the graph.
 * @returns whether the score depends on anything that wants a gradient
 */
function scoreBackward(model: Module, x: Tensor, classIndex: number, wantsInputGradient: boolean): boolean {
  using input = x.detach().requiresGrad_(wantsInputGradient);
  try {
    return tidy(() => {
      const score = classScore(model.call(input), classIndex);
      if (score.requiresGrad) backward(score, null, wantsInputGradient ? { inputs: [input] } : {});
      return score.requiresGrad;
    });
  } finally {
    input.grad?.dispose();
  }
}

export function gradientResult(raw: Picture): Parts {
  return { image: showGradient(raw), mask: null, raw, blank: isBlank(raw.data) };
}
