/** Writes the ONNX messages that the runner's own tests need. The numbers are the format's field numbers. */
import { PbfWriter } from 'pbf';

function message(write: (pbf: PbfWriter) => void): Uint8Array {
  const pbf = new PbfWriter();
  write(pbf);
  return pbf.finish().slice();
}

/** A TensorProto whose values are in the list of that field number. */
export function tensorProto(elementType: number, shape: number[], list: number, values: number[]): Uint8Array {
  return message((pbf) => {
    pbf.writePackedVarint(1, shape);
    pbf.writeVarintField(2, elementType);
    if (list === 4) pbf.writePackedFloat(list, values);
    else if (list === 10) pbf.writePackedDouble(list, values);
    else pbf.writePackedVarint(list, values);
  });
}

/** A TensorProto whose values are raw bytes. */
export function rawTensor(elementType: number, shape: number[], bytes: Uint8Array): Uint8Array {
  return message((pbf) => {
    pbf.writePackedVarint(1, shape);
    pbf.writeVarintField(2, elementType);
    pbf.writeBytesField(9, bytes);
  });
}

/** One node, its inputs and its one output all of one element type. */
export interface NodeSpec {
  readonly opType: string;
  readonly inputs: readonly string[];
  readonly elementType: number;
  /** Attributes that are integers. */
  readonly ints?: Readonly<Record<string, number>>;
}

/** A ModelProto in operator set 17. */
export function modelProto(spec: NodeSpec): Uint8Array {
  const opset = message((pbf) => pbf.writeVarintField(2, 17));
  return message((pbf) => {
    pbf.writeBytesField(7, graphProto(spec));
    pbf.writeBytesField(8, opset);
  });
}

function graphProto(spec: NodeSpec): Uint8Array {
  return message((pbf) => {
    pbf.writeBytesField(1, nodeProto(spec));
    for (const name of spec.inputs) pbf.writeBytesField(11, portProto(name, spec.elementType));
    pbf.writeBytesField(12, portProto('out', spec.elementType));
  });
}

function nodeProto({ opType, inputs, ints = {} }: NodeSpec): Uint8Array {
  return message((pbf) => {
    for (const name of inputs) pbf.writeStringField(1, name);
    pbf.writeStringField(2, 'out');
    pbf.writeStringField(4, opType);
    for (const [name, value] of Object.entries(ints)) {
      const attribute = message((pbf) => {
        pbf.writeStringField(1, name);
        pbf.writeVarintField(3, value);
      });
      pbf.writeBytesField(5, attribute);
    }
  });
}

function portProto(name: string, elementType: number): Uint8Array {
  const tensorType = message((pbf) => pbf.writeVarintField(1, elementType));
  const type = message((pbf) => pbf.writeBytesField(1, tensorType));
  return message((pbf) => {
    pbf.writeStringField(1, name);
    pbf.writeBytesField(2, type);
  });
}
