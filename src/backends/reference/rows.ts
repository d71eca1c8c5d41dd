/**
 * Walks a shape row by row, keeping the position in inputs that are read with strides.
 *
 * A row is the last dimension: the caller loops over it with the last stride. Between rows the index of the other
 * dimensions goes up like a mileage counter, and each position follows by adding a stride or taking back a full turn.
 */

/**
 * Calls `visit` for each row of a contiguous output of `shape`.
 *
 * @param strides for each input, the step along each dimension of `shape`
 * @param visit told the row as output elements `begin` to `end` (not included), and where each input's row starts
 */
export function forEachRow(
  shape: readonly number[],
  strides: readonly (readonly number[])[],
  visit: (begin: number, end: number, positions: readonly number[]) => void,
): void {
  if (shape.includes(0)) return;
  const width = shape.at(-1) ?? 1;
  const index = shape.map(() => 0);
  const positions = strides.map(() => 0);
  for (let begin = 0; ; begin += width) {
    visit(begin, begin + width, positions);
    let dim = shape.length - 2;
    for (; dim >= 0; dim--) {
      const turned = ++index[dim] === shape[dim];
      const steps = turned ? 1 - shape[dim] : 1;
      for (let k = 0; k < strides.length; k++) positions[k] += steps * strides[k][dim];
      if (!turned) break;
      index[dim] = 0;
    }
    if (dim < 0) return;
  }
}
