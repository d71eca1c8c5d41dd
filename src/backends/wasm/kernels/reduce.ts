/**
 * sum and max along the middle axis of [outer, axis, inner]; elements [begin, end) of the result [outer, inner].
 *
 * Sums of long axes: float32 partial sums in SIMD lanes over short blocks, which are then added up in float64, so that the
 * error does not grow with the length.
 */
import { max4 } from './simd';

/** Elements (of one lane) that are added up in float32 before the float64 sum takes over. */
const BLOCK = 32;

/** Sum of n neighbouring floats. */
export function sumRow(x: usize, n: i32): f64 {
  let total: f64 = 0;
  while (n >= 16) {
    let a = f32x4.splat(0);
    let b = a;
    let c = a;
    let d = a;
    const steps = min(n >> 4, BLOCK);
    n -= steps << 4;
    const end = x + ((<usize>steps) << 6);
    for (; x < end; x += 64) {
      a = f32x4.add(a, v128.load(x));
      b = f32x4.add(b, v128.load(x, 16));
      c = f32x4.add(c, v128.load(x, 32));
      d = f32x4.add(d, v128.load(x, 48));
    }
    const s = f32x4.add(f32x4.add(a, b), f32x4.add(c, d));
    total += <f64>f32x4.extract_lane(s, 0);
    total += <f64>f32x4.extract_lane(s, 1);
    total += <f64>f32x4.extract_lane(s, 2);
    total += <f64>f32x4.extract_lane(s, 3);
  }
  for (; n > 0; n--) {
    total += <f64>load<f32>(x);
    x += 4;
  }
  return total;
}

/** Maximum of n neighbouring floats, NaN if there is one, -Infinity of none. */
export function maxRow(x: usize, n: i32): f32 {
  let v = f32x4.splat(-Infinity);
  for (; n >= 4; n -= 4) {
    v = f32x4.max(v, v128.load(x));
    x += 16;
  }
  let m = max4(v);
  for (; n > 0; n--) {
    m = max(m, load<f32>(x));
    x += 4;
  }
  return m;
}

/** Four columns' sums along the axis; rows are `step` bytes apart. */
function sumColumns(x: usize, step: usize, axis: i32, y: usize): void {
  let low = f64x2.splat(0);
  let high = low;
  while (axis > 0) {
    const steps = min(axis, BLOCK);
    axis -= steps;
    let v = f32x4.splat(0);
    for (let i = 0; i < steps; i++) {
      v = f32x4.add(v, v128.load(x));
      x += step;
    }
    low = f64x2.add(low, f64x2.promote_low_f32x4(v));
    high = f64x2.add(high, f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 2, 3)));
  }
  const a = f32x4.demote_f64x2_zero(low);
  const b = f32x4.demote_f64x2_zero(high);
  v128.store(y, v128.shuffle<f32>(a, b, 0, 1, 4, 5));
}

/** One column's sum, by the same additions as in sumColumns: where a range ends must not change a bit. */
function sumColumn(x: usize, step: usize, axis: i32): f32 {
  let total: f64 = 0;
  while (axis > 0) {
    const steps = min(axis, BLOCK);
    axis -= steps;
    let v: f32 = 0;
    for (let i = 0; i < steps; i++) {
      v += load<f32>(x);
      x += step;
    }
    total += <f64>v;
  }
  return <f32>total;
}

function maxColumns(x: usize, step: usize, axis: i32, y: usize): void {
  let v = f32x4.splat(-Infinity);
  for (; axis > 0; axis--) {
    v = f32x4.max(v, v128.load(x));
    x += step;
  }
  v128.store(y, v);
}

export function reduceSum(x: usize, y: usize, axis: i32, inner: i32, begin: i32, end: i32): void {
  const step = (<usize>inner) << 2;
  for (let i = begin; i < end; ) {
    const outer = i / inner;
    const column = i - outer * inner;
    const from = x + ((<usize>(outer * axis * inner + column)) << 2);
    const to = y + ((<usize>i) << 2);
    if (inner == 1) {
      store<f32>(to, <f32>sumRow(from, axis));
      i++;
    } else if (column + 4 <= inner && i + 4 <= end) {
      sumColumns(from, step, axis, to);
      i += 4;
    } else {
      store<f32>(to, sumColumn(from, step, axis));
      i++;
    }
  }
}

export function reduceMax(x: usize, y: usize, axis: i32, inner: i32, begin: i32, end: i32): void {
  const step = (<usize>inner) << 2;
  for (let i = begin; i < end; ) {
    const outer = i / inner;
    const column = i - outer * inner;
    const from = x + ((<usize>(outer * axis * inner + column)) << 2);
    const to = y + ((<usize>i) << 2);
    if (inner == 1) {
      store<f32>(to, maxRow(from, axis));
      i++;
    } else if (column + 4 <= inner && i + 4 <= end) {
      maxColumns(from, step, axis, to);
      i += 4;
    } else {
      let m: f32 = -Infinity;
      let p = from;
      for (let k = 0; k < axis; k++) {
        m = max(m, load<f32>(p));
        p += step;
      }
      store<f32>(to, m);
      i++;
    }
  }
}
