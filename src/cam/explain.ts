/**
 * One picture, one model, some classes, some methods: everything that the command line and a page need, in one call.
 *
 * Each class takes one backward pass for Grad-CAM (through the head only, if the model is frozen), one for guided
 * backpropagation and one for the plain gradient, each only if a method asks for it. Nothing stays behind: hooks are
 * removed and tensors freed, errors included.
 */
import { backward } from '../autograd/backward.js';
import { noGrad } from '../autograd/grad-mode.js';
import { ArgumentError, check } from '../errors.js';
import { swapRedBlue, type Picture } from '../image/picture.js';
import type { Module } from '../nn/module.js';
import { softmax } from '../ops/softmax.js';
import { tidy } from '../tensor/memory.js';
import { formatShape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { GradCam, type CamOptions } from './grad-cam.js';
import { GuidedBackpropagation } from './guided-backprop.js';
import { classScore, isBlank, requireFinite } from './maps.js';
import { methodNames, type MethodName } from './methods.js';
import { guidedGradCam, inputGradient, showGradient } from './saliency.js';
import { warnIfTraining } from './training-mode.js';

export interface ExplainOptions extends CamOptions {
  /** The layer that Grad-CAM looks at: a module of the model that returns a map [N,K,h,w]. */
  readonly layer: Module;
  /** Class numbers to explain, or a function that chooses them by the logits. Default: the top class. */
  readonly classes?: readonly number[] | ((logits: Float32Array) => readonly number[]);
  /** Default: all. */
  readonly methods?: readonly MethodName[];
  /** The order of the input's channels, so that gradients are shown in true colours. Default: 'RGB'. */
  readonly order?: 'RGB' | 'BGR';
  /** Called before each step. */
  readonly onStep?: (done: number, total: number, step: string, classIndex: number) => void;
}

/** One method's answer for one class. */
export interface Explanation {
  readonly classIndex: number;
  readonly method: MethodName;
  /** What to look at, RGB: an overlay of the picture's size, or a normalised gradient of the input's size. */
  readonly image: Picture;
  /** Grad-CAM's map in 0..1, of the picture's size; null for the other methods. */
  readonly mask: Picture | null;
  /** The values as they were computed: the map of the layer's size, or the input gradient. */
  readonly raw: Picture;
  /** Whether there is nothing to see: all values are 0. */
  readonly blank: boolean;
}

/** What Grad-CAM captured for one class: [K,h,w] each. */
export interface Captured {
  readonly classIndex: number;
  readonly shape: readonly number[];
  readonly activation: Float32Array;
  readonly gradient: Float32Array;
}

export interface ExplainResult {
  readonly logits: Float32Array;
  readonly probabilities: Float32Array;
  readonly explanations: Explanation[];
  readonly captured: Captured[];
}

/**
 * Explains one sample.
 * @param x the model's input [1,3,H,W]
 * @param picture the same as a picture, of any size: overlays are drawn on it
 */
export async function explain(
  model: Module,
  x: Tensor,
  picture: Picture,
  options: ExplainOptions,
): Promise<ExplainResult> {
  check(
    x.ndim === 4 && x.shape[0] === 1,
    () => `explain: expected an input of shape [1,3,H,W], got ${formatShape(x.shape)}`,
  );
  warnIfTraining(model, 'explain');
  requireFinite(await x.data(), 'explain: the input');
  const { logits, probabilities } = await classify(model, x);
  const { classes: choice = (values: Float32Array) => [argmax(values)] } = options;
  const classes = typeof choice === 'function' ? choice(logits) : choice;
  const wanted = new Set(options.methods ?? methodNames);
  const needsCam = wanted.has('grad-cam') || wanted.has('guided-grad-cam');
  const needsGuided = wanted.has('guided-backprop') || wanted.has('guided-grad-cam');
  const total = classes.length * ([needsCam, needsGuided, wanted.has('gradient')].filter(Boolean).length || 1);
  let done = 0;
  const step = (name: string, classIndex: number): void => options.onStep?.(done++, total, name, classIndex);

  // a model that is not frozen is run backward to the input, so that its parameters' gradients stay as they are
  const trainable = model.parameters().some((parameter) => parameter.requiresGrad);
  const explanations: Explanation[] = [];
  const captured: Captured[] = [];
  const toRgb = (gradient: Picture): Picture => (options.order === 'BGR' ? swapRedBlue(gradient) : gradient);
  for (const classIndex of classes) {
    const found = new Map<MethodName, Explanation>();
    const put = (method: MethodName, parts: Omit<Explanation, 'method' | 'classIndex'>) =>
      found.set(method, { classIndex, method, ...parts });
    if (needsCam) {
      step('Grad-CAM', classIndex);
      const { explanation, capture } = await runGradCam(model, x, picture, classIndex, trainable, options);
      put('grad-cam', explanation);
      captured.push(capture);
    }
    if (needsGuided) {
      step('guided backpropagation', classIndex);
      const guided = toRgb(await runGuided(model, x, classIndex));
      put('guided-backprop', gradientResult(guided));
      const mask = found.get('grad-cam')?.mask;
      if (mask) put('guided-grad-cam', gradientResult(guidedGradCam(guided, mask)));
    }
    if (wanted.has('gradient')) {
      step('gradient', classIndex);
      put('gradient', gradientResult(toRgb((await inputGradient(model, x, classIndex))[0])));
    }
    for (const method of methodNames) {
      const explanation = found.get(method);
      if (explanation && wanted.has(method)) explanations.push(explanation);
    }
  }
  return { logits, probabilities, explanations, captured };
}

/** Logits and probabilities of the one sample. */
async function classify(model: Module, x: Tensor): Promise<{ logits: Float32Array; probabilities: Float32Array }> {
  const [scores, shares] = noGrad(() =>
    tidy(() => {
      const logits = model.call(x.detach());
      check(logits.ndim === 2, () => `explain: expected logits of shape [N,classes], got ${formatShape(logits.shape)}`);
      return [logits, softmax(logits, 1)];
    }),
  );
  try {
    const logits = await scores.data();
    requireFinite(logits, 'explain: the logits');
    return { logits, probabilities: await shares.data() };
  } finally {
    scores.dispose();
    shares.dispose();
  }
}

/** @param throughAll run backward to the input, not only to the layer */
async function runGradCam(
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
async function runGuided(model: Module, x: Tensor, classIndex: number): Promise<Picture> {
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

function gradientResult(raw: Picture) {
  return { image: showGradient(raw), mask: null, raw, blank: isBlank(raw.data) };
}

function argmax(values: Float32Array): number {
  return values.indexOf(Math.max(...values));
}
