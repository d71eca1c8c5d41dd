/** Tests one after the other, each in a page of its own: an uncaught error in the page is a failure too. */
import assert from 'node:assert/strict';

const tests = [];

/**
 * @param body gets { page, context, server, urls } and throws where something is wrong; one that starts a server of its own returns its
 * origin
 */
export function test(name, options, body) {
  tests.push(typeof options === 'function' ? { name, body: options, options: {} } : { name, body, options });
}

/** So long a test may take. */
const LIMIT = 60_000;

async function runOne({ name, body, options }, browser, servers) {
  const { isolated = true, expectedErrors = [], ...context } = options;
  const server = isolated ? servers.isolated : servers.plain;
  const browsing = await browser.newContext({ viewport: { width: 1360, height: 900 }, ...context });
  browsing.setDefaultTimeout(20_000);
  const page = await browsing.newPage();
  const problems = [];
  const urls = [];
  const report = (text) => {
    if (!expectedErrors.some((pattern) => pattern.test(text))) problems.push(text);
  };
  page.on('pageerror', (error) => report(`uncaught: ${error.message}`));
  page.on('console', (message) => message.type() === 'error' && report(`console: ${message.text()}`));
  browsing.on('request', (request) => urls.push(request.url()));
  const deadline = AbortSignal.timeout(LIMIT);
  try {
    const own = await Promise.race([
      body({ page, context: browsing, server, urls }),
      new Promise((_, reject) => {
        deadline.onabort = () => reject(new Error(`not done after ${LIMIT / 1000} seconds`));
      }),
    ]);
    assert.deepEqual(problems, [], 'the page reported errors');
    const origin = typeof own === 'string' ? own : server.origin;
    const foreign = urls.filter((url) => !url.startsWith(origin) && !/^(blob|data):/.test(url));
    assert.deepEqual(foreign, [], 'requests beyond the origin');
    console.log(`ok - ${name}`);
    return true;
  } catch (error) {
    console.log(`not ok - ${name}\n${String(error.stack ?? error).replaceAll(/^/gm, '    ')}`);
    for (const problem of problems) console.log(`    page: ${problem}`);
    return false;
  } finally {
    await browsing.close();
  }
}

/** @param only a part of the names of the tests to run */
export async function runAll(browser, servers, only) {
  let [passed, failed] = [0, 0];
  for (const one of tests.filter(({ name }) => name.includes(only))) {
    if (await runOne(one, browser, servers)) passed++;
    else failed++;
  }
  return { passed, failed };
}
