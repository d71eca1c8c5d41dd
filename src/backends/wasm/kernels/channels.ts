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
import { gradientRows, spreadRows } from './channel-sums';
import { sumRow } from './reduce';
import { fma } from './simd';

/** About how many numbers a piece has. */
const PIECE = 2048;
/** Channels that are walked through together, image by image, so that the memory is read in order. */
const GROUP = 8;

/** Sum over `rows` rows of n neighbours, `step` bytes apart. */
function sumRows(x: usize, rows: i32, step: usize, n: i32): f64 {
  let sum: f64 = 0;
  for (let r = 0; r < rows; r++) sum += sumRow(x + <usize>r * step, n);
  return sum;
}

/** What is known of a channel, and the sums of x - mean and of (x - mean)^2 over the piece that is being read. */
@unmanaged
class Moments {
  mean: f64;
  squares: f64;
  sum: f64;
  sumOfSquares: f64;
}

@inline
function momentsOf(scratch: usize, i: i32): Moments {
  return changetype<Moments>(scratch + <usize>i * offsetof<Moments>());
}

/** Takes the sums over `rows` rows of n numbers of each channel of a group; rows are `step` bytes apart, channels `plane`. */
function readPiece(x: usize, rows: i32, step: usize, n: i32, plane: usize, scratch: usize, group: i32): void {
  for (let i = 0; i < group; i++) {
    const m = momentsOf(scratch, i);
    m.sum = 0;
    m.sumOfSquares = 0;
  }
  for (let r = 0; r < rows; r += 2) {
    const from = x + <usize>r * step;
    for (let i = 0; i < group; i++) {
      const m = momentsOf(scratch, i);
      const sums = spreadRows(from + <usize>i * plane, min(2, rows - r), step, n, <f32>m.mean);
      m.sum += f64x2.extract_lane(sums, 0);
      m.sumOfSquares += f64x2.extract_lane(sums, 1);
    }
  }
}

/** Joins the piece that was read, of n values, with the `count` before it. */
function joinPiece(m: Moments, count: f64, n: f64): void {
  const off = m.sum / n;
  const d = <f64>(<f32>m.mean) + off - m.mean;
  const all = count + n;
  m.mean += (d * n) / all;
  m.squares += m.sumOfSquares - off * off * n + (d * d * count * n) / all;
}

/** x -> y [2, channels]: the means, then the variances (divided by the count); units: channels. */
export function channelMoments(
  x: usize,
  y: usize,
  outer: i32,
  channels: i32,
  inner: i32,
  scratch: usize,
  begin: i32,
  end: i32,
): void {
  const pieceRows = max(1, PIECE / max(1, inner));
  const plane = (<usize>inner) << 2;
  const step = <usize>channels * plane;
  for (let first = begin; first < end; first += GROUP) {
    const group = min(GROUP, end - first);
    const from = x + <usize>first * plane;
    memory.fill(scratch, 0, GROUP * offsetof<Moments>());
    let count: f64 = 0;
    for (let o = 0; o < outer; o += pieceRows) {
      const rows = min(pieceRows, outer - o);
      for (let at = 0; at < inner; at += PIECE) {
        const width = min(PIECE, inner - at);
        const n = <f64>(rows * width);
        const piece = from + <usize>o * step + ((<usize>at) << 2);
        if (count == 0) {
          for (let i = 0; i < group; i++) {
            momentsOf(scratch, i).mean = sumRows(piece + <usize>i * plane, rows, step, width) / n;
          }
        }
        readPiece(piece, rows, step, width, plane, scratch, group);
        for (let i = 0; i < group; i++) joinPiece(momentsOf(scratch, i), count, n);
        count += n;
      }
    }
    for (let i = 0; i < group; i++) {
      const m = momentsOf(scratch, i);
      // of infinities nothing can be subtracted, but their mean is known
      const known = m.mean == m.mean ? m.mean : sumRows(from + <usize>i * plane, outer, step, inner) / count;
      const to = y + ((<usize>(first + i)) << 2);
      store<f32>(to, <f32>known);
      store<f32>(to + ((<usize>channels) << 2), <f32>(m.squares / count));
    }
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
  scratch: usize,
  begin: i32,
  end: i32,
): void {
  const plane = (<usize>inner) << 2;
  const step = <usize>channels * plane;
  for (let first = begin; first < end; first += GROUP) {
    const group = min(GROUP, end - first);
    memory.fill(scratch, 0, GROUP << 4);
    for (let o = 0; o < outer; o += 2) {
      for (let i = 0; i < group; i++) {
        const at = <usize>o * step + <usize>(first + i) * plane;
        const center = load<f32>(mean + ((<usize>(first + i)) << 2));
        const sums = scratch + ((<usize>i) << 4);
        const more = gradientRows(g + at, x + at, min(2, outer - o), step, inner, center);
        v128.store(sums, f64x2.add(v128.load(sums), more));
      }
    }
    for (let i = 0; i < group; i++) {
      const sums = v128.load(scratch + ((<usize>i) << 4));
      const c = (<usize>(first + i)) << 2;
      store<f32>(y + c, <f32>f64x2.extract_lane(sums, 0));
      const scale = <f64>load<f32>(inverse + c);
      store<f32>(y + ((<usize>channels) << 2) + c, <f32>(f64x2.extract_lane(sums, 1) * scale));
    }
  }
}

/** Bytes of scratch that `channelMoments` and `normalizeSums` need. */
export function channelsScratch(): i32 {
  return GROUP * offsetof<Moments>();
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
