/**
 * erf(x) = 2/sqrt(pi) * (integral of e^(-t^2) from 0 to x), and erfc(x) = 1 - erf(x), to about 1e-15.
 *
 * Source: M. Abramowitz, I. Stegun, Handbook of Mathematical Functions, 7.1.6 and 7.1.14:
 *
 *     erf(x)  = 2/sqrt(pi) e^(-x^2) (x + 2 x^3/3 + 4 x^5/(3*5) + 8 x^7/(3*5*7) + ...)
 *     erfc(x) = e^(-x^2)/sqrt(pi) * 1/(x + (1/2)/(x + 1/(x + (3/2)/(x + 2/(x + ...)))))      for x > 0
 *
 * All terms of the series have one sign, so nothing cancels; from 2 on the continued fraction converges faster.
 */

/** Levels of the continued fraction: enough for 16 digits from x = 2 on. */
const LEVELS = 100;

/** erf for |x| < 2. */
function series(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/** erfc for x >= 2. */
function fraction(x: number): number {
  let tail = x;
  for (let n = LEVELS; n > 0; n--) tail = x + n / 2 / tail;
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * tail);
}

export function erf(x: number): number {
  if (Math.abs(x) < 2) return series(x);
  return x > 0 ? 1 - fraction(x) : fraction(-x) - 1;
}

export function erfc(x: number): number {
  if (x >= 2) return fraction(x);
  return 1 - erf(x);
}
