/**
 * The weights of interpolation along one axis, one row for each new pixel o. With step = in / out:
 *
 *     nearest        source = floor(o * step)
 *     nearest-exact  source = floor((o + 0.5) * step), which picks the pixel that the new one's centre lies in
 *     linear         source = (o + 0.5) * step - 0.5, clamped to the first and last pixel     (half-pixel centres)
 *                    with alignCorners: o * (in - 1) / (out - 1)
 *     cubic          the same source, not clamped; four weights by R. Keys' kernel (1981) with a = -0.75, where pixels
 *                    beyond the edge count as the edge's
 *     area           the mean of each part, from floor(o * in / out) to ceil((o + 1) * in / out)
 *
 * With antialias the kernel (linear: a triangle; cubic: Keys' with a = -0.5) is widened by the step when shrinking, and
 * its weights at the pixels' centres are divided by their sum, as in Pillow.
 */
import type { Band } from '../tensor/backend.js';
import { makeBand, type BandRow } from './band.js';

export type ResampleMode = 'nearest' | 'nearest-exact' | 'linear' | 'cubic' | 'area';

export interface ResampleOptions {
  readonly mode: ResampleMode;
  readonly alignCorners: boolean;
  readonly antialias: boolean;
  /** 1 / the factor, where a factor was given; otherwise it follows from the sizes. */
  readonly step: number | null;
}

/** The map from `size` pixels to `target` new ones. */
export function resampleBand(size: number, target: number, options: ResampleOptions): Band {
  const { mode, alignCorners, antialias } = options;
  const between = target === 1 ? 0 : (size - 1) / (target - 1);
  const step = alignCorners ? between : (options.step ?? size / target);
  const source = (o: number): number => (alignCorners ? o * between : (o + 0.5) * step - 0.5);
  const row = (o: number): BandRow => {
    if (antialias) return widened(mode, step * (o + 0.5), step, size);
    if (mode === 'area') return partRow(o, size, target);
    if (mode === 'linear') return twoPixels(source(o), size);
    if (mode === 'cubic') return fourPixels(source(o), size);
    const place = nearestPixel(mode === 'nearest' ? o : o + 0.5, step);
    return { start: Math.min(place, size - 1), weights: [1] };
  };
  return makeBand(
    Array.from({ length: target }, (_, o) => row(o)),
    size,
  );
}

/** In float32 whatever the backend, as PyTorch does it: at some sizes it rounds across a whole number. */
function nearestPixel(o: number, step: number): number {
  return Math.floor(Math.fround(o * Math.fround(step)));
}

/** The mean of part `o` of `count`; parts may overlap by one. */
export function partRow(o: number, size: number, count: number): BandRow {
  const from = Math.floor((o * size) / count);
  const to = Math.ceil(((o + 1) * size) / count);
  return { start: from, weights: new Array<number>(to - from).fill(1 / (to - from)) };
}

/** The two pixels around `source`, each weighed by how near it is. */
function twoPixels(source: number, size: number): BandRow {
  const at = Math.max(source, 0);
  const start = Math.min(Math.floor(at), size - 1);
  const rest = Math.min(at - start, 1);
  return start === size - 1 ? { start, weights: [1] } : { start, weights: [1 - rest, rest] };
}

/** The two pixels on each side of `source`; what falls beyond an edge is added to the edge's weight. */
function fourPixels(source: number, size: number): BandRow {
  const first = Math.floor(source) - 1;
  const clamped = (place: number): number => Math.min(Math.max(place, 0), size - 1);
  const start = clamped(first);
  const weights = new Array<number>(clamped(first + 3) - start + 1).fill(0);
  for (let i = 0; i < 4; i++) weights[clamped(first + i) - start] += keys(source - (first + i), -0.75);
  return { start, weights };
}

/** All pixels under the kernel, widened if the step is larger than 1, around `centre` (0.5: the first pixel's). */
function widened(mode: ResampleMode, centre: number, step: number, size: number): BandRow {
  const scale = Math.max(step, 1);
  const [kernel, reach] = mode === 'linear' ? [triangle, 1] : [(t: number) => keys(t, -0.5), 2];
  const start = Math.max(Math.trunc(centre - reach * scale + 0.5), 0);
  const end = Math.min(Math.trunc(centre + reach * scale + 0.5), size);
  const weights = Array.from({ length: end - start }, (_, i) => kernel((start + i - centre + 0.5) / scale));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return { start, weights: total === 0 ? weights : weights.map((weight) => weight / total) };
}

function triangle(t: number): number {
  return Math.max(1 - Math.abs(t), 0);
}

/** Keys' piecewise cubic: 1 at 0, 0 at the other whole numbers and beyond 2. */
function keys(t: number, a: number): number {
  const x = Math.abs(t);
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? ((x - 5) * x + 8) * x * a - 4 * a : 0;
}
