/**
 * The signatures of module hooks.
 *
 * They are written as methods because TypeScript compares the parameters of methods both ways: a module of one kind
 * then counts as a module of any kind, although its hooks take it as an argument.
 */
import type { Gradients } from '../tensor/grad-node.js';
import type { Tensor } from '../tensor/tensor.js';

/** A hook may return nothing; `void` is the type of a function without a return statement. */
// eslint-disable-next-line @typescript-eslint/no-invalid-void-type
export type Nothing = null | undefined | void;

interface Signatures<M, In, Out> {
  forwardPre(module: M, input: In): In | Tensor | Nothing;
  forward(module: M, input: In, output: Out): Out | Nothing;
  backwardPre(module: M, gradOutput: Gradients): Gradients | Nothing;
  backward(module: M, gradInput: Gradients, gradOutput: Gradients): Gradients | Nothing;
}

/** (module, arguments) -> what takes the arguments' place, if anything: an array of them, or a single one. */
export type ForwardPreHook<M, In> = Signatures<M, In, unknown>['forwardPre'];

/** (module, arguments, output) -> what takes the output's place, if anything. */
export type ForwardHook<M, In, Out> = Signatures<M, In, Out>['forward'];

/** (module, gradOutput) -> what takes gradOutput's place, if anything. */
export type BackwardPreHook<M> = Signatures<M, unknown, unknown>['backwardPre'];

/** (module, gradInput, gradOutput) -> what takes gradInput's place, if anything. */
export type BackwardHook<M> = Signatures<M, unknown, unknown>['backward'];
