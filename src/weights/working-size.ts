/**
 * At which size a network sees a picture best. A network that was trained on small pictures knows its objects at about
 * that size; in a photograph they may be much larger or smaller. Networks with global average pooling take any size, so
 * the picture is shown at several, and the one counts at which the network is surest.
 */
import { noGrad } from '../autograd/grad-mode.js';
import { check } from '../errors.js';
import { toRgb, type Picture } from '../image/picture.js';
import type { Module } from '../nn/module.js';
import { softmax } from '../ops/softmax.js';
import { tidy } from '../tensor/memory.js';
import { formatShape } from '../tensor/shape.js';
import { preprocess } from './preprocess.js';
import type { Preprocess } from './preprocess-spec.js';

export interface TriedSize {
  /** The shorter side in pixels. */
  readonly size: number;
  /** How sure the network is there: what `certainty` returned. */
  readonly certainty: number;
}

export interface WorkingSize {
  /** The preprocessing with the chosen size, and no further ones. */
  readonly preprocess: Preprocess;
  /** In the order of `sizes`; empty where there was nothing to choose. */
  readonly tried: readonly TriedSize[];
}

/**
 * Chooses among `spec.sizes`. Sizes beyond the picture's own are left out, but for the smallest: enlarging adds nothing
 * that could be seen.
 * @param certainty how sure the network is, by the probabilities of all classes. Default: the highest of them
 */
export async function workingSize(
  model: Module,
  picture: Picture,
  spec: Preprocess,
  certainty: (probabilities: Float32Array) => number = (probabilities) => Math.max(...probabilities),
): Promise<WorkingSize> {
  const { sizes = [], ...fixed } = spec;
  const shorter = Math.min(picture.width, picture.height);
  const useful = sizes.filter((size, i) => i === 0 || size <= shorter);
  if (useful.length < 2) return { preprocess: { ...fixed, size: useful.at(0) ?? fixed.size }, tried: [] };
  const rgb = toRgb(picture);
  const tried: TriedSize[] = [];
  for (const size of useful) {
    tried.push({ size, certainty: certainty(await probabilitiesAt(model, rgb, { ...fixed, size })) });
  }
  const best = tried.reduce((a, b) => (b.certainty > a.certainty ? b : a));
  return { preprocess: { ...fixed, size: best.size }, tried };
}

async function probabilitiesAt(model: Module, picture: Picture, spec: Preprocess): Promise<Float32Array> {
  using input = preprocess(picture, spec).input;
  using probabilities = noGrad(() =>
    tidy(() => {
      const logits = model.call(input);
      check(
        logits.ndim === 2,
        () => `workingSize: expected logits of shape [1,classes], got ${formatShape(logits.shape)}`,
      );
      return softmax(logits, 1);
    }),
  );
  return probabilities.data();
}
