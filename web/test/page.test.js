/** What holds for the page as a whole. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { test } from './harness.js';
import { explained, open, openExplained } from './page.js';
import { mkdir } from 'node:fs/promises';
import { web } from './browser.js';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const views = ['explain', 'compare', 'network', 'backward', 'learn'];
const pictures = `${web}out/screenshots/`;
await mkdir(pictures, { recursive: true });

/** Waits until a view has what it shows at first. */
async function settled(page, view) {
  if (view === 'explain') await explained(page);
  if (view === 'compare') await page.waitForFunction(() => document.querySelectorAll('.one canvas').length === 2);
  if (view === 'learn') await page.locator('.chapter h1').waitFor();
  if (view === 'backward') await page.locator('.node canvas').first().waitFor();
  await page.waitForFunction(() => !document.querySelector('[aria-busy=true]'));
  await page.waitForTimeout(400);
}

for (const [look, options] of Object.entries({
  light: { colorScheme: 'light' },
  dark: { colorScheme: 'dark' },
  phone: { viewport: { width: 360, height: 740 }, colorScheme: 'light', hasTouch: true },
})) {
  test(`nothing serious for axe, nothing beyond the edge: ${look}`, options, async ({ page, server }) => {
    for (const view of views) {
      await open(page, server, view);
      await settled(page, view);
      const widths = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      assert.ok(widths[0] <= widths[1], `${view}: ${widths[0]} pixels in a window of ${widths[1]}`);
      await page.screenshot({ path: `${pictures}${view}-${look}.png`, fullPage: look === 'phone' });
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => window.axe.run());
      const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
      const told = serious.map(
        ({ id, nodes }) => `${view}: ${id} at ${nodes.map(({ target }) => target.join(' ')).join(', ')}`,
      );
      assert.deepEqual(told, []);
    }
  });
}

test('without isolation it runs on one thread and says so', { isolated: false }, async ({ page, server }) => {
  const found = await openExplained(page, server);
  assert.equal(await page.evaluate(() => crossOriginIsolated), false);
  assert.deepEqual([found.engine.threads, found.engine.isolated], [1, false]);
  assert.match(await page.locator('.second').textContent(), /One thread: this page is not cross-origin isolated/);
});

test('little is transferred', async ({ page, server }) => {
  server.sent.length = 0;
  await openExplained(page, server);
  const paint = await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0].startTime);
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.waitForTimeout(500);
  const all = server.sent.filter(({ url }) => !url.endsWith('.safetensors'));
  const bytes = all.reduce((sum, one) => sum + one.bytes, 0);
  const weights = server.sent.filter(({ url }) => url.endsWith('.safetensors')).map((one) => one.bytes);
  console.log(
    `# first paint after ${Math.round(paint)} ms; ${bytes} bytes besides the weights (${weights.join(', ')})`,
  );
  assert.ok(
    bytes > 100_000 && bytes <= 1.5e6,
    `${bytes} bytes: ${all.map((one) => `${one.url} ${one.bytes}`).join(', ')}`,
  );
});

test('once loaded it works without a network', async ({ page, context, server }) => {
  await openExplained(page, server);
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await context.setOffline(true);
  await page.reload();
  const found = await explained(page);
  assert.equal(await page.evaluate(() => crossOriginIsolated), true);
  assert.ok(found.maps.length === 3);
  await page.getByRole('link', { name: 'Compare' }).click();
  await page.waitForFunction(() => document.querySelectorAll('.one canvas').length === 2);
});

test('all of it is reached by keyboard', async ({ page, server }) => {
  const before = await openExplained(page, server);
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.textContent.trim()), 'To the content');
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'main');
  for (let i = 0; i < 12; i++) {
    await page.keyboard.press('Tab');
    if (await page.evaluate(() => document.activeElement.matches('.class input'))) break;
  }
  await page.keyboard.press('ArrowDown');
  const found = await explained(page, before.key);
  assert.notEqual(found.classIndex, before.classIndex);
});
