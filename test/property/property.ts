/**
 * Runs a property as one assertion.
 *
 * Seeds are fixed, so that a run can be repeated. PROPERTY_SEED sets another one and PROPERTY_RUNS multiplies the number
 * of runs:
 *
 *     PROPERTY_SEED=7 PROPERTY_RUNS=20 npx tap test/property/hooks.test.ts
 *
 * A failure shows the smallest counterexample that was found, with the seed and the path to run it alone.
 */
import fc from 'fast-check';
import type { Test } from 'tap';
import { tidy } from '../../src/tensor/memory.js';

const seed = Number(process.env.PROPERTY_SEED ?? 20240229);
const factor = Number(process.env.PROPERTY_RUNS ?? 1);

/** Asserts that `check` holds (does not throw) for `runs` random values; what it makes is freed after each. */
export function holds<T>(
  t: Test,
  name: string,
  runs: number,
  values: fc.Arbitrary<T>,
  check: (value: T) => void,
): void {
  const property = fc.property(values, (value) => tidy(() => check(value)));
  const numRuns = Math.max(1, Math.round(runs * factor));
  const result = fc.check(property, { seed, numRuns, includeErrorInReport: false });
  if (!result.failed) {
    t.pass(`${name}: ${result.numRuns} runs`);
    return;
  }
  const { counterexample, counterexamplePath, errorInstance } = result;
  const error = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
  t.fail(
    `${name}: ${error}; counterexample ${fc.stringify(counterexample?.[0])} ` +
      `(seed ${result.seed}, path ${counterexamplePath}, after ${result.numRuns} runs and ${result.numShrinks} shrinks)`,
  );
}
