/** What the rows of op-cases.ts are made of: inputs away from kinks and ties, and the shapes that a family of ops is run on. */
import { fromHost } from '../../src/ops/creation.js';
import { affine } from '../../src/ops/unary.js';
import { RandomGenerator } from '../../src/tensor/random.js';
import { numel, type Shape } from '../../src/tensor/shape.js';
import type { Tensor } from '../../src/tensor/tensor.js';

export interface OpCase {
  /** The inputs, all of which require a gradient. Called with the backend active. */
  readonly inputs: () => Tensor[];
  readonly run: (...inputs: Tensor[]) => Tensor;
}

/** Distinct numbers between -2 and 2, at least 4 / (2 n) apart and from 0, in an order that looks random. */
export function spread(...shape: number[]): Tensor {
  const n = numel(shape);
  const order = new RandomGenerator(n).permutation(n);
  return fromHost(shape, (host) => host.forEach((_, i) => (host[i] = -2 + (4 * (order[i] + 0.5)) / n + 1 / (3 * n))));
}

/** Numbers between 0.5 and 2.5. */
export const positive = (...shape: number[]): Tensor => affine(spread(...shape), 0.5, 1.5).detach();

export const one = (shape: Shape, run: (x: Tensor) => Tensor): OpCase => ({ inputs: () => [spread(...shape)], run });
export const onPositive = (run: (x: Tensor) => Tensor): OpCase => ({ inputs: () => [positive(2, 3)], run });
export const two = (a: Shape, b: Shape, run: (a: Tensor, b: Tensor) => Tensor): OpCase => ({
  inputs: () => [spread(...a), affine(spread(...b), 0.7, 0.1).detach()],
  run,
});
export const binary = (run: (a: Tensor, b: Tensor) => Tensor): OpCase[] => [
  two([2, 3], [2, 3], run),
  two([2, 1, 3], [4, 1], run),
  two([2, 3], [], run),
];
export const reduction = (run: (x: Tensor, dims?: number | number[], keepdim?: boolean) => Tensor): OpCase[] => [
  one([2, 3, 2], (x) => run(x)),
  one([2, 3, 2], (x) => run(x, 1)),
  one([2, 3, 2], (x) => run(x, [0, -1], true)),
  one([], (x) => run(x)),
];
