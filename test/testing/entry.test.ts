/** What `backlight/testing` consists of: the same names everywhere, no test framework, and nothing of Node in browsers. */
import { readFileSync } from 'node:fs';
import t from 'tap';
import * as browser from '../../src/testing/browser.js';
import * as index from '../../src/testing/index.js';

/** The module specifiers that stay after type-only imports are erased, of an entry and all that it reaches in src/. */
function reached(entry: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  const pending = [new URL(`../../src/testing/${entry}`, import.meta.url)];
  for (let file = pending.pop(); file; file = pending.pop()) {
    if (found.has(file.href)) continue;
    const text = readFileSync(file, 'utf8');
    const statements = text.matchAll(/^(?:import|export)\s+(?!type\b)(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm);
    const specifiers = [...statements].map(([, specifier]) => specifier);
    found.set(file.href, specifiers);
    for (const specifier of specifiers) {
      if (specifier.startsWith('.')) pending.push(new URL(specifier.replace(/\.js$/, '.ts'), file));
    }
  }
  return found;
}

const packages = (entry: string): string[] => {
  const outside = [...reached(entry).values()].flat().filter((specifier) => !specifier.startsWith('.'));
  return [...new Set(outside)].sort();
};

t.test('no test framework is imported, and nothing of Node in browsers', async (t) => {
  t.ok(reached('browser.ts').size > 30);
  t.strictSame(packages('browser.ts'), []);
  t.strictSame(packages('index.ts'), ['node:fs/promises', 'node:path', 'node:url']);
});

t.test('both entries have the same names', async (t) => {
  t.strictSame(Object.keys(index).sort(), Object.keys(browser).sort());
  t.strictSame(Object.keys(index).sort(), [
    'GoldenFile',
    'NotCloseError',
    'closeness',
    'expectClose',
    'goldenNames',
    'gradcheck',
    'gradgradcheck',
    'openGolden',
    'tolerances',
  ]);
  t.not(index.openGolden, browser.openGolden, 'each has its own way to read');
});
