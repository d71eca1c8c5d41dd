/** What browsers load: no file reached from src/browser.ts imports from `node:`, and only the packages meant for it. */
import { readFileSync } from 'node:fs';
import t from 'tap';

const source = (url: URL) => readFileSync(url, 'utf8');

/** Module specifiers that stay after type-only imports are erased. */
function imports(text: string): string[] {
  const statements = text.matchAll(/^(?:import|export)\s+(?!type\b)(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm);
  return [...statements].map(([, specifier]) => specifier);
}

t.test('the browser entry reaches no node: module', (t) => {
  const packages = new Set<string>();
  const seen = new Set<string>();
  const pending = [new URL('../src/browser.ts', import.meta.url)];
  for (let file = pending.pop(); file; file = pending.pop()) {
    if (seen.has(file.href)) continue;
    seen.add(file.href);
    const text = source(file);
    t.notMatch(text, /(?<![.\w])(?:Buffer|process)[.(]/, `${file.pathname.split('/src/')[1]} uses no global of Node`);
    for (const specifier of imports(text)) {
      if (specifier.startsWith('.')) pending.push(new URL(specifier.replace(/\.js$/, '.ts'), file));
      else packages.add(specifier);
    }
  }
  t.ok(seen.size > 60, `${seen.size} files were followed`);
  t.notOk(
    [...seen].some((href) => href.includes('/src/cli/')),
    'the command line is not part of it',
  );
  t.same([...packages].sort(), ['jpeg-js', 'pngjs']);
  t.end();
});
