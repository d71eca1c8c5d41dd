/** The step of one call of a custom function, and what its backward rule must return. */
import { AutogradError, BackendError } from '../errors.js';
import type { Backend } from '../tensor/backend.js';
import type { GradEdge, Gradients } from '../tensor/grad-node.js';
import { formatShape, numel, sameShape, type Shape } from '../tensor/shape.js';
import { Tensor } from '../tensor/tensor.js';
import type { FunctionContext } from './function-context.js';
import { isGradEnabled, noGrad } from './grad-mode.js';
import { GraphNode, gradEdge } from './node.js';

/** A gradient, or that there is none. */
export type Gradient = Tensor | null | undefined;

/** A tensor among the arguments: where its gradient goes, and of what shape and on which backend it must be. */
interface TensorArgument {
  readonly edge: GradEdge | null;
  readonly shape: Shape;
  readonly backend: Backend;
}

interface BackwardRule<Ctx> {
  readonly onceDifferentiable?: boolean;
  backward(ctx: Ctx, ...gradOutputs: Tensor[]): Gradient | readonly Gradient[];
}

export class FunctionNode<Ctx extends FunctionContext> extends GraphNode {
  readonly #zeros: readonly (() => Tensor | null)[];

  /**
   * @param args for each argument of `forward`, what is known of it; null for one that is no tensor
   * @param outputs what `forward` returned; null for what is no tensor
   */
  constructor(
    readonly ctx: Ctx,
    readonly rule: BackwardRule<Ctx>,
    readonly args: readonly (TensorArgument | null)[],
    outputs: readonly (Tensor | null)[],
  ) {
    super(
      ctx.name,
      args.map((arg) => arg?.edge ?? null),
      outputs.map((output) => output?.shape ?? []),
    );
    this.#zeros = outputs.map((output) => (output ? zerosOf(output.backend, output.shape) : () => null));
  }

  protected override compute(gradOutputs: Gradients): Gradients {
    const { ctx } = this;
    const given = ctx.materializesGrads ? gradOutputs.map((grad, i) => grad ?? this.#zeros[i]()) : gradOutputs;
    // a rule that asked for nulls, or has outputs that are no tensors, says so in its own types
    const run = () => this.#checked(this.rule.backward(ctx, ...(given as Tensor[])));
    if (!this.rule.onceDifferentiable) return run();
    const gradients = noGrad(run);
    return isGradEnabled() ? gradients.map((gradient) => gradient && this.#sealed(gradient, given)) : gradients;
  }

  override release(): void {
    this.ctx.releaseSaved();
  }

  /** One gradient for each argument that has an edge; the others are dropped. */
  #checked(returned: unknown): Gradients {
    const list: readonly unknown[] = Array.isArray(returned) ? returned : [returned];
    const expected = this.args.length;
    if (list.length < expected || list.slice(expected).some((extra) => extra !== null && extra !== undefined)) {
      throw new AutogradError(
        `backward of ${this.name}: expected ${expected} gradients, one for each argument of forward (null where there is none), got ${list.length}`,
      );
    }
    return this.args.map((arg, i) => {
      const gradient = list[i];
      if (gradient === null || gradient === undefined) return null;
      const wanted = arg ? 'a tensor or null' : 'null (the argument is no tensor)';
      if (!arg || !(gradient instanceof Tensor)) {
        throw new AutogradError(
          `backward of ${this.name}: expected ${wanted} as the gradient of argument ${i}, got ${describe(gradient)}`,
        );
      }
      if (!arg.edge) return null;
      if (!sameShape(gradient.shape, arg.shape)) {
        throw new AutogradError(
          `backward of ${this.name}: expected a gradient of shape ${formatShape(arg.shape)} for argument ${i}, got ${formatShape(gradient.shape)}`,
        );
      }
      if (gradient.backend !== arg.backend) {
        throw new BackendError(
          `backward of ${this.name}: expected a gradient on the backend ${arg.backend.name} for argument ${i}, ` +
            `got one on ${gradient.backend.name}; move it with tensor.to(backend)`,
        );
      }
      return gradient;
    });
  }

  /** The same gradient, in a graph that cannot be run: numbers of unknown derivative. */
  #sealed(gradient: Tensor, gradOutputs: Gradients): Tensor {
    const sealed = gradient.detach();
    sealed.node = new OnceDifferentiated(
      this.name,
      [...this.edges, ...gradOutputs.map((grad) => grad && gradEdge(grad))],
      gradient.shape,
    );
    sealed.requiresGrad = true;
    return sealed;
  }
}

/** Stands for the derivative that a function marked as once differentiable does not have. */
class OnceDifferentiated extends GraphNode {
  constructor(name: string, edges: readonly (GradEdge | null)[], shape: Shape) {
    super(name, edges, [shape]);
  }

  protected override compute(): Gradients {
    throw new AutogradError(
      `backward of ${this.name}: expected one derivative only, since it is marked as onceDifferentiable, got a second; ` +
        'write its backward in recorded ops and leave the mark out',
    );
  }

  override release(): void {
    // nothing is saved
  }
}

/** Keeps no output alive. */
function zerosOf(backend: Backend, shape: Shape): () => Tensor {
  return () => new Tensor(backend.full(numel(shape), 0), shape);
}

function describe(value: unknown): string {
  if (value instanceof Tensor) return `a tensor of shape ${formatShape(value.shape)}`;
  return value instanceof Promise ? 'a Promise (backward cannot be async)' : `${typeof value} ${String(value)}`;
}
