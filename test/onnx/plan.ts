/** Which tests are run, and why the others are not. Every test is in exactly one place, or the plan has complaints. */
import { NO_OP, unsupportedOps, unsupportedTests } from './unsupported.js';
import { hasOp, isGlue, opName } from './op-table.js';
import type { OnnxTest } from './test-data.js';

export interface Skipped {
  readonly test: OnnxTest;
  readonly reason: string;
  /** The op that is the reason; null for a test that is listed by name. */
  readonly op: string | null;
}

export interface Plan {
  readonly run: readonly OnnxTest[];
  readonly skipped: readonly Skipped[];
  /** With an op that is neither in the op table nor listed. */
  readonly unknown: readonly OnnxTest[];
}

/** The ops of a test's graph, each once. */
export function opsOf(test: OnnxTest): string[] {
  return [...new Set(test.model.graph.nodes.map(opName))];
}

/** Whether the library has no part in a test. */
export function isOnlyGlue(test: OnnxTest): boolean {
  return opsOf(test).every(isGlue);
}

export function planTests(tests: readonly OnnxTest[]): Plan {
  const byName = new Map(unsupportedTests.flatMap(({ reason, tests }) => tests.map((name) => [name, reason])));
  const [run, skipped, unknown]: [OnnxTest[], Skipped[], OnnxTest[]] = [[], [], []];
  for (const test of tests) {
    const missing = opsOf(test).filter((op) => !hasOp(op));
    const reason = byName.get(test.name);
    if (missing.some((op) => !(op in unsupportedOps))) unknown.push(test);
    else if (missing.length > 0) skipped.push({ test, reason: unsupportedOps[missing[0]], op: missing[0] });
    else if (reason !== undefined) skipped.push({ test, reason, op: null });
    else run.push(test);
  }
  return { run, skipped, unknown };
}

/** Entries of the lists that match no test, or are listed in vain. */
export function staleEntries(tests: readonly OnnxTest[], { skipped }: Plan): string[] {
  const used = new Set(tests.flatMap(opsOf));
  const named = new Set(skipped.filter(({ op }) => op === null).map(({ test }) => test.name));
  const listed = unsupportedTests.flatMap(({ tests }) => tests);
  return [
    ...Object.keys(unsupportedOps).filter((op) => !used.has(op)),
    ...listed.filter((name, i) => !named.has(name) || listed.indexOf(name) !== i),
  ];
}

/** Ops that are listed as not there, and are: in the op table, or among the library's functions by that name. */
export function opsThatExist(functions: readonly string[]): string[] {
  const plain = (name: string) => name.replaceAll('_', '').toLowerCase();
  const exported = new Set(functions.map(plain));
  return Object.entries(unsupportedOps)
    .filter(([op, reason]) => hasOp(op) || (reason === NO_OP && exported.has(plain(op))))
    .map(([op]) => op);
}
