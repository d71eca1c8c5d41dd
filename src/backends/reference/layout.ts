/**
 * Kernels that move values: no arithmetic except in `band`, which is a sparse matrix product.
 *
 * - strided: out[i0,i1,...] = x[offset + i0*strides[0] + i1*strides[1] + ...]
 * - pad:     out[o,before+a,i] = x[o,a,i], and `value` before and after
 * - cat:     out[o,a0+a,i] = part[o,a,i], where a0 counts the places of the parts before it
 * - oneHot:  out[n,c] = 1 where indices[n] = c, else 0
 * - band:    out[o,r,i] = sum_t weights[r,t] x[o,starts[r]+t,i], t < counts[r]
 */
import type { AxisDims, Band, CatDims, HostArray, PadDims, StridedDims } from '../../tensor/backend.js';
import { forEachRow } from './rows.js';

export function strided(out: HostArray, x: HostArray, dims: StridedDims): void {
  const { shape, strides, offset } = dims;
  const step = strides.at(-1) ?? 0;
  forEachRow(shape, [strides], (begin, end, [position]) => {
    let from = offset + position;
    for (let i = begin; i < end; i++) {
      out[i] = x[from];
      from += step;
    }
  });
}

/** x [outer,axis,inner] -> [outer,before+axis+after,inner] */
export function pad(out: HostArray, x: HostArray, dims: PadDims): void {
  const { outer, axis, inner, before, after, value } = dims;
  const block = axis * inner;
  const outBlock = (before + axis + after) * inner;
  out.fill(value);
  for (let o = 0; o < outer; o++) out.set(x.subarray(o * block, (o + 1) * block), o * outBlock + before * inner);
}

/** parts [outer,axes[p],inner] -> [outer,sum of axes,inner] */
export function cat(out: HostArray, parts: readonly HostArray[], dims: CatDims): void {
  const { outer, axes, inner } = dims;
  const blocks = axes.map((axis) => axis * inner);
  let to = 0;
  for (let o = 0; o < outer; o++) {
    for (let p = 0; p < parts.length; p++) {
      out.set(parts[p].subarray(o * blocks[p], (o + 1) * blocks[p]), to);
      to += blocks[p];
    }
  }
}

/** indices [n] -> [n,classes] */
export function oneHot(out: HostArray, indices: HostArray, classes: number): void {
  for (let n = 0; n < indices.length; n++) {
    for (let c = 0; c < classes; c++) out[n * classes + c] = indices[n] === c ? 1 : 0;
  }
}

/** x [outer,columns,inner] -> [outer,rows,inner] */
export function band(
  out: HostArray,
  x: HostArray,
  { rows, taps, starts, counts, weights }: Band,
  dims: AxisDims,
): void {
  const { outer, axis, inner } = dims;
  for (let o = 0; o < outer; o++) {
    for (let r = 0; r < rows; r++) {
      const from = (o * axis + starts[r]) * inner;
      const to = (o * rows + r) * inner;
      const weight = r * taps;
      const count = counts[r];
      for (let i = 0; i < inner; i++) {
        let sum = 0;
        for (let t = 0; t < count; t++) sum += weights[weight + t] * x[from + t * inner + i];
        out[to + i] = sum;
      }
    }
  }
}
