/**
 * Occlusion (M. Zeiler and R. Fergus, 2014, section 4.2): a square is moved over the picture, and where hiding it lowers
 * the class's score the network was looking. Slow and simple: nothing but forward passes, so it can check the others.
 */
import { check, ShapeError } from '../errors.js';
import { createPicture, type Picture } from '../image/picture.js';
import type { Module } from '../nn/module.js';
import { add, mul, sub } from '../ops/arithmetic.js';
import { fromHost } from '../ops/creation.js';
import { narrow } from '../ops/narrow.js';
import { affine } from '../ops/unary.js';
import { noGrad } from '../autograd/grad-mode.js';
import { tidy } from '../tensor/memory.js';
import { formatShape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { BatchedRuns, type RunOptions } from './batched-runs.js';
import { perSampleClasses, requireFinite } from './maps.js';
import { warnIfTraining } from './training-mode.js';

export interface OcclusionOptions extends RunOptions {
  /** One class per sample, or one for all. */
  readonly classes: number | readonly number[];
  /** Side of the square, in pixels of the input. Default: a fifth of the input's shorter side, rounded up. */
  readonly window?: number;
  /** How far it moves each time. Default: half of its side, rounded up. */
  readonly stride?: number;
  /** What the square is filled with. Default: 0, which after preprocessing is the mean colour. */
  readonly value?: number;
}

export interface OcclusionResult {
  /** score - score with the square at row i, column j: one value for each place of the square, any sign. */
  readonly drops: Picture;
  /** The same seen from the input's pixels: the mean drop of the squares that cover each. */
  readonly map: Picture;
}

/**
 * @param x [N,C,H,W]
 * @returns for each sample, drops of (H - window) / stride + 1 rows, rounded down, and a map of H rows
 */
export async function occlusion(model: Module, x: Tensor, options: OcclusionOptions): Promise<OcclusionResult[]> {
  warnIfTraining(model, 'occlusion');
  check(x.ndim === 4, () => `occlusion: expected an input of shape [N,C,H,W], got ${formatShape(x.shape)}`);
  const [samples, , height, width] = x.shape;
  const side = options.window ?? Math.ceil(Math.min(height, width) / 5);
  const squares = squaresOf(height, width, side, options.stride ?? Math.ceil(side / 2));
  const classes = perSampleClasses(options.classes, samples, 'occlusion');
  requireFinite(await x.data(), 'occlusion: the input');
  const places = squares.tops.length * squares.lefts.length;
  const runs = new BatchedRuns('occlusion', model, x, options);
  runs.total = samples * (places + 1);
  const results: OcclusionResult[] = [];
  for (let n = 0; n < samples; n++) {
    using whole = await runs.scores(1, classes[n], () => model.call(narrow(x, 0, n, 1)));
    using hidden = await runs.scores(places, classes[n], (start, length) =>
      model.call(hide(narrow(x, 0, n, 1), squares, start, length, options.value ?? 0)),
    );
    using difference = noGrad(() => sub(whole, hidden));
    const values = await difference.data();
    requireFinite(values, 'occlusion: the scores');
    results.push({
      drops: createPicture(squares.lefts.length, squares.tops.length, 1, values),
      map: spread(values, squares, width, height),
    });
  }
  return results;
}

/** Where the square goes: every pair of a top and a left edge, row by row. */
interface Squares {
  readonly side: number;
  readonly tops: readonly number[];
  readonly lefts: readonly number[];
}

function squaresOf(height: number, width: number, side: number, stride: number): Squares {
  if (!(Number.isInteger(side) && side >= 1 && side <= Math.min(height, width))) {
    throw new ShapeError(`occlusion: expected a window of 1 to ${Math.min(height, width)} pixels, got ${side}`);
  }
  check(
    Number.isInteger(stride) && stride >= 1,
    () => `occlusion: expected a stride of at least 1 pixel, got ${stride}`,
  );
  const along = (size: number) => Array.from({ length: Math.floor((size - side) / stride) + 1 }, (_, i) => i * stride);
  return { side, tops: along(height), lefts: along(width) };
}

/** x [1,C,H,W] -> [length,C,H,W]: copies with the squares from `start` on filled with `value` */
function hide(x: Tensor, { side, tops, lefts }: Squares, start: number, length: number, value: number): Tensor {
  const [, , height, width] = x.shape;
  const seen = fromHost(
    [length, 1, height, width],
    (host) => {
      host.fill(1);
      for (let i = 0; i < length; i++) {
        const top = tops[Math.floor((start + i) / lefts.length)];
        const left = lefts[(start + i) % lefts.length];
        for (let y = top; y < top + side; y++) {
          const row = (i * height + y) * width;
          host.fill(0, row + left, row + left + side);
        }
      }
    },
    x.backend,
  );
  return tidy(() => add(mul(x, seen), affine(seen, -value, value)));
}

/** Each pixel's mean over the squares that cover it; a pixel that none covers takes the nearest one's. */
function spread(drops: Float32Array, { side, tops, lefts }: Squares, width: number, height: number): Picture {
  const covering = (edges: readonly number[], pixel: number): number[] => {
    const inside = Math.min(pixel, edges[edges.length - 1] + side - 1);
    const found = edges.flatMap((edge, i) => (edge <= inside && inside < edge + side ? [i] : []));
    // a stride larger than the square leaves gaps
    return found.length > 0 ? found : [edges.findLastIndex((edge) => edge <= inside)];
  };
  const rows = Array.from({ length: height }, (_, y) => covering(tops, y));
  const columns = Array.from({ length: width }, (_, x) => covering(lefts, x));
  const values = rows.flatMap((above) =>
    columns.map((beside) => {
      let total = 0;
      for (const i of above) for (const j of beside) total += drops[i * lefts.length + j];
      return total / (above.length * beside.length);
    }),
  );
  return createPicture(width, height, 1, Float32Array.from(values));
}
