/** Computes an ONNX graph with the library, on the active backend. */
import { grad, onesLike } from '../../src/index.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { FLOAT } from './element-types.js';
import { NodeCall, type NodeResult } from './node-call.js';
import { findOp, isGradient } from './op-table.js';
import type { Model, Node } from './proto.js';
import { Unsupported, Value } from './value.js';

/** Gives a value of the graph by its name. */
type Named = (name: string) => Value;

/** The values of the graph's outputs, given those of its inputs. */
export function runModel({ graph, opsets }: Model, inputs: ReadonlyMap<string, Value>): Value[] {
  const values = new Map<string, Value>(graph.constants.map((constant) => [constant.name, Value.fromProto(constant)]));
  for (const [name, value] of inputs) values.set(name, value);
  const named: Named = (name) => {
    const value = values.get(name);
    if (!value) throw new Error(`the graph has no value named ${name}`);
    return value;
  };
  for (const node of graph.nodes.filter(isGradient)) {
    for (const name of namesOf(node, 'xs')) named(name).tensor.requiresGrad_();
  }

  // nodes are in an order in which they can be computed
  for (const node of graph.nodes) {
    const results = isGradient(node) ? gradients(node, named) : compute(node, named, opsets.get(node.domain) ?? 0);
    node.outputs.forEach((name, i) => {
      if (name === '') return;
      if (!(i in results)) throw new Unsupported(`output ${i} of ${node.opType}`);
      values.set(name, results[i]);
    });
  }
  return graph.outputs.map(({ name }) => named(name));
}

function compute(node: Node, named: Named, opset: number): Value[] {
  const op = findOp(node);
  if (!op) throw new Unsupported(node.opType);
  const inputs = node.inputs.map((name) => (name === '' ? null : named(name)));
  const call = new NodeCall(node, inputs, opset);
  const results = typed(op(call), inputs[0]?.elementType ?? FLOAT);
  call.end();
  return results;
}

function typed(result: NodeResult, elementType: number): Value[] {
  const all = result instanceof Tensor || result instanceof Value ? [result] : result;
  return all.map((one) => (one instanceof Tensor ? Value.of(one, elementType) : one));
}

/** The derivatives of the sum of the value `y` by the values `xs`: autograd's own work. */
function gradients(node: Node, named: Named): Value[] {
  const y = named(namesOf(node, 'y')[0]).tensor;
  const xs = namesOf(node, 'xs').map((name) => named(name).tensor);
  return grad(y, xs, onesLike(y)).map((gradient) => Value.of(gradient));
}

function namesOf(node: Node, name: string): readonly string[] {
  const attribute = node.attributes.find((attribute) => attribute.name === name);
  return attribute?.text === undefined ? (attribute?.texts ?? []) : [attribute.text];
}
