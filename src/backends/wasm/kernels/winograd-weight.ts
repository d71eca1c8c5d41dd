/**
 * Weight gradient of a 3x3 convolution of stride 1 by the transposed Winograd algorithm (see winograd.ts for the matrices):
 *
 *   dg = G^T [ sum over tiles of (A dY A^T) * (B^T d B) ] G
 *
 * The sum is 36 matrix products [outs, tiles] x [tiles, channels], each a table of dot products: lanes are four tiles, added up
 * at the end. They are done for one stretch of tiles after the other, whatever the number of threads. Channels come in fours
 * here and outs in pairs; `y` of the call is the output gradient.
 */
import { ConvCall } from './positions';
import { fma } from './simd';
import { A, B, GAP } from './winograd-points';
import { fillPlaces } from './winograd-products';

/** Tiles and output channels of a unit. */
const TILES = 32;
const OUTS = 16;

/** A times a vector of four: stored `step` bytes apart. */
@inline
function spread4(to: usize, step: usize, d0: v128, d1: v128, d2: v128, d3: v128): void {
  const even = fma(f32x4.splat(0.5), d2, d0);
  const odd = f32x4.mul(f32x4.splat(A), fma(f32x4.splat(0.5), d3, d1));
  const even2 = fma(f32x4.splat(2), d2, d0);
  const odd2 = f32x4.mul(f32x4.splat(B), fma(f32x4.splat(2), d3, d1));
  v128.store(to, d0);
  v128.store(to + step, f32x4.add(even, odd));
  v128.store(to + 2 * step, f32x4.sub(even, odd));
  v128.store(to + 3 * step, f32x4.add(even2, odd2));
  v128.store(to + 4 * step, f32x4.sub(even2, odd2));
  v128.store(to + 5 * step, d3);
}

/** A dY A^T of four tiles of one plane, one in each lane; 36 vectors `step` bytes apart. */
function gradientTransform(y: usize, yRow: usize, places: usize, to: usize, step: usize, work: usize): void {
  const together = load<i32>(places, 12) != 0;
  const from = y + ((<usize>load<i32>(places)) << 2);
  for (let r = 0; r < 4; r++) {
    const p = from + <usize>r * yRow;
    const v0 = together ? v128.load(p) : loadRow(y, yRow, r, places);
    const v1 = together ? v128.load(p, 16) : loadRow(y, yRow, r, places + 16);
    const v2 = together ? v128.load(p, 32) : loadRow(y, yRow, r, places + 32);
    const v3 = together ? v128.load(p, 48) : loadRow(y, yRow, r, places + 48);
    const a0 = v128.shuffle<f32>(v0, v1, 0, 4, 1, 5);
    const a1 = v128.shuffle<f32>(v0, v1, 2, 6, 3, 7);
    const a2 = v128.shuffle<f32>(v2, v3, 0, 4, 1, 5);
    const a3 = v128.shuffle<f32>(v2, v3, 2, 6, 3, 7);
    spread4(
      work + <usize>r * 96,
      16,
      v128.shuffle<f32>(a0, a2, 0, 1, 4, 5),
      v128.shuffle<f32>(a0, a2, 2, 3, 6, 7),
      v128.shuffle<f32>(a1, a3, 0, 1, 4, 5),
      v128.shuffle<f32>(a1, a3, 2, 3, 6, 7),
    );
  }
  for (let column = work; column < work + 96; column += 16) {
    spread4(
      to,
      6 * step,
      v128.load(column),
      v128.load(column, 96),
      v128.load(column, 192),
      v128.load(column, 288),
    );
    to += step;
  }
}

/** Row r of one tile, zeros where there is none. */
@inline
function loadRow(y: usize, yRow: usize, r: i32, place: usize): v128 {
  if (r >= load<i32>(place, 4)) return f32x4.splat(0);
  const p = y + ((<usize>load<i32>(place)) << 2) + <usize>r * yRow;
  const mask = i32x4.gt_s(i32x4.splat(load<i32>(place, 8)), i32x4(0, 1, 2, 3));
  return v128.and(v128.load(p), mask);
}

/**
 * Tiles [first, first + count) of the output gradient to g [36][outs/2][count/4][2][4], with `GAP` bytes after each of the 36.
 * Units: (32 tiles, 16 output channels).
 */
export function winogradGradient(
  call: usize,
  g: usize,
  first: i32,
  count: i32,
  scratch: usize,
  begin: i32,
  end: i32,
): void {
  const c = changetype<ConvCall>(call);
  const blocks = (c.outs + OUTS - 1) / OUTS;
  const quads = ((count + 7) >> 3) << 1;
  const step = ((<usize>(quads * c.outs)) << 4) + GAP;
  const plane = (<usize>c.yPlane) << 2;
  const yRow = (<usize>c.yRow) << 2;
  const places = scratch + 384;
  let planned = -1;
  for (let unit = begin; unit < end; unit++) {
    const chunk = unit / blocks;
    const firstOut = (unit - chunk * blocks) * OUTS;
    const tiles = min(TILES, count - chunk * TILES);
    const filled = (tiles + 7) & ~7;
    if (chunk != planned) fillPlaces(c, first + chunk * TILES, filled, tiles, places);
    planned = chunk;
    const lastOut = min(c.outs, firstOut + OUTS);
    for (let o = firstOut; o < lastOut; o++) {
      const y = c.y + <usize>o * plane;
      const row = g + ((<usize>((o >> 1) * quads)) << 5) + ((<usize>(o & 1)) << 4);
      for (let t = 0; t < filled; t += 4) {
        const to = row + ((<usize>((chunk * TILES + t) >> 2)) << 5);
        gradientTransform(y, yRow, places + ((<usize>t) << 4), to, step, scratch);
      }
    }
  }
}

/** Sums of the lanes of four vectors. */
@inline
function laneSums(v0: v128, v1: v128, v2: v128, v3: v128): v128 {
  const a = f32x4.add(v128.shuffle<f32>(v0, v1, 0, 4, 1, 5), v128.shuffle<f32>(v0, v1, 2, 6, 3, 7));
  const b = f32x4.add(v128.shuffle<f32>(v2, v3, 0, 4, 1, 5), v128.shuffle<f32>(v2, v3, 2, 6, 3, 7));
  return f32x4.add(v128.shuffle<f32>(a, b, 0, 1, 4, 5), v128.shuffle<f32>(a, b, 2, 3, 6, 7));
}

/**
 * The products of two output channels with four channels over `quads` quads of tiles, to (or, when `onto`, added to) two rows
 * of four, `row` bytes apart.
 */
function dots2x4(quads: i32, g: usize, v: usize, to: usize, row: usize, onto: bool): void {
  let c00 = f32x4.splat(0);
  let c01 = c00;
  let c02 = c00;
  let c03 = c00;
  let c10 = c00;
  let c11 = c00;
  let c12 = c00;
  let c13 = c00;
  const end = g + ((<usize>quads) << 5);
  while (g < end) {
    const g0 = v128.load(g);
    const g1 = v128.load(g, 16);
    let x = v128.load(v);
    c00 = fma(g0, x, c00);
    c10 = fma(g1, x, c10);
    x = v128.load(v, 16);
    c01 = fma(g0, x, c01);
    c11 = fma(g1, x, c11);
    x = v128.load(v, 32);
    c02 = fma(g0, x, c02);
    c12 = fma(g1, x, c12);
    x = v128.load(v, 48);
    c03 = fma(g0, x, c03);
    c13 = fma(g1, x, c13);
    g += 32;
    v += 64;
  }
  const top = laneSums(c00, c01, c02, c03);
  const bottom = laneSums(c10, c11, c12, c13);
  v128.store(to, onto ? f32x4.add(v128.load(to), top) : top);
  v128.store(to + row, onto ? f32x4.add(v128.load(to + row), bottom) : bottom);
}

/**
 * The products of `count` tiles, as `winogradInputQuads` and `winogradGradient` wrote them, to `sums` [36][outs][channels]
 * (`GAP` bytes after each of the 36), or added to it when `onto`. Units: (one of the 36, 16 output channels).
 */
export function winogradWeightProducts(
  call: usize,
  v: usize,
  g: usize,
  sums: usize,
  count: i32,
  onto: bool,
  begin: i32,
  end: i32,
): void {
  const c = changetype<ConvCall>(call);
  const blocks = (c.outs + OUTS - 1) / OUTS;
  const quads = ((count + 7) >> 3) << 1;
  const vQuad = (<usize>quads) << 6;
  const gPair = (<usize>quads) << 5;
  const vStep = <usize>(c.channels >> 2) * vQuad + GAP;
  const gStep = <usize>(c.outs >> 1) * gPair + GAP;
  const row = (<usize>c.channels) << 2;
  const sumStep = <usize>c.outs * row + GAP;
  for (let unit = begin; unit < end; unit++) {
    const e = unit / blocks;
    const firstOut = (unit - e * blocks) * OUTS;
    const lastOut = min(c.outs, firstOut + OUTS);
    const from = g + <usize>e * gStep;
    const to = sums + <usize>e * sumStep;
    for (let channel = 0; channel < c.channels; channel += 4) {
      const x = v + <usize>e * vStep + <usize>(channel >> 2) * vQuad;
      for (let o = firstOut; o < lastOut; o += 2) {
        const at = to + <usize>o * row + ((<usize>channel) << 2);
        dots2x4(quads, from + <usize>(o >> 1) * gPair, x, at, row, onto);
      }
    }
  }
}

/** G^T times a vector of six: stored `step` bytes apart. */
@inline
function gather6(to: usize, step: usize, m0: v128, m1: v128, m2: v128, m3: v128, m4: v128, m5: v128): void {
  const third = f32x4.splat(1.0 / 3.0);
  const near = f32x4.add(m1, m2);
  const far = f32x4.add(m3, m4);
  const turn = f32x4.mul(f32x4.splat((2.0 / 3.0) * A), f32x4.sub(m2, m1));
  v128.store(to, fma(f32x4.splat(-2.0 / 3.0), near, fma(f32x4.splat(1.0 / 6.0), far, m0)));
  v128.store(to + step, fma(f32x4.splat(B / 6.0), f32x4.sub(m3, m4), turn));
  v128.store(to + 2 * step, fma(third, f32x4.sub(far, near), m5));
}

/** dw [outs, channels, 3, 3] from the sums, for output channels [begin, end). */
export function winogradWeightFinish(
  sums: usize,
  dw: usize,
  outs: i32,
  channels: i32,
  scratch: usize,
  begin: i32,
  end: i32,
): void {
  const step = ((<usize>(outs * channels)) << 2) + GAP;
  const nine = scratch + 288;
  for (let o = begin; o < end; o++) {
    for (let channel = 0; channel < channels; channel += 4) {
      const at = (<usize>(o * channels + channel)) << 2;
      let from = sums + at;
      for (let row = scratch; row < nine; row += 48) {
        const m0 = v128.load(from);
        const m1 = v128.load(from + step);
        const m2 = v128.load(from + 2 * step);
        const m3 = v128.load(from + 3 * step);
        const m4 = v128.load(from + 4 * step);
        gather6(row, 16, m0, m1, m2, m3, m4, v128.load(from + 5 * step));
        from += 6 * step;
      }
      for (let column: usize = 0; column < 48; column += 16) {
        const p = scratch + column;
        const m0 = v128.load(p);
        const m1 = v128.load(p, 48);
        const m2 = v128.load(p, 96);
        const m3 = v128.load(p, 144);
        const m4 = v128.load(p, 192);
        gather6(nine + column, 48, m0, m1, m2, m3, m4, v128.load(p, 240));
      }
      const to = dw + at * 9;
      for (let i: usize = 0; i < 9; i++) {
        const place = to + (i << 2);
        const value = v128.load(nine + (i << 4));
        v128.store_lane<f32>(place, value, 0);
        v128.store_lane<f32>(place, value, 1, 36);
        v128.store_lane<f32>(place, value, 2, 72);
        v128.store_lane<f32>(place, value, 3, 108);
      }
    }
  }
}

/** Bytes of scratch that `winogradGradient` needs; `winogradWeightFinish` needs 432. */
export function winogradGradientScratch(): i32 {
  return 384 + 16 * TILES;
}
