/**
 * The two 16-bit float formats, float16 (IEEE 754 binary16: 1 sign, 5 exponent, 10 fraction bits) and bfloat16
 * (the upper half of a float32: 1, 8, 7), from and to numbers.
 *
 * Narrowing rounds to nearest, ties to even, straight from the double, so nothing is rounded twice. With e the
 * exponent of x, the representable neighbours of x are one quantum q = 2^(e - fraction bits) apart (never less than
 * the subnormal spacing), and adding and taking away 1.5 * 2^52 * q leaves x rounded to a multiple of q, because that
 * is where the last bit of a double then lies.
 */

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);
const double = new Float64Array(1);
/** The double's low and high half. */
const words = new Uint32Array(double.buffer);

const F16_SMALLEST = -24;
const BF16_SMALLEST = -133;

/** |value| rounded to `fraction` bits behind the leading one, but to no multiple smaller than 2^smallest. */
function roundFraction(value: number, fraction: number, smallest: number): number {
  double[0] = value;
  const exponent = ((words[1] >>> 20) & 0x7ff) - 1023;
  words[0] = 0;
  words[1] = ((1023 + 52 + Math.max(exponent - fraction, smallest)) << 20) | 0x80000;
  const magic = double[0];
  return Math.abs(value) + magic - magic;
}

/** The float16 nearest to `value`, as its 16 bits: ties to even, from 65520 on infinity, NaN as 0x7e00. */
export function toFloat16Bits(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  if (Math.abs(value) >= 65520) return sign | 0x7c00;
  const rounded = roundFraction(value, 10, F16_SMALLEST);
  if (rounded < 2 ** -14) return sign | (rounded * 2 ** 24);
  float[0] = rounded;
  return sign | ((bits[0] - ((127 - 15) << 23)) >>> 13);
}

/** The number that 16 bits of float16 stand for (exact). */
export function fromFloat16Bits(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction ? NaN : sign * Infinity;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** The bfloat16 nearest to `value`, as its 16 bits: ties to even, too large becomes infinity, NaN as 0x7fc0. */
export function toBfloat16Bits(value: number): number {
  if (Number.isNaN(value)) return 0x7fc0;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  if (Math.abs(value) >= 2 ** 128) return sign | 0x7f80;
  float[0] = roundFraction(value, 7, BF16_SMALLEST);
  return sign | (bits[0] >>> 16);
}

/** The number that 16 bits of bfloat16 stand for (exact). */
export function fromBfloat16Bits(half: number): number {
  bits[0] = half << 16;
  return float[0];
}

let table: Float32Array | undefined;

/** All 65,536 float16 values, index = bits: the fast way to widen many (made at the first use, 256 KiB). */
export function float16Table(): Float32Array {
  table ??= Float32Array.from({ length: 0x10000 }, (_, half) => fromFloat16Bits(half));
  return table;
}
