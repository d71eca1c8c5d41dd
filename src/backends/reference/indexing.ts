/**
 * Moving values by place within rows, x [rows,size] and indices [rows,count], and finding the places of sorted values:
 *
 * - gather:     out[r,o] = x[r,indices[r,o]]
 * - scatterAdd: out[r,i] = sum of g[r,o] over the o with indices[r,o] = i
 * - argsort:    x[r,out[r,0]] <= x[r,out[r,1]] <= ..., equal values in the order they came, NaN above all numbers
 *
 * An index outside of its row gathers 0 and scatters nothing.
 */
import type { HostArray, PlaceDims, SortDims } from '../../tensor/backend.js';

/** x [rows,size], indices [rows,count] -> [rows,count] */
export function gather(out: HostArray, x: HostArray, indices: HostArray, { rows, size, count }: PlaceDims): void {
  for (let row = 0; row < rows; row++) {
    for (let o = row * count; o < (row + 1) * count; o++) {
      const index = indices[o];
      out[o] = index >= 0 && index < size ? x[row * size + index] : 0;
    }
  }
}

/** g [rows,count], indices alike -> [rows,size]; summed in double, stored once. */
export function scatterAdd(out: HostArray, g: HostArray, indices: HostArray, { rows, size, count }: PlaceDims): void {
  const sums = new Float64Array(size);
  for (let row = 0; row < rows; row++) {
    sums.fill(0);
    for (let o = row * count; o < (row + 1) * count; o++) {
      const index = indices[o];
      if (index >= 0 && index < size) sums[index] += g[o];
    }
    out.set(sums, row * size);
  }
}

/** x [rows,size] -> [rows,size] */
export function argsort(out: HostArray, x: HostArray, { rows, size, descending }: SortDims): void {
  for (let row = 0; row < rows; row++) {
    const values = x.subarray(row * size, (row + 1) * size);
    const places = Int32Array.from(values, (_, i) => i);
    // the array's own sort is stable
    if (descending) places.sort((a, b) => compare(values[b], values[a]));
    else places.sort((a, b) => compare(values[a], values[b]));
    out.set(places, row * size);
  }
}

/** Negative where a comes before b, 0 where they are equal (two NaN are). */
function compare(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a < b ? -1 : Number(a > b);
}
