/**
 * Writes ONNX models (onnx.proto): protocol-buffer messages, in which each field has a number. Weights are not in the
 * model: it says in which file and where they lie (external data).
 */
import { PbfWriter } from 'pbf';

const FLOAT = 1;
const EXTERNAL = 1;
const OPSET = 17;
const IR_VERSION = 8;

/** @param {(pbf: PbfWriter) => void} write */
function message(write) {
  const pbf = new PbfWriter();
  write(pbf);
  return pbf.finish().slice();
}

/** An attribute: a whole number, or a list of them. */
function attribute(name, value) {
  const [FIELD_I, FIELD_INTS, FIELD_TYPE, INT, INTS] = [3, 8, 20, 2, 7];
  return message((pbf) => {
    pbf.writeStringField(1, name);
    if (Array.isArray(value)) for (const item of value) pbf.writeVarintField(FIELD_INTS, item);
    else pbf.writeVarintField(FIELD_I, value);
    pbf.writeVarintField(FIELD_TYPE, Array.isArray(value) ? INTS : INT);
  });
}

/**
 * @param {string} opType
 * @param {readonly string[]} inputs
 * @param {string} output
 * @param {Readonly<Record<string, number | number[]>>} attributes
 */
export function node(opType, inputs, output, attributes = {}) {
  return message((pbf) => {
    for (const input of inputs) pbf.writeStringField(1, input);
    pbf.writeStringField(2, output);
    pbf.writeStringField(4, opType);
    for (const [name, value] of Object.entries(attributes)) pbf.writeBytesField(5, attribute(name, value));
  });
}

/**
 * A weight that lies in another file of the model's folder.
 * @param {string} name
 * @param {readonly number[]} shape
 * @param {{ file: string, offset: number, bytes: number }} place
 */
export function externalTensor(name, shape, { file, offset, bytes }) {
  const entry = (key, value) =>
    message((pbf) => {
      pbf.writeStringField(1, key);
      pbf.writeStringField(2, value);
    });
  return message((pbf) => {
    for (const extent of shape) pbf.writeVarintField(1, extent);
    pbf.writeVarintField(2, FLOAT);
    pbf.writeStringField(8, name);
    pbf.writeBytesField(13, entry('location', file));
    pbf.writeBytesField(13, entry('offset', String(offset)));
    pbf.writeBytesField(13, entry('length', String(bytes)));
    pbf.writeVarintField(14, EXTERNAL);
  });
}

/**
 * A weight within the model.
 * @param {string} name
 * @param {readonly number[]} shape
 * @param {Float32Array} values
 */
export function innerTensor(name, shape, values) {
  return message((pbf) => {
    for (const extent of shape) pbf.writeVarintField(1, extent);
    pbf.writeVarintField(2, FLOAT);
    pbf.writeStringField(8, name);
    pbf.writeBytesField(9, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  });
}

function port(name, shape) {
  const dims = message((pbf) => {
    for (const extent of shape)
      pbf.writeBytesField(
        1,
        message((pbf) => pbf.writeVarintField(1, extent)),
      );
  });
  const tensorType = message((pbf) => {
    pbf.writeVarintField(1, FLOAT);
    pbf.writeBytesField(2, dims);
  });
  const type = message((pbf) => pbf.writeBytesField(1, tensorType));
  return message((pbf) => {
    pbf.writeStringField(1, name);
    pbf.writeBytesField(2, type);
  });
}

/**
 * @param {object} graph
 * @param {readonly Uint8Array[]} graph.nodes in an order in which they can run
 * @param {readonly Uint8Array[]} graph.weights
 * @param {readonly { name: string, shape: readonly number[] }[]} graph.inputs
 * @param {{ name: string, shape: readonly number[] }} graph.output
 */
export function model({ nodes, weights, inputs, output }) {
  const graph = message((pbf) => {
    for (const bytes of nodes) pbf.writeBytesField(1, bytes);
    pbf.writeStringField(2, 'bench');
    for (const bytes of weights) pbf.writeBytesField(5, bytes);
    for (const { name, shape } of inputs) pbf.writeBytesField(11, port(name, shape));
    pbf.writeBytesField(12, port(output.name, output.shape));
  });
  return message((pbf) => {
    pbf.writeVarintField(1, IR_VERSION);
    pbf.writeBytesField(7, graph);
    pbf.writeBytesField(
      8,
      message((pbf) => pbf.writeVarintField(2, OPSET)),
    );
  });
}
