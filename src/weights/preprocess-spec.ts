/**
 * How a picture becomes a network's input, as data: it is stored with the weights, since weights are worth nothing
 * without it.
 */
import { FormatError } from '../errors.js';
import { nearest } from '../nearest.js';
import { quote } from './safetensors.js';

export interface Preprocess {
  /** The side of the network's input in pixels; see `fit`. */
  readonly size: number;
  /** For `keep`: other sizes that the network can work at, ascending; `workingSize` chooses one for each picture. */
  readonly sizes?: readonly number[];
  /**
   * stretch: to size x size, whatever the picture's proportions. crop: the shorter side to `resize`, then the centre
   * size x size. keep: the shorter side to size, the other in proportion.
   */
  readonly fit: 'stretch' | 'crop' | 'keep';
  /**
   * For `crop`: the length of the shorter side before the centre is cut out. Default: size, so that as little as
   * possible is cut off.
   */
  readonly resize?: number;
  /**
   * area: shrinks without aliasing (and enlarges linearly). linear: cv2's INTER_LINEAR both ways, which skips pixels of
   * large photos.
   */
  readonly method: 'area' | 'linear';
  readonly order: 'RGB' | 'BGR';
  /** The number that white is: 1, or 255. */
  readonly range: 1 | 255;
  /** Subtracted, per channel, in `order` and `range`. */
  readonly mean: readonly [number, number, number];
  /** What the difference is divided by, per channel, in `order` and `range`. */
  readonly std: readonly [number, number, number];
}

/**
 * imagenet: torchvision's evaluation transform (shorter side to 256, centre 224, its mean and deviation). Its own
 * resize antialiases, which `area` comes closest to. caffe: 224x224, BGR, 0..255 minus the ImageNet mean of the Caffe
 * models (SqueezeNet, the first VGG). cifar10: for networks with global average pooling trained on CIFAR-10; its 32x32
 * pictures are shown as they are, photos at the size at which the network is surest.
 */
export const preprocessPresets = {
  imagenet: {
    size: 224,
    fit: 'crop',
    resize: 256,
    method: 'area',
    order: 'RGB',
    range: 1,
    mean: [0.485, 0.456, 0.406],
    std: [0.229, 0.224, 0.225],
  },
  caffe: {
    size: 224,
    fit: 'stretch',
    method: 'linear',
    order: 'BGR',
    range: 255,
    mean: [104, 117, 123],
    std: [1, 1, 1],
  },
  cifar10: {
    size: 32,
    sizes: [32, 48, 64, 96, 128],
    fit: 'keep',
    method: 'area',
    order: 'RGB',
    range: 1,
    mean: [0.4914, 0.4822, 0.4465],
    std: [0.247, 0.2435, 0.2616],
  },
} as const satisfies Record<string, Preprocess>;

export type PreprocessPreset = keyof typeof preprocessPresets;

const MAX_SIDE = 4096;

const isOneOf =
  (...allowed: readonly unknown[]) =>
  (value: unknown): boolean =>
    allowed.includes(value);
const isSide = (value: unknown): boolean => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= MAX_SIDE;
const isSizes = (value: unknown): boolean =>
  Array.isArray(value) &&
  value.length >= 1 &&
  value.length <= 16 &&
  value.every((size, i) => isSide(size) && (i === 0 || Number(size) > Number(value[i - 1])));
const isTriple = (value: unknown): boolean =>
  Array.isArray(value) && value.length === 3 && value.every(Number.isFinite);

const fields: Record<keyof Preprocess, { readonly holds: (value: unknown) => boolean; readonly expected: string }> = {
  size: { holds: isSide, expected: `a whole number from 1 to ${MAX_SIDE}` },
  sizes: { holds: isSizes, expected: 'up to 16 sizes, ascending' },
  fit: { holds: isOneOf('stretch', 'crop', 'keep'), expected: '"stretch", "crop" or "keep"' },
  resize: { holds: isSide, expected: `a whole number from 1 to ${MAX_SIDE}` },
  method: { holds: isOneOf('area', 'linear'), expected: '"area" or "linear"' },
  order: { holds: isOneOf('RGB', 'BGR'), expected: '"RGB" or "BGR"' },
  range: { holds: isOneOf(1, 255), expected: '1 or 255' },
  mean: { holds: isTriple, expected: 'three numbers' },
  std: {
    holds: (value) => isTriple(value) && Array.isArray(value) && value.every((number) => number > 0),
    expected: 'three numbers above 0',
  },
};
const names = Object.keys(fields);
const optional: readonly string[] = ['resize', 'sizes'];

/**
 * Reads the JSON of a `Preprocess`. Every field but `resize` and `sizes` must be there, and no other.
 * @param name what errors call the text: a file, or its metadata
 * @throws FormatError that names the field
 */
export function parsePreprocess(json: string, name: string): Preprocess {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new FormatError(
      `${name}: expected the JSON of a preprocessing, it cannot be parsed and begins with ${quote(json.slice(0, 20))}`,
    );
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new FormatError(`${name}: expected a JSON object with ${names.join(', ')}, got ${quote(value)}`);
  }
  const given = value as Partial<Record<string, unknown>>;
  for (const key of Object.keys(given)) {
    if (Object.hasOwn(fields, key)) continue;
    throw new FormatError(
      `${name}: ${quote(key)} is not a field of a preprocessing; the nearest is ${nearest(key, names, 1).join()}`,
    );
  }
  for (const [key, { holds, expected }] of Object.entries(fields)) {
    const field = Object.hasOwn(given, key) ? given[key] : undefined;
    if (field === undefined && optional.includes(key)) continue;
    if (!holds(field)) throw new FormatError(`${name}: expected ${key} to be ${expected}, got ${quote(field)}`);
  }
  const spec = given as Partial<Preprocess> as Preprocess;
  const { resize, size, sizes, fit } = spec;
  if (sizes !== undefined && fit !== 'keep') {
    throw new FormatError(`${name}: expected sizes with fit "keep" only, got them with fit "${fit}"`);
  }
  if (resize !== undefined && (fit !== 'crop' || resize < size)) {
    throw new FormatError(
      `${name}: expected resize with fit "crop" only, and at least size (${size}), got ${resize} with fit "${fit}"`,
    );
  }
  return spec;
}
