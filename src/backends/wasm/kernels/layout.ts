/**
 * Moving numbers without computing: strided copies (permute, expand, narrow, flip), copied rows (cat, pad), one-hot rows.
 */
import { storeTransposed } from './simd';

/**
 * Rows [begin, end) of a strided copy. `dims` holds, as i32: rank, then for each dimension, outermost first, its size and
 * its input stride in elements. The last dimension is the row.
 */
export function stridedRows(x: usize, y: usize, dims: usize, begin: i32, end: i32): void {
  const outer = load<i32>(dims) - 1;
  const last = dims + 4 + <usize>(outer << 3);
  const n = load<i32>(last);
  const step = load<i32>(last, 4);
  for (let r = begin; r < end; r++) {
    let rest = r;
    let at = 0;
    for (let d = outer - 1; d >= 0; d--) {
      const dim = dims + 4 + <usize>(d << 3);
      const size = load<i32>(dim);
      const next = rest / size;
      at += (rest - next * size) * load<i32>(dim, 4);
      rest = next;
    }
    copyRow(x + ((<usize>at) << 2), step, y + ((<usize>(r * n)) << 2), n);
  }
}

/** y[i] = x[i*step]. */
function copyRow(x: usize, step: i32, y: usize, n: i32): void {
  if (step == 1) {
    memory.copy(y, x, (<usize>n) << 2);
    return;
  }
  if (step == 0) {
    const v = v128.load_splat<f32>(x);
    for (; n >= 4; n -= 4) {
      v128.store(y, v);
      y += 16;
    }
  } else if (step == -1) {
    for (; n >= 4; n -= 4) {
      const v = v128.load(x - 12);
      v128.store(y, v128.shuffle<f32>(v, v, 3, 2, 1, 0));
      x -= 16;
      y += 16;
    }
  }
  const bytes = (<usize>step) << 2;
  for (; n > 0; n--) {
    store<f32>(y, load<f32>(x));
    x += bytes;
    y += 4;
  }
}

/**
 * A matrix turned over, in tiles of 4x4: y[i*yStep + j] = x[i + j*xStep] for i in [begin, end), j < columns. Steps are in
 * elements. Columns come in strips of 16, so that the cache lines of x that one pass touches are still there in the next.
 */
export function transposeRows(x: usize, xStep: i32, y: usize, yStep: i32, columns: i32, begin: i32, end: i32): void {
  const xBytes = (<usize>xStep) << 2;
  const yBytes = (<usize>yStep) << 2;
  for (let strip = 0; strip < columns; strip += 16) {
    const stripEnd = min(strip + 16, columns);
    for (let i = begin; i < end; i += 4) {
      const from = x + ((<usize>i) << 2);
      const to = y + <usize>i * yBytes;
      const rows = min(4, end - i);
      let j = strip;
      if (rows == 4) {
        for (; j + 4 <= stripEnd; j += 4) {
          const p = from + <usize>j * xBytes;
          storeTransposed(
            to + ((<usize>j) << 2),
            yBytes,
            v128.load(p),
            v128.load(p + xBytes),
            v128.load(p + 2 * xBytes),
            v128.load(p + 3 * xBytes),
          );
        }
      }
      for (; j < stripEnd; j++) {
        for (let r = 0; r < rows; r++) {
          store<f32>(to + <usize>r * yBytes + ((<usize>j) << 2), load<f32>(from + ((<usize>r) << 2) + <usize>j * xBytes));
        }
      }
    }
  }
}

/** Rows [begin, end) of `n` elements, from rows `xStep` elements apart to rows `yStep` elements apart. */
export function copyRows(x: usize, xStep: i32, y: usize, yStep: i32, n: i32, begin: i32, end: i32): void {
  for (let r = begin; r < end; r++) {
    memory.copy(y + ((<usize>(r * yStep)) << 2), x + ((<usize>(r * xStep)) << 2), (<usize>n) << 2);
  }
}

/** Rows [begin, end) of the one-hot matrix [n, classes]. */
export function oneHot(indices: usize, y: usize, classes: i32, begin: i32, end: i32): void {
  const bytes = (<usize>classes) << 2;
  for (let r = begin; r < end; r++) {
    const to = y + <usize>r * bytes;
    memory.fill(to, 0, bytes);
    const index = load<f32>(indices + ((<usize>r) << 2));
    if (index >= 0 && index < <f32>classes && floor(index) == index) store<f32>(to + ((<usize>(<i32>index)) << 2), 1);
  }
}
