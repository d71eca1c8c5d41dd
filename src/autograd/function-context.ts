/** What a custom function's forward and backward rules share: see {@link AutogradFunction} in function.ts. */
import { AutogradError } from '../errors.js';
import { Tensor } from '../tensor/tensor.js';
import { SavedTensors } from './saved-tensor.js';

/**
 * The `ctx` of a custom function, one for each call. Values that are no tensors may be kept on it as properties: give
 * their types by intersection, `ctx: FunctionContext & { exponent: number }`.
 */
export class FunctionContext {
  readonly #saved: SavedTensors;
  #toSave: readonly Tensor[] = [];
  #nonDifferentiable: readonly Tensor[] = [];
  #materializeGrads = true;

  constructor(
    /** The function's name in messages. */
    readonly name: string,
    /** For each argument, whether it is a tensor that requires a gradient. */
    readonly needsInputGrad: readonly boolean[],
  ) {
    this.#saved = new SavedTensors(name);
  }

  /**
   * Keeps tensors for `backward`: arguments, outputs, or others that `forward` made (which are constants to a second
   * derivative). Called again, it forgets what it was given before. They are freed with the graph, and one that is
   * changed in place before then is an error in `backward`.
   */
  saveForBackward(...tensors: Tensor[]): void {
    tensors.forEach((tensor: unknown, i) => {
      if (tensor instanceof Tensor) return;
      throw new AutogradError(
        `${this.name}: expected tensors in ctx.saveForBackward, got ${String(tensor)} at position ${i}; keep it as a property of ctx`,
      );
    });
    this.#toSave = tensors;
  }

  /**
   * What `forward` saved.
   * @throws AutogradError when it was freed by an earlier backward pass, or changed in place
   */
  get savedTensors(): Tensor[] {
    return this.#saved.unpack();
  }

  /** Says of outputs that no gradient flows through them: they will not require one. */
  markNonDifferentiable(...outputs: Tensor[]): void {
    this.#nonDifferentiable = outputs;
  }

  /** Whether `backward` gets zeros, and not null, as the gradient of an output that got none. Default: true. */
  setMaterializeGrads(materialize: boolean): void {
    this.#materializeGrads = materialize;
  }

  get materializesGrads(): boolean {
    return this.#materializeGrads;
  }

  isNonDifferentiable(output: Tensor): boolean {
    return this.#nonDifferentiable.includes(output);
  }

  /** After `forward`, when its outputs know their node: takes hold of what is to be saved. */
  keepSaved(): void {
    this.#saved.save(this.#toSave);
    this.#toSave = [];
    this.#nonDifferentiable = [];
  }

  /** Frees what was saved. */
  releaseSaved(): void {
    this.#saved.release();
  }
}
