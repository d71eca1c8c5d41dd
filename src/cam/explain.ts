/**
 * One picture, one model, some classes, some methods: everything that the command line and a page need, in one call.
 *
 * Each class takes one backward pass for Grad-CAM (through the head only, if the model is frozen), one for guided
 * backpropagation, one for the plain gradient and whatever the other methods need, each only if it is asked for. Nothing
 * stays behind: hooks are removed and tensors freed, errors included.
 */
import { noGrad } from '../autograd/grad-mode.js';
import { check } from '../errors.js';
import type { Picture } from '../image/picture.js';
import type { Module } from '../nn/module.js';
import { softmax } from '../ops/softmax.js';
import { tidy } from '../tensor/memory.js';
import { formatShape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { gradientResult, inTrueColours, otherMethods, runGradCam, runGuided, runOther } from './explain-steps.js';
import { chosenLayers } from './chosen-layers.js';
import type { CamOptions } from './grad-cam.js';
import { requireFinite } from './maps.js';
import { defaultMethods, methodNames, methodTitle, type MethodName } from './methods.js';
import { guidedGradCam, inputGradient } from './saliency.js';
import { warnIfTraining } from './training-mode.js';

export interface ExplainOptions extends CamOptions {
  /** The layer that Grad-CAM and its relatives look at: a module of the model that returns a map [N,K,h,w]. */
  readonly layer: Module;
  /** Class numbers to explain, or a function that chooses them by the logits. Default: the top class. */
  readonly classes?: readonly number[] | ((logits: Float32Array) => readonly number[]);
  /** Default: `defaultMethods`, the four that are quick. */
  readonly methods?: readonly MethodName[];
  /** The order of the input's channels, so that gradients are shown in true colours. Default: 'RGB'. */
  readonly order?: 'RGB' | 'BGR';
  /** Called before each step, and while a long one runs: `share` is how much of it is done, 0 to 1. */
  readonly onStep?: (done: number, total: number, step: string, classIndex: number, share: number) => void;
}

/** One method's answer for one class. */
export interface Explanation {
  readonly classIndex: number;
  readonly method: MethodName;
  /** What to look at, RGB: an overlay of the picture's size, or a normalised gradient of the input's size. */
  readonly image: Picture;
  /** A heat map's values in 0..1, of the picture's size; null for methods that end in a gradient. */
  readonly mask: Picture | null;
  /** The values as they were computed: the map of the layer's size, or the gradient of the input's. */
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
  chosenLayers('explain', options.layer);
  warnIfTraining(model, 'explain');
  requireFinite(await x.data(), 'explain: the input');
  const { logits, probabilities } = await classify(model, x);
  const { classes: choice = (values: Float32Array) => [argmax(values)] } = options;
  const classes = typeof choice === 'function' ? choice(logits) : choice;
  const wanted = new Set<MethodName>(options.methods ?? defaultMethods);
  const needsCam = wanted.has('grad-cam') || wanted.has('guided-grad-cam');
  const needsGuided = wanted.has('guided-backprop') || wanted.has('guided-grad-cam');
  const others = otherMethods.filter((method) => wanted.has(method));
  const quick = [needsCam, needsGuided, wanted.has('gradient')].filter(Boolean).length;
  const total = classes.length * (quick + others.length || 1);
  let done = 0;
  const step = (name: string, classIndex: number): void => options.onStep?.(done++, total, name, classIndex, 0);

  // a model that is not frozen is run backward to the input, so that its parameters' gradients stay as they are
  const trainable = model.parameters().some((parameter) => parameter.requiresGrad);
  const explanations: Explanation[] = [];
  const captured: Captured[] = [];
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
      const guided = inTrueColours(await runGuided(model, x, classIndex), options);
      put('guided-backprop', gradientResult(guided));
      const mask = found.get('grad-cam')?.mask;
      if (mask) put('guided-grad-cam', gradientResult(guidedGradCam(guided, mask)));
    }
    if (wanted.has('gradient')) {
      step('gradient', classIndex);
      const [raw] = await inputGradient(model, x, classIndex);
      put('gradient', gradientResult(inTrueColours(raw, options)));
    }
    for (const method of others) {
      const title = methodTitle(method);
      step(title, classIndex);
      const onProgress = (runs: number, all: number) =>
        options.onStep?.(done - 1, total, title, classIndex, runs / all);
      put(method, await runOther(method, { model, x, picture, classIndex, options, onProgress }));
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

function argmax(values: Float32Array): number {
  return values.indexOf(Math.max(...values));
}
