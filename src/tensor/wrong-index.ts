/** The one rule for indices: whole numbers from 0 to size - 1. Backends apply it to storages, ops to number arrays. */

/** The first value that is no index below `size`; null if all are. */
export function wrongIndexIn(values: ArrayLike<number>, size: number): number | null {
  for (let i = 0; i < values.length; i++) {
    const index = values[i];
    if (!Number.isInteger(index) || index < 0 || index >= size) return index;
  }
  return null;
}
