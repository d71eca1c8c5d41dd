/**
 * Max pooling over windows of planes [planes, height, width]; units: planes [begin, end).
 *
 * Places outside a plane never win. The winner by PyTorch's rule: the first place inside to begin with, replaced by each later
 * one that is greater or NaN.
 */

import { endInside, firstInside } from './inside';

/** The dimensions of a pooling, as the caller wrote them into memory: twelve i32. */
@unmanaged
export class PoolCall {
  height: i32;
  width: i32;
  outHeight: i32;
  outWidth: i32;
  kernelHeight: i32;
  kernelWidth: i32;
  strideHeight: i32;
  strideWidth: i32;
  padHeight: i32;
  padWidth: i32;
  dilationHeight: i32;
  dilationWidth: i32;
}

/** The place (y*width + x) of the maximum of the window of output (oy, ox), -1 for a window with no place inside. */
function bestPlace(c: PoolCall, plane: usize, oy: i32, ox: i32): i32 {
  const y0 = oy * c.strideHeight - c.padHeight;
  const x0 = ox * c.strideWidth - c.padWidth;
  const dilation = c.dilationWidth;
  const width = c.width;
  const jBegin = firstInside(x0, dilation);
  const jEnd = endInside(x0, dilation, c.kernelWidth, width);
  const iEnd = endInside(y0, c.dilationHeight, c.kernelHeight, c.height);
  let best: f32 = -Infinity;
  let place = -1;
  for (let i = firstInside(y0, c.dilationHeight); i < iEnd; i++) {
    let at = (y0 + i * c.dilationHeight) * width + x0 + jBegin * dilation;
    for (let j = jBegin; j < jEnd; j++) {
      const v = load<f32>(plane + ((<usize>at) << 2));
      if (place < 0 || v > best || v != v) {
        best = v;
        place = at;
      }
      at += dilation;
    }
  }
  return place;
}

/** Four outputs at once whose windows lie inside: values or places, by the same rule. */
function fourWindows(c: PoolCall, plane: usize, y: i32, x: i32, to: usize, places: bool): void {
  const step = c.strideWidth;
  const offsets = i32x4.mul(i32x4.splat(step), i32x4(0, 1, 2, 3));
  const bytes = (<usize>step) << 2;
  let best = f32x4.splat(-Infinity);
  let place = i32x4.add(i32x4.splat(y * c.width + x), offsets);
  for (let i = 0; i < c.kernelHeight; i++) {
    const row = (y + i * c.dilationHeight) * c.width + x;
    for (let j = 0; j < c.kernelWidth; j++) {
      const at = row + j * c.dilationWidth;
      const p = plane + ((<usize>at) << 2);
      let v: v128;
      if (step == 1) v = v128.load(p);
      else {
        v = v128.load32_zero(p);
        v = v128.load_lane<f32>(p + bytes, v, 1);
        v = v128.load_lane<f32>(p + 2 * bytes, v, 2);
        v = v128.load_lane<f32>(p + 3 * bytes, v, 3);
      }
      if (places) {
        const wins = beats(v, best);
        best = v128.bitselect(v, best, wins);
        place = v128.bitselect(i32x4.add(i32x4.splat(at), offsets), place, wins);
      } else {
        best = f32x4.max(best, v);
      }
    }
  }
  v128.store(to, places ? f32x4.convert_i32x4_s(place) : best);
}

/** Windows of 2x2 that do not overlap, one row of outputs: values or places. Gives how many outputs it did. */
function pairRow(plane: usize, width: i32, oy: i32, y: usize, outWidth: i32, places: bool): i32 {
  const top = plane + ((<usize>(2 * oy * width)) << 2);
  const bottom = top + ((<usize>width) << 2);
  let ox = 0;
  for (; ox + 4 <= outWidth; ox += 4) {
    const at = (<usize>ox) << 3;
    const t0 = v128.load(top + at);
    const t1 = v128.load(top + at, 16);
    const b0 = v128.load(bottom + at);
    const b1 = v128.load(bottom + at, 16);
    const a = v128.shuffle<f32>(t0, t1, 0, 2, 4, 6);
    const b = v128.shuffle<f32>(t0, t1, 1, 3, 5, 7);
    const c = v128.shuffle<f32>(b0, b1, 0, 2, 4, 6);
    const d = v128.shuffle<f32>(b0, b1, 1, 3, 5, 7);
    const to = y + ((<usize>ox) << 2);
    if (places) {
      const start = 2 * (oy * width + ox);
      let place = i32x4.add(i32x4.splat(start), i32x4(0, 2, 4, 6));
      let best = a;
      let wins = beats(b, best);
      best = v128.bitselect(b, best, wins);
      place = v128.bitselect(i32x4.add(i32x4.splat(start + 1), i32x4(0, 2, 4, 6)), place, wins);
      wins = beats(c, best);
      best = v128.bitselect(c, best, wins);
      place = v128.bitselect(i32x4.add(i32x4.splat(start + width), i32x4(0, 2, 4, 6)), place, wins);
      wins = beats(d, best);
      place = v128.bitselect(i32x4.add(i32x4.splat(start + width + 1), i32x4(0, 2, 4, 6)), place, wins);
      v128.store(to, f32x4.convert_i32x4_s(place));
    } else {
      v128.store(to, f32x4.max(f32x4.max(a, b), f32x4.max(c, d)));
    }
  }
  return ox;
}

/** Where v takes the place of best: greater, or NaN. */
@inline
function beats(v: v128, best: v128): v128 {
  return v128.or(f32x4.gt(v, best), f32x4.ne(v, v));
}

@inline
function pool(x: usize, y: usize, call: usize, places: bool, begin: i32, end: i32): void {
  const c = changetype<PoolCall>(call);
  const pairs =
    c.kernelHeight == 2 &&
    c.kernelWidth == 2 &&
    c.strideHeight == 2 &&
    c.strideWidth == 2 &&
    c.padHeight == 0 &&
    c.padWidth == 0 &&
    c.dilationHeight == 1 &&
    c.dilationWidth == 1 &&
    2 * c.outHeight <= c.height &&
    2 * c.outWidth <= c.width;
  for (let p = begin; p < end; p++) {
    const plane = x + ((<usize>(p * c.height * c.width)) << 2);
    for (let oy = 0; oy < c.outHeight; oy++) {
      const to = y + ((<usize>((p * c.outHeight + oy) * c.outWidth)) << 2);
      const y0 = oy * c.strideHeight - c.padHeight;
      const rowsInside = y0 >= 0 && y0 + (c.kernelHeight - 1) * c.dilationHeight < c.height;
      let ox = pairs ? pairRow(plane, c.width, oy, to, c.outWidth, places) : 0;
      while (ox < c.outWidth) {
        const x0 = ox * c.strideWidth - c.padWidth;
        const last = x0 + 3 * c.strideWidth + (c.kernelWidth - 1) * c.dilationWidth;
        if (rowsInside && x0 >= 0 && last < c.width && ox + 4 <= c.outWidth) {
          fourWindows(c, plane, y0, x0, to + ((<usize>ox) << 2), places);
          ox += 4;
          continue;
        }
        const place = bestPlace(c, plane, oy, ox);
        let v: f32 = -Infinity;
        if (places) v = <f32>place;
        else if (place >= 0) v = load<f32>(plane + ((<usize>place) << 2));
        store<f32>(to + ((<usize>ox) << 2), v);
        ox++;
      }
    }
  }
}

export function maxPool(x: usize, y: usize, call: usize, begin: i32, end: i32): void {
  pool(x, y, call, false, begin, end);
}

export function maxPoolIndices(x: usize, y: usize, call: usize, begin: i32, end: i32): void {
  pool(x, y, call, true, begin, end);
}
