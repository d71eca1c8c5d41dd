/**
 * erf(x) = 2/sqrt(pi) * (integral of e^(-t^2) from 0 to x), and erfc(x) = 1 - erf(x), in double precision, rounded at the end.
 *
 * |x| <= 1: erf(x) = x P(x^2). Above: erfc(x) = e^(-x^2) t S(t) with t = 2/(2 + x), which maps 1.. to 2/3..0 (the shape of
 * W. Press et al., Numerical Recipes, section 6.2). P and S interpolate the functions at Chebyshev's points, worked out in
 * 40 digits; their relative errors are 1.4e-9 and 1.6e-9.
 */
import { exp2 } from './power';

const LOG2_E: f64 = 1.4426950408889634;

/** erf for |x| <= 1. */
function erfSmall(x: f64): f64 {
  const z = x * x;
  let sum: f64 = 7.8758750626854883e-5;
  sum = sum * z - 8.0168642871658695e-4;
  sum = sum * z + 5.189087423433974e-3;
  sum = sum * z - 2.6854212010626412e-2;
  sum = sum * z + 0.11283594715160218;
  sum = sum * z - 0.37612626666720331;
  sum = sum * z + 1.1283791658483509;
  return x * sum;
}

/** erfc for x > 1; 0 from where it leaves the range of float32. */
function erfcLarge(x: f64): f64 {
  const t = 2 / (2 + x);
  let sum: f64 = -0.036053648791413429;
  sum = sum * t + 0.21373257947257884;
  sum = sum * t - 0.51043176018789065;
  sum = sum * t + 0.58785069871457285;
  sum = sum * t - 0.28004187151710641;
  sum = sum * t + 0.024762004544162507;
  sum = sum * t - 0.065777222750822985;
  sum = sum * t - 0.0055918369630020601;
  sum = sum * t + 0.084285718457160214;
  sum = sum * t + 0.17623899714294327;
  sum = sum * t + 0.24683683353185504;
  sum = sum * t + 0.28209471553609403;
  sum = sum * t + 0.2820947920034086;
  return sum * t * exp2(-x * x * LOG2_E);
}

export function erf(x: usize, y: usize, begin: i32, end: i32): void {
  for (let i = begin; i < end; i++) {
    const at = (<usize>i) << 2;
    const v = <f64>load<f32>(x + at);
    const size = abs(v);
    store<f32>(y + at, <f32>(size > 1 ? copysign<f64>(1 - erfcLarge(size), v) : erfSmall(v)));
  }
}

export function erfc(x: usize, y: usize, begin: i32, end: i32): void {
  for (let i = begin; i < end; i++) {
    const at = (<usize>i) << 2;
    const v = <f64>load<f32>(x + at);
    const size = abs(v);
    const tail = size > 1 ? erfcLarge(size) : 1 - erfSmall(size);
    store<f32>(y + at, <f32>(v < 0 ? 2 - tail : tail));
  }
}
