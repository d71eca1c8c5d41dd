/** Index arithmetic written out, apart from the library's own. */

/** Every index of a shape, in row-major order; `[[]]` for a scalar. */
export function indicesOf(shape: readonly number[]): number[][] {
  return shape.reduce<number[][]>(
    (outer, size) => outer.flatMap((index) => Array.from({ length: size }, (_, i) => [...index, i])),
    [[]],
  );
}

/** The place of an index in row-major order. */
export function placeOf(index: readonly number[], shape: readonly number[]): number {
  return index.reduce((place, i, dim) => place * shape[dim] + i, 0);
}

/** The place that a broadcast index reads in a tensor of `shape`: aligned at the end, 0 where the size is 1. */
export function broadcastPlace(index: readonly number[], shape: readonly number[]): number {
  const own = index.slice(index.length - shape.length).map((i, dim) => (shape[dim] === 1 ? 0 : i));
  return placeOf(own, shape);
}
