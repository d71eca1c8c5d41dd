/**
 * The tensors that a node keeps for its backward pass.
 *
 * A saved tensor holds the storage (so that disposing of the tensor does no harm) and the storage's version (so that a
 * change in place between forward and backward is an error and not a wrong gradient).
 */
import { AutogradError } from '../errors.js';
import type { GradNode } from '../tensor/grad-node.js';
import { formatShape, type Shape } from '../tensor/shape.js';
import { LateRegistry } from '../tensor/late-registry.js';
import type { Storage } from '../tensor/storage.js';
import { Tensor } from '../tensor/tensor.js';
import { gradEdge } from './node.js';

class SavedTensor {
  readonly storage: Storage;
  readonly #version: number;
  readonly #shape: Shape;
  readonly #requiresGrad: boolean;
  readonly #node: GradNode | null;
  readonly #outputIndex: number;
  readonly #accumulator: GradNode | null;

  constructor(tensor: Tensor) {
    this.storage = tensor.live().retain();
    this.#version = tensor.version;
    this.#shape = tensor.shape;
    this.#requiresGrad = tensor.requiresGrad;
    this.#node = tensor.node;
    this.#outputIndex = tensor.outputIndex;
    this.#accumulator = tensor.node ? null : (gradEdge(tensor)?.node ?? null);
  }

  /** A new handle on the saved value, at the same place in the graph. */
  unpack(usedBy: string): Tensor {
    if (this.storage.version !== this.#version) {
      throw new AutogradError(
        `backward of ${usedBy}: a tensor of shape ${formatShape(this.#shape)} that it needs was changed in place: ` +
          `expected version ${this.#version}, got version ${this.storage.version}; change a clone() instead`,
      );
    }
    const tensor = new Tensor(this.storage.retain(), this.#shape);
    tensor.requiresGrad = this.#requiresGrad;
    tensor.node = this.#node;
    tensor.outputIndex = this.#outputIndex;
    tensor.accumulator = this.#accumulator;
    return tensor;
  }
}

/** Frees the saved tensors of a graph that was garbage collected without a backward pass. */
const collected = new LateRegistry<SavedTensors, Storage[]>(
  (storages) => storages.forEach((storage) => storage.release()),
  (saved) => saved.watch(),
);

/** All that one node has saved. */
export class SavedTensors {
  #tensors: readonly SavedTensor[] = [];
  #freed = false;
  #watched = false;

  /** @param usedBy the node's name in messages */
  constructor(readonly usedBy: string) {}

  /** Keeps these tensors. Called once, when the node's outputs know it: an output may be among them. */
  save(tensors: readonly Tensor[]): void {
    this.#tensors = tensors.map((tensor) => new SavedTensor(tensor));
    if (tensors.length > 0) collected.add(this);
  }

  /** @internal What is to be freed when this is collected; null when it was freed already. */
  watch(): Storage[] | null {
    this.#watched = this.#tensors.length > 0;
    return this.#watched ? this.#tensors.map(({ storage }) => storage) : null;
  }

  /**
   * New handles on what was saved.
   * @throws AutogradError when it was freed, or changed in place
   */
  unpack(): Tensor[] {
    if (this.#freed) {
      throw new AutogradError(
        `backward of ${this.usedBy}: its saved tensors were freed by an earlier backward pass (or by the end of a tidy scope); ` +
          `give that pass { retainGraph: true } to run backward through this graph a second time`,
      );
    }
    return this.#tensors.map((saved) => saved.unpack(this.usedBy));
  }

  /** Frees what was saved; a node that saved nothing can run again. */
  release(): void {
    if (this.#tensors.length === 0) return;
    if (this.#watched) collected.remove(this);
    for (const saved of this.#tensors) saved.storage.release();
    this.#tensors = [];
    this.#freed = true;
  }
}
