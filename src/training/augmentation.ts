/**
 * Random changes that leave an image's class as it is, so that a network meets each image in many forms.
 *
 * All of them depend on the seed, the epoch and the image's number alone, neither on the order of the images nor on
 * what was drawn before: training can be resumed anywhere, and any batch can be made on its own.
 */
import { RandomGenerator } from '../tensor/random.js';
import type { LabelledImages } from './labelled-images.js';

export interface Augmentation {
  /**
   * Mirror each image in every other epoch; in which, is drawn for each image. So two epochs in a row show both forms
   * (K. Jordan, "94% on CIFAR-10 in 3.29 seconds on a single GPU", 2024, section 3.6).
   */
  readonly flip: boolean;
  /** Move by up to this many pixels each way; the border is filled by reflection. */
  readonly crop: number;
  /** The side of a square that is blanked to the mean colour (cutout: T. DeVries, G. Taylor, 2017); 0 for none. */
  readonly cutout: number;
  /** Enlarge up to this factor, and cut a part of the usual size out; 1 for never. */
  readonly zoom: number;
  /** The share of images that are enlarged. */
  readonly zoomShare: number;
}

/** For each output position along one axis: two source positions and the weight of the second. */
interface Axis {
  readonly first: Int32Array;
  readonly second: Int32Array;
  readonly weight: Float32Array;
}

/** Writes images, changed at random and normalised, into batches. */
export class Augmenter {
  readonly #random = new RandomGenerator();
  readonly #x: Axis;
  readonly #y: Axis;

  /** @param bytes what each byte of each channel becomes, [3, 256] */
  constructor(
    readonly images: LabelledImages,
    readonly bytes: Float32Array,
    readonly augmentation: Augmentation,
    readonly seed: number,
  ) {
    const axis = (): Axis => ({
      first: new Int32Array(images.side),
      second: new Int32Array(images.side),
      weight: new Float32Array(images.side),
    });
    this.#x = axis();
    this.#y = axis();
  }

  /** Writes image number `index`, as it looks in this epoch, to out[at ...], planes of red, green and blue. */
  write(index: number, epoch: number, out: Float32Array, at: number): void {
    const { flip, crop, cutout, zoom, zoomShare } = this.augmentation;
    const { side } = this.images;
    const random = this.#random;
    random.seed(mixed(this.seed, index, -1));
    const mirrored = flip && ((random.uint32() & 1) + epoch) % 2 === 1;
    random.seed(mixed(this.seed, index, epoch));
    const factor = zoom > 1 && random.uniform() < zoomShare ? 1 + (zoom - 1) * random.uniform() : 1;
    if (factor === 1) {
      shift(this.#x, random.below(2 * crop + 1) - crop);
      shift(this.#y, random.below(2 * crop + 1) - crop);
    } else {
      enlarge(this.#x, factor, random.uniform());
      enlarge(this.#y, factor, random.uniform());
    }
    if (mirrored) mirror(this.#x);
    this.#sample(index, factor === 1, out, at);
    if (cutout > 0) {
      const top = random.below(side - cutout + 1);
      blank(out, at, side, top, random.below(side - cutout + 1), cutout);
    }
  }

  #sample(index: number, exact: boolean, out: Float32Array, at: number): void {
    const { side, pixels } = this.images;
    const { bytes } = this;
    const x = this.#x;
    const y = this.#y;
    let to = at;
    for (let channel = 0; channel < 3; channel++) {
      const plane = (3 * index + channel) * side * side;
      const table = 256 * channel;
      for (let row = 0; row < side; row++) {
        const upper = plane + y.first[row] * side;
        if (exact) {
          for (let column = 0; column < side; column++) out[to++] = bytes[table + pixels[upper + x.first[column]]];
          continue;
        }
        const lower = plane + y.second[row] * side;
        const down = y.weight[row];
        for (let column = 0; column < side; column++) {
          const left = x.first[column];
          const right = x.second[column];
          const along = x.weight[column];
          const above =
            bytes[table + pixels[upper + left]] * (1 - along) + bytes[table + pixels[upper + right]] * along;
          const below =
            bytes[table + pixels[lower + left]] * (1 - along) + bytes[table + pixels[lower + right]] * along;
          out[to++] = above * (1 - down) + below * down;
        }
      }
    }
  }
}

/** Position i shows i + offset, reflected at the borders (which are not repeated). */
function shift({ first }: Axis, offset: number): void {
  const last = first.length - 1;
  for (let i = 0; i <= last; i++) {
    const from = Math.abs(i + offset);
    first[i] = from > last ? 2 * last - from : from;
  }
}

/** A window of the axis, `factor` times as large: linear, with half-pixel centres; `place` in 0..1 says which window. */
function enlarge({ first, second, weight }: Axis, factor: number, place: number): void {
  const side = first.length;
  const start = place * side * (factor - 1);
  for (let i = 0; i < side; i++) {
    const from = Math.min(Math.max((i + 0.5 + start) / factor - 0.5, 0), side - 1);
    first[i] = Math.floor(from);
    second[i] = Math.min(first[i] + 1, side - 1);
    weight[i] = from - first[i];
  }
}

function mirror({ first, second, weight }: Axis): void {
  first.reverse();
  second.reverse();
  weight.reverse();
}

function blank(out: Float32Array, at: number, side: number, top: number, left: number, size: number): void {
  for (let channel = 0; channel < 3; channel++) {
    for (let row = top; row < top + size; row++) {
      const start = at + (channel * side + row) * side + left;
      out.fill(0, start, start + size);
    }
  }
}

/** One 32-bit seed of three numbers: each is multiplied in and the bits are spread (the constants of MurmurHash3). */
export function mixed(...numbers: readonly number[]): number {
  let hash = 0x2545f491;
  for (const number of numbers) {
    hash = Math.imul(hash ^ (number | 0), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    hash ^= hash >>> 16;
  }
  return hash >>> 0;
}
