/** How wasm kernels read a walk through several operands. */
import type { WalkDims } from '../merge-dims.js';

/** rank, then for each dimension its size and its strides: how kernels read a walk. */
export function encodeWalk({ shape, strides }: WalkDims): number[] {
  return [shape.length, ...shape.flatMap((size, i) => [size, ...strides.map((s) => s[i])])];
}
