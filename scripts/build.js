/**
 * The whole build: wasm kernels, then TypeScript into a clean dist/, whose modules are joined, with the command line made
 * executable, then the examples against what was built.
 */
import { spawnSync } from 'node:child_process';
import { chmod, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { bundle } from './bundle.js';
import { workerScript } from './build-worker.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const require = createRequire(import.meta.url);

/** Runs a step with its output shown; a failing step ends the build with its exit code. */
function step(what, args) {
  const { status, error } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (status === 0) return;
  console.error(`build: ${what} failed${error ? `: ${error.message}` : ''}`);
  process.exit(status || 1);
}

step('compiling the kernels', ['scripts/build-kernels.js']);
await rm(new URL('../dist', import.meta.url), { recursive: true, force: true });
const tsc = require.resolve('typescript/bin/tsc');
step('compiling TypeScript', [tsc, '-p', 'tsconfig.build.json']);
await bundle();
await writeFile(new URL('../dist/worker.js', import.meta.url), await workerScript());
step('compiling the examples', [tsc, '-p', 'tsconfig.examples.json']);
try {
  await chmod(new URL('../dist/cli/main.js', import.meta.url), 0o755);
} catch (error) {
  if (error.code !== 'ENOENT') throw error;
}
console.log('build: dist/ is ready');
