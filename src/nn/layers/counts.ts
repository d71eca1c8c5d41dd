/** What layers check of the numbers that they are made with. */
import { check } from '../../errors.js';
import { describeValue } from '../../tensor/tensor.js';

/** Refuses counts (of features, of channels) that are no whole numbers of at least 0. */
export function checkCounts(layer: string, counts: Readonly<Record<string, number>>): void {
  for (const [name, count] of Object.entries(counts)) {
    check(
      Number.isInteger(count) && count >= 0,
      () => `${layer}: expected ${name} to be a whole number of at least 0, got ${describeValue(count)}`,
    );
  }
}
