/**
 * softmax and log-softmax along the middle axis of [outer, axis, inner]; units: the outer*inner rows along the axis.
 *
 *   softmax(x)_i = e^(x_i - m) / S,  log softmax(x)_i = (x_i - m) - ln S,  m = max x, S = sum_j e^(x_j - m).
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

/** y = e^(x - m) for a row of neighbours; gives their sum. */
function expRow(x: usize, y: usize, n: i32, m: f32): f32 {
  const mv = f32x4.splat(m);
  let low = f64x2.splat(0);
  let high = low;
  for (; n >= 4; n -= 4) {
    const v = expV(f32x4.sub(v128.load(x), mv));
    v128.store(y, v);
    low = f64x2.add(low, f64x2.promote_low_f32x4(v));
    high = f64x2.add(high, f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 2, 3)));
    x += 16;
    y += 16;
  }
  const both = f64x2.add(low, high);
  let sum = f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1);
  for (; n > 0; n--) {
    const v = exp1(load<f32>(x) - m);
    store<f32>(y, v);
    sum += <f64>v;
    x += 4;
    y += 4;
  }
  return <f32>sum;
}

/** One row along the axis, its elements `step` bytes apart. */
function softmaxRow(x: usize, y: usize, axis: i32, step: usize, logarithm: bool): void {
  const bytes = <usize>axis * step;
  let m: f32 = -Infinity;
  let sum: f32 = 0;
  if (step == 4) {
    m = maxRow(x, axis);
    sum = expRow(x, y, axis, m);
  } else {
    for (let i: usize = 0; i < bytes; i += step) m = max(m, load<f32>(x + i));
    let total: f64 = 0;
    for (let i: usize = 0; i < bytes; i += step) {
      const v = exp1(load<f32>(x + i) - m);
      store<f32>(y + i, v);
      total += <f64>v;
    }
    sum = <f32>total;
  }
  if (logarithm) {
    const shift = log1(sum);
    for (let i: usize = 0; i < bytes; i += step) store<f32>(y + i, load<f32>(x + i) - m - shift);
  } else {
    for (let i: usize = 0; i < bytes; i += step) store<f32>(y + i, load<f32>(y + i) / sum);
  }
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
  for (let i = begin; i < end; i++) {
    const outer = i / inner;
    const at = (<usize>(outer * axis * inner + (i - outer * inner))) << 2;
    softmaxRow(x + at, y + at, axis, (<usize>inner) << 2, logarithm);
  }
}
