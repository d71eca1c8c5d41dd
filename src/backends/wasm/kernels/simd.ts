/**
 * Small SIMD helpers that every kernel family shares: multiply-add, horizontal sums, 4x4 transposes, exp and log.
 *
 * exp: x = n ln 2 + r with |r| <= ln 2 / 2, so e^x = 2^n e^r, with a polynomial of degree 6 for e^r
 * whose greatest relative error, 3e-9, is the least that the degree allows (found by Lawson's iteration).
 * log: x = 2^e m with m in [sqrt(1/2), sqrt 2), so ln x = e ln 2 + 2 artanh(s), s = (m-1)/(m+1), |s| <= 0.172.
 */

/** a*b + c; one rounding where the engine has relaxed SIMD, two otherwise. */
@inline
export function fma(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return v128.relaxed_madd<f32>(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

@inline
export function sum4(v: v128): f32 {
  return (
    f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3))
  );
}

@inline
export function max4(v: v128): f32 {
  return max(
    max(f32x4.extract_lane(v, 0), f32x4.extract_lane(v, 1)),
    max(f32x4.extract_lane(v, 2), f32x4.extract_lane(v, 3)),
  );
}

/** Writes the rows r0..r3 as columns: four vectors, `step` bytes apart. */
@inline
export function storeTransposed(to: usize, step: usize, r0: v128, r1: v128, r2: v128, r3: v128): void {
  const a0 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
  const a1 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
  const a2 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
  const a3 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f32>(a0, a2, 0, 1, 4, 5));
  v128.store(to + step, v128.shuffle<f32>(a0, a2, 2, 3, 6, 7));
  v128.store(to + 2 * step, v128.shuffle<f32>(a1, a3, 0, 1, 4, 5));
  v128.store(to + 3 * step, v128.shuffle<f32>(a1, a3, 2, 3, 6, 7));
}

/** x within the range where e^x is a float32 other than 0 and Infinity, and just beyond it. NaN is kept. */
@inline
function expRange(x: v128): v128 {
  return f32x4.pmin(f32x4.pmax(x, f32x4.splat(-104)), f32x4.splat(89));
}

/** n of x = n ln 2 + r. */
@inline
function expWhole(x: v128): v128 {
  return f32x4.nearest(f32x4.mul(x, f32x4.splat(1.44269504)));
}

/** r of x = n ln 2 + r. */
@inline
function expRemainder(x: v128, n: v128): v128 {
  return fma(n, f32x4.splat(2.12194440e-4), fma(n, f32x4.splat(-0.693359375), x));
}

/**
 * e^r - 1 = r + r^2 (c2 + .. + c6 r^4) for the r of x = n ln 2 + r. The steps are taken in pairs, so that fewer wait for each
 * other.
 */
@inline
function expRest(x: v128, n: v128): v128 {
  const r = expRemainder(x, n);
  const r2 = f32x4.mul(r, r);
  const near = fma(r, f32x4.splat(0.16666521), f32x4.splat(0.49999994));
  const far = fma(f32x4.splat(0.0013814539), r2, fma(r, f32x4.splat(0.0083687454), f32x4.splat(0.041668389)));
  return fma(r2, fma(far, r2, near), r);
}

/** 2^n for a whole n (as i32) within the exponents of normal numbers. */
@inline
function powerOf2(n: v128): v128 {
  return i32x4.shl(i32x4.add(n, i32x4.splat(127)), 23);
}

/** e^x, within two units in the last place; overflows to Infinity, underflows through the denormals, keeps NaN. */
@inline
export function expV(x: v128): v128 {
  const clamped = expRange(x);
  const n = expWhole(clamped);
  const y = f32x4.add(expRest(clamped, n), f32x4.splat(1));
  // 2^n as a product of two powers, since n reaches beyond the exponents of normal numbers
  const exponent = i32x4.trunc_sat_f32x4_s(n);
  const half = i32x4.shr_s(exponent, 1);
  return f32x4.mul(f32x4.mul(y, powerOf2(half)), powerOf2(i32x4.sub(exponent, half)));
}

/**
 * e^x for x of at most 0 (or NaN), within three units in the last place; 0 where that is no normal number. Adding 1.5 * 2^23 + 127
 * rounds to a whole n and leaves n + 127, the exponent of 2^n, in the lowest bits; n = -127 is the exponent of 0. For speed the
 * polynomial is of degree 5, 1 + r + r^2 (c2 + .. + c5 r^3), with a greatest relative error of 1.05e-7.
 */
@inline
export function expDown(x: v128): v128 {
  const magic = f32x4.splat(12583039);
  const clamped = f32x4.pmax(x, f32x4.splat(-88));
  const shifted = fma(clamped, f32x4.splat(1.44269504), magic);
  const r = expRemainder(clamped, f32x4.sub(shifted, magic));
  const r2 = f32x4.mul(r, r);
  const near = fma(r, f32x4.splat(0.16667116), f32x4.splat(0.49999231));
  const far = fma(r, f32x4.splat(0.0083125010), f32x4.splat(0.041890331));
  const y = fma(r2, fma(r2, far, near), f32x4.add(r, f32x4.splat(1)));
  return f32x4.mul(y, i32x4.shl(shifted, 23));
}

/** e^x - 1, within four units in the last place: 2^n (e^r - 1) + (2^n - 1), and x itself where it is tiny. */
@inline
export function expm1V(x: v128): v128 {
  const clamped = expRange(x);
  const n = expWhole(clamped);
  const exponent = i32x4.trunc_sat_f32x4_s(n);
  const half = i32x4.shr_s(exponent, 1);
  const rest = i32x4.sub(exponent, half);
  const low = powerOf2(half);
  // everything divided by 2^rest, which is taken back at the end: 2^n alone might overflow
  const one = powerOf2(i32x4.neg(rest));
  const y = f32x4.mul(f32x4.add(f32x4.mul(expRest(clamped, n), low), f32x4.sub(low, one)), powerOf2(rest));
  return v128.bitselect(x, y, f32x4.lt(f32x4.abs(x), f32x4.splat(5.9604645e-8)));
}

/** ln x, within two units in the last place; -Infinity at 0, NaN below. */
@inline
export function logV(x: v128): v128 {
  const tiny = f32x4.lt(x, f32x4.splat(1.17549435e-38));
  const scaled = v128.bitselect(f32x4.mul(x, f32x4.splat(8388608)), x, tiny);
  // subtracting the bits of sqrt(1/2) puts the mantissa into [sqrt(1/2), sqrt 2)
  const offset = i32x4.splat(0x3f3504f3);
  const bits = i32x4.sub(scaled, offset);
  const e = f32x4.sub(f32x4.convert_i32x4_s(i32x4.shr_s(bits, 23)), v128.and(f32x4.splat(23), tiny));
  const m = i32x4.add(v128.and(bits, i32x4.splat(0x007fffff)), offset);
  const f = f32x4.sub(m, f32x4.splat(1));
  const s = f32x4.div(f, f32x4.add(f, f32x4.splat(2)));
  const s2 = f32x4.mul(s, s);
  let p = fma(s2, f32x4.splat(2.0 / 11.0), f32x4.splat(2.0 / 9.0));
  p = fma(p, s2, f32x4.splat(2.0 / 7.0));
  p = fma(p, s2, f32x4.splat(2.0 / 5.0));
  p = f32x4.mul(s2, fma(p, s2, f32x4.splat(2.0 / 3.0)));
  // ln m = f - (f^2/2 - s (f^2/2 + p)): the leading term is exact
  const hf = f32x4.mul(f32x4.mul(f, f), f32x4.splat(0.5));
  const low = fma(e, f32x4.splat(9.0580006145e-6), f32x4.mul(s, f32x4.add(hf, p)));
  let y = f32x4.add(fma(e, f32x4.splat(0.69313812256), f), f32x4.sub(low, hf));
  y = v128.bitselect(x, y, f32x4.eq(x, f32x4.splat(Infinity)));
  y = v128.bitselect(f32x4.splat(-Infinity), y, f32x4.eq(x, f32x4.splat(0)));
  return v128.or(y, v128.or(f32x4.lt(x, f32x4.splat(0)), f32x4.ne(x, x)));
}

/**
 * ln(1 + x), within three units in the last place: with u = 1 + x rounded, ln u + (x - (u - 1)) / u, where the second term
 * puts back what the rounding lost.
 */
@inline
export function log1pV(x: v128): v128 {
  const one = f32x4.splat(1);
  const u = f32x4.add(x, one);
  const lost = f32x4.div(f32x4.sub(x, f32x4.sub(u, one)), u);
  const regular = v128.and(f32x4.gt(u, f32x4.splat(0)), f32x4.lt(u, f32x4.splat(Infinity)));
  const y = f32x4.add(logV(u), v128.and(lost, regular));
  return v128.bitselect(x, y, f32x4.lt(f32x4.abs(x), f32x4.splat(5.9604645e-8)));
}
