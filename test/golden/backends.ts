/** The backends that golden cases run on, and what a case is given to report with. */
import type { Test } from 'tap';
import { backendNamed, backendNames, withBackend, type BackendName } from '../../src/backends/active.js';
import type { Backend } from '../../src/tensor/backend.js';
import { tidy } from '../../src/tensor/memory.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { closeness, tolerances, type Comparable, type Golden, type Tolerance } from '../../src/testing/index.js';

export { backendNames };

/** One golden file on one backend. */
export class Run {
  readonly backend: Backend;
  readonly #later: Promise<void>[] = [];

  /** @param readsAtOnce false for a backend whose values come later; then `settle` must be awaited */
  constructor(
    readonly t: Test,
    backend: BackendName | Backend,
    readonly readsAtOnce = true,
  ) {
    this.backend = typeof backend === 'string' ? backendNamed(backend) : backend;
  }

  /** The tolerance of the backend's precision. */
  get tolerance(): Tolerance {
    return tolerances[this.backend.dtype];
  }

  /** Runs a case with the backend active, frees what it made, and turns an error into a failure that names the case. */
  case(label: string, body: () => void): void {
    try {
      withBackend(this.backend, () => tidy(body));
    } catch (error) {
      this.t.fail(`${label}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** Asserts that `actual` is the golden value. */
  close(label: string, actual: Comparable, expected: Golden, tolerance = this.tolerance): void {
    const compare = (values: Comparable): void => {
      const report = closeness(values, expected, { tolerance });
      if (report.close) this.t.pass(label);
      else this.t.fail(`${label}: ${report.message}`);
    };
    if (this.readsAtOnce || !(actual instanceof Tensor)) return compare(actual);
    const { shape } = actual;
    // the reading begins now, so that the tensor may be freed
    this.#later.push(
      actual.data().then(
        (data) => compare({ shape, data }),
        (error) => void this.t.fail(`${label}: its values did not come: ${String(error)}`),
      ),
    );
  }

  /** Waits for the comparisons of values that come later. */
  async settle(): Promise<void> {
    await Promise.all(this.#later);
  }
}
