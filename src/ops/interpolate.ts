/**
 * Resizes feature maps. Both modes are banded maps (see band.ts).
 *
 *     bilinear: source = (i + 0.5) * in/out - 0.5, clamped to the first and last pixel   (half-pixel centres)
 *               with alignCorners: source = i * (in - 1) / (out - 1)
 *     nearest:  source = floor(i * in/out)
 */
import { check } from '../errors.js';
import { formatShape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { applyBands, makeBand, type BandRow } from './band.js';
import { pair, type Pair } from './pair.js';

export interface InterpolateOptions {
  /** The new height and width. */
  readonly size?: Pair;
  /** Or a factor, instead of `size`; sizes are rounded down. */
  readonly scaleFactor?: number | readonly [number, number];
  /** Default: 'nearest', as in PyTorch. */
  readonly mode?: 'nearest' | 'bilinear';
  /** Bilinear: whether the corner pixels' centres keep their places. Default: false. */
  readonly alignCorners?: boolean;
}

/** x [N,C,H,W] -> [N,C,oH,oW] */
export function interpolate(x: Tensor, options: InterpolateOptions): Tensor {
  check(
    x.ndim === 4 && x.shape[2] > 0 && x.shape[3] > 0,
    () => `interpolate: expected an input of shape [N,C,H,W] that is not empty, got ${formatShape(x.shape)}`,
  );
  const { mode = 'nearest', alignCorners = false } = options;
  const sizes = [x.shape[2], x.shape[3]];
  const scale = options.scaleFactor;
  check(
    (options.size === undefined) !== (scale === undefined),
    () => 'interpolate: expected either size or scaleFactor, got ' + (scale === undefined ? 'neither' : 'both'),
  );
  const factors = typeof scale === 'number' ? [scale, scale] : scale;
  const wanted: Pair = factors
    ? [Math.floor(sizes[0] * factors[0]), Math.floor(sizes[1] * factors[1])]
    : (options.size ?? [0, 0]);
  const target = pair(wanted, 'interpolate: size', 1);
  const [vertical, horizontal] = sizes.map((size, i) => {
    const step = factors ? 1 / factors[i] : size / target[i];
    const row = (o: number): BandRow =>
      mode === 'nearest'
        ? { start: Math.min(nearestSource(o, step), size - 1), weights: [1] }
        : between(alignCorners ? alignedSource(o, size, target[i]) : (o + 0.5) * step - 0.5, size);
    return makeBand(
      Array.from({ length: target[i] }, (_, o) => row(o)),
      size,
    );
  });
  return applyBands('Interpolate', x, vertical, horizontal);
}

/** In float32 whatever the backend, as PyTorch does it: at some sizes it rounds across a whole number. */
function nearestSource(o: number, step: number): number {
  return Math.floor(Math.fround(o * Math.fround(step)));
}

function alignedSource(o: number, size: number, target: number): number {
  return target === 1 ? 0 : (o * (size - 1)) / (target - 1);
}

/** The two pixels around `source`, each weighed by how near it is. */
function between(source: number, size: number): BandRow {
  const at = Math.max(source, 0);
  const start = Math.min(Math.floor(at), size - 1);
  const part = Math.min(at - start, 1);
  return start === size - 1 ? { start, weights: [1] } : { start, weights: [1 - part, part] };
}
