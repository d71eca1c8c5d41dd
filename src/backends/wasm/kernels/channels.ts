/**
 * What normalisation needs of the channels of [outer, channels, inner]: mean and variance in one walk through memory, the
 * normalised values in one, the two sums of the gradient in one, the gradient in one.
 *
 * The values of a channel are taken in pieces. Of each, the sums of x - c and of (x - c)^2 are taken in one walk, with c the mean
 * of the pieces before (of the first piece its own mean); they give its mean and its M, the sum of squared distances from the
 * mean. Pieces are joined in float64 as T. Chan, G. Golub and R. LeVeque do (1979, equation 1.5b):
 *
 *     d = mean_b - mean_a,    mean = mean_a + d n_b / n,    M = M_a + M_b + d^2 n_a n_b / n
 *
 * so that nothing is lost where the mean is large beside the spread.
 */
import { sumRow } from './reduce';
import { fma } from './simd';

/** About how many numbers a piece has. */
const PIECE = 2048;
/** Elements (of one lane) that are added up in float32 before the float64 sum takes over. */
const BLOCK = 32;

/** Adds up both lanes of the sums of four float32 lanes, in float64. */
@inline
function widened(v: v128): v128 {
  return f64x2.add(f64x2.promote_low_f32x4(v), f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 2, 3)));
}

@inline
function both(v: v128): f64 {
  return f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1);
}

/** Sums of x - center and of (x - center)^2 over n neighbours, as the two lanes. */
function spreadRow(x: usize, n: i32, center: f32): v128 {
  const m = f32x4.splat(center);
  let sums = f64x2.splat(0);
  let squares = sums;
  while (n >= 8) {
    let a = f32x4.splat(0);
    let b = a;
    let p = a;
    let q = a;
    const steps = min(n >> 3, BLOCK);
    n -= steps << 3;
    const end = x + ((<usize>steps) << 5);
    for (; x < end; x += 32) {
      const u = f32x4.sub(v128.load(x), m);
      const v = f32x4.sub(v128.load(x, 16), m);
      a = f32x4.add(a, u);
      b = f32x4.add(b, v);
      p = fma(u, u, p);
      q = fma(v, v, q);
    }
    sums = f64x2.add(sums, widened(f32x4.add(a, b)));
    squares = f64x2.add(squares, widened(f32x4.add(p, q)));
  }
  let sum = both(sums);
  let square = both(squares);
  for (; n > 0; n--) {
    const d = <f64>(load<f32>(x) - center);
    sum += d;
    square += d * d;
    x += 4;
  }
  return f64x2.replace_lane(f64x2.splat(sum), 1, square);
}

/** Sum over `rows` rows of n neighbours, `step` bytes apart. */
function sumRows(x: usize, rows: i32, step: usize, n: i32): f64 {
  let sum: f64 = 0;
  for (let r = 0; r < rows; r++) sum += sumRow(x + <usize>r * step, n);
  return sum;
}

/** x -> y [2, channels]: the means, then the variances (divided by the count); units: channels. */
export function channelMoments(
  x: usize,
  y: usize,
  outer: i32,
  channels: i32,
  inner: i32,
  begin: i32,
  end: i32,
): void {
  const pieceRows = max(1, PIECE / max(1, inner));
  const step = (<usize>(channels * inner)) << 2;
  for (let c = begin; c < end; c++) {
    const plane = x + ((<usize>(c * inner)) << 2);
    let count: f64 = 0;
    let mean: f64 = 0;
    let squares: f64 = 0;
    for (let o = 0; o < outer; o += pieceRows) {
      const rows = min(pieceRows, outer - o);
      for (let at = 0; at < inner; at += PIECE) {
        const width = min(PIECE, inner - at);
        const from = plane + <usize>o * step + ((<usize>at) << 2);
        const n = <f64>(rows * width);
        const center = <f32>(count == 0 ? sumRows(from, rows, step, width) / n : mean);
        let sums = f64x2.splat(0);
        for (let r = 0; r < rows; r++) sums = f64x2.add(sums, spreadRow(from + <usize>r * step, width, center));
        const off = f64x2.extract_lane(sums, 0) / n;
        const d = <f64>center + off - mean;
        const all = count + n;
        mean += (d * n) / all;
        squares += f64x2.extract_lane(sums, 1) - off * off * n + (d * d * count * n) / all;
        count = all;
      }
    }
    // of infinities nothing can be subtracted, but their mean is known
    if (mean != mean) mean = sumRows(plane, outer, step, inner) / count;
    store<f32>(y + ((<usize>c) << 2), <f32>mean);
    store<f32>(y + ((<usize>(channels + c)) << 2), <f32>(squares / count));
  }
}

/** The number of channel c of a vector that may be absent (0). */
@inline
function channelValue(values: usize, c: i32, absent: f32): f32 {
  return values ? load<f32>(values + ((<usize>c) << 2)) : absent;
}

/** y = (x - mean) inverse weight + bias, with numbers per channel; units: rows of `inner`. */
export function normalize(
  x: usize,
  y: usize,
  mean: usize,
  inverse: usize,
  weight: usize,
  bias: usize,
  channels: i32,
  inner: i32,
  begin: i32,
  end: i32,
): void {
  for (let row = begin; row < end; row++) {
    const c = row % channels;
    const center = load<f32>(mean + ((<usize>c) << 2));
    const scale = load<f32>(inverse + ((<usize>c) << 2)) * channelValue(weight, c, 1);
    const shift = channelValue(bias, c, 0);
    const m = f32x4.splat(center);
    const s = f32x4.splat(scale);
    const b = f32x4.splat(shift);
    let from = x + ((<usize>(row * inner)) << 2);
    let to = y + ((<usize>(row * inner)) << 2);
    let n = inner;
    for (; n >= 8; n -= 8) {
      const u = fma(f32x4.sub(v128.load(from), m), s, b);
      const v = fma(f32x4.sub(v128.load(from, 16), m), s, b);
      v128.store(to, u);
      v128.store(to, v, 16);
      from += 32;
      to += 32;
    }
    for (; n > 0; n--) {
      const v = fma(f32x4.sub(v128.load_splat<f32>(from), m), s, b);
      v128.store_lane<f32>(to, v, 0);
      from += 4;
      to += 4;
    }
  }
}

/** Sums of g and of g (x - center) over n neighbours, as the two lanes. */
function gradientRow(g: usize, x: usize, n: i32, center: f32): v128 {
  const m = f32x4.splat(center);
  let sums = f64x2.splat(0);
  let products = sums;
  while (n >= 8) {
    let a = f32x4.splat(0);
    let b = a;
    let p = a;
    let q = a;
    const steps = min(n >> 3, BLOCK);
    n -= steps << 3;
    const end = x + ((<usize>steps) << 5);
    for (; x < end; x += 32) {
      const u = v128.load(g);
      const v = v128.load(g, 16);
      a = f32x4.add(a, u);
      b = f32x4.add(b, v);
      p = fma(f32x4.sub(v128.load(x), m), u, p);
      q = fma(f32x4.sub(v128.load(x, 16), m), v, q);
      g += 32;
    }
    sums = f64x2.add(sums, widened(f32x4.add(a, b)));
    products = f64x2.add(products, widened(f32x4.add(p, q)));
  }
  let sum = both(sums);
  let product = both(products);
  for (; n > 0; n--) {
    const v = <f64>load<f32>(g);
    sum += v;
    product += v * <f64>(load<f32>(x) - center);
    g += 4;
    x += 4;
  }
  return f64x2.replace_lane(f64x2.splat(sum), 1, product);
}

/** y [2, channels]: the sums of g, then those of g (x - mean) inverse; units: channels. */
export function normalizeSums(
  g: usize,
  x: usize,
  mean: usize,
  inverse: usize,
  y: usize,
  outer: i32,
  channels: i32,
  inner: i32,
  begin: i32,
  end: i32,
): void {
  for (let c = begin; c < end; c++) {
    const center = load<f32>(mean + ((<usize>c) << 2));
    let sums = f64x2.splat(0);
    for (let o = 0; o < outer; o++) {
      const at = (<usize>((o * channels + c) * inner)) << 2;
      sums = f64x2.add(sums, gradientRow(g + at, x + at, inner, center));
    }
    const scale = <f64>load<f32>(inverse + ((<usize>c) << 2));
    store<f32>(y + ((<usize>c) << 2), <f32>f64x2.extract_lane(sums, 0));
    store<f32>(y + ((<usize>(channels + c)) << 2), <f32>(f64x2.extract_lane(sums, 1) * scale));
  }
}

/**
 * dx = (g - (sum g + xhat sum g xhat) / count) inverse weight, with the sums as `normalizeSums` gives them, or without
 * that term where they are absent (0); units: rows of `inner`.
 */
export function normalizeGrad(
  g: usize,
  x: usize,
  dx: usize,
  mean: usize,
  inverse: usize,
  weight: usize,
  sums: usize,
  count: f64,
  channels: i32,
  inner: i32,
  begin: i32,
  end: i32,
): void {
  for (let row = begin; row < end; row++) {
    const c = row % channels;
    const at = (<usize>(row * inner)) << 2;
    const inverseOf = <f64>load<f32>(inverse + ((<usize>c) << 2));
    const scale = inverseOf * <f64>channelValue(weight, c, 1);
    const sum = sums ? <f64>load<f32>(sums + ((<usize>c) << 2)) : 0;
    const product = sums ? <f64>load<f32>(sums + ((<usize>(channels + c)) << 2)) : 0;
    const s = f32x4.splat(<f32>scale);
    const shift = f32x4.splat(<f32>((-scale * sum) / count));
    const slope = f32x4.splat(<f32>((-scale * inverseOf * product) / count));
    const m = f32x4.splat(load<f32>(mean + ((<usize>c) << 2)));
    let from = g + at;
    let values = x + at;
    let to = dx + at;
    let n = inner;
    if (!sums) {
      for (; n >= 4; n -= 4) {
        v128.store(to, f32x4.mul(v128.load(from), s));
        from += 16;
        to += 16;
      }
      for (; n > 0; n--) {
        store<f32>(to, load<f32>(from) * <f32>scale);
        from += 4;
        to += 4;
      }
      continue;
    }
    for (; n >= 8; n -= 8) {
      const u = fma(f32x4.sub(v128.load(values), m), slope, fma(v128.load(from), s, shift));
      const v = fma(f32x4.sub(v128.load(values, 16), m), slope, fma(v128.load(from, 16), s, shift));
      v128.store(to, u);
      v128.store(to, v, 16);
      from += 32;
      values += 32;
      to += 32;
    }
    for (; n > 0; n--) {
      const v = f32x4.sub(v128.load_splat<f32>(values), m);
      v128.store_lane<f32>(to, fma(v, slope, fma(v128.load_splat<f32>(from), s, shift)), 0);
      from += 4;
      values += 4;
      to += 4;
    }
  }
}
