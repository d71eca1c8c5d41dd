/**
 * Numbers in columns of one width, as PyTorch shows them: whole ones as `3.`, others with a fixed number of digits, and
 * all of them with exponents where they are too far apart for that.
 */

/** How the numbers of a tensor are written. */
export interface NumberStyle {
  readonly width: number;
  /** A number, with spaces before it to fill the width. */
  write(value: number): string;
}

/** The style that suits all of `values`; `exponents` forces exponents or forbids them. */
export function styleFor(values: readonly number[], precision: number, exponents: boolean | null): NumberStyle {
  const sizes = values.filter((value) => Number.isFinite(value) && value !== 0).map(Math.abs);
  const least = sizes.reduce((a, b) => Math.min(a, b), Infinity);
  const most = sizes.reduce((a, b) => Math.max(a, b), 0);
  const whole = sizes.every(Number.isInteger);
  const farApart = most / least > 1000 || most > 1e8 || (!whole && least < 1e-4);
  const scientific = sizes.length > 0 && (exponents ?? farApart);
  const digits = (value: number): string => {
    if (!Number.isFinite(value)) return String(value).replace('NaN', 'nan').replace('Infinity', 'inf');
    if (scientific) return exponential(value, precision);
    return whole ? `${fixed(value, 0)}.` : fixed(value, precision);
  };
  // zeros and infinities do not widen the columns
  const width = values.reduce(
    (widest, value) => (Number.isFinite(value) && value !== 0 ? Math.max(widest, digits(value).length) : widest),
    1,
  );
  return { width, write: (value) => digits(value).padStart(width) };
}

/** `0.0312`, half-way cases to the even digit. */
function fixed(value: number, precision: number): string {
  const size = Math.abs(value);
  // beyond 1e21 JavaScript's own would write an exponent
  const exact = size < 1e21 ? size.toFixed(100) : `${BigInt(size)}.${'0'.repeat(100)}`;
  const kept = exact.slice(0, exact.length - 100 + (precision === 0 ? -1 : precision));
  const rounded = size < 1e21 ? size.toFixed(precision) : kept;
  return signOf(value) + (tiesToEven(exact.slice(exact.length - 100 + precision), kept) ? kept : rounded);
}

/** `1.0000e-05`, half-way cases to the even digit. */
function exponential(value: number, precision: number): string {
  const size = Math.abs(value);
  const [exact] = size.toExponential(100).split('e');
  const kept = exact.slice(0, precision === 0 ? 1 : 2 + precision);
  const [rounded, exponent] = size.toExponential(precision).split('e');
  const mantissa = tiesToEven(exact.slice(2 + precision), kept) ? kept : rounded;
  return `${signOf(value)}${mantissa}e${exponent[0]}${exponent.slice(1).padStart(2, '0')}`;
}

/** Whether what is cut off is exactly one half, and the last digit kept is even. JavaScript rounds such a half up. */
function tiesToEven(cutOff: string, kept: string): boolean {
  return /^50*$/.test(cutOff) && Number(kept.at(-1)) % 2 === 0;
}

function signOf(value: number): string {
  return value < 0 || Object.is(value, -0) ? '-' : '';
}
