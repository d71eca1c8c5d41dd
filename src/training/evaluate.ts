/** How good a classifier is: accuracy, what it takes for what, and whether its probabilities mean what they say. */
import { noGrad } from '../autograd/grad-mode.js';
import { check } from '../errors.js';
import type { Module } from '../nn/module.js';
import { tensor } from '../ops/creation.js';
import { softmax } from '../ops/softmax.js';
import { tidy } from '../tensor/memory.js';
import { formatShape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { testBatches } from './batches.js';
import type { ChannelStatistics, LabelledImages } from './labelled-images.js';

/** Images whose highest probability lies in one fifteenth of 0..1. */
export interface CalibrationBin {
  readonly count: number;
  /** Their mean highest probability. */
  readonly confidence: number;
  /** The share of them that was classified correctly. */
  readonly accuracy: number;
}

export interface Calibration {
  /**
   * Expected calibration error: the mean over all images of |accuracy - confidence| of their bin (C. Guo et al.,
   * 2017).
   */
  readonly error: number;
  /** 15 bins of equal width; those without images are not there. */
  readonly bins: readonly CalibrationBin[];
}

export interface Evaluation {
  readonly count: number;
  /** The share classified correctly, 0..1. */
  readonly accuracy: number;
  /** The same of each class's images; NaN for a class that has none. */
  readonly perClass: readonly number[];
  /** confusion[label][prediction]: numbers of images. */
  readonly confusion: readonly (readonly number[])[];
  /** Mean of -log of the right class's probability. */
  readonly loss: number;
  readonly calibration: Calibration;
}

const BINS = 15;

/** The place of the largest number of each row of `width`. */
export function topOfRows(values: ArrayLike<number>, width: number): number[] {
  return Array.from({ length: values.length / width }, (_, row) => {
    let best = 0;
    for (let i = 1; i < width; i++) if (values[row * width + i] > values[row * width + best]) best = i;
    return best;
  });
}

/**
 * The probabilities of every image's classes, in evaluation mode; the model is left in the mode it was in.
 * @returns [count, classes]
 * @throws ShapeError for a model that does not fit the images, or whose weights have become NaN or infinite
 */
export async function probabilitiesOf(
  model: Module,
  images: LabelledImages,
  statistics: ChannelStatistics,
  onProgress: (done: number) => void = () => undefined,
): Promise<Float32Array> {
  const classes = images.classes.length;
  const all = new Float32Array(images.count * classes);
  const { training } = model;
  model.eval();
  try {
    let done = 0;
    for (const batch of testBatches(images, statistics)) {
      using probabilities = noGrad(() => tidy(() => run(model, batch.images, batch.size, images)));
      const values = await probabilities.data();
      check(
        values.every(Number.isFinite),
        () =>
          'evaluate: expected finite probabilities, got NaN: the weights have become NaN or too large; ' +
          'take others, or train again with a lower learning rate',
      );
      all.set(values, done * classes);
      done += batch.size;
      onProgress(done);
    }
  } finally {
    model.train(training);
  }
  return all;
}

function run(model: Module, data: Float32Array, size: number, { side, classes }: LabelledImages): Tensor {
  const logits = model.call(tensor(data, { shape: [size, 3, side, side] }));
  check(
    logits.ndim === 2 && logits.shape[1] === classes.length,
    () => `evaluate: expected logits of shape [${size},${classes.length}], got ${formatShape(logits.shape)}`,
  );
  return softmax(logits, 1);
}

/** Runs the model over all images as they are. */
export async function evaluate(
  model: Module,
  images: LabelledImages,
  statistics: ChannelStatistics,
  onProgress?: (done: number) => void,
): Promise<Evaluation> {
  return evaluationOf(await probabilitiesOf(model, images, statistics, onProgress), images);
}

/** @param probabilities [count, classes] */
export function evaluationOf(probabilities: Float32Array, { classes, labels, count }: LabelledImages): Evaluation {
  const width = classes.length;
  const confusion = classes.map(() => classes.map(() => 0));
  const bins = Array.from({ length: BINS }, () => ({ count: 0, confidence: 0, correct: 0 }));
  const top = topOfRows(probabilities, width);
  let loss = 0;
  let correct = 0;
  for (let i = 0; i < count; i++) {
    const label = labels[i];
    const hit = Number(top[i] === label);
    const confidence = probabilities[i * width + top[i]];
    confusion[label][top[i]]++;
    correct += hit;
    loss -= Math.log(Math.max(probabilities[i * width + label], Number.MIN_VALUE));
    const bin = bins[Math.min(BINS - 1, Math.floor(confidence * BINS))];
    bin.count++;
    bin.confidence += confidence;
    bin.correct += hit;
  }
  return {
    count,
    accuracy: correct / count,
    perClass: confusion.map((row, i) => row[i] / row.reduce((sum, n) => sum + n, 0)),
    confusion,
    loss: loss / count,
    calibration: {
      error: bins.reduce((sum, bin) => sum + Math.abs(bin.correct - bin.confidence), 0) / count,
      bins: bins
        .filter((bin) => bin.count > 0)
        .map((bin) => ({
          count: bin.count,
          confidence: bin.confidence / bin.count,
          accuracy: bin.correct / bin.count,
        })),
    },
  };
}
