/**
 * The second half of a Winograd convolution (see winograd.ts): M = U V for each of the 36 elements, then Y = A^T M A + bias,
 * and max(Y, 0) if the call says so.
 *
 * A unit is a block of tiles and a block of output channels, small enough for M to stay in the second-level cache.
 */
import { ConvCall } from './positions';
import { fma } from './simd';
import { ROWS, products, tileProducts } from './winograd-gemm';
import { winogradInput, winogradInputScratch, winogradInputUnits } from './winograd-input';
import { A, B, GAP } from './winograd-points';

/**
 * Where tiles are written, 16 bytes a tile: element offset, rows, columns, and whether it and the next three are whole
 * neighbours. Tiles from `existing` on have no rows.
 */
export function fillPlaces(c: ConvCall, first: i32, count: i32, existing: i32, places: usize): void {
  const across = (c.gridWidth + 3) >> 2;
  const down = (c.gridHeight + 3) >> 2;
  for (let t = 0; t < count; t++) {
    const row = (first + t) / across;
    const x = (first + t - row * across) << 2;
    const image = row / down;
    const y = (row - image * down) << 2;
    const place = places + ((<usize>t) << 4);
    store<i32>(place, image * c.yImage + y * c.yRow + x);
    store<i32>(place, t < existing ? min(4, c.gridHeight - y) : 0, 4);
    store<i32>(place, min(4, c.gridWidth - x), 8);
    store<i32>(place, i32(t + 4 <= existing && y + 4 <= c.gridHeight && x + 16 <= c.gridWidth), 12);
  }
}

/** A^T times a vector of six: stored 16 bytes apart. */
@inline
function fold6(to: usize, m0: v128, m1: v128, m2: v128, m3: v128, m4: v128, m5: v128): void {
  const s1 = f32x4.add(m1, m2);
  const d1 = f32x4.sub(m1, m2);
  const s2 = f32x4.add(m3, m4);
  const d2 = f32x4.sub(m3, m4);
  v128.store(to, f32x4.add(f32x4.add(m0, s1), s2));
  v128.store(to, fma(f32x4.splat(B), d2, f32x4.mul(f32x4.splat(A), d1)), 16);
  v128.store(to, fma(f32x4.splat(2), s2, f32x4.mul(f32x4.splat(0.5), s1)), 32);
  v128.store(to, fma(f32x4.splat(2 * B), d2, fma(f32x4.splat(0.5 * A), d1, m5)), 48);
}

/**
 * A^T M A + bias of four tiles, one in each lane, but at least `floor` (NaN is kept), to the places of the tiles; rows of y
 * are `yRow` bytes apart.
 */
function outputTransform(
  m: usize,
  step: usize,
  bias: f32,
  floor: f32,
  y: usize,
  yRow: usize,
  places: usize,
  work: usize,
): void {
  for (let column = work; column < work + 384; column += 64) {
    fold6(
      column,
      v128.load(m),
      v128.load(m + 6 * step),
      v128.load(m + 12 * step),
      v128.load(m + 18 * step),
      v128.load(m + 24 * step),
      v128.load(m + 30 * step),
    );
    m += step;
  }
  const b = f32x4.splat(bias);
  const least = f32x4.splat(floor);
  const together = load<i32>(places, 12) != 0;
  let to = y + ((<usize>load<i32>(places)) << 2);
  for (let r = 0; r < 4; r++) {
    const row = work + ((<usize>r) << 4);
    const m0 = f32x4.add(v128.load(row), b);
    const m1 = v128.load(row, 64);
    const m2 = v128.load(row, 128);
    const m3 = v128.load(row, 192);
    const m4 = v128.load(row, 256);
    const m5 = f32x4.add(v128.load(row, 320), b);
    const s1 = f32x4.add(m1, m2);
    const d1 = f32x4.sub(m1, m2);
    const s2 = f32x4.add(m3, m4);
    const d2 = f32x4.sub(m3, m4);
    const y0 = f32x4.pmax(f32x4.add(f32x4.add(m0, s1), s2), least);
    const y1 = f32x4.pmax(fma(f32x4.splat(B), d2, fma(f32x4.splat(A), d1, b)), least);
    const y2 = f32x4.pmax(fma(f32x4.splat(2), s2, fma(f32x4.splat(0.5), s1, b)), least);
    const y3 = f32x4.pmax(fma(f32x4.splat(2 * B), d2, fma(f32x4.splat(0.5 * A), d1, m5)), least);
    const a0 = v128.shuffle<f32>(y0, y1, 0, 4, 1, 5);
    const a1 = v128.shuffle<f32>(y0, y1, 2, 6, 3, 7);
    const a2 = v128.shuffle<f32>(y2, y3, 0, 4, 1, 5);
    const a3 = v128.shuffle<f32>(y2, y3, 2, 6, 3, 7);
    const t0 = v128.shuffle<f32>(a0, a2, 0, 1, 4, 5);
    const t1 = v128.shuffle<f32>(a0, a2, 2, 3, 6, 7);
    const t2 = v128.shuffle<f32>(a1, a3, 0, 1, 4, 5);
    const t3 = v128.shuffle<f32>(a1, a3, 2, 3, 6, 7);
    if (together) {
      v128.store(to, t0);
      v128.store(to, t1, 16);
      v128.store(to, t2, 32);
      v128.store(to, t3, 48);
      to += yRow;
    } else {
      storeRow(y, yRow, r, places, t0);
      storeRow(y, yRow, r, places + 16, t1);
      storeRow(y, yRow, r, places + 32, t2);
      storeRow(y, yRow, r, places + 48, t3);
    }
  }
}

/** Row r of one tile, as much of it as there is. */
@inline
function storeRow(y: usize, yRow: usize, r: i32, place: usize, v: v128): void {
  if (r < load<i32>(place, 4)) {
    const to = y + ((<usize>load<i32>(place)) << 2) + <usize>r * yRow;
    const columns = load<i32>(place, 8);
    if (columns == 4) v128.store(to, v);
    else {
      v128.store_lane<f32>(to, v, 0);
      if (columns > 1) v128.store_lane<f32>(to, v, 1, 4);
      if (columns > 2) v128.store_lane<f32>(to, v, 2, 8);
    }
  }
}

/**
 * One unit: output channels [o0, o0 + c.depth) of tiles [t0, t0 + c.block) of those from `first` on, of which there are `count` in v.
 */
function productsUnit(c: ConvCall, v: usize, first: i32, count: i32, t0: i32, o0: i32, scratch: usize): void {
  const uPanel = (<usize>(c.channels * ROWS)) << 2;
  const uStep = <usize>((c.outs + ROWS - 1) / ROWS) * uPanel + GAP;
  const vPanel = (<usize>c.channels) << 5;
  const vStep = <usize>((count + 7) >> 3) * vPanel + GAP;
  const row = (<usize>c.block) << 2;
  const mStep = <usize>c.depth * row + GAP;
  const work = scratch;
  const places = work + 384;
  const m = places + ((<usize>c.block) << 4);
  const yRow = (<usize>c.yRow) << 2;
  const floor: f32 = c.relu ? 0 : -Infinity;
  const outs = min(c.depth, c.outs - o0);
  const tiles = min(c.block, count - t0);
  // four tiles or fewer at the end are cheaper one by one than as a panel of eight
  const single = (tiles & 7) <= 4 ? tiles & 7 : 0;
  const panels = single > 0 ? tiles >> 3 : (tiles + 7) >> 3;
  const u = c.weights + <usize>(o0 / ROWS) * uPanel;
  const block = v + <usize>(t0 >> 3) * vPanel;
  fillPlaces(c, first + t0, (tiles + 3) & ~3, tiles, places);
  products(c.channels, u, uStep, block, vStep, m, mStep, row, outs, panels);
  const rest = block + <usize>panels * vPanel;
  for (let i: usize = 0; i < <usize>single << 2; i += 4) {
    tileProducts(c.channels, u, uStep, rest + i, vStep, m + ((<usize>panels) << 5) + i, mStep, row, outs);
  }
  for (let o = 0; o < outs; o++) {
    const y = c.y + ((<usize>((o0 + o) * c.yPlane)) << 2);
    const bias = load<f32>(c.bias + ((<usize>(o0 + o)) << 2));
    for (let t = 0; t < tiles; t += 4) {
      const from = m + <usize>o * row + ((<usize>t) << 2);
      outputTransform(from, mStep, bias, floor, y, yRow, places + ((<usize>t) << 4), work);
    }
  }
}

/**
 * The tiles [first, first + count) that `winogradInput` wrote to v. Units: (block of `c.depth` output channels, block of
 * `c.block` tiles, a multiple of 8), all tiles of a block of channels after each other, so that they share its weights.
 */
export function winogradProducts(
  call: usize,
  v: usize,
  first: i32,
  count: i32,
  scratch: usize,
  begin: i32,
  end: i32,
): void {
  const c = changetype<ConvCall>(call);
  const blocks = (count + c.block - 1) / c.block;
  for (let unit = begin; unit < end; unit++) {
    productsUnit(c, v, first, count, (unit % blocks) * c.block, (unit / blocks) * c.depth, scratch);
  }
}

/**
 * Both halves at once for blocks of `c.block` tiles and all output channels, where the transformed input of a block is so small
 * that it stays in the cache of the thread that made it. Units: the blocks.
 */
export function winogradBlocks(call: usize, tiles: i32, scratch: usize, begin: i32, end: i32): void {
  const c = changetype<ConvCall>(call);
  const v = scratch + winogradInputScratch();
  const products = v + blockBytes(c);
  for (let unit = begin; unit < end; unit++) {
    const first = unit * c.block;
    const count = min(c.block, tiles - first);
    winogradInput(call, v, first, count, scratch, 0, winogradInputUnits(c, count));
    for (let o = 0; o < c.outs; o += c.depth) productsUnit(c, v, first, count, 0, o, products);
  }
}

/** Bytes of the transformed input of a block. */
function blockBytes(c: ConvCall): usize {
  return 36 * (((<usize>(c.block * c.channels)) << 2) + GAP);
}

/** Bytes of scratch that `winogradBlocks` needs. */
export function winogradBlocksScratch(call: usize): usize {
  return winogradInputScratch() + blockBytes(changetype<ConvCall>(call)) + winogradProductsScratch(call);
}

/** Bytes of scratch that `winogradProducts` needs. */
export function winogradProductsScratch(call: usize): usize {
  const c = changetype<ConvCall>(call);
  return 384 + 36 * GAP + <usize>c.block * (16 + <usize>(36 * 4 * c.depth));
}
