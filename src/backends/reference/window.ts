/**
 * Which taps of a window lie inside, along one dimension.
 *
 * Convolution and pooling read the places start, start + step, start + 2*step, ...; with padding the first are negative
 * and the last are past the end. Finding the taps that lie inside first keeps the test out of the innermost loop.
 */

/** The first tap t with start + t*step >= 0. */
export function firstTap(start: number, step: number): number {
  return start < 0 ? Math.ceil(-start / step) : 0;
}

/** One past the last tap t < taps with start + t*step < size. */
export function endTap(start: number, step: number, taps: number, size: number): number {
  return Math.min(taps, Math.ceil((size - start) / step));
}
