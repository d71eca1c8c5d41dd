/** Helpers of the op tests: small tensors in float64, and what a gradient is. */
import type { Test } from 'tap';
import { grad } from '../../src/autograd/backward.js';
import { withBackend } from '../../src/backends/active.js';
import { tensor, type TensorData } from '../../src/ops/creation.js';
import { sum } from '../../src/ops/sum.js';
import { tidy } from '../../src/tensor/memory.js';
import type { NestedNumbers, Tensor } from '../../src/tensor/tensor.js';
import { everyBackend, slack } from '../backends/under-test.js';

/** A leaf that requires a gradient. */
export const leaf = (data: TensorData): Tensor => tensor(data, { requiresGrad: true });

/** The gradients of sum(out) with respect to `inputs`, as nested numbers. */
export function gradientsOfSum(out: Tensor, ...inputs: Tensor[]): NestedNumbers[] {
  return grad(sum(out), inputs).map((gradient) => gradient.tolist());
}

/** Runs a test on every backend, since edge cases are where they differ. */
export function onEveryBackend(t: Test, name: string, body: (t: Test) => void): void {
  for (const backend of everyBackend()) {
    t.test(`${name}, ${backend.name}`, async (t) => withBackend(backend, () => tidy(() => body(t))));
  }
}

/** The largest finite magnitude; 0 if there is none. */
function largestOf(value: NestedNumbers): number {
  if (Array.isArray(value)) return Math.max(0, ...value.map(largestOf));
  return Number.isFinite(value) ? Math.abs(value) : 0;
}

/** Asserts that nested numbers agree to 1e-6 relative to 1, shape included; NaN and infinities exactly. */
export function near(t: Test, actual: NestedNumbers, expected: NestedNumbers, message: string): void {
  const largest = largestOf(expected);
  const agree = (a: NestedNumbers, b: NestedNumbers): boolean => {
    if (Array.isArray(a) || Array.isArray(b)) {
      return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, i) => agree(item, b[i]));
    }
    if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return true;
    return Math.abs(a - b) <= Math.max(1e-6 * Math.max(1, Math.abs(b)), slack(b, largest));
  };
  t.ok(agree(actual, expected), message, { actual, expected });
}
