/** The form of a row of the golden op table, and the rows that many ops share. */
import type { Tensor } from '../../src/tensor/tensor.js';
import type { Args } from './args.js';

/** Inputs and arguments of a case -> its result. */
export type GoldenOp = (inputs: readonly Tensor[], args: Args) => Tensor;

export type GoldenOps = Readonly<Record<string, GoldenOp>>;

export const unary =
  (f: (x: Tensor) => Tensor): GoldenOp =>
  ([x]) =>
    f(x);

export const binary =
  (f: (a: Tensor, b: Tensor) => Tensor): GoldenOp =>
  ([a, b]) =>
    f(a, b);

export const alongDim =
  (f: (x: Tensor, dim: number) => Tensor): GoldenOp =>
  ([x], args) =>
    f(x, required('dim', args.number('dim', undefined)));

export function required<T>(name: string, value: T | undefined): T {
  if (value === undefined) throw new Error(`the case has no argument ${name}`);
  return value;
}
