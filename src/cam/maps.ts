/** From gradients and activations to pictures: the small numerical steps that the methods share. */
import { check } from '../errors.js';
import { createPicture, type Picture } from '../image/picture.js';
import { resize } from '../image/resize.js';
import { mean, sum } from '../ops/sum.js';
import { mul } from '../ops/arithmetic.js';
import { neg } from '../ops/unary.js';
import { nllLoss } from '../ops/cross-entropy.js';
import { formatShape } from '../tensor/shape.js';
import { tidy } from '../tensor/memory.js';
import type { Tensor } from '../tensor/tensor.js';

/**
 * sum over n of logits[n, classes[n]]: what to run backward from to explain one class per sample. Samples do not mix,
 * so each gets its own gradient. Explain logits, not probabilities: a saturated softmax has no gradient left.
 * @param classes one per sample, or one for all
 */
export function classScore(logits: Tensor, classes: number | readonly number[]): Tensor {
  return sum(classScores(logits, classes));
}

/** The same, one score for each sample: logits [N,classes] -> [N] */
export function classScores(logits: Tensor, classes: number | readonly number[]): Tensor {
  check(logits.ndim === 2, () => `classScore: expected logits of shape [N,classes], got ${formatShape(logits.shape)}`);
  const [samples, count] = logits.shape;
  const perSample = perSampleClasses(classes, samples, 'classScore');
  for (const index of perSample) {
    check(
      Number.isInteger(index) && index >= 0 && index < count,
      () => `classScore: expected class numbers from 0 to ${count - 1}, got ${index}`,
    );
  }
  return neg(nllLoss(logits, perSample, { reduction: 'none' }));
}

/** One class for each of `samples` samples. */
export function perSampleClasses(
  classes: number | readonly number[],
  samples: number,
  caller: string,
): readonly number[] {
  if (typeof classes === 'number') return new Array<number>(samples).fill(classes);
  check(
    Array.isArray(classes) && classes.length === samples,
    () =>
      `${caller}: expected ${samples} class numbers for a batch of ${samples}, ` +
      `got ${Array.isArray(classes) ? String(classes.length) : String(classes)}`,
  );
  return classes;
}

/**
 * Grad-CAM before ReLU, scaling and resizing (R. Selvaraju et al., 2017, equations 1 and 2):
 * L = sum_k alpha_k A_k, alpha_k the mean over height and width of the gradient of channel k.
 * activation, gradient [N,K,h,w] -> [N,h,w]
 */
export function gradCamMap(activation: Tensor, gradient: Tensor): Tensor {
  return tidy(() => sum(mul(mean(gradient, [2, 3], true), activation), 1));
}

/** max(x, 0), then (x - min) / (max + 1e-7), as the notes scale a map to 0..1. An all-zero map stays 0. */
export function scaleMap(map: Float32Array): Float32Array {
  const positive = map.map((value) => (value < 0 ? 0 : value));
  let min = Infinity;
  let max = -Infinity;
  for (const value of positive) {
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  return positive.map((value) => (value - min) / (max + 1e-7));
}

/**
 * (x - min) / (max - min + 1e-7), as pytorch-grad-cam scales a map to 0..1. A map without differences becomes 0: blank.
 */
export function unitMap(map: Float32Array): Float32Array {
  let [min, max] = [Infinity, -Infinity];
  for (const value of map) {
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  return map.map((value) => (value - min) / (max - min + 1e-7));
}

/** A raw map made a mask, as pytorch-grad-cam does it: ReLU, to 0..1, enlarged to [width, height]. */
export function enlargedMask(raw: Picture, [width, height]: readonly [number, number]): Picture {
  const mask = unitMap(raw.data.map((value) => (value < 0 ? 0 : value)));
  return resize(createPicture(raw.width, raw.height, 1, mask), width, height);
}

/**
 * Values of mean 0.5 and standard deviation 0.1 (the population's, as NumPy's), clipped to 0..1: the notes' way to show
 * a gradient. A constant one becomes 0.5 everywhere.
 */
export function normalizeGradient(values: Float32Array): Float32Array {
  let total = 0;
  for (const value of values) total += value;
  const average = total / values.length;
  let squares = 0;
  for (const value of values) squares += (value - average) ** 2;
  const deviation = Math.sqrt(squares / values.length);
  if (deviation === 0) return values.map(() => 0.5);
  return values.map((value) => Math.min(1, Math.max(0, ((value - average) / deviation) * 0.1 + 0.5)));
}

/** Cuts the values of [N,3,H,W] into N pictures [H,W,3], values as they are. */
export function toPictures(values: Float32Array, shape: readonly number[], what: string): Picture[] {
  check(
    shape.length === 4 && (shape[1] === 3 || shape[1] === 1),
    () => `${what}: expected a gradient of shape [N,3,H,W] or [N,1,H,W], got ${formatShape(shape)}`,
  );
  const [samples, channels, height, width] = shape;
  const plane = height * width;
  return Array.from({ length: samples }, (_, n) => {
    const data = new Float32Array(plane * channels);
    for (let c = 0; c < channels; c++) {
      for (let i = 0; i < plane; i++) data[i * channels + c] = values[(n * channels + c) * plane + i];
    }
    return createPicture(width, height, channels === 1 ? 1 : 3, data);
  });
}

/** Whether there is nothing to see: every value is 0. */
export function isBlank(values: Float32Array): boolean {
  return values.every((value) => value === 0);
}

/** Throws when a map or gradient has a NaN or an infinity in it, which comes from the input or the weights. */
export function requireFinite(values: Float32Array, what: string): void {
  check(
    values.every(Number.isFinite),
    () => `${what}: expected finite numbers, got NaN or infinity; look for them in the picture and in the weights`,
  );
}
