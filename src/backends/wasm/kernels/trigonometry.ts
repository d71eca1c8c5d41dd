/**
 * sin x and cos x in double precision, rounded at the end: exact to float32 for every float32.
 *
 * x = n pi/2 + r with |r| <= pi/4, and n mod 4 decides which of sin r, cos r and their negatives is wanted. Below 2^26,
 * n fits in 26 bits, and n times the leading 27 bits of pi/2 is an exact double. Above, the bits of 2/pi that matter are
 * multiplied as whole numbers (M. Payne, R. Hanek, 1983): x = m 2^k with a whole m, and bits of 2/pi that make multiples
 * of 4 are left out.
 */

/** Bits 32 i to 32 i + 31 of 2/pi behind the point, i <= 5. */
function twoOverPi(i: i32): u64 {
  switch (i) {
    case 0:
      return 0xa2f9836e;
    case 1:
      return 0x4e441529;
    case 2:
      return 0xfc2757d1;
    case 3:
      return 0xf534ddc0;
    case 4:
      return 0xdb629599;
    default:
      return 0x3c439041;
  }
}

/** x as an angle from -pi to pi, for a finite |x| of at least 2^26. */
function reduced(x: f32): f64 {
  const bits = reinterpret<u32>(x);
  const m = <u64>((bits & 0x007fffff) | 0x00800000);
  // x = m 2^k; the bits from k - 2 on make m 2^2 times a fraction, in quarter turns
  const skip = <i32>((bits >> 23) & 255) - 150 - 2;
  const word = skip >> 5;
  const shift = <u64>(skip & 31);
  const first = (twoOverPi(word) << 32) | twoOverPi(word + 1);
  const second = twoOverPi(word + 2) << 32;
  const high = shift == 0 ? first : (first << shift) | (second >> (64 - shift));
  const low = (second << shift) >> 32;
  const turn = m * high + ((m * low) >> 32);
  const angle = <f64>(<i64>turn) * (6.283185307179586 / 18446744073709551616.0);
  return x < 0 ? -angle : angle;
}

/** sin (x + quarters pi/2) */
function sine(x: f32, quarters: i32): f32 {
  const size = abs(x);
  if (!(size < Infinity)) return NaN;
  const angle = size < 67108864 ? <f64>x : reduced(x);
  const n = nearest(angle * 0.6366197723675814);
  const r = angle - n * 1.570796325802803 - n * 9.920935796805404e-10;
  const z = r * r;
  const quarter = (<i32>n + quarters) & 3;
  let sum: f64;
  if ((quarter & 1) == 0) {
    sum = 1.0 / 6227020800.0;
    sum = sum * z - 1.0 / 39916800.0;
    sum = sum * z + 1.0 / 362880.0;
    sum = sum * z - 1.0 / 5040.0;
    sum = sum * z + 1.0 / 120.0;
    sum = sum * z - 1.0 / 6.0;
    sum = r + r * z * sum;
  } else {
    sum = 1.0 / 479001600.0;
    sum = sum * z - 1.0 / 3628800.0;
    sum = sum * z + 1.0 / 40320.0;
    sum = sum * z - 1.0 / 720.0;
    sum = sum * z + 1.0 / 24.0;
    sum = sum * z - 0.5;
    sum = sum * z + 1.0;
  }
  return <f32>(quarter < 2 ? sum : -sum);
}

export function sin(x: usize, y: usize, begin: i32, end: i32): void {
  for (let i = begin; i < end; i++) {
    const at = (<usize>i) << 2;
    store<f32>(y + at, sine(load<f32>(x + at), 0));
  }
}

export function cos(x: usize, y: usize, begin: i32, end: i32): void {
  for (let i = begin; i < end; i++) {
    const at = (<usize>i) << 2;
    store<f32>(y + at, sine(load<f32>(x + at), 1));
  }
}
