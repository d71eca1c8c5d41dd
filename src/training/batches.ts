/** Batches of images as a network takes them: [B, 3, side, side] float32, normalised by channel, with labels. */
import { check } from '../errors.js';
import { RandomGenerator } from '../tensor/random.js';
import { Augmenter, mixed, type Augmentation } from './augmentation.js';
import { normalisedBytes, type ChannelStatistics, type LabelledImages } from './labelled-images.js';

export interface Batch {
  /** [size, 3, side, side] */
  readonly images: Float32Array;
  /** [size] */
  readonly labels: Int32Array;
  readonly size: number;
}

export interface TrainingBatchOptions {
  readonly batchSize: number;
  readonly seed: number;
  readonly augmentation: Augmentation;
  readonly statistics: ChannelStatistics;
}

/**
 * The batches of any epoch, in an order that the seed and the epoch decide. All are of the same size: the images that
 * are left over at the end of an epoch's order are not used in that epoch.
 */
export class TrainingBatches {
  readonly stepsPerEpoch: number;
  readonly batchSize: number;
  readonly #seed: number;
  readonly #augmenter: Augmenter;
  #order: { readonly epoch: number; readonly images: Int32Array } | null = null;

  constructor(
    readonly images: LabelledImages,
    { batchSize, seed, augmentation, statistics }: TrainingBatchOptions,
  ) {
    const { crop, cutout } = augmentation;
    check(images.count > 0, () => 'TrainingBatches: expected at least one image, got none');
    check(
      crop < images.side && cutout <= images.side,
      () =>
        `TrainingBatches: expected crop below and cutout up to the images' ${images.side} pixels, got ${crop} and ${cutout}`,
    );
    this.batchSize = Math.min(batchSize, images.count);
    this.stepsPerEpoch = Math.floor(images.count / this.batchSize);
    this.#seed = seed;
    this.#augmenter = new Augmenter(images, normalisedBytes(statistics), augmentation, seed);
  }

  /** @param epoch from 0 @param step within the epoch, from 0 to stepsPerEpoch - 1 */
  batch(epoch: number, step: number): Batch {
    const order = this.#orderOf(epoch);
    const { side } = this.images;
    const { batchSize: size } = this;
    const numbers = 3 * side * side;
    const images = new Float32Array(size * numbers);
    const labels = new Int32Array(size);
    for (let i = 0; i < size; i++) {
      const index = order[step * size + i];
      this.#augmenter.write(index, epoch, images, i * numbers);
      labels[i] = this.images.labels[index];
    }
    return { images, labels, size };
  }

  #orderOf(epoch: number): Int32Array {
    if (this.#order?.epoch !== epoch) {
      const random = new RandomGenerator(mixed(this.#seed, epoch));
      this.#order = { epoch, images: random.permutation(this.images.count) };
    }
    return this.#order.images;
  }
}

/** All images in their order, as they are. The last batch may be smaller. */
export function* testBatches(images: LabelledImages, statistics: ChannelStatistics, batchSize = 250): Generator<Batch> {
  const bytes = normalisedBytes(statistics);
  const plane = images.side ** 2;
  for (let start = 0; start < images.count; start += batchSize) {
    const size = Math.min(batchSize, images.count - start);
    const out = new Float32Array(size * 3 * plane);
    const first = start * 3 * plane;
    for (let i = 0; i < out.length; i++) {
      const channel = Math.floor(i / plane) % 3;
      out[i] = bytes[256 * channel + images.pixels[first + i]];
    }
    yield { images: out, labels: Int32Array.from(images.labels.subarray(start, start + size)), size };
  }
}
