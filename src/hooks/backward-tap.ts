/**
 * How a module's backward hooks see its gradients.
 *
 * A module is no node of the graph; its inputs and outputs are edges. A tap is an identity node put on all tensor
 * inputs of one call, and another on all its outputs. In the backward pass the output tap runs first and gets
 * gradOutput; the input tap runs when the gradients of all inputs have arrived and gets gradInput:
 *
 *     x -> [input tap] -> forward -> [output tap] -> y
 *               gradInput <-              <- gradOutput
 *
 * An output that nothing was computed from has null in its place in gradOutput. An input that got no gradient, or needs
 * none beside one that does, has zeros in gradInput, and they flow on: PyTorch's taps fill them in.
 *
 * Taps are made per call, and only if the module has backward hooks at that moment: without hooks a module pays
 * nothing.
 */
import { isGradEnabled } from '../autograd/grad-mode.js';
import { GraphNode, gradEdge } from '../autograd/node.js';
import { HookError } from '../errors.js';
import type { GradEdge, Gradients } from '../tensor/grad-node.js';
import { numel, type Shape } from '../tensor/shape.js';
import { Tensor } from '../tensor/tensor.js';
import { warn } from '../warnings.js';
import type { BackwardHook, BackwardPreHook } from './hook-types.js';
import { checkGradients, hookName } from './returned.js';

/** An identity in the forward pass; in the backward pass it shows the gradients to `watch`, which may replace them. */
class TapNode extends GraphNode {
  constructor(
    edges: readonly (GradEdge | null)[],
    shapes: readonly Shape[],
    readonly show: (gradients: Gradients) => Gradients,
  ) {
    super('BackwardTap', edges, shapes);
  }

  override get exposesGradients(): boolean {
    return true;
  }

  protected override compute(gradients: Gradients): Gradients {
    return this.show(gradients);
  }

  override release(): void {
    // nothing is saved
  }
}

/** The taps of one call of one module. */
export class BackwardTap<M> {
  #gradOutput: Gradients | null = null;
  /** How many arguments the call had, and which of them were tapped; null if none requires a gradient. */
  #inputCount = 0;
  #tappedInputs: readonly number[] | null = null;

  constructor(
    readonly module: M,
    readonly preHooks: readonly BackwardPreHook<M>[],
    readonly hooks: readonly BackwardHook<M>[],
  ) {}

  // #region inputs
  /** The arguments of `forward`, tapped. */
  onInputs(inputs: readonly unknown[]): unknown[] {
    this.#inputCount = inputs.length;
    const { values, tapped } = tap(inputs, (arrived, indices, zeros) => {
      const gradients = arrived.map((gradient, i) => gradient ?? zeros(i));
      // a gradient that came past the outputs (in a second derivative, say) is none of this call's business
      if (!this.#gradOutput) return gradients;
      const gradInput = this.#runHooks(scatter(gradients, indices, this.#inputCount), this.#gradOutput);
      this.#gradOutput = null;
      return indices.map((i) => gradInput[i]);
    });
    this.#tappedInputs = tapped;
    return values;
  }
  // #endregion inputs

  /** The result of `forward`, tapped: a tensor, or an array with tensors in it. */
  onOutput(output: unknown): unknown {
    if (!(output instanceof Tensor) && !Array.isArray(output)) {
      warn(
        'backward hooks fire for modules that return a tensor or an array of tensors; this one returned neither, so its hooks will not fire',
      );
      return output;
    }
    const outputs: readonly unknown[] = Array.isArray(output) ? output : [output];
    const { values } = tap(outputs, (gradients, indices) => {
      let gradOutput = scatter(gradients, indices, outputs.length);
      for (const hook of this.preHooks) {
        const returned: unknown = hook(this.module, gradOutput);
        if (returned === null || returned === undefined) continue;
        gradOutput = checkGradients(hookName('full backward pre-hook', hook), 'gradOutput', returned, gradOutput);
      }
      if (this.#tappedInputs) this.#gradOutput = gradOutput;
      else this.#runWithoutInputs(gradOutput);
      return indices.map((i) => gradOutput[i]);
    });
    return Array.isArray(output) ? values : values[0];
  }

  #runHooks(gradInput: Gradients, gradOutput: Gradients): Gradients {
    let current = gradInput;
    for (const hook of this.hooks) {
      const returned: unknown = hook(this.module, current, gradOutput);
      if (returned === null || returned === undefined) continue;
      current = checkGradients(hookName('full backward hook', hook), 'gradInput', returned, current);
    }
    return current;
  }

  /** No input requires a gradient: the hooks see nulls, once, when gradOutput is ready. */
  #runWithoutInputs(gradOutput: Gradients): void {
    const gradInput = new Array<null>(this.#inputCount).fill(null);
    for (const hook of this.hooks) {
      const returned: unknown = hook(this.module, gradInput, gradOutput);
      if (returned === null || returned === undefined) continue;
      const name = hookName('full backward hook', hook);
      if (checkGradients(name, 'gradInput', returned, gradInput).some((gradient) => gradient !== null)) {
        throw new HookError(
          `${name}: expected null for every gradInput, since no input of this call requires a gradient, got a tensor; ` +
            'call requiresGrad_() on the input to replace its gradient',
        );
      }
    }
  }
}

/** Puts one tap on all tensors among `values`, if one of them requires a gradient. */
function tap(
  values: readonly unknown[],
  watch: (gradients: Gradients, indices: readonly number[], zeros: (i: number) => Tensor) => Gradients,
) {
  const indices = values.flatMap((value, i) => (value instanceof Tensor ? [i] : []));
  const tensors = values.filter((value) => value instanceof Tensor);
  if (!isGradEnabled() || !tensors.some((tensor) => tensor.requiresGrad)) return { values: [...values], tapped: null };
  const [{ backend }] = tensors;
  const shapes = tensors.map((tensor) => tensor.shape);
  const zeros = (i: number): Tensor => new Tensor(backend.full(numel(shapes[i]), 0), shapes[i]);
  const node = new TapNode(tensors.map(gradEdge), shapes, (gradients) => watch(gradients, indices, zeros));
  const out = [...values];
  tensors.forEach((tensor, i) => {
    if (!tensor.requiresGrad) return;
    const tapped = new Tensor(tensor.live().retain(), tensor.shape);
    tapped.requiresGrad = true;
    tapped.node = node;
    tapped.outputIndex = i;
    out[indices[i]] = tapped;
  });
  return { values: out, tapped: indices };
}

/** The gradients of the tapped tensors, put back among `count` slots; null elsewhere. */
function scatter(gradients: Gradients, indices: readonly number[], count: number): Gradients {
  const slots = new Array<Tensor | null>(count).fill(null);
  indices.forEach((index, i) => (slots[index] = gradients[i]));
  return slots;
}
