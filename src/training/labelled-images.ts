/** Labelled pictures of one size, in memory as bytes: what networks are trained and tested on. */
import { ArgumentError } from '../errors.js';

export interface LabelledImages {
  readonly count: number;
  /** Width and height in pixels. */
  readonly side: number;
  /** [count, 3, side, side]: planes of red, green and blue, 0..255. */
  readonly pixels: Uint8Array;
  /** The class number of each. */
  readonly labels: Uint16Array;
  /** The classes' names, in the order of their numbers. */
  readonly classes: readonly string[];
}

/** Mean and standard deviation of each channel, of pixels in 0..1. */
export interface ChannelStatistics {
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
}

/** Over all pixels of all images, rounded to four digits as they are usually quoted. */
export function channelStatistics({ count, side, pixels }: LabelledImages): ChannelStatistics {
  const plane = side * side;
  const sums = [0, 0, 0];
  const squares = [0, 0, 0];
  for (let image = 0; image < count; image++) {
    for (let channel = 0; channel < 3; channel++) {
      const start = (3 * image + channel) * plane;
      let sum = 0;
      let square = 0;
      for (let i = start; i < start + plane; i++) {
        sum += pixels[i];
        square += pixels[i] * pixels[i];
      }
      sums[channel] += sum;
      squares[channel] += square;
    }
  }
  const rounded = (value: number): number => Math.round(value * 1e4) / 1e4;
  const means = sums.map((sum) => sum / count / plane / 255);
  const deviations = squares.map((square, i) => Math.sqrt(square / count / plane / 255 ** 2 - means[i] ** 2));
  // pictures of one colour have no deviation; dividing by 1 leaves them as they are
  return { mean: triple(means.map(rounded)), std: triple(deviations.map((value) => rounded(value) || 1)) };
}

function triple([red, green, blue]: readonly number[]): [number, number, number] {
  return [red, green, blue];
}

/** What each byte of each channel becomes, [3, 256]: (byte / 255 - mean) / std. */
export function normalisedBytes({ mean, std }: ChannelStatistics): Float32Array {
  return Float32Array.from({ length: 3 * 256 }, (_, i) => ((i & 255) / 255 - mean[i >> 8]) / std[i >> 8]);
}

/** Some of the images, by their numbers, in that order. */
export function selectImages(images: LabelledImages, numbers: ArrayLike<number>): LabelledImages {
  const { side, classes } = images;
  const size = 3 * side * side;
  const pixels = new Uint8Array(numbers.length * size);
  const labels = new Uint16Array(numbers.length);
  for (let i = 0; i < numbers.length; i++) {
    const from = numbers[i];
    pixels.set(images.pixels.subarray(from * size, (from + 1) * size), i * size);
    labels[i] = images.labels[from];
  }
  return { count: numbers.length, side, pixels, labels, classes };
}

/** Images of several sets with the same classes and size, one set after the other. */
export function joinImages(sets: readonly LabelledImages[]): LabelledImages {
  const [{ side, classes }] = sets;
  const count = sets.reduce((sum, set) => sum + set.count, 0);
  const size = 3 * side * side;
  const pixels = new Uint8Array(count * size);
  const labels = new Uint16Array(count);
  let at = 0;
  for (const set of sets) {
    if (set.side !== side) throw new ArgumentError(`expected images of ${side} pixels, got ${set.side}`);
    pixels.set(set.pixels, at * size);
    labels.set(set.labels, at);
    at += set.count;
  }
  return { count, side, pixels, labels, classes };
}

/** How many images each class has. */
export function classCounts({ classes, labels }: LabelledImages): number[] {
  const counts = classes.map(() => 0);
  for (const label of labels) counts[label]++;
  return counts;
}
