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
import type { GradEdge, Gradients } from '../tensor/grad-node.js';
import type { Tensor } from '../tensor/tensor.js';
import { isGradEnabled } from './grad-mode.js';
import { GraphNode, gradEdge, type LegacyView } from './node.js';
import { SavedTensors } from './saved-tensor.js';

/** The gradient of one input, from the output's gradient and the saved tensors; called only when it is needed. */
export type GradientOf = (grad: Tensor, ...saved: Tensor[]) => Tensor | null;

/**
 * The gradients of all inputs at once, for an op whose gradients share much of their work; `needed` says which of them
 * are used.
 */
export type GradientsOf = (needed: readonly boolean[], grad: Tensor, ...saved: Tensor[]) => Gradients;

/** The step of one op. */
class OpNode extends GraphNode {
  readonly #saved: SavedTensors;
  readonly #gradients: readonly (GradientOf | null)[] | GradientsOf;

  constructor(
    name: string,
    edges: readonly (GradEdge | null)[],
    out: Tensor,
    gradients: readonly (GradientOf | null)[] | GradientsOf,
  ) {
    super(name, edges, [out.shape]);
    this.#saved = new SavedTensors(name);
    this.#gradients = gradients;
  }

  /** Separate from the constructor: a saved output must know this node. */
  save(tensors: readonly Tensor[]): void {
    this.#saved.save(tensors);
    for (const { node } of tensors) if (node && node !== this) node.isUsed = true;
  }

  protected override compute([grad]: Gradients, needed: readonly boolean[]): Gradients {
    if (!grad) return this.edges.map(() => null);
    const saved = this.#saved.unpack();
    if (typeof this.#gradients === 'function') return this.#gradients(needed, grad, ...saved);
    return this.#gradients.map((gradient, i) => (gradient && needed[i] ? gradient(grad, ...saved) : null));
  }

  override release(): void {
    this.#saved.release();
  }
}

/**
 * Makes `out` part of the graph, if recording is on and an input requires a gradient; otherwise returns it as it is.
 *
 * @param name what error messages and `tensor.node.name` call the step
 * @param out the op's result, freshly made
 * @param inputs the tensors it was computed from; null for an optional one that is absent
 * @param saved what the gradients need: inputs, or `out` itself
 * @param gradients for each input, its gradient; null where there is none (an index, say); or all of them at once
 * @param legacyViews for each input, how the legacy hook sees its gradient, where PyTorch's node has another form of it
 */
export function record(
  name: string,
  out: Tensor,
  inputs: readonly (Tensor | null)[],
  saved: readonly Tensor[],
  gradients: readonly (GradientOf | null)[] | GradientsOf,
  legacyViews: readonly (LegacyView | null)[] = [],
): Tensor {
  // #region record
  const hasGradient = (i: number): boolean => typeof gradients === 'function' || Boolean(gradients[i]);
  if (!isGradEnabled() || !inputs.some((x, i) => x?.requiresGrad && hasGradient(i))) return out;
  const edges = inputs.map((x, i) => (x && hasGradient(i) ? gradEdge(x) : null));
  const node = new OpNode(name, edges, out, gradients);
  out.node = node;
  out.endsNode = true;
  out.requiresGrad = true;
  node.legacyViews = legacyViews;
  node.save(saved);
  return out;
  // #endregion record
}
