/**
 * Functions of one number, in GPU.js's JavaScript.
 *
 * A shader's own functions are not exact enough everywhere: the standard allows sin an error of 2^-11, and log(0) is a large number
 * on some devices. What the reference backend gives near 0, at infinity and for NaN is computed here. `inf` and `nan` are handed in,
 * since the kernel language has no literals for them.
 */
import { define } from './define.js';

/** 2/pi, and pi/2 in three parts whose products with whole numbers below 2^12 are exact (W. Cody, W. Waite, 1980). */
const TWO_OVER_PI = 2 / Math.PI;
const HALF_PI = [1.5703125, 0.0004837512969970703, 7.549789948768648e-8];

export const specialFunctions = [
  // Compilers may take x = x for true whatever x is: glsl-module.ts and wgsl-module.ts look at the bits instead.
  define('function isNan(x) { return x === x ? 0 : 1; }'),
  define(`function exponential(x, inf) {
    let r = Math.exp(x);
    if (x > 88.72284) { r = inf; }
    if (x < -103.97208) { r = 0; }
    if (isNan(x) > 0) { r = x; }
    return r;
  }`),
  define(`function logarithm(x, inf, nan) {
    let r = nan;
    if (x > 0) { r = Math.log(x); }
    if (x === 0) { r = -inf; }
    if (x === inf) { r = inf; }
    if (isNan(x) > 0) { r = x; }
    return r;
  }`),
  define(`function squareRoot(x, inf, nan) {
    let r = nan;
    if (x >= 0) { r = Math.sqrt(x); }
    if (x === 0) { r = x; }
    if (x === inf) { r = inf; }
    if (isNan(x) > 0) { r = x; }
    return r;
  }`),
  // 1 / (1 + e^-x), for negative x as e^x / (1 + e^x), which cannot overflow
  define(`function sigmoid(x, inf) {
    const e = exponential(-Math.abs(x), inf);
    let r = 1 / (1 + e);
    if (x < 0) { r = e / (1 + e); }
    if (isNan(x) > 0) { r = x; }
    return r;
  }`),
  // (1 - e) / (1 + e) with e = e^-2|x|; near 0, where that cancels, by its series
  define(`function hyperbolicTangent(x) {
    const s = x * x;
    const a = Math.min(Math.abs(x), 20);
    const e = Math.exp(-2 * a);
    let r = (1 - e) / (1 + e);
    if (x < 0) { r = -r; }
    if (a < 0.3) {
      r = x * (1 + s * (-0.3333333333 + s * (0.1333333333 + s * (-0.0539682540 + s * (0.0218694885 - s * 0.0088632355)))));
    }
    if (isNan(x) > 0) { r = x; }
    return r;
  }`),
  define(`function clampTo(x, low, high) {
    let r = x;
    if (r < low) { r = low; }
    if (r > high) { r = high; }
    return r;
  }`),
  // near 0 the series x + x^2/2! + ...
  define(`function exponentialMinusOne(x, inf) {
    let r = exponential(x, inf) - 1;
    if (Math.abs(x) < 0.5) {
      r = x * (1 + x * (0.5 + x * (0.1666666667 + x * (0.0416666667 + x * (0.0083333333 + x * (0.0013888889 + x * 0.0001984127))))));
    }
    if (isNan(x) > 0) { r = x; }
    return r;
  }`),
  // ln(1 + x) = 2 artanh(x / (2 + x)) near 0
  define(`function logarithmOfOnePlus(x, inf, nan) {
    let r = logarithm(1 + x, inf, nan);
    if (Math.abs(x) < 0.3) {
      const t = x / (2 + x);
      const s = t * t;
      r = 2 * t * (1 + s * (0.3333333333 + s * (0.2 + s * (0.1428571429 + s * 0.1111111111))));
    }
    return r;
  }`),
  // the series of M. Abramowitz, I. Stegun, 7.1.6, for |x| < 2
  define(`function errorSeries(x) {
    let term = x;
    let sum = x;
    for (let n = 1; n < 26; n++) {
      term = term * (2 * x * x) / (2 * n + 1);
      sum = sum + term;
    }
    return 1.1283791670955126 * Math.exp(-x * x) * sum;
  }`),
  // the continued fraction of 7.1.14, for x >= 2
  define(`function errorFraction(x) {
    let tail = x;
    for (let n = 0; n < 24; n++) {
      tail = x + (24 - n) / 2 / tail;
    }
    // e^(-x^2) with x^2 in two parts, since its rounding error would be multiplied by its size
    const high = Math.floor(x * 16) / 16;
    return Math.exp(-high * high) * Math.exp((high - x) * (high + x)) / (1.7724538509055159 * tail);
  }`),
  define(`function errorFunction(x) {
    const a = Math.min(Math.abs(x), 6);
    let r = 1 - errorFraction(Math.max(a, 2));
    if (x < 0) { r = -r; }
    if (a < 2) { r = errorSeries(x); }
    if (isNan(x) > 0) { r = x; }
    return r;
  }`),
  define(`function errorFunctionComplement(x) {
    const a = Math.min(Math.max(Math.abs(x), 2), 12);
    const tail = errorFraction(a);
    let r = 1 - errorSeries(Math.min(Math.max(x, -2), 2));
    if (x >= 2) { r = tail; }
    if (x <= -2) { r = 2 - tail; }
    if (x > 11) { r = 0; }
    if (isNan(x) > 0) { r = x; }
    return r;
  }`),
  // from 2^23 on every number is whole
  define(`function roundHalfToEven(x) {
    const low = Math.floor(x);
    const rest = x - low;
    let r = low;
    if (rest > 0.5) { r = low + 1; }
    if (rest === 0.5) { r = 2 * Math.floor(low / 2 + 0.5); }
    if (Math.abs(x) >= 8388608) { r = x; }
    if (isNan(x) > 0) { r = x; }
    return r;
  }`),
  // on -pi/4..pi/4
  define(`function sineNearZero(r) {
    const s = r * r;
    return r * (1 + s * (-0.1666666667 + s * (0.0083333333 + s * (-0.0001984127 + s * 0.0000027557))));
  }`),
  define(`function cosineNearZero(r) {
    const s = r * r;
    return 1 + s * (-0.5 + s * (0.0416666667 + s * (-0.0013888889 + s * (0.0000248016 - s * 0.0000002756))));
  }`),
  // x - k pi/2 for the nearest k, and then by quarters
  define(`function quarters(x, start, nan) {
    const k = Math.floor(x * ${TWO_OVER_PI} + 0.5);
    const rest = x - k * ${HALF_PI[0]} - k * ${HALF_PI[1]} - k * ${HALF_PI[2]};
    // within pi/4, and a little more for the rounding of k; far out, where no digits are left, any angle does
    const r = Math.max(Math.min(rest, 0.8), -0.8);
    const turn = k + start - 4 * Math.floor((k + start) / 4);
    let y = sineNearZero(r);
    if (turn === 1) { y = cosineNearZero(r); }
    if (turn === 2) { y = -sineNearZero(r); }
    if (turn === 3) { y = -cosineNearZero(r); }
    if (Math.abs(x) > 3.4028234e38 || isNan(x) > 0) { y = nan; }
    return y;
  }`),
  define(`function sine(x, nan) { return quarters(x, 0, nan); }`),
  define(`function cosine(x, nan) { return quarters(x, 1, nan); }`),
  // as C defines it: 1 for a base of 1, for an exponent of 0, and for -1 to an infinite power
  define(`function power(x, p, inf, nan) {
    const a = Math.abs(x);
    const whole = Math.floor(p) === p || a === inf;
    const odd = Math.floor(p) === p && Math.floor(p / 2) !== p / 2;
    let r = exponential(p * logarithm(a, inf, nan), inf);
    if (a > 0 && a < inf && Math.abs(p) < inf) { r = Math.pow(a, p); }
    if (x < 0 && odd) { r = -r; }
    if (x < 0 && !whole) { r = nan; }
    if (a === 0) {
      r = 0;
      if (p < 0) { r = inf; }
      if (odd && 1 / x < 0) { r = -r; }
    }
    if (a === 1 && Math.abs(p) === inf) { r = 1; }
    if (isNan(x) > 0 || isNan(p) > 0) { r = nan; }
    if (x === 1 || p === 0) { r = 1; }
    return r;
  }`),
];
