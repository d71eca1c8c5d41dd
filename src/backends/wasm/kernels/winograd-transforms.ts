/**
 * The three linear transforms of winograd.ts, each for four tiles (or four rows of weights) at once, one in each lane.
 *
 * Each works on one side first (into `work`, 576 bytes of the calling thread), then on the other.
 */
import { fma } from './simd';
import { A, B } from './winograd-points';

/** B^T times a vector of six: stored `step` bytes apart. */
@inline
export function transform6(to: usize, step: usize, d0: v128, d1: v128, d2: v128, d3: v128, d4: v128, d5: v128): void {
  const even = fma(f32x4.splat(-2), d2, d4);
  const odd = f32x4.mul(f32x4.splat(A), fma(f32x4.splat(-2), d1, d3));
  const even2 = fma(f32x4.splat(-0.5), d2, d4);
  const odd2 = f32x4.mul(f32x4.splat(B), fma(f32x4.splat(-0.5), d1, d3));
  v128.store(to, fma(f32x4.splat(-2.5), d2, f32x4.add(d0, d4)));
  v128.store(to + step, f32x4.add(even, odd));
  v128.store(to + 2 * step, f32x4.sub(even, odd));
  v128.store(to + 3 * step, f32x4.add(even2, odd2));
  v128.store(to + 4 * step, f32x4.sub(even2, odd2));
  v128.store(to + 5 * step, fma(f32x4.splat(-2.5), d3, f32x4.add(d1, d5)));
}

/** Columns from..from+3 of one row of one tile, those outside the plane as zeros. */
@inline
function loadNear(x: usize, entry: usize): v128 {
  return v128.and(v128.load(x + load<u32>(entry, 32)), v128.load(entry));
}

@inline
function loadFar(x: usize, entry: usize): v128 {
  return v128.and(v128.load(x + load<u32>(entry, 32) + 16), v128.load(entry, 16));
}

/**
 * B^T d B, lane l of plane x + l*xStep and of the tile whose table is at entry + l*entryStep; 36 vectors `step` bytes apart.
 */
export function inputTransform(
  x: usize,
  xStep: usize,
  entry: usize,
  entryStep: usize,
  to: usize,
  step: usize,
  work: usize,
): void {
  const x1 = x + xStep;
  const x2 = x1 + xStep;
  const x3 = x2 + xStep;
  for (let row = work; row < work + 576; row += 96) {
    const entry1 = entry + entryStep;
    const entry2 = entry1 + entryStep;
    const entry3 = entry2 + entryStep;
    const v0 = loadNear(x, entry);
    const v1 = loadNear(x1, entry1);
    const v2 = loadNear(x2, entry2);
    const v3 = loadNear(x3, entry3);
    const a0 = v128.shuffle<f32>(v0, v1, 0, 4, 1, 5);
    const a1 = v128.shuffle<f32>(v0, v1, 2, 6, 3, 7);
    const a2 = v128.shuffle<f32>(v2, v3, 0, 4, 1, 5);
    const a3 = v128.shuffle<f32>(v2, v3, 2, 6, 3, 7);
    const f0 = v128.shuffle<f32>(loadFar(x, entry), loadFar(x1, entry1), 0, 4, 1, 5);
    const f1 = v128.shuffle<f32>(loadFar(x2, entry2), loadFar(x3, entry3), 0, 4, 1, 5);
    transform6(
      row,
      16,
      v128.shuffle<f32>(a0, a2, 0, 1, 4, 5),
      v128.shuffle<f32>(a0, a2, 2, 3, 6, 7),
      v128.shuffle<f32>(a1, a3, 0, 1, 4, 5),
      v128.shuffle<f32>(a1, a3, 2, 3, 6, 7),
      v128.shuffle<f32>(f0, f1, 0, 1, 4, 5),
      v128.shuffle<f32>(f0, f1, 2, 3, 6, 7),
    );
    entry += 48;
  }
  for (let column = work; column < work + 96; column += 16) {
    transform6(
      to,
      6 * step,
      v128.load(column),
      v128.load(column, 96),
      v128.load(column, 192),
      v128.load(column, 288),
      v128.load(column, 384),
      v128.load(column, 480),
    );
    to += step;
  }
}

/** Weight t of four rows. */
@inline
function loadRows(w: usize, step: usize, rows: i32): v128 {
  let v = v128.load32_zero(w);
  if (rows > 1) v = v128.load_lane<f32>(w + step, v, 1);
  if (rows > 2) v = v128.load_lane<f32>(w + 2 * step, v, 2);
  if (rows > 3) v = v128.load_lane<f32>(w + 3 * step, v, 3);
  return v;
}

/** G times a vector of three: stored `step` bytes apart. */
@inline
function transform3(to: usize, step: usize, g0: v128, g1: v128, g2: v128): void {
  const third = f32x4.splat(1.0 / 3.0);
  const near = f32x4.mul(third, fma(f32x4.splat(2), g0, g2));
  const nearTurn = f32x4.mul(f32x4.splat((2.0 / 3.0) * A), g1);
  const far = f32x4.mul(third, fma(f32x4.splat(0.5), g0, g2));
  const farTurn = f32x4.mul(f32x4.splat(B / 6.0), g1);
  v128.store(to, g0);
  v128.store(to + step, f32x4.neg(f32x4.add(near, nearTurn)));
  v128.store(to + 2 * step, f32x4.sub(nearTurn, near));
  v128.store(to + 3 * step, f32x4.add(far, farTurn));
  v128.store(to + 4 * step, f32x4.sub(far, farTurn));
  v128.store(to + 5 * step, g2);
}

/** G g G^T of the weights of four rows, `rowStep` bytes apart; 36 vectors `step` bytes apart. */
export function weightTransform(
  w: usize,
  rowStep: usize,
  rows: i32,
  flip: bool,
  to: usize,
  step: usize,
  work: usize,
): void {
  const first = flip ? w + 32 : w;
  const next: isize = flip ? -4 : 4;
  for (let i: usize = 0; i < 3; i++) {
    const p = first + 3 * i * <usize>next;
    transform3(
      work + i * 96,
      16,
      loadRows(p, rowStep, rows),
      loadRows(p + <usize>next, rowStep, rows),
      loadRows(p + 2 * <usize>next, rowStep, rows),
    );
  }
  for (let column = work; column < work + 96; column += 16) {
    transform3(to, 6 * step, v128.load(column), v128.load(column, 96), v128.load(column, 192));
    to += step;
  }
}
