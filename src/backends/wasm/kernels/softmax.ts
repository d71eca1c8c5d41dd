/**
 * softmax and log-softmax along the middle axis of [outer, axis, inner]; units: the outer*inner rows along the axis.
 *
 *   softmax(x)_i = e^(x_i - m) / S,  log softmax(x)_i = (x_i - m) - ln S,  m = max x, S = sum_j e^(x_j - m).
 *
 * softmaxGrad: y_i (g_i - s), s = sum_j g_j y_j / sum_j y_j, in double: the y of float32 add up to 1 only to 1e-7, and where
 * one of them is nearly 1 the difference g_i - s is smaller than that.
 */
import { expDown, logV, max4 } from './simd';

@inline
function log1(x: f32): f32 {
  return f32x4.extract_lane(logV(f32x4.splat(x)), 0);
}

/** Terms (of one lane) that are added up in float32 before the float64 sum takes over. */
const BLOCK = 32;

/** The greatest of a row of neighbours, whatever NaN there are: their terms are NaN, and so the sum. */
function peakRow(x: usize, n: i32): f32 {
  let a = f32x4.splat(-Infinity);
  let b = a;
  let c = a;
  let d = a;
  for (; n >= 16; n -= 16) {
    a = f32x4.pmax(a, v128.load(x));
    b = f32x4.pmax(b, v128.load(x, 16));
    c = f32x4.pmax(c, v128.load(x, 32));
    d = f32x4.pmax(d, v128.load(x, 48));
    x += 64;
  }
  a = f32x4.pmax(f32x4.pmax(a, b), f32x4.pmax(c, d));
  for (; n > 0; n--) {
    a = f32x4.pmax(a, v128.load_splat<f32>(x));
    x += 4;
  }
  return max4(a);
}

/** Sum of the lanes, in float64. */
@inline
function sumOfLanes(v: v128): f64 {
  const halves = f64x2.add(
    f64x2.promote_low_f32x4(v),
    f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 2, 3)),
  );
  return f64x2.extract_lane(halves, 0) + f64x2.extract_lane(halves, 1);
}

/**
 * Rows of n neighbours, one after the other. While the exponentials of a row are computed, the next one comes from the memory
 * to have its maximum found.
 */
function softmaxRows(x: usize, y: usize, n: i32, rows: i32): void {
  const row = (<usize>n) << 2;
  const vectors = row & ~15;
  let m = peakRow(x, n);
  for (let r = 0; r < rows; r++) {
    const ahead = r + 1 < rows ? row : 0;
    const mv = f32x4.splat(m);
    let peak = f32x4.splat(-Infinity);
    let sum: f64 = 0;
    let at: usize = 0;
    while (at < vectors) {
      const end = min(vectors, at + (BLOCK << 4));
      let block = f32x4.splat(0);
      do {
        const v = expDown(f32x4.sub(v128.load(x + at), mv));
        v128.store(y + at, v);
        block = f32x4.add(block, v);
        peak = f32x4.pmax(peak, v128.load(x + at + ahead));
        at += 16;
      } while (at < end);
      sum += sumOfLanes(block);
    }
    for (; at < row; at += 4) {
      const v = f32x4.extract_lane(expDown(f32x4.sub(v128.load_splat<f32>(x + at), mv)), 0);
      store<f32>(y + at, v);
      sum += <f64>v;
      peak = f32x4.pmax(peak, v128.load_splat<f32>(x + at + ahead));
    }
    m = max4(peak);
    scaleRow(y, n, <f32>(1 / sum));
    x += row;
    y += row;
  }
}

/** y *= factor, a row of n neighbours. */
function scaleRow(y: usize, n: i32, factor: f32): void {
  const v = f32x4.splat(factor);
  for (; n >= 4; n -= 4) {
    v128.store(y, f32x4.mul(v128.load(y), v));
    y += 16;
  }
  for (; n > 0; n--) {
    store<f32>(y, load<f32>(y) * factor);
    y += 4;
  }
}

/** Sum of e^(x - m) over a row of neighbours. */
function expSum(x: usize, n: i32, m: f32): f64 {
  const mv = f32x4.splat(m);
  let sum: f64 = 0;
  while (n >= 4) {
    const steps = min(n >> 2, BLOCK);
    n -= steps << 2;
    const end = x + ((<usize>steps) << 4);
    let block = f32x4.splat(0);
    do {
      block = f32x4.add(block, expDown(f32x4.sub(v128.load(x), mv)));
      x += 16;
    } while (x < end);
    sum += sumOfLanes(block);
  }
  for (; n > 0; n--) {
    sum += <f64>f32x4.extract_lane(expDown(f32x4.sub(v128.load_splat<f32>(x), mv)), 0);
    x += 4;
  }
  return sum;
}

/** The logarithm of the softmax of one row of neighbours. */
function logSoftmaxRow(x: usize, y: usize, n: i32): void {
  const m = peakRow(x, n);
  const shift = log1(<f32>expSum(x, n, m));
  const mv = f32x4.splat(m);
  const sv = f32x4.splat(shift);
  for (; n >= 4; n -= 4) {
    v128.store(y, f32x4.sub(f32x4.sub(v128.load(x), mv), sv));
    x += 16;
    y += 16;
  }
  for (; n > 0; n--) {
    store<f32>(y, load<f32>(x) - m - shift);
    x += 4;
    y += 4;
  }
}

/** Four rows along the axis side by side, or one of them (the first lane) unless `four`; elements are `step` bytes apart. */
@inline
function softmaxColumns(x: usize, y: usize, axis: i32, step: usize, logarithm: bool, four: bool): void {
  const bytes = <usize>axis * step;
  let m = f32x4.splat(-Infinity);
  for (let i: usize = 0; i < bytes; i += step) m = f32x4.pmax(m, get(x + i, four));
  let low = f64x2.splat(0);
  let high = low;
  for (let i: usize = 0; i < bytes; i += step) {
    const v = expDown(f32x4.sub(get(x + i, four), m));
    if (!logarithm) put(y + i, v, four);
    low = f64x2.add(low, f64x2.promote_low_f32x4(v));
    high = f64x2.add(high, f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 2, 3)));
  }
  const sum = v128.shuffle<f32>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 1, 4, 5);
  if (logarithm) {
    const shift = logV(sum);
    for (let i: usize = 0; i < bytes; i += step) put(y + i, f32x4.sub(f32x4.sub(get(x + i, four), m), shift), four);
  } else {
    for (let i: usize = 0; i < bytes; i += step) put(y + i, f32x4.div(get(y + i, four), sum), four);
  }
}

@inline
function get(x: usize, four: bool): v128 {
  return four ? v128.load(x) : v128.load_splat<f32>(x);
}

@inline
function put(y: usize, v: v128, four: bool): void {
  if (four) v128.store(y, v);
  else v128.store_lane<f32>(y, v, 0);
}

export function softmax(
  x: usize,
  y: usize,
  axis: i32,
  inner: i32,
  logarithm: bool,
  begin: i32,
  end: i32,
): void {
  const step = (<usize>inner) << 2;
  for (let i = begin; i < end; ) {
    const outer = i / inner;
    const column = i - outer * inner;
    const at = (<usize>(outer * axis * inner + column)) << 2;
    if (inner == 1) {
      if (!logarithm) {
        softmaxRows(x + at, y + at, axis, end - i);
        return;
      }
      logSoftmaxRow(x + at, y + at, axis);
      i++;
    } else if (column + 4 <= inner && i + 4 <= end) {
      softmaxColumns(x + at, y + at, axis, step, logarithm, true);
      i += 4;
    } else {
      softmaxColumns(x + at, y + at, axis, step, logarithm, false);
      i++;
    }
  }
}

/** One row along the axis, its elements `step` bytes apart. */
function softmaxGradRow(g: usize, y: usize, out: usize, axis: i32, step: usize): void {
  const bytes = <usize>axis * step;
  let weighed: f64 = 0;
  let total: f64 = 0;
  for (let i: usize = 0; i < bytes; i += step) {
    const share = <f64>load<f32>(y + i);
    weighed += <f64>load<f32>(g + i) * share;
    total += share;
  }
  const s = weighed / total;
  for (let i: usize = 0; i < bytes; i += step) {
    store<f32>(out + i, <f32>(<f64>load<f32>(y + i) * (<f64>load<f32>(g + i) - s)));
  }
}

export function softmaxGrad(
  g: usize,
  y: usize,
  out: usize,
  axis: i32,
  inner: i32,
  begin: i32,
  end: i32,
): void {
  for (let i = begin; i < end; i++) {
    const outer = i / inner;
    const at = (<usize>(outer * axis * inner + (i - outer * inner))) << 2;
    softmaxGradRow(g + at, y + at, out + at, axis, (<usize>inner) << 2);
  }
}
