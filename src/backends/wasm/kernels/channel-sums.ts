/**
 * Pairs of sums over rows of numbers, as the two lanes of a vector of float64: what normalisation needs of a channel's planes.
 *
 *     sum of u and of u (x - center),    u = x - center (`spreadRows`) or another number g beside each x (`gradientRows`)
 *
 * Rows of neighbours lie `step` bytes apart, and two are read at a time, so that both are on their way from the memory.
 */
import { fma } from './simd';

/** Vectors that are added up in float32 before the float64 sums take over. */
const BLOCK = 32;

/** Adds up both lanes of the sums of four float32 lanes, in float64. */
@inline
function widened(v: v128): v128 {
  return f64x2.add(f64x2.promote_low_f32x4(v), f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 2, 3)));
}

/** The sums of the lanes of two vectors, as two lanes. */
@inline
function bothOf(v: v128, w: v128): v128 {
  return f64x2.add(v128.shuffle<f64>(v, w, 0, 2), v128.shuffle<f64>(v, w, 1, 3));
}

/** Over `steps` vectors at x, and as many `far` bytes further on, `stride` bytes apart; `spread` says that u is x - center. */
@inline
function vectors(spread: bool, g: usize, x: usize, far: usize, stride: usize, steps: i32, center: f32): v128 {
  const m = f32x4.splat(center);
  let sums = f64x2.splat(0);
  let products = sums;
  while (steps > 0) {
    let a = f32x4.splat(0);
    let b = a;
    let p = a;
    let q = a;
    const block = min(steps, BLOCK);
    steps -= block;
    for (let i = 0; i < block; i++) {
      const d = f32x4.sub(v128.load(x), m);
      const e = f32x4.sub(v128.load(x + far), m);
      const u = spread ? d : v128.load(g);
      const v = spread ? e : v128.load(g + far);
      a = f32x4.add(a, u);
      b = f32x4.add(b, v);
      p = fma(d, u, p);
      q = fma(e, v, q);
      x += stride;
      if (!spread) g += stride;
    }
    sums = f64x2.add(sums, widened(f32x4.add(a, b)));
    products = f64x2.add(products, widened(f32x4.add(p, q)));
  }
  return bothOf(sums, products);
}

/** Over the last n of a row, fewer than eight. */
@inline
function rest(spread: bool, g: usize, x: usize, n: i32, center: f32): v128 {
  let sums = f64x2.splat(0);
  for (; n > 0; n--) {
    const d = <f64>(load<f32>(x) - center);
    const u = spread ? d : <f64>load<f32>(g);
    sums = f64x2.add(sums, f64x2.replace_lane(f64x2.splat(u), 1, u * d));
    x += 4;
    if (!spread) g += 4;
  }
  return sums;
}

@inline
function rowSums(spread: bool, g: usize, x: usize, rows: i32, step: usize, n: i32, center: f32): v128 {
  let sums = f64x2.splat(0);
  const whole = ((<usize>n) << 2) & ~15;
  for (; rows > 1; rows -= 2) {
    sums = f64x2.add(sums, vectors(spread, g, x, step, 16, n >> 2, center));
    if (n & 3) {
      sums = f64x2.add(sums, rest(spread, g + whole, x + whole, n & 3, center));
      sums = f64x2.add(sums, rest(spread, g + step + whole, x + step + whole, n & 3, center));
    }
    g += 2 * step;
    x += 2 * step;
  }
  if (rows == 0) return sums;
  // an odd last row: its even vectors and its odd ones
  sums = f64x2.add(sums, vectors(spread, g, x, 16, 32, n >> 3, center));
  const last = ((<usize>n) << 2) & ~31;
  return f64x2.add(sums, rest(spread, g + last, x + last, n & 7, center));
}

/** Sums of x - center and of (x - center)^2 over `rows` rows of n neighbours. */
export function spreadRows(x: usize, rows: i32, step: usize, n: i32, center: f32): v128 {
  return rowSums(true, x, x, rows, step, n, center);
}

/** Sums of g and of g (x - center) over `rows` rows of n neighbours. */
export function gradientRows(g: usize, x: usize, rows: i32, step: usize, n: i32, center: f32): v128 {
  return rowSums(false, g, x, rows, step, n, center);
}
