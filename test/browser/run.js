/**
 * `npm run test:browser`: runs tests in the system's Chromium.
 *
 *     --only NAME          only pages whose name contains this; --list shows the names
 *     --mode webgl2        or webgpu: only this mode of the GPU
 *     --backend wasm       the suites on this backend instead of the GPU
 *     --jobs 1             how many pages at once; default: as many as there are cores, up to 4
 *     --headed             shows the browser's window
 *     --hardware           the machine's own GPU, not a software one
 *     --no-build           dist/ as it is, even if it is older than the sources
 *
 * The last line counts assertions, as tap's does. The exit status is 1 if any failed or if there were none, 2 without a browser.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bundleMinified, bundleTests } from './bundle.js';
import { findChromium, hasWebGpu, howToInstall } from './chromium.js';
import { allPages, root } from './pages.js';
import { runPage } from './run-page.js';
import { serve } from './server.js';

function give(status, message) {
  console.error(`test:browser: ${message}`);
  process.exit(status);
}

function options() {
  try {
    return parseArgs({
      options: {
        only: { type: 'string', default: '' },
        mode: { type: 'string' },
        backend: { type: 'string' },
        jobs: { type: 'string', default: String(Math.min(4, availableParallelism())) },
        list: { type: 'boolean' },
        headed: { type: 'boolean' },
        hardware: { type: 'boolean' },
        'no-build': { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    return give(2, error.message);
  }
}

const newest = (folder) =>
  Math.max(
    ...readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs),
  );

/** Builds dist/ if it is older than the sources. */
function buildLibrary() {
  const built = join(root, 'dist/browser.js');
  if (existsSync(built) && statSync(built).mtimeMs >= newest(join(root, 'src'))) return;
  const { status } = spawnSync(process.execPath, ['scripts/build.js'], { cwd: root, stdio: ['ignore', 2, 2] });
  if (status !== 0) give(status || 1, 'dist/ could not be built');
}

const { only, mode, backend, jobs, list, 'no-build': noBuild, ...browser } = options();
if (mode !== undefined && mode !== 'webgl2' && mode !== 'webgpu') {
  give(2, `expected --mode webgl2 or webgpu, got ${mode}`);
}
const named = allPages(backend).filter(({ name }) => name.includes(only));
let pages = named.filter((page) => mode === undefined || (page.backend === 'gpu' && page.mode === mode));
if (list) {
  for (const { name } of pages) console.log(name);
  process.exit(0);
}
if (pages.length === 0) give(2, `no page is called ${only}${mode ? ` in mode ${mode}` : ''}; see --list`);
if (!findChromium()) give(2, howToInstall);
if (!noBuild) buildLibrary();

const server = await serve({
  tests: await bundleTests([...new Set(pages.flatMap(({ files }) => files))]),
  minified: await bundleMinified(),
  dist: join(root, 'dist'),
  examples: join(root, 'examples'),
  golden: join(root, 'test/golden'),
  weights: join(root, 'weights'),
});
const usesWebGpu = (page) => page.backend === 'gpu' && page.mode === 'webgpu';
if (pages.some(usesWebGpu) && !(await hasWebGpu(browser, `${server.origin}/empty`))) {
  console.log('# webgpu: skipped, this browser has no adapter');
  pages = pages.filter((page) => !usesWebGpu(page));
}
let [pass, fail] = [0, 0];
async function runInTurn() {
  for (let page = pages.shift(); page; page = pages.shift()) {
    const result = await runPage(page, server.origin, browser);
    pass += result.pass;
    fail += result.fail;
  }
}
await Promise.all(Array.from({ length: Math.max(1, Number(jobs)) }, runInTurn));
server.stop();
console.log(`# { total: ${pass + fail}, pass: ${pass}, fail: ${fail} }`);
process.exitCode = fail > 0 || pass === 0 ? 1 : 0;
