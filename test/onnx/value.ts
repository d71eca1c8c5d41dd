/**
 * A value that flows through an ONNX graph: a tensor of the active backend with ONNX's element type, which our tensors
 * do not have. Shapes, axes and indices are read as plain numbers, and only become a tensor where an op computes with
 * them; integers and booleans are then held as floating-point numbers, which must hold them exactly.
 */
import { fromHost } from '../../src/ops/creation.js';
import type { Shape } from '../../src/tensor/shape.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { BOOL, FLOAT, INT64, typeOf } from './element-types.js';
import type { OnnxTensor } from './tensor-proto.js';

/** What a graph asks for and the library, or its runner, does not offer. The message says what. */
export class Unsupported extends Error {
  override readonly name = 'Unsupported';
}

export class Value {
  readonly #content: Tensor | readonly number[];
  #made: Tensor | null = null;

  /** @param content a tensor, or the elements in row-major order */
  constructor(
    content: Tensor | readonly number[],
    readonly elementType: number,
    readonly shape: Shape,
  ) {
    this.#content = content;
  }

  static of(tensor: Tensor, elementType: number = FLOAT): Value {
    return new Value(tensor, elementType, tensor.shape);
  }

  static fromProto({ values, elementType, shape }: OnnxTensor): Value {
    if (!values) throw new Unsupported(`${typeOf(elementType).name} tensors`);
    return new Value(values, elementType, shape);
  }

  /** @throws Unsupported where a tensor cannot hold an integer exactly */
  get tensor(): Tensor {
    const content = this.#content;
    if (content instanceof Tensor) return content;
    return (this.#made ??= this.#toTensor(content));
  }

  /** The elements in row-major order. */
  numbers(): number[] {
    return Array.from(this.#content instanceof Tensor ? this.#content.hostData() : this.#content);
  }

  #toTensor(numbers: readonly number[]): Tensor {
    const made = fromHost(this.shape, (host) => host.set(numbers));
    const { isFloat, name } = typeOf(this.elementType);
    if (!isFloat && made.hostData().some((held, i) => held !== numbers[i])) {
      throw new Unsupported(`${name} values that ${made.backend.dtype} cannot hold`);
    }
    return made;
  }
}

export const bool = (tensor: Tensor): Value => Value.of(tensor, BOOL);
export const int64 = (tensor: Tensor): Value => Value.of(tensor, INT64);

/** A list of int64, as shapes and sizes are. */
export function int64List(numbers: readonly number[], shape: Shape = [numbers.length]): Value {
  return new Value(numbers, INT64, shape);
}
