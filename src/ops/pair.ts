/** Sizes given as one number for both dimensions, or as [height, width]. */
import { check } from '../errors.js';

export type Pair = number | readonly [number, number];

/**
 * @param what names the argument in the message
 * @param least the smallest allowed value
 */
export function pair(value: Pair, what: string, least: number): readonly [number, number] {
  const both: readonly [number, number] = typeof value === 'number' ? [value, value] : value;
  check(
    Array.isArray(both) && both.length === 2 && both.every((n) => Number.isInteger(n) && n >= least),
    () => `${what}: expected a whole number of at least ${least}, or two of them, got ${JSON.stringify(value)}`,
  );
  return both;
}
