/**
 * Who still needs the gradients of a running backward pass.
 *
 * A backward pass makes as many tensors as the forward pass and needs few of them at a time. The arena counts where
 * each gradient is waiting and frees it when the last node has used it, and frees what a node's rule computed on the
 * way. (When the pass is recorded, the nodes of the new graph have saved what they need: only the handles go.) What user
 * code has seen (hooks, the caller's own gradients) is left to the scopes.
 */
import type { GradNode, Gradients } from '../tensor/grad-node.js';
import { closeScope, openScope, outlives } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';

export class GradientArena {
  readonly #holds = new Map<Tensor, number>();
  readonly #exposed = new WeakSet<Tensor>();

  /** User code has seen this gradient: it is not freed here. */
  expose(gradient: Tensor): void {
    this.#exposed.add(gradient);
  }

  /** The gradient waits at one place more. */
  hold(gradient: Tensor): Tensor {
    this.#holds.set(gradient, (this.#holds.get(gradient) ?? 0) + 1);
    return gradient;
  }

  /** The gradient waits at one place less, and is freed after the last. */
  letGo(gradient: Tensor): void {
    const left = (this.#holds.get(gradient) ?? 1) - 1;
    if (left > 0) {
      this.#holds.set(gradient, left);
      return;
    }
    this.#holds.delete(gradient);
    if (!gradient.kept && !this.#exposed.has(gradient)) gradient.dispose();
  }

  /** Two gradients of one tensor become their sum. */
  replace(before: Tensor, gradient: Tensor, add: (a: Tensor, b: Tensor) => Tensor): Tensor {
    const sum = this.hold(add(before, gradient));
    this.hold(gradient);
    this.letGo(before);
    this.letGo(gradient);
    return sum;
  }

  /** Runs a node; of the tensors made on the way, those it did not return are freed. */
  run(node: GradNode, gradients: Gradients, needed: readonly boolean[]): Gradients {
    if (node.exposesGradients) {
      const results = node.run(gradients, needed);
      for (const gradient of [...gradients, ...results]) if (gradient) this.expose(gradient);
      return results;
    }
    const scope = openScope();
    let results: Gradients = [];
    try {
      results = node.run(gradients, needed);
      // what the rule did not make, a constant of its author's say, is not ours to free
      for (const result of results) {
        if (result && !scope.tensors.has(result) && !gradients.includes(result)) this.expose(result);
      }
      return results;
    } finally {
      const returned = new Set(results);
      for (const tensor of [...scope.tensors]) if (!outlives(tensor, scope, returned)) tensor.dispose();
      const outer = closeScope(scope);
      for (const tensor of scope.tensors) if (!tensor.kept && !tensor.isDisposed) outer?.tensors.add(tensor);
      for (const made of scope.nodes) outer?.nodes.add(made);
    }
  }

  /** The pass has ended, well or not: frees what is still waiting. */
  close(): void {
    for (const gradient of [...this.#holds.keys()]) {
      this.#holds.set(gradient, 1);
      this.letGo(gradient);
    }
  }
}
