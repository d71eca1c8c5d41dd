/**
 * Custom functions: a forward and a backward rule of one's own, as one node of the graph (torch.autograd.Function).
 *
 *     class Exp extends AutogradFunction {
 *       static forward(ctx: FunctionContext, x: Tensor): Tensor {
 *         const y = x.exp();
 *         ctx.saveForBackward(y);
 *         return y;
 *       }
 *       static backward(ctx: FunctionContext, grad: Tensor): Tensor {
 *         const [y] = ctx.savedTensors;
 *         return grad.mul(y);
 *       }
 *     }
 *     const y = Exp.apply(x);
 *
 * `forward` runs without recording; what it makes on the way is freed unless it is returned or saved. `backward` is
 * recorded when the backward pass is (`createGraph`), so one that is written in ops has derivatives itself.
 */
import { AutogradError } from '../errors.js';
import { tidy } from '../tensor/memory.js';
import { Tensor } from '../tensor/tensor.js';
import { isGradEnabled, noGrad } from './grad-mode.js';
import { FunctionContext } from './function-context.js';
import { FunctionNode, type Gradient } from './function-node.js';
import { gradEdge } from './node.js';

/** What `forward` returns: a tensor, or an array with tensors in it. */
export type FunctionOutput = Tensor | readonly unknown[];

/** What `backward` returns: a gradient for each argument of `forward`; a single one need not be in an array. */
export type FunctionGradients = Gradient | readonly Gradient[];

/** The static side of a class of one's own. */
export interface FunctionDefinition<Ctx extends FunctionContext, Args extends unknown[], Out extends FunctionOutput> {
  /** The class's name, which error messages and `tensor.node.name` say. */
  readonly name: string;
  /** Whether `backward` computes numbers only: it is not recorded, and a second derivative is an error. */
  readonly onceDifferentiable?: boolean;
  /** The result. Arguments that are no tensors are passed as they are. */
  forward(ctx: Ctx, ...args: Args): Out;
  /**
   * The gradients of the arguments, in their order, from those of the outputs: null (or undefined) for an argument that
   * is no tensor or needs no gradient, and for one that the outputs do not depend on.
   */
  backward(ctx: Ctx, ...gradOutputs: Tensor[]): FunctionGradients;
}

/** Extend it by static `forward` and `backward`, and call `apply`. */
// eslint-disable-next-line @typescript-eslint/no-extraneous-class -- as in PyTorch, a function is a class that is never made an object of
export abstract class AutogradFunction {
  static readonly onceDifferentiable: boolean = false;

  /**
   * Runs `forward` and makes its outputs part of the graph, if recording is on and a tensor among the arguments requires
   * a gradient. Tensors inside of arrays or objects among the arguments are not looked at.
   *
   * @throws AutogradError when `forward` returns neither a tensor nor an array
   */
  static apply<Ctx extends FunctionContext, Args extends unknown[], Out extends FunctionOutput>(
    this: FunctionDefinition<Ctx, Args, Out>,
    ...args: Args
  ): Out {
    return tidy(() => {
      const ctx = new FunctionContext(
        this.name || 'AutogradFunction',
        args.map((arg) => arg instanceof Tensor && arg.requiresGrad),
      );
      const { out } = noGrad(() => ({ out: this.forward(ctx as Ctx, ...args) }));
      requireOutput(ctx.name, out);
      if (!isGradEnabled() || !ctx.needsInputGrad.includes(true)) return out;
      return attach(this, ctx as Ctx, args, out);
    });
  }
}

/** Makes the tensors among the outputs, unless marked as not differentiable, outputs of a new node. */
function attach<Ctx extends FunctionContext, Args extends unknown[], Out extends FunctionOutput>(
  definition: FunctionDefinition<Ctx, Args, Out>,
  ctx: Ctx,
  args: Args,
  out: Out,
): Out {
  const outputs: readonly unknown[] = out instanceof Tensor ? [out] : out;
  const differentiable = outputs.map((output) => output instanceof Tensor && !ctx.isNonDifferentiable(output));
  if (!differentiable.includes(true)) return out;
  const node = new FunctionNode<Ctx>(
    ctx,
    definition,
    args.map((arg) => (arg instanceof Tensor ? { edge: gradEdge(arg), shape: arg.shape, backend: arg.backend } : null)),
    outputs.map((output) => (output instanceof Tensor ? output : null)),
  );
  const attached = outputs.map((output, i) => {
    if (!differentiable[i] || !(output instanceof Tensor)) return output;
    // an argument that is passed through gets a handle of its own, or it would lose its place in the graph
    const shared = output.requiresGrad || args.includes(output);
    const tensor = shared ? output.detach() : output;
    tensor.node = node;
    tensor.outputIndex = i;
    tensor.requiresGrad = true;
    return tensor;
  });
  ctx.keepSaved();
  return (out instanceof Tensor ? attached[0] : attached) as Out;
}

function requireOutput(name: string, out: unknown): void {
  if (out instanceof Tensor || Array.isArray(out)) return;
  const what = out instanceof Promise ? 'a Promise (forward cannot be async)' : typeof out;
  throw new AutogradError(`${name}: expected forward to return a tensor or an array with tensors, got ${what}`);
}
