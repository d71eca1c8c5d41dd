/**
 * How an op enters the graph.
 *
 * An op computes its output with a kernel and then says, once for each input, how that input's gradient follows from
 * the output's:
 *
 *     return record('Mul', out, [a, b], [a, b], [
 *       (grad, a, b) => mul(grad, b),
 *       (grad, a, b) => mul(grad, a),
 *     ]);
 *
 * What a gradient uses of an input besides its values, its shape for one, is taken out beforehand: a closure over the
 * input itself would keep its memory for as long as the graph lives.
 *
 * Gradients are written in the library's own ops. While recording is on during backward (`createGraph`) they are
 * recorded themselves, and a second derivative is nothing but running backward again.
 */
import { AutogradError } from '../errors.js';
import type { GradEdge, Gradients } from '../tensor/grad-node.js';
import type { Storage } from '../tensor/storage.js';
import type { Tensor } from '../tensor/tensor.js';
import { isGradEnabled } from './grad-mode.js';
import { GraphNode, gradEdge } from './node.js';
import { SavedTensor } from './saved-tensor.js';

/** The gradient of one input, from the output's gradient and the saved tensors; called only when it is needed. */
export type GradientOf = (grad: Tensor, ...saved: Tensor[]) => Tensor | null;

/** Frees the saved tensors of a graph that was garbage collected without a backward pass. */
const collected = new FinalizationRegistry<Storage[]>((storages) => storages.forEach((s) => s.release()));

/** The step of one op. */
class OpNode extends GraphNode {
  #saved: readonly SavedTensor[] | null = null;
  readonly #gradients: readonly (GradientOf | null)[];

  constructor(
    name: string,
    edges: readonly (GradEdge | null)[],
    out: Tensor,
    gradients: readonly (GradientOf | null)[],
  ) {
    super(name, edges, [out.shape]);
    this.#gradients = gradients;
  }

  /** Separate from the constructor: a saved output must know this node. */
  save(tensors: readonly Tensor[]): void {
    this.#saved = tensors.map((tensor) => new SavedTensor(tensor));
    if (tensors.length > 0) {
      collected.register(
        this,
        this.#saved.map((s) => s.storage),
        this,
      );
    }
  }

  protected override compute([grad]: Gradients, needed: readonly boolean[]): Gradients {
    if (!grad) return this.edges.map(() => null);
    if (!this.#saved) {
      throw new AutogradError(
        `backward of ${this.name}: its saved tensors were freed by an earlier backward pass (or by the end of a tidy scope); ` +
          `give that pass { retainGraph: true } to run backward through this graph a second time`,
      );
    }
    const saved = this.#saved.map((s) => s.unpack(this.name));
    return this.#gradients.map((gradient, i) => (gradient && needed[i] ? gradient(grad, ...saved) : null));
  }

  override release(): void {
    if (!this.#saved || this.#saved.length === 0) return;
    collected.unregister(this);
    for (const saved of this.#saved) saved.storage.release();
    this.#saved = null;
  }
}

/**
 * Makes `out` part of the graph, if recording is on and an input requires a gradient; otherwise returns it as it is.
 *
 * @param name what error messages and `tensor.node.name` call the step
 * @param out the op's result, freshly made
 * @param inputs the tensors it was computed from; null for an optional one that is absent
 * @param saved what the gradients need: inputs, or `out` itself
 * @param gradients for each input, its gradient; null where there is none (an index, say)
 */
export function record(
  name: string,
  out: Tensor,
  inputs: readonly (Tensor | null)[],
  saved: readonly Tensor[],
  gradients: readonly (GradientOf | null)[],
): Tensor {
  if (!isGradEnabled() || !inputs.some((x, i) => x?.requiresGrad && gradients[i])) return out;
  const edges = inputs.map((x, i) => (x && gradients[i] ? gradEdge(x) : null));
  const node = new OpNode(name, edges, out, gradients);
  out.node = node;
  out.requiresGrad = true;
  node.save(saved);
  return out;
}
