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

/** Weight t of four rows. */
@inline
function loadRows(w: usize, step: usize, rows: i32): v128 {
  let v = rows > 0 ? v128.load32_zero(w) : f32x4.splat(0);
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

/**
 * G g G^T of the weights of four rows, `rowStep` bytes apart; 36 times two rows to `near` and two to `far`, `step` bytes apart.
 * Where near and far are one place, the first two rows go there.
 */
export function weightTransform(
  w: usize,
  rowStep: usize,
  rows: i32,
  flip: bool,
  near: usize,
  far: usize,
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
  const result = work + 288;
  for (let column: usize = 0; column < 96; column += 16) {
    const from = work + column;
    transform3(result + column, 96, v128.load(from), v128.load(from, 96), v128.load(from, 192));
  }
  for (let i = result; i < result + 576; i += 16) {
    const v = v128.load(i);
    v128.store64_lane(far, v, 1);
    v128.store64_lane(near, v, 0);
    near += step;
    far += step;
  }
}
