/**
 * y = x^p for any p, in double precision: |x|^p = 2^(p log2 |x|).
 *
 * log2: x = 2^e m, ln m = 2 artanh((m-1)/(m+1)) as a series; 2^t: the Taylor series of e^r after taking off whole powers.
 * p as a float32 is at most as large as the integers that alternate between odd and even, so parity decides the sign.
 */

/** log2 of a positive finite number, about 14 digits. */
function log2(x: f64): f64 {
  const bits = reinterpret<u64>(x) - 0x3fe6a09e667f3bcd;
  const e = <f64>((<i64>bits) >> 52);
  const m = reinterpret<f64>((bits & 0x000fffffffffffff) + 0x3fe6a09e667f3bcd);
  const s = (m - 1) / (m + 1);
  const z = s * s;
  let sum: f64 = 1.0 / 17.0;
  sum = sum * z + 1.0 / 15.0;
  sum = sum * z + 1.0 / 13.0;
  sum = sum * z + 1.0 / 11.0;
  sum = sum * z + 1.0 / 9.0;
  sum = sum * z + 1.0 / 7.0;
  sum = sum * z + 1.0 / 5.0;
  sum = sum * z + 1.0 / 3.0;
  sum = sum * z + 1.0;
  return e + 2.8853900817779268 * s * sum;
}

/** 2^t, 0 or Infinity where it leaves the range of float32. */
export function exp2(t: f64): f64 {
  if (t > 200) return Infinity;
  if (t < -200) return 0;
  const n = nearest(t);
  const r = (t - n) * 0.6931471805599453;
  let sum: f64 = 1.0 / 3628800.0;
  sum = sum * r + 1.0 / 362880.0;
  sum = sum * r + 1.0 / 40320.0;
  sum = sum * r + 1.0 / 5040.0;
  sum = sum * r + 1.0 / 720.0;
  sum = sum * r + 1.0 / 120.0;
  sum = sum * r + 1.0 / 24.0;
  sum = sum * r + 1.0 / 6.0;
  sum = sum * r + 0.5;
  sum = sum * r + 1.0;
  sum = sum * r + 1.0;
  return sum * reinterpret<f64>(((<i64>n) + 1023) << 52);
}

function power1(x: f64, p: f64): f64 {
  if (p == 0 || x == 1) return 1;
  if (x != x || p != p) return NaN;
  const whole = nearest(p) == p;
  const odd = whole && nearest(p * 0.5) * 2 != p;
  const sign: f64 = odd ? copysign<f64>(1, x) : 1;
  const size = abs(x);
  if (abs(p) == Infinity) return size == 1 ? 1 : size > 1 == p > 0 ? Infinity : 0;
  if (size == 0) return p > 0 ? sign * 0 : sign * Infinity;
  if (size == Infinity) return p > 0 ? sign * Infinity : sign * 0;
  if (x < 0 && !whole) return NaN;
  return sign * exp2(p * log2(size));
}

export function power(x: usize, y: usize, begin: i32, end: i32, p: f32): void {
  for (let i = begin; i < end; i++) {
    const at = (<usize>i) << 2;
    store<f32>(y + at, <f32>power1(<f64>load<f32>(x + at), <f64>p));
  }
}

/** y[i] = a[i*aStep] ^ b[i*bStep] for i < n. */
export function powerRow(a: usize, aStep: i32, b: usize, bStep: i32, y: usize, n: i32): void {
  const aBytes = (<usize>aStep) << 2;
  const bBytes = (<usize>bStep) << 2;
  for (; n > 0; n--) {
    store<f32>(y, <f32>power1(<f64>load<f32>(a), <f64>load<f32>(b)));
    a += aBytes;
    b += bBytes;
    y += 4;
  }
}
