/**
 * The element types of safetensors that this library reads and writes, and their conversion from and to typed arrays.
 * Bytes are little-endian, as is every platform with typed arrays that is in use (and WebAssembly by definition), so
 * elements of the same type are copied as they lie; copying bytes also makes unaligned data no special case.
 */
import { float16Table, fromBfloat16Bits, toBfloat16Bits, toFloat16Bits } from './half.js';

export type ElementType = 'F64' | 'F32' | 'F16' | 'BF16' | 'I64' | 'I32';
export type NumberArray = Float32Array | Float64Array | Int32Array;

/** Bytes of one element. A Map, so that a file's text such as "constructor" finds nothing. */
export const ELEMENT_BYTES: ReadonlyMap<string, number> = new Map<ElementType, number>([
  ['F64', 8],
  ['F32', 4],
  ['F16', 2],
  ['BF16', 2],
  ['I64', 8],
  ['I32', 4],
]);

export function isElementType(dtype: unknown): dtype is ElementType {
  return typeof dtype === 'string' && ELEMENT_BYTES.has(dtype);
}

/** The element type that holds a typed array as it is. */
export function elementTypeOf(data: NumberArray): 'F32' | 'F64' | 'I32' {
  if (data instanceof Float32Array) return 'F32';
  return data instanceof Float64Array ? 'F64' : 'I32';
}

function bytesOf(data: NumberArray): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/**
 * Widens or narrows elements into `into`, in place and without an intermediate array; equal types are one copy.
 * Numbers that `into` cannot hold are rounded as its own assignment rounds them (I64 passes through a double).
 * @param source exactly `into.length` elements of type `dtype`, at any alignment
 */
export function decodeElements(dtype: ElementType, source: Uint8Array, into: NumberArray): void {
  if (dtype === elementTypeOf(into)) {
    bytesOf(into).set(source);
    return;
  }
  const view = new DataView(source.buffer, source.byteOffset, source.byteLength);
  const count = into.length;
  switch (dtype) {
    case 'F64':
      for (let i = 0; i < count; i++) into[i] = view.getFloat64(8 * i, true);
      break;
    case 'F32':
      for (let i = 0; i < count; i++) into[i] = view.getFloat32(4 * i, true);
      break;
    case 'F16': {
      const table = float16Table();
      for (let i = 0; i < count; i++) into[i] = table[view.getUint16(2 * i, true)];
      break;
    }
    case 'BF16':
      for (let i = 0; i < count; i++) into[i] = fromBfloat16Bits(view.getUint16(2 * i, true));
      break;
    case 'I64':
      for (let i = 0; i < count; i++) into[i] = view.getInt32(8 * i + 4, true) * 2 ** 32 + view.getUint32(8 * i, true);
      break;
    case 'I32':
      for (let i = 0; i < count; i++) into[i] = view.getInt32(4 * i, true);
      break;
  }
}

/**
 * Writes elements as type `dtype`, floats rounded to nearest, ties to even.
 * @param target exactly `data.length` elements, at any alignment
 * @returns the index of the first number that the type cannot hold (a finite number that would become infinite, or
 * for the integer types a fraction, NaN, an infinity or a number out of range), or -1 when all are written
 */
export function encodeElements(dtype: ElementType, data: NumberArray, target: Uint8Array): number {
  if (dtype === elementTypeOf(data)) {
    target.set(bytesOf(data));
    return -1;
  }
  const view = new DataView(target.buffer, target.byteOffset, target.byteLength);
  const misfit = firstMisfit(dtype, data);
  const count = misfit < 0 ? data.length : 0;
  switch (dtype) {
    case 'F64':
      for (let i = 0; i < count; i++) view.setFloat64(8 * i, data[i], true);
      break;
    case 'F32':
      for (let i = 0; i < count; i++) view.setFloat32(4 * i, data[i], true);
      break;
    case 'F16':
      for (let i = 0; i < count; i++) view.setUint16(2 * i, toFloat16Bits(data[i]), true);
      break;
    case 'BF16':
      for (let i = 0; i < count; i++) view.setUint16(2 * i, toBfloat16Bits(data[i]), true);
      break;
    case 'I64':
      for (let i = 0; i < count; i++) view.setBigInt64(8 * i, BigInt(data[i]), true);
      break;
    case 'I32':
      for (let i = 0; i < count; i++) view.setInt32(4 * i, data[i], true);
      break;
  }
  return misfit;
}

/** From here up the nearest value of the type is infinity: the largest value and half a step. */
const OVERFLOW = { F64: Infinity, F32: 2 ** 128 - 2 ** 103, F16: 65520, BF16: 2 ** 128 - 2 ** 119 };

function firstMisfit(dtype: ElementType, data: NumberArray): number {
  if (dtype === 'I32') return data.findIndex((value: number) => (value | 0) !== value);
  if (dtype === 'I64')
    return data.findIndex((value: number) => !Number.isInteger(value) || value < -(2 ** 63) || value >= 2 ** 63);
  const overflow = OVERFLOW[dtype];
  return data.findIndex((value: number) => Math.abs(value) >= overflow && Number.isFinite(value));
}
