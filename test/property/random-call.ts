/** A random call of an op, and what such calls are made of: shapes and sizes, bounded so that one call is cheap. */
import fc from 'fast-check';
import type { Tensor } from '../../src/tensor/tensor.js';

/** A call of an op. Everything but `run` is data, which a failing property shows. */
export interface Call {
  readonly op: string;
  readonly args: unknown;
  readonly shapes: readonly (readonly number[])[];
  /** The inputs' values lie between these: not evenly around 0, where sums would cancel to nothing. */
  readonly range: readonly [number, number];
  readonly seed: number;
  readonly run: (...inputs: Tensor[]) => Tensor;
}

/** Random arguments, the input shapes that they ask for, and the call. */
export function op<A>(
  name: string,
  args: fc.Arbitrary<A>,
  shapes: (args: A) => readonly (readonly number[])[],
  run: (args: A, ...inputs: Tensor[]) => Tensor,
  range: readonly [number, number] = [-1.5, 2.5],
): fc.Arbitrary<Call> {
  return fc.record({ args, seed: fc.nat(1_000_000) }).map(({ args, seed }) => ({
    op: name,
    args,
    shapes: shapes(args),
    range,
    seed,
    run: (...inputs: Tensor[]) => run(args, ...inputs),
  }));
}

export const size = (max: number, min = 1): fc.Arbitrary<number> => fc.integer({ min, max });
export const shape = (minLength: number, maxLength: number, max = 6): fc.Arbitrary<number[]> =>
  fc.array(size(max), { minLength, maxLength, size: 'max' });
export const pairOf = (arbitrary: fc.Arbitrary<number>) => fc.tuple(arbitrary, arbitrary);
