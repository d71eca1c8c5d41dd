/**
 * Padding with the tensor's own values. Each entry of the result is one entry of the input, so along an axis this is a
 * banded map with one weight a row (see band.ts). For the entries 1 2 3 4:
 *
 *     reflect     3 2 | 1 2 3 4 | 3 2     the ends are not repeated
 *     replicate   1 1 | 1 2 3 4 | 4 4
 *     circular    3 4 | 1 2 3 4 | 1 2
 */
import { check } from '../errors.js';
import { formatShape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { applyBand, makeBand } from './band.js';

export type PadMode = 'reflect' | 'replicate' | 'circular';

/**
 * `before` and `after` entries along one axis, taken from x; negative numbers crop. Where one end is cropped, the other
 * still reflects what was cropped, but `circular` goes round what is left, as in PyTorch.
 */
export function padWithOwn(x: Tensor, axis: number, before: number, after: number, mode: PadMode): Tensor {
  const size = x.shape[axis];
  const left = size + Math.min(before, 0) + Math.min(after, 0);
  const most = { reflect: size - 1, replicate: size === 0 ? 0 : Infinity, circular: left }[mode];
  check(
    Math.max(before, after) <= most && size + before + after >= 0,
    () =>
      `pad: expected at most ${most} entries on each side of dimension ${axis} of ${formatShape(x.shape)} with mode '${mode}' ` +
      `and no more cropped than there is, got ${before},${after}`,
  );
  const source = (place: number): number => {
    if (mode === 'replicate') return Math.min(Math.max(place, 0), size - 1);
    if (mode === 'reflect') return place < 0 ? -place : place >= size ? 2 * (size - 1) - place : place;
    const first = Math.max(-before, 0);
    return first + ((place - first + left) % left);
  };
  const rows = Array.from({ length: size + before + after }, (_, i) => ({ start: source(i - before), weights: [1] }));
  return applyBand('Pad', x, makeBand(rows, size), axis);
}
