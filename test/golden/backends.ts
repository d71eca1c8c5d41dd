/** The backends that golden cases run on, and what a case is given to report with. */
import type { Test } from 'tap';
import { backendNamed, backendNames, withBackend, type BackendName } from '../../src/backends/active.js';
import type { Backend } from '../../src/tensor/backend.js';
import { tidy } from '../../src/tensor/memory.js';
import { closeness, tolerances, type Comparable, type Golden, type Tolerance } from '../../src/testing/index.js';

export { backendNames };

/** One golden file on one backend. */
export class Run {
  readonly backend: Backend;

  constructor(
    readonly t: Test,
    backend: BackendName | Backend,
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
    const report = closeness(actual, expected, { tolerance });
    if (report.close) this.t.pass(label);
    else this.t.fail(`${label}: ${report.message}`);
  }
}
