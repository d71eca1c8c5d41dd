/**
 * Pairs of sums over rows of numbers, as the two lanes of a vector of float64: what normalisation needs of a channel's planes.
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

/** Sums of x - center and of (x - center)^2, as the two lanes: over `steps` vectors at x and as many at y, `stride` bytes apart. */
function spreadTwo(x: usize, y: usize, stride: usize, steps: i32, center: f32): v128 {
  const m = f32x4.splat(center);
  let sums = f64x2.splat(0);
  let squares = sums;
  while (steps > 0) {
    let a = f32x4.splat(0);
    let b = a;
    let p = a;
    let q = a;
    const block = min(steps, BLOCK);
    steps -= block;
    for (let i = 0; i < block; i++) {
      const u = f32x4.sub(v128.load(x), m);
      const v = f32x4.sub(v128.load(y), m);
      a = f32x4.add(a, u);
      b = f32x4.add(b, v);
      p = fma(u, u, p);
      q = fma(v, v, q);
      x += stride;
      y += stride;
    }
    sums = f64x2.add(sums, widened(f32x4.add(a, b)));
    squares = f64x2.add(squares, widened(f32x4.add(p, q)));
  }
  return bothOf(sums, squares);
}

/** The same over the last n of a row, fewer than eight. */
function spreadRest(x: usize, n: i32, center: f32): v128 {
  let sums = f64x2.splat(0);
  for (; n > 0; n--) {
    const d = <f64>(load<f32>(x) - center);
    sums = f64x2.add(sums, f64x2.replace_lane(f64x2.splat(d), 1, d * d));
    x += 4;
  }
  return sums;
}

/** Sums of x - center and of (x - center)^2 over `rows` rows of n neighbours. */
export function spreadRows(x: usize, rows: i32, step: usize, n: i32, center: f32): v128 {
  let sums = f64x2.splat(0);
  const rest = ((<usize>n) << 2) & ~15;
  for (; rows > 1; rows -= 2) {
    sums = f64x2.add(sums, spreadTwo(x, x + step, 16, n >> 2, center));
    if (n & 3) {
      sums = f64x2.add(sums, spreadRest(x + rest, n & 3, center));
      sums = f64x2.add(sums, spreadRest(x + step + rest, n & 3, center));
    }
    x += 2 * step;
  }
  if (rows == 0) return sums;
  sums = f64x2.add(sums, spreadTwo(x, x + 16, 32, n >> 3, center));
  return f64x2.add(sums, spreadRest(x + (((<usize>n) << 2) & ~31), n & 7, center));
}

/**
 * Sums of g and of g (x - center), as the two lanes: over `steps` vectors at g and x, and as many `far` bytes further on, `stride`
 * bytes apart.
 */
function gradientTwo(g: usize, x: usize, far: usize, stride: usize, steps: i32, center: f32): v128 {
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
      const u = v128.load(g);
      const v = v128.load(g + far);
      a = f32x4.add(a, u);
      b = f32x4.add(b, v);
      p = fma(f32x4.sub(v128.load(x), m), u, p);
      q = fma(f32x4.sub(v128.load(x + far), m), v, q);
      g += stride;
      x += stride;
    }
    sums = f64x2.add(sums, widened(f32x4.add(a, b)));
    products = f64x2.add(products, widened(f32x4.add(p, q)));
  }
  return bothOf(sums, products);
}

/** The same over the last n of a row, fewer than eight. */
function gradientRest(g: usize, x: usize, n: i32, center: f32): v128 {
  let sums = f64x2.splat(0);
  for (; n > 0; n--) {
    const v = <f64>load<f32>(g);
    sums = f64x2.add(sums, f64x2.replace_lane(f64x2.splat(v), 1, v * <f64>(load<f32>(x) - center)));
    g += 4;
    x += 4;
  }
  return sums;
}

/** Sums of g and of g (x - center) over `rows` rows of n neighbours. */
export function gradientRows(g: usize, x: usize, rows: i32, step: usize, n: i32, center: f32): v128 {
  let sums = f64x2.splat(0);
  const rest = ((<usize>n) << 2) & ~15;
  for (; rows > 1; rows -= 2) {
    sums = f64x2.add(sums, gradientTwo(g, x, step, 16, n >> 2, center));
    if (n & 3) {
      sums = f64x2.add(sums, gradientRest(g + rest, x + rest, n & 3, center));
      sums = f64x2.add(sums, gradientRest(g + step + rest, x + step + rest, n & 3, center));
    }
    g += 2 * step;
    x += 2 * step;
  }
  if (rows == 0) return sums;
  sums = f64x2.add(sums, gradientTwo(g, x, 16, 32, n >> 3, center));
  const last = ((<usize>n) << 2) & ~31;
  return f64x2.add(sums, gradientRest(g + last, x + last, n & 7, center));
}
