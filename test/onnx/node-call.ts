/** One node of a graph about to be computed: its inputs and attributes, as the op table asks for them. */
import type { Tensor } from '../../src/tensor/tensor.js';
import type { Attribute, Node } from './proto.js';
import type { OnnxTensor } from './tensor-proto.js';
import { Unsupported, type Value } from './value.js';

/** What a node computes: a tensor has the element type of the first input. */
export type NodeResult = Tensor | Value | readonly (Tensor | Value)[];
export type NodeOp = (call: NodeCall) => NodeResult;

export class NodeCall {
  readonly #asked = new Set<string>();

  /** @param opset the version of the operator set that the model is written in; what an op means depends on it */
  constructor(
    readonly node: Node,
    readonly inputs: readonly (Value | null)[],
    readonly opset: number,
  ) {}

  /** The tensor of a required input. */
  tensor(input: number): Tensor {
    return this.value(input).tensor;
  }

  /** All inputs' tensors, of an op that takes any number. */
  tensors(): Tensor[] {
    return this.inputs.map((_, i) => this.tensor(i));
  }

  optionalTensor(input: number): Tensor | null {
    return this.inputs[input]?.tensor ?? null;
  }

  value(input: number): Value {
    const value = this.inputs[input];
    if (!value) throw new Error(`${this.node.opType}: input ${input} is missing`);
    return value;
  }

  /** The elements of an input that holds shapes, axes or indices; undefined where an optional one is left out. */
  numbers(input: number): number[] | undefined {
    return this.inputs[input]?.numbers();
  }

  /** Whether the graph uses the node's output of that number. */
  wants(output: number): boolean {
    return Boolean(this.node.outputs[output]);
  }

  int<D extends number | undefined>(name: string, otherwise: D): number | D {
    return this.#attribute(name)?.int ?? otherwise;
  }

  flag(name: string, otherwise = false): boolean {
    return this.int(name, Number(otherwise)) !== 0;
  }

  float<D extends number | undefined>(name: string, otherwise: D): number | D {
    return this.#attribute(name)?.float ?? otherwise;
  }

  text<D extends string | undefined>(name: string, otherwise: D): string | D {
    return this.#attribute(name)?.text ?? otherwise;
  }

  ints(name: string): number[] | undefined {
    return this.#attribute(name)?.ints;
  }

  floats(name: string): number[] | undefined {
    return this.#attribute(name)?.floats;
  }

  tensorAttribute(name: string): OnnxTensor | undefined {
    return this.#attribute(name)?.tensor;
  }

  /** Attributes that do not change the result. */
  ignore(...names: string[]): void {
    for (const name of names) this.#asked.add(name);
  }

  /** @throws Unsupported for an attribute that nobody asked for: the node means something that the table does not know */
  end(): void {
    const surplus = this.node.attributes.filter(({ name }) => !this.#asked.has(name)).map(({ name }) => name);
    if (surplus.length > 0) throw new Unsupported(`${this.node.opType} with ${surplus.join(', ')}`);
  }

  #attribute(name: string): Attribute | undefined {
    this.#asked.add(name);
    return this.node.attributes.find((attribute) => attribute.name === name);
  }
}
