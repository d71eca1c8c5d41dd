/**
 * Takes the place of tap in a page, so that the suites run there as they are: tests in the order in which they are written, a test's
 * subtests before its end, `teardown` in reverse order, `beforeEach` and `afterEach` for all below. A sync test ends by `end()`.
 *
 * An error that a test throws is a failure of that test, and the next one goes on.
 */
import { Assertions, errorText, formatExtra, type Extra } from './assertions.js';

/** Where results go. */
export interface Sink {
  started(test: string): void;
  passed(test: string): void;
  failed(test: string, message: string): void;
  /** Waited for before each test of a file. */
  between(): Promise<void>;
  comment(test: string, message: string): void;
}

type Body = (t: PageTest) => unknown;
type Hook = (t: PageTest) => unknown;

/** The tests that run, from the file down to the innermost. */
const running: PageTest[] = [];

export class PageTest extends Assertions {
  /** The names from the file down to this test. */
  readonly path: string;
  readonly #teardowns: (() => unknown)[] = [];
  readonly #beforeEach: Hook[] = [];
  readonly #afterEach: Hook[] = [];
  #waiting: Promise<unknown>[] = [];
  /** The subtests so far, one after the other. */
  #subtests: Promise<void> = Promise.resolve();
  #open = true;
  #end!: () => void;
  readonly #ended = new Promise<void>((resolve) => (this.#end = resolve));

  constructor(
    readonly name: string,
    readonly parent: PageTest | null,
    readonly sink: Sink,
  ) {
    super();
    this.path = parent ? `${parent.path} > ${name}` : name;
  }

  /** Runs a subtest when those before it are done. */
  test(name: string, ...rest: [body: Body] | [options: object, body: Body]): Promise<void> {
    const body = rest[rest.length - 1] as Body;
    const child = new PageTest(name, this, this.sink);
    return (this.#subtests = this.#subtests.then(() => child.run(body)));
  }

  override pass(_message?: string): true {
    if (this.#open) this.sink.passed(this.path);
    else this.sink.failed(this.path, 'an assertion after the end of its test');
    return true;
  }

  override fail(message?: string | Extra, extra?: Extra): false {
    const text = typeof message === 'string' ? message : 'failed';
    const details = typeof message === 'object' ? message : extra;
    this.sink.failed(this.path, details ? `${text}\n${formatExtra(details)}` : text);
    return false;
  }

  override waitOn(promise: Promise<unknown>): void {
    this.#waiting.push(promise);
  }

  comment(...parts: unknown[]): void {
    this.sink.comment(this.path, parts.map(String).join(' '));
  }

  teardown(run: () => unknown): void {
    this.#teardowns.push(run);
  }

  beforeEach(hook: Hook): void {
    this.#beforeEach.push(hook);
  }

  afterEach(hook: Hook): void {
    this.#afterEach.push(hook);
  }

  end(): void {
    this.#end();
  }

  /** The test from its `beforeEach` to its `afterEach`. */
  async run(body: Body): Promise<void> {
    if (this.parent?.parent === null) await this.sink.between();
    running.push(this);
    this.sink.started(this.path);
    const parents = this.#parents();
    await this.#attempt(async () => {
      for (const parent of parents) for (const hook of parent.#beforeEach) await hook(this);
      const result = body(this);
      await (result instanceof Promise ? result : this.#ended);
    });
    await this.#attempt(() => this.#settle());
    for (const teardown of this.#teardowns.reverse()) await this.#attempt(teardown);
    for (const parent of parents.reverse()) {
      for (const hook of parent.#afterEach) await this.#attempt(() => hook(this));
    }
    this.#open = false;
    running.pop();
  }

  #parents(): PageTest[] {
    return this.parent ? [...this.parent.#parents(), this.parent] : [];
  }

  async #attempt(step: () => unknown): Promise<void> {
    try {
      await step();
    } catch (error) {
      this.fail(errorText(error));
    }
  }

  /** Waits for subtests and promises until there are no new ones. */
  async #settle(): Promise<void> {
    for (let seen: Promise<void> | null = null; seen !== this.#subtests || this.#waiting.length > 0;) {
      seen = this.#subtests;
      await seen;
      const waiting = this.#waiting;
      this.#waiting = [];
      await Promise.all(waiting);
    }
  }
}

const nobody: Sink = {
  started: () => undefined,
  passed: () => undefined,
  failed: () => undefined,
  between: () => Promise.resolve(),
  comment: () => undefined,
};

/** What the file that is being run gets when it says `import t from 'tap'`. */
let root = new PageTest('no file', null, nobody);

export { root as default };

/** The innermost test that runs. */
export function currentTest(): PageTest {
  return running[running.length - 1] ?? root;
}

/** Runs a file of tests: `load` evaluates it, which registers its tests. */
export async function runFile(name: string, sink: Sink, load: () => Promise<unknown>): Promise<void> {
  root = new PageTest(name, null, sink);
  await root.run(() => load());
}
