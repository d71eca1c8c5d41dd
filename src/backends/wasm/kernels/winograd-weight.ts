/**
 * Weight gradient of a 3x3 convolution of stride 1 by the transposed Winograd algorithm (see winograd.ts for the matrices):
 *
 *   dg = G^T [ sum over tiles of (A dY A^T) * (B^T d B) ] G
 *
 * The sum is 36 matrix products [outs, tiles] x [tiles, channels]. Lanes are four output channels of dY, four channels of x,
 * or four channels of dg. Channels come in eights here and outs in fours; `y` of the call is the output gradient.
 */
import { fma } from './simd';
import { tile4x8 } from './gemm';
import { ConvCall } from './positions';
import { GAP, TILE_BYTES, fillTiles } from './winograd';
import { A, B } from './winograd-points';
import { inputTransform } from './winograd-transforms';

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

/** A dY A^T of one tile in four planes `plane` bytes apart; 36 vectors `step` bytes apart. */
function gradientTransform(y: usize, plane: usize, yRow: usize, place: usize, to: usize, step: usize, work: usize): void {
  const rows = load<i32>(place, 4);
  const mask = i32x4.gt_s(i32x4.splat(load<i32>(place, 8)), i32x4(0, 1, 2, 3));
  let p = y + ((<usize>load<i32>(place)) << 2);
  for (let r = 0; r < 4; r++) {
    const row = work + <usize>r * 96;
    if (r < rows) {
      const v0 = v128.and(v128.load(p), mask);
      const v1 = v128.and(v128.load(p + plane), mask);
      const v2 = v128.and(v128.load(p + 2 * plane), mask);
      const v3 = v128.and(v128.load(p + 3 * plane), mask);
      const a0 = v128.shuffle<f32>(v0, v1, 0, 4, 1, 5);
      const a1 = v128.shuffle<f32>(v0, v1, 2, 6, 3, 7);
      const a2 = v128.shuffle<f32>(v2, v3, 0, 4, 1, 5);
      const a3 = v128.shuffle<f32>(v2, v3, 2, 6, 3, 7);
      spread4(
        row,
        16,
        v128.shuffle<f32>(a0, a2, 0, 1, 4, 5),
        v128.shuffle<f32>(a0, a2, 2, 3, 6, 7),
        v128.shuffle<f32>(a1, a3, 0, 1, 4, 5),
        v128.shuffle<f32>(a1, a3, 2, 3, 6, 7),
      );
      p += yRow;
    } else {
      memory.fill(row, 0, 96);
    }
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

/**
 * Adds the products of tile blocks [begin, end) to `sums` [36][outs][channels] (`GAP` bytes after each of the 36), which belongs
 * to the calling thread.
 */
export function winogradWeightSums(call: usize, sums: usize, scratch: usize, begin: i32, end: i32): void {
  const c = changetype<ConvCall>(call);
  const total = c.batch * ((c.gridHeight + 3) >> 2) * ((c.gridWidth + 3) >> 2);
  const block = c.block;
  const work = scratch;
  const places = work + 576;
  const table = places + ((<usize>block) << 4);
  const v = table + <usize>block * TILE_BYTES;
  const vStep = ((<usize>(block * c.channels)) << 2) + GAP;
  const g = v + 36 * vStep;
  const gStep = ((<usize>(block * c.outs)) << 2) + GAP;
  const row = (<usize>c.channels) << 2;
  const sumStep = <usize>c.outs * row + GAP;
  const xPlane = (<usize>(c.height * c.width)) << 2;
  const yPlane = (<usize>c.yPlane) << 2;
  for (let unit = begin; unit < end; unit++) {
    const first = unit * block;
    const tiles = min(block, total - first);
    fillTiles(c, first, total, table, places);
    for (let channel = 0; channel < c.channels; channel += 4) {
      const x = c.x + <usize>channel * xPlane;
      const to = v + ((<usize>((channel >> 3) * block)) << 5) + ((<usize>(channel & 4)) << 2);
      for (let t = 0; t < tiles; t++) {
        inputTransform(x, xPlane, table + <usize>t * TILE_BYTES, 0, to + ((<usize>t) << 5), vStep, work);
      }
    }
    for (let o = 0; o < c.outs; o += 4) {
      const y = c.y + <usize>o * yPlane;
      const to = g + ((<usize>((o >> 2) * block)) << 4);
      for (let t = 0; t < tiles; t++) {
        const place = places + ((<usize>t) << 4);
        gradientTransform(y, yPlane, (<usize>c.yRow) << 2, place, to + ((<usize>t) << 4), gStep, work);
      }
    }
    for (let e: usize = 0; e < 36; e++) {
      for (let channel = 0; channel < c.channels; channel += 8) {
        const b = v + e * vStep + ((<usize>((channel >> 3) * block)) << 5);
        for (let o = 0; o < c.outs; o += 4) {
          const a = g + e * gStep + ((<usize>((o >> 2) * block)) << 4);
          const to = sums + e * sumStep + <usize>o * row + ((<usize>channel) << 2);
          tile4x8(tiles, a, b, to, row, work, true);
        }
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

/** Bytes of scratch that `winogradWeightSums` needs; `winogradWeightFinish` needs 432. */
export function winogradWeightScratch(call: usize): usize {
  const c = changetype<ConvCall>(call);
  return 576 + 72 * GAP + <usize>c.block * (16 + TILE_BYTES + <usize>(36 * 4 * (c.channels + c.outs)));
}
