/**
 * A tensor that a node keeps for its backward pass.
 *
 * It holds the storage (so that disposing of the tensor does no harm) and the storage's version (so that a change in
 * place between forward and backward is an error and not a wrong gradient).
 */
import { AutogradError } from '../errors.js';
import type { GradNode } from '../tensor/grad-node.js';
import { formatShape, type Shape } from '../tensor/shape.js';
import type { Storage } from '../tensor/storage.js';
import { Tensor } from '../tensor/tensor.js';

export class SavedTensor {
  readonly #storage: Storage;
  readonly #version: number;
  readonly #shape: Shape;
  readonly #requiresGrad: boolean;
  readonly #node: GradNode | null;
  readonly #outputIndex: number;
  readonly #accumulator: GradNode | null;

  constructor(tensor: Tensor) {
    this.#storage = tensor.live().retain();
    this.#version = tensor.storage.version;
    this.#shape = tensor.shape;
    this.#requiresGrad = tensor.requiresGrad;
    this.#node = tensor.node;
    this.#outputIndex = tensor.outputIndex;
    this.#accumulator = tensor.accumulator;
  }

  get storage(): Storage {
    return this.#storage;
  }

  /** A new handle on the saved value, at the same place in the graph. */
  unpack(usedBy: string): Tensor {
    if (this.#storage.version !== this.#version) {
      throw new AutogradError(
        `backward of ${usedBy}: a tensor of shape ${formatShape(this.#shape)} that it needs was changed in place: ` +
          `expected version ${this.#version}, got version ${this.#storage.version}; change a clone() instead`,
      );
    }
    const tensor = new Tensor(this.#storage.retain(), this.#shape);
    tensor.requiresGrad = this.#requiresGrad;
    tensor.node = this.#node;
    tensor.outputIndex = this.#outputIndex;
    tensor.accumulator = this.#accumulator;
    return tensor;
  }
}
