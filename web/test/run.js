/**
 * `npm run test:web`: the built page in the system's Chromium.
 *
 *     --only NAME    only tests whose name contains this
 *     --no-build     web/dist/ as it is
 *
 * The last line is `N passed, N failed`; the exit status is 1 if any failed, 2 without a browser.
 */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { installPage } from '../build/install.js';

const { values } = parseArgs({
  options: { only: { type: 'string', default: '' }, 'no-build': { type: 'boolean', default: false } },
});

if (!values['no-build']) {
  installPage();
  const web = new URL('..', import.meta.url);
  for (const script of ['types', 'build']) {
    const { status } = spawnSync('npm', ['run', '--silent', script], { cwd: web, stdio: ['ignore', 2, 2] });
    if (status !== 0) process.exit(status || 1);
  }
}

// these need what was installed
const { servePage, startChromium } = await import('./browser.js');
const { runAll } = await import('./harness.js');
for (const file of ['explain', 'compare', 'network', 'backward', 'learn', 'page', 'newcomer'])
  await import(`./${file}.test.js`);

const browser = await startChromium();
const servers = { isolated: await servePage(true), plain: await servePage(false) };
const { passed, failed } = await runAll(browser, servers, values.only);
await browser.close();
await Promise.all(Object.values(servers).map(({ stop }) => stop()));
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 || passed === 0 ? 1 : 0);
