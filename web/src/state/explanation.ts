/** What the view Explain asks for, and what came back. */
import { batch, effect, signal, type Signal } from '@preact/signals';
import { defaultMethods, type MethodName } from 'backlight/cam/methods.js';
import type { ColorMapName } from 'backlight/image/colormaps.js';
import { engine } from '../client/engine.js';
import type { ExplainResult, Look, PictureSource } from '../engine/protocol.js';
import { engineChoice, engineInfo } from './engine-choice.js';
import { isLive } from './live.js';
import { model } from './models.js';
import { picture, pictureError } from './pictures.js';
import { Run } from './run.js';
import { view } from './view.js';

export const classIndex: Signal<number | null> = signal(null);
export const layer: Signal<string | null> = signal(null);
export const method: Signal<MethodName> = signal('grad-cam');
export const size: Signal<number | null> = signal(null);
export const alpha = signal(0.5);
export const colormap: Signal<ColorMapName> = signal('jet');

export const look: Signal<Look | null> = signal(null);
export const explanation = new Run<ExplainResult>();

/** The largest size that live frames are looked at in, unless another is chosen. */
const MOST_LIVE = 64;

/** Beside the chosen one, these are always shown. */
const beside: readonly MethodName[] = ['guided-backprop', 'guided-grad-cam'];

const gradients: readonly MethodName[] = [...defaultMethods.slice(1), 'integrated-gradients'];

/** Whether a method ends in a gradient at the picture's pixels, not in a heat map. */
export const isGradient = (name: MethodName): boolean => gradients.includes(name);

/** Explains a picture with the present choices. @param live only the heat map, for the frames of a camera */
export function explainNow(source: PictureSource, live = false): Promise<ExplainResult | null> {
  const network = model.value;
  if (!network) return Promise.resolve(null);
  const chosen = method.value;
  const methods: MethodName[] = live ? [isGradient(chosen) ? 'grad-cam' : chosen] : [...new Set([chosen, ...beside])];
  const call = engine.call(
    'explain',
    {
      engine: engineChoice.value,
      model: network,
      picture: source,
      size: live ? liveSize() : size.value,
      classIndex: classIndex.value,
      layer: layer.value,
      methods,
    },
    {
      lane: 'explain',
      onProgress: explanation.onProgress,
      onPart: (part) => {
        if (part.kind === 'look' && !live) look.value = part.look;
        else if (part.kind === 'look') liveLook = part.look;
      },
    },
  );
  return explanation.follow(
    call.then((result) => {
      if (live && liveLook) look.value = liveLook;
      engineInfo.value = result.engine;
      return result;
    }),
  );
}

/** What was chosen, or what suited the first frame, as long as it leaves ten frames a second and more. */
function liveSize(): number | null {
  if (size.value !== null || !look.value) return size.value;
  return Math.min(look.value.size, MOST_LIVE);
}

/** A live frame's picture and map change together. */
let liveLook: Look | null = null;

/** A new picture or network begins anew with its own top class. */
export function startOver(): void {
  batch(() => {
    classIndex.value = null;
    layer.value = null;
    size.value = null;
    look.value = null;
    explanation.result.value = null;
    explanation.error.value = null;
  });
}

/** Explains whenever a choice has changed. */
export function keepExplaining(): void {
  let about = '';
  let asked = '';
  let scheduled = false;
  let good: PictureSource | null = null;
  /** A file that is no picture does not take the place of the one before. */
  const goBack = (): void => {
    if (good === null || good === picture.peek()) return;
    pictureError.value = explanation.error.peek();
    picture.value = good;
  };
  const explainIfChanged = (): void => {
    scheduled = false;
    const [source, network] = [picture.peek(), model.peek()];
    if (!source || !network) return;
    const subject = `${source.key} ${network.key}`;
    if (subject !== about) startOver();
    about = subject;
    const request = [subject, engineChoice, classIndex, layer, method, size].map((part) =>
      typeof part === 'string' ? part : part.peek(),
    );
    if (JSON.stringify(request) === asked) return;
    asked = JSON.stringify(request);
    void explainNow(source).then((result) => {
      if (result) good = source;
      else if (explanation.error.peek() !== null && picture.peek() === source) goBack();
    });
  };
  effect(() => {
    const choices = [picture, model, engineChoice, classIndex, layer, method, size].map((choice) => choice.value);
    if (choices[0] === null || isLive.value || view.value !== 'explain' || scheduled) return;
    scheduled = true;
    queueMicrotask(explainIfChanged);
  });
}
