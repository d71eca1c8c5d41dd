/**
 * Fewer dimensions for the same walk through memory: sizes of 1 go, and neighbours that every operand walks through as
 * one are merged. Same shapes become one dimension, a bias over channels three, whatever the rank was.
 */

export interface WalkDims {
  readonly shape: number[];
  /** For each operand, its strides in elements. */
  readonly strides: number[][];
}

/** @param strides for each operand, as many as `shape` has sizes */
export function mergeDims(shape: readonly number[], strides: readonly (readonly number[])[]): WalkDims {
  const sizes: number[] = [];
  const kept: number[][] = strides.map(() => []);
  for (let i = 0; i < shape.length; i++) {
    if (shape[i] === 1) continue;
    const last = sizes.length - 1;
    const joins = last >= 0 && strides.every((s, operand) => kept[operand][last] === s[i] * shape[i]);
    if (joins) {
      sizes[last] *= shape[i];
      strides.forEach((s, operand) => (kept[operand][last] = s[i]));
    } else {
      sizes.push(shape[i]);
      strides.forEach((s, operand) => kept[operand].push(s[i]));
    }
  }
  if (sizes.length === 0) return { shape: [1], strides: strides.map(() => [1]) };
  return { shape: sizes, strides: kept };
}
