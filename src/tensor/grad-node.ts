/**
 * What a tensor knows of the graph that made it. The classes are in `autograd/`; a tensor only carries a reference.
 *
 * A node is one step of a computation, seen from behind: it takes the gradients of its outputs and returns the
 * gradients of its inputs. Its edges say which node, and which of that node's outputs, each of them goes to.
 */
import type { Shape } from './shape.js';
import type { Tensor } from './tensor.js';

/** A gradient per output or input; null where none flows. */
export type Gradients = readonly (Tensor | null)[];

/** Where the gradient of one input goes. */
export interface GradEdge {
  readonly node: GradNode;
  readonly index: number;
}

/** Hooks on one tensor's gradient, in the order in which they run. */
export interface GradientHooks {
  /** The gradient after all hooks. */
  run(grad: Tensor): Tensor;
}

export interface GradNode {
  readonly name: string;
  /** Nodes made later have higher numbers and run earlier; accumulation nodes have Infinity: they run at once. */
  readonly sequence: number;
  readonly edges: readonly (GradEdge | null)[];
  /** The shape of each output. */
  readonly outputShapes: readonly Shape[];
  /** Hooks on the gradient of each output. */
  readonly hooks: (GradientHooks | undefined)[];
  /** Whether user code sees the gradients that pass here, so that the engine must not free them. */
  readonly exposesGradients: boolean;
  /** Whether another node, or a backward pass, leads here. */
  isUsed: boolean;
  /**
   * Gradients of the outputs in, gradients of the inputs out.
   * @param needed whether each edge leads to something that wants a gradient
   */
  run(gradOutputs: Gradients, needed: readonly boolean[]): Gradients;
  /** Frees what was saved for `run`. */
  release(): void;
}
