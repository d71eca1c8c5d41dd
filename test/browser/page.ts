/**
 * What runs in a page: starts the backend that its address names, then the test files that it names, one after the other, and tells the
 * runner (run-page.js) what happens.
 */
import type { BackendName } from '../../src/backends/active.js';
import type { BackendInfo } from '../../src/tensor/backend.js';
import { tolerances } from '../../src/testing/browser.js';
import { settledStorages } from '../settled.js';
import { watchGpu } from './gpu-objects.js';
import { start, type Wanted } from './started.js';
import { runFile, type Sink } from './tap.js';

/** What the runner is told, as JSON. */
type Message =
  | {
      readonly kind: 'started' | 'passed' | 'comment';
      readonly test: string;
      readonly text?: string;
      readonly count?: number;
    }
  | { readonly kind: 'failed'; readonly test: string; readonly text: string }
  | { readonly kind: 'backend'; readonly text: string }
  | { readonly kind: 'file' | 'done'; readonly text: string };

/** What run-page.js puts into the page. */
declare global {
  var tellRunner: (message: string) => void;
}

const tell = (message: Message): void => globalThis.tellRunner(JSON.stringify(message));

/** Passes are told by the number, when something else is. */
class Report implements Sink {
  #passes = 0;
  #test = '';

  started(test: string): void {
    this.flush();
    tell({ kind: 'started', test });
  }

  passed(test: string): void {
    this.#test = test;
    this.#passes++;
    if (this.#passes >= 500) this.flush();
  }

  failed(test: string, text: string): void {
    this.flush();
    tell({ kind: 'failed', test, text });
  }

  /** Frees what the tests before have left to the garbage collector, so that none counts what another has made. */
  async between(): Promise<void> {
    await settledStorages();
  }

  comment(test: string, text: string): void {
    tell({ kind: 'comment', test, text });
  }

  flush(): void {
    if (this.#passes > 0) tell({ kind: 'passed', test: this.#test, count: this.#passes });
    this.#passes = 0;
  }
}

/** The page's own address: ?backend=gpu&mode=webgl2&tolerance=op&file=... */
function wanted(search: URLSearchParams): Wanted {
  const perOp = search.get('tolerance') === 'op';
  return {
    backend: search.get('backend') as BackendName,
    mode: search.get('mode') === 'webgpu' ? 'webgpu' : 'webgl2',
    tolerance: perOp ? tolerances.float32 : { ofLargest: 1e-4, ofValue: 1e-3 },
  };
}

/** What runs, for the line about the page. */
function describe(info: BackendInfo & { readonly adapter?: string; readonly kernelClass?: string }): string {
  return [info.name, info.mode, info.kernelClass, info.adapter].filter(Boolean).join(', ');
}

/** Runs the files that the address names. @param files how each is loaded */
export async function runPage(files: Readonly<Record<string, () => Promise<unknown>>>): Promise<void> {
  const search = new URLSearchParams(location.search);
  const report = new Report();
  const names = search.getAll('file');
  try {
    watchGpu();
    const { info } = await start(wanted(search));
    tell({ kind: 'backend', text: describe(info) });
    for (const name of names) {
      tell({ kind: 'file', text: name });
      await runFile(name, report, files[name]);
      report.flush();
    }
  } catch (error) {
    report.failed(names.join(', '), error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
  tell({ kind: 'done', text: '' });
}
