/** A tensor's values as text, for `toString` and the console. */
import type { HostArray } from './backend.js';
import { numel, type Shape } from './shape.js';

/** From this many elements on, long dimensions are cut in the middle. */
const SUMMARIZE_FROM = 1000;
/** Entries shown at each end of a cut dimension. */
const EDGE = 3;

/** `[[1, 2], [3, 4]]`, five digits each; with many values `[0.5, 0.25, 1, ..., 3, 2, 1]`. */
export function formatValues(data: HostArray, shape: Shape): string {
  const cuts = data.length >= SUMMARIZE_FROM;
  const format = (dim: number, offset: number): string => {
    if (dim === shape.length) return String(Number(data[offset].toPrecision(5)));
    const step = numel(shape.slice(dim + 1));
    const entries = (from: number, to: number): string[] =>
      Array.from({ length: to - from }, (_, i) => format(dim + 1, offset + (from + i) * step));
    const size = shape[dim];
    const parts =
      cuts && size > 2 * EDGE ? [...entries(0, EDGE), '...', ...entries(size - EDGE, size)] : entries(0, size);
    return `[${parts.join(', ')}]`;
  };
  return format(0, 0);
}
