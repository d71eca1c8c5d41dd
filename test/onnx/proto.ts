/**
 * Reads the parts of ONNX's protocol-buffer messages (onnx.proto) that a small model needs: nodes, attributes, constant
 * tensors, and the names and types of inputs and outputs. Numbers in the switches are the field numbers of the format.
 */
import { PbfReader } from 'pbf';
import { readTensorMessage, type OnnxTensor } from './tensor-proto.js';

export interface Attribute {
  name: string;
  float?: number;
  int?: number;
  text?: string;
  tensor?: OnnxTensor;
  /** Holds subgraphs or other things that nothing here reads. */
  other: boolean;
  readonly floats: number[];
  readonly ints: number[];
  readonly texts: string[];
}

export interface Node {
  /** Names of values; an optional input that is left out is ''. */
  readonly inputs: string[];
  readonly outputs: string[];
  opType: string;
  domain: string;
  readonly attributes: Attribute[];
}

/** A graph's input or output. */
export interface Port {
  name: string;
  /** TensorProto.DataType; null for sequences and optionals. */
  elementType: number | null;
}

export interface Graph {
  readonly nodes: Node[];
  readonly constants: OnnxTensor[];
  readonly inputs: Port[];
  readonly outputs: Port[];
}

export interface Model {
  graph: Graph;
  /** Version of the operator set by domain; ONNX's own domain is ''. */
  readonly opsets: Map<string, number>;
}

export function readModel(bytes: Uint8Array): Model {
  const model: Model = { graph: { nodes: [], constants: [], inputs: [], outputs: [] }, opsets: new Map() };
  return new PbfReader(bytes).readFields((field, model, pbf) => {
    if (field === 7) pbf.readMessage(readGraphField, model.graph);
    if (field === 8) {
      const opset = pbf.readMessage(readOpsetField, { domain: '', version: 0 });
      model.opsets.set(opset.domain === 'ai.onnx' ? '' : opset.domain, opset.version);
    }
  }, model);
}

function readOpsetField(field: number, opset: { domain: string; version: number }, pbf: PbfReader): void {
  if (field === 1) opset.domain = pbf.readString();
  if (field === 2) opset.version = pbf.readVarint();
}

function readGraphField(field: number, graph: Graph, pbf: PbfReader): void {
  switch (field) {
    case 1:
      graph.nodes.push(
        pbf.readMessage(readNodeField, { inputs: [], outputs: [], opType: '', domain: '', attributes: [] }),
      );
      break;
    case 5:
      graph.constants.push(readTensorMessage(pbf));
      break;
    case 11:
      graph.inputs.push(pbf.readMessage(readPortField, { name: '', elementType: null }));
      break;
    case 12:
      graph.outputs.push(pbf.readMessage(readPortField, { name: '', elementType: null }));
      break;
  }
}

function readNodeField(field: number, node: Node, pbf: PbfReader): void {
  switch (field) {
    case 1:
      node.inputs.push(pbf.readString());
      break;
    case 2:
      node.outputs.push(pbf.readString());
      break;
    case 4:
      node.opType = pbf.readString();
      break;
    case 5:
      node.attributes.push(
        pbf.readMessage(readAttributeField, { name: '', other: false, floats: [], ints: [], texts: [] }),
      );
      break;
    case 7:
      node.domain = pbf.readString();
      break;
  }
}

function readAttributeField(field: number, attribute: Attribute, pbf: PbfReader): void {
  switch (field) {
    case 1:
      attribute.name = pbf.readString();
      break;
    case 2:
      attribute.float = pbf.readFloat();
      break;
    case 3:
      attribute.int = pbf.readVarint(true);
      break;
    case 4:
      attribute.text = pbf.readString();
      break;
    case 5:
      attribute.tensor = readTensorMessage(pbf);
      break;
    case 7:
      pbf.readPackedFloat(attribute.floats);
      break;
    case 8:
      pbf.readPackedVarint(attribute.ints, true);
      break;
    case 9:
      attribute.texts.push(pbf.readString());
      break;
    case 6:
    case 10:
    case 11:
    case 14:
    case 22:
      attribute.other = true;
      break;
  }
}

/** ValueInfoProto > TypeProto > TypeProto.Tensor > element type */
function readPortField(field: number, port: Port, pbf: PbfReader): void {
  if (field === 1) port.name = pbf.readString();
  if (field !== 2) return;
  pbf.readMessage((field, port: Port, pbf) => {
    if (field !== 1) return;
    pbf.readMessage((field, port: Port, pbf) => {
      if (field === 1) port.elementType = pbf.readVarint();
    }, port);
  }, port);
}
