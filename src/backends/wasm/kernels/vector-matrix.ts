/** A single row times a matrix: nothing is packed, the matrix is read once, and the memory says how fast. */
import { fma, sum4 } from './simd';

/** y[j] = sum_k x[k] B[k,j] for columns [begin, end), for a single row: nothing is packed, B is read once. */
export function vectorMatrix(
  x: usize,
  b: usize,
  y: usize,
  k: i32,
  kStep: i32,
  columnStep: i32,
  begin: i32,
  end: i32,
): void {
  const kBytes = (<usize>kStep) << 2;
  if (columnStep == 1) {
    const first = (<usize>begin) << 2;
    memory.fill(y + first, 0, (<usize>(end - begin)) << 2);
    let i = 0;
    let row = b + first;
    for (; i + 4 <= k; i += 4) {
      const at = x + ((<usize>i) << 2);
      const row2 = row + 2 * kBytes;
      const x0 = load<f32>(at);
      const x1 = load<f32>(at, 4);
      const x2 = load<f32>(at, 8);
      const x3 = load<f32>(at, 12);
      addRows(x0, x1, x2, x3, row, row + kBytes, row2, row2 + kBytes, y + first, end - begin);
      row += 4 * kBytes;
    }
    for (; i < k; i++) {
      addRow(load<f32>(x + ((<usize>i) << 2)), row, y + first, end - begin);
      row += kBytes;
    }
    return;
  }
  const columnBytes = (<usize>columnStep) << 2;
  let j = begin;
  if (kStep == 1) {
    for (; j + 4 <= end; j += 4) dot4(x, b + <usize>j * columnBytes, columnBytes, k, y + ((<usize>j) << 2));
    for (; j < end; j++) store<f32>(y + ((<usize>j) << 2), dot(x, b + <usize>j * columnBytes, k));
    return;
  }
  for (; j < end; j++) {
    let sum: f32 = 0;
    for (let i = 0; i < k; i++) {
      sum += load<f32>(x + ((<usize>i) << 2)) * load<f32>(b + <usize>i * kBytes + <usize>j * columnBytes);
    }
    store<f32>(y + ((<usize>j) << 2), sum);
  }
}

/**
 * The same for a long x and rows of B that lie one after the other, split along k: unit u adds rows [u*share, (u+1)*share) to
 * row u of y [units, n], and whoever calls adds the rows up. Each thread then reads a stretch of memory from end to end.
 * @param skip whether rows that meet a 0 are left out, so that infinities and NaN in them do not count
 */
export function vectorRows(
  x: usize,
  b: usize,
  y: usize,
  k: i32,
  n: i32,
  share: i32,
  skip: bool,
  begin: i32,
  end: i32,
): void {
  const rowBytes = (<usize>n) << 2;
  for (let u = begin; u < end; u++) {
    const to = y + <usize>u * rowBytes;
    memory.fill(to, 0, rowBytes);
    const last = min(k, (u + 1) * share);
    // up to three rows wait for a fourth
    let waiting = 0;
    let x0: f32 = 0;
    let x1: f32 = 0;
    let x2: f32 = 0;
    let b0: usize = 0;
    let b1: usize = 0;
    let b2: usize = 0;
    for (let i = u * share; i < last; i++) {
      const xi = load<f32>(x + ((<usize>i) << 2));
      if (skip && xi == 0) continue;
      const row = b + <usize>i * rowBytes;
      if (waiting == 3) {
        addRows(x0, x1, x2, xi, b0, b1, b2, row, to, n);
        waiting = 0;
        continue;
      }
      x0 = waiting == 0 ? xi : x0;
      b0 = waiting == 0 ? row : b0;
      x1 = waiting == 1 ? xi : x1;
      b1 = waiting == 1 ? row : b1;
      x2 = xi;
      b2 = row;
      waiting++;
    }
    if (waiting > 0) addRow(x0, b0, to, n);
    if (waiting > 1) addRow(x1, b1, to, n);
    if (waiting > 2) addRow(x2, b2, to, n);
  }
}

/** y += x0 b_0 + .. + x3 b_3: four rows of n neighbours. */
function addRows(
  x0: f32,
  x1: f32,
  x2: f32,
  x3: f32,
  b0: usize,
  b1: usize,
  b2: usize,
  b3: usize,
  y: usize,
  n: i32,
): void {
  const v0 = f32x4.splat(x0);
  const v1 = f32x4.splat(x1);
  const v2 = f32x4.splat(x2);
  const v3 = f32x4.splat(x3);
  for (; n >= 4; n -= 4) {
    const near = fma(v1, v128.load(b1), f32x4.mul(v0, v128.load(b0)));
    const far = fma(v3, v128.load(b3), f32x4.mul(v2, v128.load(b2)));
    v128.store(y, f32x4.add(v128.load(y), f32x4.add(near, far)));
    b0 += 16;
    b1 += 16;
    b2 += 16;
    b3 += 16;
    y += 16;
  }
  for (; n > 0; n--) {
    const near = x0 * load<f32>(b0) + x1 * load<f32>(b1);
    const far = x2 * load<f32>(b2) + x3 * load<f32>(b3);
    store<f32>(y, load<f32>(y) + (near + far));
    b0 += 4;
    b1 += 4;
    b2 += 4;
    b3 += 4;
    y += 4;
  }
}

/** y += x b, a row of n neighbours. */
function addRow(x: f32, b: usize, y: usize, n: i32): void {
  const xv = f32x4.splat(x);
  for (; n >= 4; n -= 4) {
    v128.store(y, fma(xv, v128.load(b), v128.load(y)));
    b += 16;
    y += 16;
  }
  for (; n > 0; n--) {
    store<f32>(y, load<f32>(y) + x * load<f32>(b));
    b += 4;
    y += 4;
  }
}

/** The product of x and a vector b of k neighbours. */
function dot(x: usize, b: usize, k: i32): f32 {
  let near = f32x4.splat(0);
  let far = near;
  let i = 0;
  for (; i + 8 <= k; i += 8) {
    near = fma(v128.load(x), v128.load(b), near);
    far = fma(v128.load(x, 16), v128.load(b, 16), far);
    x += 32;
    b += 32;
  }
  return endOfDot(x, b, k - i, f32x4.add(near, far));
}

/**
 * The same, in the same order, for four vectors `step` bytes apart: they come from the memory all at once, which one
 * stream alone would not use to the full.
 */
function dot4(x: usize, b: usize, step: usize, k: i32, y: usize): void {
  let b1 = b + step;
  let b2 = b1 + step;
  let b3 = b2 + step;
  let near = f32x4.splat(0);
  let far = near;
  let near1 = near;
  let far1 = near;
  let near2 = near;
  let far2 = near;
  let near3 = near;
  let far3 = near;
  let i = 0;
  for (; i + 8 <= k; i += 8) {
    const x0 = v128.load(x);
    const x1 = v128.load(x, 16);
    near = fma(x0, v128.load(b), near);
    far = fma(x1, v128.load(b, 16), far);
    near1 = fma(x0, v128.load(b1), near1);
    far1 = fma(x1, v128.load(b1, 16), far1);
    near2 = fma(x0, v128.load(b2), near2);
    far2 = fma(x1, v128.load(b2, 16), far2);
    near3 = fma(x0, v128.load(b3), near3);
    far3 = fma(x1, v128.load(b3, 16), far3);
    x += 32;
    b += 32;
    b1 += 32;
    b2 += 32;
    b3 += 32;
  }
  store<f32>(y, endOfDot(x, b, k - i, f32x4.add(near, far)));
  store<f32>(y, endOfDot(x, b1, k - i, f32x4.add(near1, far1)), 4);
  store<f32>(y, endOfDot(x, b2, k - i, f32x4.add(near2, far2)), 8);
  store<f32>(y, endOfDot(x, b3, k - i, f32x4.add(near3, far3)), 12);
}

/** What is left of a dot product after its vectors. */
@inline
function endOfDot(x: usize, b: usize, left: i32, sums: v128): f32 {
  let sum = sum4(sums);
  for (let i: usize = 0; i < (<usize>left) << 2; i += 4) sum += load<f32>(x + i) * load<f32>(b + i);
  return sum;
}
