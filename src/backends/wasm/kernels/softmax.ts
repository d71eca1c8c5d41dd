/**
 * softmax and log-softmax along the middle axis of [outer, axis, inner]; units: the outer*inner rows along the axis.
 *
 *   softmax(x)_i = e^(x_i - m) / S,  log softmax(x)_i = (x_i - m) - ln S,  m = max x, S = sum_j e^(x_j - m).
 *
 * softmaxGrad: y_i (g_i - s), s = sum_j g_j y_j / sum_j y_j, in double: the y of float32 add up to 1 only to 1e-7, and where
 * one of them is nearly 1 the difference g_i - s is smaller than that.
 */
import { expV, logV } from './simd';
import { maxRow } from './reduce';

@inline
function exp1(x: f32): f32 {
  return f32x4.extract_lane(expV(f32x4.splat(x)), 0);
}

@inline
function log1(x: f32): f32 {
  return f32x4.extract_lane(logV(f32x4.splat(x)), 0);
}

/** Sum of e^(x - m) over a row of neighbours; the terms go to y if `keep`. */
function expRow(x: usize, y: usize, n: i32, m: f32, keep: bool): f32 {
  const mv = f32x4.splat(m);
  let low = f64x2.splat(0);
  let high = low;
  for (; n >= 4; n -= 4) {
    const v = expV(f32x4.sub(v128.load(x), mv));
    if (keep) v128.store(y, v);
    low = f64x2.add(low, f64x2.promote_low_f32x4(v));
    high = f64x2.add(high, f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 2, 3)));
    x += 16;
    y += 16;
  }
  const both = f64x2.add(low, high);
  let sum = f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1);
  for (; n > 0; n--) {
    const v = exp1(load<f32>(x) - m);
    if (keep) store<f32>(y, v);
    sum += <f64>v;
    x += 4;
    y += 4;
  }
  return <f32>sum;
}

/** One row of neighbours. */
function softmaxRow(x: usize, y: usize, n: i32, logarithm: bool): void {
  const m = maxRow(x, n);
  const sum = expRow(x, y, n, m, !logarithm);
  if (logarithm) {
    const mv = f32x4.splat(m);
    const shift = log1(sum);
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
  } else {
    const sv = f32x4.splat(sum);
    for (; n >= 4; n -= 4) {
      v128.store(y, f32x4.div(v128.load(y), sv));
      y += 16;
    }
    for (; n > 0; n--) {
      store<f32>(y, load<f32>(y) / sum);
      y += 4;
    }
  }
}

/** Four rows along the axis side by side, or one of them (the first lane) unless `four`; elements are `step` bytes apart. */
@inline
function softmaxColumns(x: usize, y: usize, axis: i32, step: usize, logarithm: bool, four: bool): void {
  const bytes = <usize>axis * step;
  let m = f32x4.splat(-Infinity);
  for (let i: usize = 0; i < bytes; i += step) m = f32x4.max(m, get(x + i, four));
  let low = f64x2.splat(0);
  let high = low;
  for (let i: usize = 0; i < bytes; i += step) {
    const v = expV(f32x4.sub(get(x + i, four), m));
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
      softmaxRow(x + at, y + at, axis, logarithm);
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
