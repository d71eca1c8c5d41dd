/**
 * The assertions of tap that the suites use, for a page. They decide by tcompare, as tap itself does, and take their arguments
 * as tap does: a message and a record of extras at the end, both optional.
 *
 * tcompare comes with tap; test/browser/bundle.js takes the two things of Node's that it uses out of it.
 */
import { format, match, same, strict } from 'tcompare';

/** What an assertion shows when it fails, beyond its message. */
export type Extra = Readonly<Record<string, unknown>>;

type Constructor = abstract new (...args: never[]) => object;

/** Messages and extras as tap takes them: either may be left out. */
type Rest = [message?: string | Extra, extra?: Extra];

export abstract class Assertions {
  abstract pass(message?: string): true;
  abstract fail(message?: string | Extra, extra?: Extra): false;
  /** Keeps the test from ending before `promise` is settled. */
  abstract waitOn(promise: Promise<unknown>): void;

  ok(value: unknown, ...rest: Rest): boolean {
    return this.#assert(Boolean(value), 'should be truthy', rest, () => ({ found: value }));
  }

  notOk(value: unknown, ...rest: Rest): boolean {
    return this.#assert(!value, 'should be falsy', rest, () => ({ found: value }));
  }

  equal(found: unknown, wanted: unknown, ...rest: Rest): boolean {
    return this.#assert(found === wanted, 'should be equal', rest, () => ({ found, wanted }));
  }

  not(found: unknown, doNotWant: unknown, ...rest: Rest): boolean {
    return this.#assert(found !== doNotWant, 'should not be equal', rest, () => ({ found, doNotWant }));
  }

  same(found: unknown, wanted: unknown, ...rest: Rest): boolean {
    return this.#compare(same(found, wanted), 'should be equivalent', rest);
  }

  notSame(found: unknown, doNotWant: unknown, ...rest: Rest): boolean {
    return this.#assert(!same(found, doNotWant).match, 'should not be equivalent', rest, () => ({ found, doNotWant }));
  }

  strictSame(found: unknown, wanted: unknown, ...rest: Rest): boolean {
    return this.#compare(strict(found, wanted), 'should be equivalent strictly', rest);
  }

  match(found: unknown, wanted: unknown, ...rest: Rest): boolean {
    return this.#compare(match(found, wanted), 'should match pattern', rest);
  }

  notMatch(found: unknown, doNotWant: unknown, ...rest: Rest): boolean {
    const differs = !match(found, doNotWant).match;
    return this.#assert(differs, 'should not match pattern', rest, () => ({ found, doNotWant }));
  }

  /** `kind` is a class, the name of one, or what `typeof` says. */
  type(found: unknown, kind: string | Constructor, ...rest: Rest): boolean {
    const name = typeof kind === 'string' ? kind : kind.name;
    return this.#assert(isOfType(found, kind), `type is ${name}`, rest, () => ({ found, wanted: name }));
  }

  throws(run: () => unknown, ...args: [wanted?: unknown, ...rest: Rest]): boolean {
    const { wanted, rest } = wantedOf(args);
    try {
      run();
    } catch (error) {
      return this.#thrown(error, wanted, 'expected to throw', rest);
    }
    return this.#assert(false, 'expected to throw', rest, () => ({ wanted }));
  }

  doesNotThrow(run: () => unknown, ...rest: Rest): boolean {
    try {
      run();
    } catch (error) {
      return this.#assert(false, 'expected to not throw', rest, () => ({ thrown: errorText(error) }));
    }
    return this.#assert(true, 'expected to not throw', rest, () => ({}));
  }

  /** Whoever does not wait for the result may go on: the test does. */
  rejects(
    promise: Promise<unknown> | (() => Promise<unknown>),
    ...args: [wanted?: unknown, ...rest: Rest]
  ): Promise<boolean> {
    const { wanted, rest } = wantedOf(args);
    const outcome = settled(promise).then(({ error, failed }) => {
      if (failed) return this.#thrown(error, wanted, 'expected to reject', rest);
      return this.#assert(false, 'expected to reject', rest, () => ({ wanted }));
    });
    this.waitOn(outcome);
    return outcome;
  }

  #thrown(error: unknown, wanted: unknown, otherwise: string, rest: Rest): boolean {
    if (wanted === undefined || wanted === null) return this.#assert(true, otherwise, rest, () => ({}));
    const found = wanted instanceof RegExp ? (error as Error).message : error;
    if (error instanceof Error) nameOwnProperty(error);
    return this.#compare(match(found, wanted), otherwise, rest);
  }

  #compare({ match, diff }: { match: boolean; diff: string }, otherwise: string, rest: Rest): boolean {
    return this.#assert(match, otherwise, rest, () => ({ diff }));
  }

  #assert(holds: boolean, otherwise: string, [message, extra]: Rest, details: () => Extra): boolean {
    if (holds) return this.pass();
    const text = typeof message === 'string' ? message : otherwise;
    const given = typeof message === 'object' ? message : extra;
    return this.fail(text, { ...given, ...details() });
  }
}

/** tap compares `name` too, which most errors inherit from their class. */
function nameOwnProperty(error: Error): void {
  Object.defineProperty(error, 'name', { value: error.name, enumerable: true, configurable: true, writable: true });
}

/** What is wanted of an error; a text in its place is the message. */
function wantedOf([wanted, ...rest]: [wanted?: unknown, ...rest: Rest]): { wanted?: unknown; rest: Rest } {
  if (typeof wanted !== 'string') return { wanted, rest };
  const [message, extra] = rest;
  return { rest: [wanted, extra ?? (typeof message === 'object' ? message : undefined)] };
}

async function settled(
  promise: Promise<unknown> | (() => Promise<unknown>),
): Promise<{ readonly failed: boolean; readonly error?: unknown }> {
  try {
    await (typeof promise === 'function' ? promise() : promise);
    return { failed: false };
  } catch (error) {
    return { failed: true, error };
  }
}

function isOfType(found: unknown, kind: string | Constructor): boolean {
  if (found === kind) return true;
  const primitive = found === null ? 'null' : typeof found;
  if (typeof kind !== 'string') {
    return found instanceof kind || (primitive !== 'object' && primitive === kind.name.toLowerCase());
  }
  if (primitive === kind || (kind === 'array' && Array.isArray(found))) return true;
  if (primitive !== 'object') return false;
  for (let p: unknown = found; p; p = Object.getPrototypeOf(p)) {
    if ((p as object).constructor?.name === kind) return true;
  }
  return false;
}

/** An error with its stack; anything else as it prints. */
export function errorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const stack = error.stack ?? '';
  return stack.includes(error.message) ? stack : `${error.name}: ${error.message}\n${stack}`;
}

/** Extras as indented lines. */
export function formatExtra(extra: Extra): string {
  return Object.entries(extra)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}: ${typeof value === 'string' ? value : format(value)}`)
    .join('\n');
}
