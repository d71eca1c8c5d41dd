/** The view Compare: two explanations of one picture that differ in one thing. */
import { batch, computed, effect, signal, untracked, type Signal } from '@preact/signals';
import type { MethodName } from 'backlight/cam/methods.js';
import { engine } from '../client/engine.js';
import type { ExplainResult, Look } from '../engine/protocol.js';
import { cosine, strengths } from '../ui/drawing.js';
import { engineChoice } from './engine-choice.js';
import { classIndex, layer, method, size } from './explanation.js';
import { topClasses } from './labels.js';
import { model, randomised } from './models.js';
import { picture } from './pictures.js';
import { Run } from './run.js';
import { view } from './view.js';

export const aspects = [
  { value: 'class', label: 'Two classes' },
  { value: 'layer', label: 'Two layers' },
  { value: 'method', label: 'Two methods' },
  { value: 'weights', label: 'Trained and random' },
] as const;

export type Aspect = (typeof aspects)[number]['value'];

export interface Side {
  readonly classIndex: Signal<number | null>;
  readonly layer: Signal<string | null>;
  readonly method: Signal<MethodName>;
  readonly random: Signal<boolean>;
  readonly look: Signal<Look | null>;
  readonly run: Run<ExplainResult>;
}

const side = (): Side => ({
  classIndex: signal<number | null>(null),
  layer: signal<string | null>(null),
  method: signal<MethodName>('grad-cam'),
  random: signal(false),
  look: signal<Look | null>(null),
  run: new Run<ExplainResult>(),
});

export const aspect: Signal<Aspect> = signal('class');
export const sides: readonly [Side, Side] = [side(), side()];

/** How alike the two maps are; null while there is one at most. */
export const likeness = computed<number | null>(() => {
  const [a, b] = sides.map(({ run, look }) => {
    const map = run.result.value?.maps.at(0);
    const seen = look.value;
    return map && seen ? strengths(map.raw, map.mask, seen.view.width, seen.view.height) : null;
  });
  return a && b && a.length === b.length ? cosine(a, b) : null;
});

/** Two sides that differ in the aspect; the rest is as in the view Explain. */
export function choose(next: Aspect): void {
  const [first, second] = sides;
  batch(() => {
    aspect.value = next;
    for (const { classIndex: ofClass, layer: ofLayer, method: ofMethod, random } of sides) {
      ofClass.value = classIndex.peek();
      ofLayer.value = layer.peek();
      ofMethod.value = method.peek();
      random.value = false;
    }
    const seen = first.look.peek();
    if (next === 'class' && seen) {
      const ranked = topClasses(seen.logits);
      const chosen = first.classIndex.peek() ?? ranked[0];
      second.classIndex.value = ranked.find((index) => index !== chosen) ?? chosen;
    }
    if (next === 'layer' && seen) second.layer.value = shallower(seen, first);
    if (next === 'method') second.method.value = method.peek() === 'layer-cam' ? 'grad-cam' : 'layer-cam';
    if (next === 'weights') second.random.value = true;
  });
}

/** A layer about two thirds on the way to the one that is looked at. */
function shallower({ layers }: Look, { run }: Side): string {
  const at = layers.findIndex(({ name }) => name === run.result.peek()?.layer);
  return layers[Math.max(0, Math.floor((2 * (at < 0 ? layers.length : at)) / 3))].name;
}

async function explainSide(own: Side, index: number): Promise<void> {
  const [source, network] = [picture.value, model.value];
  if (!source || !network) return;
  const [first] = sides;
  // both at one size, or the maps could not be compared
  const common = size.peek() ?? (index === 0 ? null : (first.look.peek()?.size ?? null));
  const call = engine.call(
    'explain',
    {
      engine: engineChoice.value,
      model: own.random.value ? randomised(network) : network,
      picture: source,
      size: common,
      classIndex: own.classIndex.value ?? (index === 0 ? null : (first.run.result.peek()?.classIndex ?? null)),
      layer: own.layer.value,
      methods: [own.method.value],
    },
    {
      lane: `compare ${index}`,
      onProgress: own.run.onProgress,
      onPart: (part) => {
        if (part.kind === 'look') own.look.value = part.look;
      },
    },
  );
  await own.run.follow(call);
}

/** All that a side's explanation depends on. */
function requestOf({ classIndex: ofClass, layer: ofLayer, method: ofMethod, random }: Side): string {
  return JSON.stringify([
    picture.value?.key,
    model.value?.key,
    engineChoice.value,
    size.value,
    ofClass.value,
    ofLayer.value,
    ofMethod.value,
    random.value,
  ]);
}

/** Explains a side whenever it has changed; the second one after the first, whose size it takes. */
export function keepComparing(): void {
  const asked = ['', ''];
  let turn = Promise.resolve();
  const explainChanged = async (): Promise<void> => {
    for (const [index, own] of sides.entries()) {
      const request = untracked(() => requestOf(own));
      if (request === asked[index]) continue;
      const isFirst = asked[index] === '';
      asked[index] = request;
      await explainSide(own, index);
      if (isFirst && index === 0) choose(aspect.peek());
    }
  };
  effect(() => {
    const requests = sides.map(requestOf);
    if (view.value !== 'compare' || !picture.value || !model.value) return;
    requests.forEach((request, index) => {
      if (request !== asked[index]) engine.cancel(`compare ${index}`);
    });
    turn = turn.then(explainChanged);
  });
}
