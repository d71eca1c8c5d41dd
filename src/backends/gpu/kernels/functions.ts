/** Functions that kernels call, in GPU.js's JavaScript, and which of them a source needs. */
import type { KernelFunction } from '../program.js';
import { define } from './define.js';
import { specialFunctions } from './special-functions.js';

const all: readonly KernelFunction[] = [
  // One of a texel's four numbers. A vector cannot be indexed by a variable in WebGL 1.
  define(
    `function component(v, k) {
      let r = v[0];
      if (k > 0.5) { r = v[1]; }
      if (k > 1.5) { r = v[2]; }
      if (k > 2.5) { r = v[3]; }
      return r;
    }`,
    'Array(4)',
  ),
  // floor(a / b) of whole numbers below 2^24: the quotient of a device may be off by one unit in the last place
  define(
    `function quotient(a, b) {
      let q = Math.floor(a / b);
      const r = a - q * b;
      if (r < 0) { q = q - 1; }
      if (r >= b) { q = q + 1; }
      return q;
    }`,
  ),
  ...specialFunctions,
];

const byName = new Map(all.map((f) => [f.name, f]));

/** The functions that a source calls, and those that they call, each after what it needs. */
export function functionsCalledBy(source: string): KernelFunction[] {
  const found = new Map<string, KernelFunction>();
  const visit = (text: string, self: string) => {
    for (const [, name] of text.matchAll(/\b(\w+)\(/g)) {
      const called = byName.get(name);
      if (!called || name === self || found.has(name)) continue;
      visit(called.source, name);
      found.set(name, called);
    }
  };
  visit(source, '');
  return [...found.values()];
}
