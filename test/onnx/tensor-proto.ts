/** Reads ONNX's TensorProto: the constants inside models, and the inputs and outputs of test data sets. */
import { PbfReader } from 'pbf';
import { numel } from '../../src/tensor/shape.js';
import { fromBfloat16Bits, fromFloat16Bits } from '../../src/weights/half.js';
import { typeOf } from './element-types.js';

export interface OnnxTensor {
  readonly name: string;
  /** TensorProto.DataType, a key of `elementTypes`. */
  readonly elementType: number;
  readonly shape: readonly number[];
  /** One number per element (booleans are 0 and 1); null for strings and complex numbers. */
  readonly values: readonly number[] | null;
}

interface TensorFields {
  name: string;
  elementType: number;
  readonly shape: number[];
  raw: Uint8Array | null;
  /** The list of the element type, used where the values are not given as raw bytes. */
  readonly list: number[];
}

/** A file that holds one TensorProto. */
export function readTensor(bytes: Uint8Array): OnnxTensor {
  return finish(new PbfReader(bytes).readFields(readField, emptyFields()));
}

/** A TensorProto inside another message. */
export function readTensorMessage(pbf: PbfReader): OnnxTensor {
  return finish(pbf.readMessage(readField, emptyFields()));
}

function emptyFields(): TensorFields {
  return { name: '', elementType: 0, shape: [], raw: null, list: [] };
}

function readField(field: number, tensor: TensorFields, pbf: PbfReader): void {
  switch (field) {
    case 1:
      pbf.readPackedVarint(tensor.shape, true);
      break;
    case 2:
      tensor.elementType = pbf.readVarint();
      break;
    case 4:
      pbf.readPackedFloat(tensor.list);
      break;
    case 5:
    case 7:
      pbf.readPackedVarint(tensor.list, true);
      break;
    case 8:
      tensor.name = pbf.readString();
      break;
    case 9:
      tensor.raw = pbf.readBytes();
      break;
    case 10:
      pbf.readPackedDouble(tensor.list);
      break;
    case 11:
      pbf.readPackedVarint(tensor.list, false);
      break;
  }
}

function finish({ name, elementType, shape, raw, list }: TensorFields): OnnxTensor {
  return { name, elementType, shape, values: valuesOf(elementType, numel(shape), raw, list) };
}

function valuesOf(elementType: number, count: number, raw: Uint8Array | null, list: number[]): number[] | null {
  const { size, read, name } = typeOf(elementType);
  if (!read) return null;
  const given = raw ? raw.byteLength / size : list.length;
  if (given !== count) throw new Error(`tensor of ${name}: expected ${count} values, got ${given}`);
  if (raw) {
    const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
    return Array.from({ length: count }, (_, i) => read(view, i * size));
  }
  // 16-bit floats are listed as their bits
  if (name === 'float16') return list.map(fromFloat16Bits);
  if (name === 'bfloat16') return list.map(fromBfloat16Bits);
  return list;
}
