/**
 * The nodes of the autograd graph, and the edges between them.
 *
 * `GraphNode` is the base of all: ops (`record.ts`), the ends at the leaves (below), and the taps around a module with
 * backward hooks (`hooks/backward-tap.ts`).
 */
import type { GradEdge, GradientHooks, GradNode, Gradients } from '../tensor/grad-node.js';
import { trackNode } from '../tensor/scope.js';
import type { Shape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';

let made = 0;

/** Sees a node's results, and may replace them. */
export type NodeWatcher = (gradInputs: Gradients, gradOutputs: Gradients) => Gradients;

/** Another form of a gradient, and the way back from it: the function is its own inverse, as a transposition is. */
export type LegacyView = (gradient: Tensor) => Tensor;

export abstract class GraphNode implements GradNode {
  readonly sequence: number = made++;
  readonly hooks: (GradientHooks | undefined)[] = [];
  /** For each input whose gradient PyTorch's node has in another form: that form, for legacy hooks. */
  legacyViews: readonly (LegacyView | null)[] = [];
  isUsed = false;
  readonly #watchers: NodeWatcher[] = [];

  constructor(
    readonly name: string,
    readonly edges: readonly (GradEdge | null)[],
    readonly outputShapes: readonly Shape[],
  ) {
    trackNode(this);
  }

  /** The rule of this kind of node. */
  protected abstract compute(gradOutputs: Gradients, needed: readonly boolean[]): Gradients;

  /** Frees what was saved for `compute`. */
  abstract release(): void;

  get exposesGradients(): boolean {
    return this.#watchers.length > 0;
  }

  /** Shows the gradients of this node to `watcher` after each run. */
  watch(watcher: NodeWatcher): void {
    this.#watchers.push(watcher);
  }

  run(gradOutputs: Gradients, needed: readonly boolean[]): Gradients {
    const gradInputs = this.compute(gradOutputs, needed);
    return this.#watchers.reduce((current, watcher) => watcher(current, gradOutputs), gradInputs);
  }
}

/** The end of the graph at a leaf. The engine adds what arrives here to the leaf's `grad`. */
export class AccumulateGrad extends GraphNode {
  override readonly sequence = Infinity;
  /** Called with the leaf after each accumulation. */
  afterAccumulate: ((leaf: Tensor) => void) | undefined;

  constructor(readonly leaf: Tensor) {
    super('AccumulateGrad', [], [leaf.shape]);
  }

  protected override compute(): Gradients {
    return [];
  }

  override release(): void {
    // nothing is saved
  }
}

/**
 * Where the gradient of `tensor` goes: to the node that made it, or to its accumulation if it is a leaf that requires
 * one.
 */
export function gradEdge(tensor: Tensor): GradEdge | null {
  if (tensor.node) {
    tensor.node.isUsed = true;
    return { node: tensor.node, index: tensor.outputIndex };
  }
  if (!tensor.requiresGrad) return null;
  tensor.accumulator ??= new AccumulateGrad(tensor);
  return { node: tensor.accumulator, index: 0 };
}
