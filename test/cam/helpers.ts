import type { Test } from 'tap';
import type { Module } from '../../src/index.js';

export const hooksOf = (model: Module) => model.modules().reduce((count, module) => count + module.hookCount, 0);

/** Asserts that the numbers are `wanted`, each within `tolerance`. */
export function close(t: Test, found: ArrayLike<number>, wanted: readonly number[], tolerance: number, label = '') {
  const worst = Math.max(...wanted.map((value, i) => Math.abs(found[i] - value)));
  t.equal(found.length, wanted.length, `${label}: how many`);
  t.ok(worst <= tolerance, `${label}: expected ${wanted.join(', ')}, got ${Array.from(found).join(', ')}`);
}
