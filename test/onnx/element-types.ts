/** ONNX's element types (TensorProto.DataType), and how one element is stored in raw bytes. */
import { fromBfloat16Bits, fromFloat16Bits } from '../../src/weights/half.js';

export interface ElementType {
  readonly name: string;
  /** Results are compared with a tolerance; those of other types must be equal. */
  readonly isFloat: boolean;
  /** Bytes of an element. */
  readonly size: number;
  /** Missing where elements are no numbers. */
  readonly read?: (view: DataView, at: number) => number;
}

export const FLOAT = 1;
export const INT64 = 7;
export const BOOL = 9;
export const DOUBLE = 11;

const types: Readonly<Record<number, ElementType>> = {
  1: { name: 'float', isFloat: true, size: 4, read: (view, at) => view.getFloat32(at, true) },
  2: { name: 'uint8', isFloat: false, size: 1, read: (view, at) => view.getUint8(at) },
  3: { name: 'int8', isFloat: false, size: 1, read: (view, at) => view.getInt8(at) },
  4: { name: 'uint16', isFloat: false, size: 2, read: (view, at) => view.getUint16(at, true) },
  5: { name: 'int16', isFloat: false, size: 2, read: (view, at) => view.getInt16(at, true) },
  6: { name: 'int32', isFloat: false, size: 4, read: (view, at) => view.getInt32(at, true) },
  7: { name: 'int64', isFloat: false, size: 8, read: (view, at) => Number(view.getBigInt64(at, true)) },
  8: { name: 'string', isFloat: false, size: 1 },
  9: { name: 'bool', isFloat: false, size: 1, read: (view, at) => view.getUint8(at) },
  10: { name: 'float16', isFloat: true, size: 2, read: (view, at) => fromFloat16Bits(view.getUint16(at, true)) },
  11: { name: 'double', isFloat: true, size: 8, read: (view, at) => view.getFloat64(at, true) },
  12: { name: 'uint32', isFloat: false, size: 4, read: (view, at) => view.getUint32(at, true) },
  13: { name: 'uint64', isFloat: false, size: 8, read: (view, at) => Number(view.getBigUint64(at, true)) },
  14: { name: 'complex64', isFloat: true, size: 8 },
  15: { name: 'complex128', isFloat: true, size: 16 },
  16: { name: 'bfloat16', isFloat: true, size: 2, read: (view, at) => fromBfloat16Bits(view.getUint16(at, true)) },
};

export function typeOf(elementType: number): ElementType {
  return types[elementType] ?? { name: `element type ${elementType}`, isFloat: false, size: 1 };
}
