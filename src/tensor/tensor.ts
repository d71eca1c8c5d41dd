/**
 * The tensor: a shape over a storage, and the place in the autograd graph that its value came from.
 *
 * A tensor is a handle. Several handles can share one storage (`detach`, `reshape`); the storage's memory is freed when
 * the last handle is disposed of. Ops, `backward` and hooks are methods too (`x.relu().mean([2, 3])`); `ops/methods.ts`
 * and `hooks/tensor-hooks.ts` install them, so that this file stays what every room can build on.
 */
import { BackendError, ShapeError, check } from '../errors.js';
import type { Backend, HostArray } from './backend.js';
import { formatSize, formatTensor } from './format-tensor.js';
import type { GradNode } from './grad-node.js';
import { LateRegistry } from './late-registry.js';
import { trackTensor, untrackTensor } from './scope.js';
import { formatShape, normalizeDim, numel, sameShape, type Shape } from './shape.js';
import type { Storage } from './storage.js';

/** Frees the storage of a handle that was garbage collected without being disposed of. */
const collected = new LateRegistry<Tensor, Storage>(
  (storage) => storage.release(),
  (tensor) => tensor.watch(),
);

/** Numbers nested as deep as a tensor has dimensions: `[[1, 2], [3, 4]]`; a plain number for a scalar. */
export type NestedNumbers = number | NestedNumbers[];

export class Tensor {
  readonly storage: Storage;
  readonly shape: Shape;
  /** Whether `backward` computes a gradient with respect to this tensor, or to what it was computed from. */
  requiresGrad = false;
  /** For a gradient: whose `grad` it was last made. While it is, no scope frees it before that tensor. */
  gradOf: Tensor | null = null;
  /** The step that made this tensor; null for a leaf. */
  node: GradNode | null = null;
  /** Which output of `node` this is. */
  outputIndex = 0;
  /** For a leaf that takes part in a graph: the node that accumulates its gradient. */
  accumulator: GradNode | null = null;
  /** Set by `keep`: no scope frees this tensor. */
  kept = false;
  #grad: Tensor | null = null;
  /**
   * Whether `node` made this handle itself, and it alone: then what the node saved goes with the handle, unless something was
   * computed from it.
   */
  endsNode = false;
  #disposed = false;
  #watched = false;

  /**
   * A handle on `storage`, which it takes over: disposing of the tensor releases it.
   * @throws ShapeError when the shape does not hold as many elements as the storage
   */
  constructor(storage: Storage, shape: Shape) {
    check(
      numel(shape) === storage.length,
      () => `tensor: expected a shape of ${storage.length} elements, got ${formatShape(shape)}`,
    );
    this.storage = storage;
    this.shape = shape;
    collected.add(this);
    trackTensor(this);
  }

  /**
   * The gradient that `backward` accumulated; null before. Filled for leaves, and where `retainGrad()` asked for it.
   * It may be set: to a tensor of the same shape on the same backend, or to null.
   * @throws ShapeError, or BackendError, for any other value
   */
  get grad(): Tensor | null {
    return this.#grad;
  }

  set grad(grad: Tensor | null | undefined) {
    if (grad !== null && grad !== undefined) {
      checkTensor('grad', grad, 'a tensor or null');
      check(grad !== this, () => 'grad: expected another tensor as the gradient, got the tensor itself');
      check(
        sameShape(grad.shape, this.shape),
        () => `grad: expected a gradient of shape ${formatShape(this.shape)}, got ${formatShape(grad.shape)}`,
      );
      commonBackend('grad', [this, grad]);
      grad.gradOf = this;
    }
    this.#grad = grad ?? null;
  }

  get backend(): Backend {
    return this.storage.backend;
  }

  /** Number of dimensions; 0 for a scalar. */
  get ndim(): number {
    return this.shape.length;
  }

  /** Number of elements. */
  numel(): number {
    return this.storage.length;
  }

  /** The shape, or the size of one dimension; negative ones count from the end. */
  size(): Shape;
  size(dim: number): number;
  size(dim?: number): Shape | number {
    if (dim === undefined) return this.shape;
    check(this.ndim > 0, () => `size: expected a tensor with dimensions, got a scalar and dimension ${dim}`);
    return this.shape[normalizeDim(dim, this.ndim, 'size')];
  }

  /** Whether a user made this tensor, rather than a recorded op. Only leaves accumulate `grad` by default. */
  get isLeaf(): boolean {
    return this.node === null;
  }

  get isDisposed(): boolean {
    return this.#disposed;
  }

  /**
   * Starts (or stops) recording what is computed from this leaf.
   * @throws ShapeError on a tensor that was computed from others; `detach()` it first
   */
  requiresGrad_(requiresGrad = true): this {
    check(
      this.isLeaf || requiresGrad,
      () =>
        'requiresGrad_: only a leaf can stop requiring gradients; use detach() to get this value without its history',
    );
    this.requiresGrad = requiresGrad;
    return this;
  }

  /** Another handle on the same values, without history: a leaf that requires no gradient. */
  detach(): Tensor {
    return new Tensor(this.storage.retain(), this.shape);
  }

  /** Takes this tensor itself out of its graph: it becomes a leaf that requires no gradient. */
  detach_(): this {
    this.node = null;
    this.outputIndex = 0;
    this.requiresGrad = false;
    return this;
  }

  /**
   * How often the values were changed in place, through any handle that shares them: PyTorch's `_version`. A graph that
   * saved the tensor at an earlier version refuses to run backward.
   */
  get version(): number {
    return this.storage.version;
  }

  /** The values in row-major order, copied to float32. Blocks until they are computed. */
  dataSync(): Float32Array {
    return toFloat32(this.storage.backend.readSync(this.live()));
  }

  /** The values in row-major order, copied to float32. Works on every backend. */
  async data(): Promise<Float32Array> {
    return toFloat32(await this.storage.backend.read(this.live()));
  }

  /** The values in the backend's own precision (float64 only on `reference64`). */
  hostData(): HostArray {
    return this.storage.backend.readSync(this.live());
  }

  /**
   * The value of a tensor of one element.
   * @throws ShapeError when there are more or none
   */
  item(): number {
    check(this.numel() === 1, () => `item: expected a tensor of one element, got shape ${formatShape(this.shape)}`);
    return this.hostData()[0];
  }

  /** The values as nested arrays; a number for a scalar. */
  tolist(): NestedNumbers {
    const data = this.hostData();
    const nest = (dim: number, offset: number): NestedNumbers => {
      if (dim === this.ndim) return data[offset];
      const step = numel(this.shape.slice(dim + 1));
      return Array.from({ length: this.shape[dim] }, (_, i) => nest(dim + 1, offset + i * step));
    };
    return nest(0, 0);
  }

  /** As PyTorch prints it: `tensor([1.0000, 2.5000], requires_grad=True)`; of large ones the ends of each dimension. */
  toString(): string {
    const size = `size=${formatSize(this.shape)}`;
    if (this.#disposed) return `tensor(freed, ${size})`;
    const remarks = this.numel() === 0 && this.ndim !== 1 ? [size] : [];
    if (this.backend.dtype !== 'float32') remarks.push(`dtype=${this.backend.dtype}`);
    if (this.node) remarks.push(`grad_fn=<${this.node.name}>`);
    else if (this.requiresGrad) remarks.push('requires_grad=True');
    return formatTensor(this.hostData(), this.shape, remarks);
  }

  /** What Node's `console.log` shows. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }

  /** Frees this handle now. Using it afterwards is an error; disposing of it twice is not. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    if (this.#watched) collected.remove(this);
    untrackTensor(this);
    this.storage.release();
    if (this.endsNode && this.node?.isUsed === false) this.node.release();
  }

  /** @internal What is to be freed when this handle is collected; null when it was freed already. */
  watch(): Storage | null {
    this.#watched = !this.#disposed;
    return this.#watched ? this.storage : null;
  }

  /** `using x = ...` disposes of `x` at the end of its block. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  /** The storage of a handle that is still alive. */
  live(): Storage {
    if (this.#disposed) {
      throw new BackendError(
        `tensor ${formatShape(this.shape)}: its memory was freed; return it from tidy(() => ...) or keep() it to use it later`,
      );
    }
    return this.storage;
  }
}

function toFloat32(values: HostArray): Float32Array {
  return values instanceof Float32Array ? values : Float32Array.from(values);
}

/** Refuses what is no tensor, as plain JavaScript may pass it. */
export function checkTensor(op: string, value: unknown, expected = 'a tensor'): asserts value is Tensor {
  check(value instanceof Tensor, () => `${op}: expected ${expected}, got ${describeValue(value)}`);
}

/** The same for all tensors that an op must be given. */
export function checkTensors(op: string, values: readonly unknown[]): void {
  for (const value of values) checkTensor(op, value, 'tensors');
}

/** A value as error messages show it. */
export function describeValue(value: unknown): string {
  if (value instanceof Tensor) return `a tensor of shape ${formatShape(value.shape)}`;
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'function') return 'a function';
  if (Array.isArray(value)) return `an array of ${value.length}`;
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}

/** The backend that all given tensors are on; null and undefined stand for optional ones that are absent. */
export function commonBackend(op: string, tensors: readonly (Tensor | null | undefined)[]): Backend {
  const [first, ...rest] = tensors.filter((t) => t !== null && t !== undefined);
  if (!first) throw new ShapeError(`${op}: expected at least one tensor, got none`);
  checkTensors(op, [first, ...rest]);
  for (const other of rest) {
    if (other.backend !== first.backend) {
      throw new BackendError(
        `${op}: expected all tensors on one backend, got ${first.backend.name} and ${other.backend.name}; ` +
          `move one with tensor.to(backend)`,
      );
    }
  }
  return first.backend;
}
