/** Installs the library and what the page is built with, if that was not done yet or has changed since. */
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';

const web = new URL('..', import.meta.url);
const at = (path) => new URL(path, web);

export function installPage() {
  if (!existsSync(at('../src/backends/wasm/generated/simd.ts'))) install(at('..'), "the library's packages");
  const done = at('node_modules/.package-lock.json');
  if (existsSync(done) && statSync(done).mtimeMs >= statSync(at('package-lock.json')).mtimeMs) return;
  install(web, "the page's packages");
}

function install(folder, what) {
  console.error(`web: installing ${what}`);
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder, stdio: ['ignore', 2, 2] });
  if (status !== 0) process.exit(status || 1);
}
