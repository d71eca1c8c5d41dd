/** The view Backward: stepping, the rules at a ReLU, and the learner's own hooks. */
import assert from 'node:assert/strict';
import { test } from './harness.js';
import { open, openExplained } from './page.js';

const settled = (page) =>
  page.waitForFunction(() => document.querySelector('.backward')?.getAttribute('aria-busy') === 'false');

async function openPass(page, server) {
  await open(page, server, 'backward');
  await page.locator('.node canvas').first().waitFor();
  await settled(page);
}

const rows = (page) => page.locator('.hooks tbody tr');
const button = (page, name) => page.getByRole('button', { name, exact: true });

/** The gradient at the picture as it is shown, once the page has come to rest. */
async function gradient(page) {
  await page.waitForTimeout(150);
  await settled(page);
  return page.evaluate(() => Array.from(window.backlight.pass().inputGradient.data));
}

function near(got, wanted) {
  assert.equal(got.length, wanted.length);
  got.forEach((value, i) => assert.ok(Math.abs(value - wanted[i]) <= 1e-4, `[${i}]: ${value}, wanted ${wanted[i]}`));
}

test('backward is stepped through module by module', async ({ page, server }) => {
  await openPass(page, server);
  const nodes = await page.evaluate(() => window.backlight.pass().nodes.map(({ name, isRelu }) => ({ name, isRelu })));
  assert.equal(await page.locator('.node').count(), nodes.length);
  assert.equal(await rows(page).count(), 0);
  await button(page, 'Step backward').click();
  assert.equal(await rows(page).count(), 1);
  assert.match(await rows(page).first().textContent(), new RegExp(`${nodes.at(-1).name}.*\\[1,\\d+\\]`));
  await button(page, 'To the next ReLU').click();
  const lastRelu = nodes.findLast(({ isRelu }) => isRelu);
  assert.match(await rows(page).first().textContent(), new RegExp(lastRelu.name.replaceAll('.', '\\.')));
  assert.equal(await page.locator('.passes canvas').count(), 4);
  await button(page, 'Undo').click();
  await button(page, 'To the picture').click();
  assert.equal(await rows(page).count(), nodes.length);
  assert.ok(await button(page, 'Step backward').isDisabled());
});

test('the rules of the ReLUs change the gradient at the picture, further with each step', async ({ page, server }) => {
  const explained = await openExplained(page, server);
  assert.ok(explained.maps.some(({ method }) => method === 'guided-backprop'));
  const guided = await page.evaluate(() =>
    Array.from(window.backlight.explanation().maps.find(({ method }) => method === 'guided-backprop').image.data),
  );
  await page.getByRole('link', { name: 'Backward', exact: true }).click();
  await page.locator('.node canvas').first().waitFor();
  const plain = await gradient(page);
  await page.getByLabel('Guided', { exact: true }).check();
  assert.deepEqual(await gradient(page), plain, 'no ReLU yet');
  await button(page, 'To the next ReLU').click();
  const one = await gradient(page);
  assert.notDeepEqual(one, plain);
  await button(page, 'To the picture').click();
  near(await gradient(page), guided);
  await page.getByLabel('Deconvnet', { exact: true }).check();
  const deconvnet = await gradient(page);
  assert.notDeepEqual(deconvnet, guided);
  // the same by code
  await page.getByLabel('Your own hook').check();
  await button(page, 'Run').click();
  await page.waitForFunction(() => window.backlight.pass().fired.some(({ returned }) => returned));
  near(await gradient(page), guided);
  await button(page, 'deconvnet').click();
  await button(page, 'Run').click();
  await page.waitForTimeout(300);
  near(await gradient(page), deconvnet);
});

test('a hook has no way to the network', async ({ page, server }) => {
  await openPass(page, server);
  await page.getByLabel('Your own hook').check();
  const code = 'console.log(typeof fetch, typeof XMLHttpRequest, typeof WebSocket, typeof self.fetch)';
  await page.locator('textarea').fill(code);
  await button(page, 'Run').click();
  await page.locator('.log').waitFor();
  assert.match(await page.locator('.log').textContent(), /^(undefined ?){4}/);
  await page.locator('textarea').fill('import("./worker.js")');
  await button(page, 'Run').click();
  await page.getByText('the hook loads code with import()').waitFor();
});

test('a hook that throws, is no JavaScript or never ends is reported, and the page stays alive', async ({
  page,
  server,
}) => {
  await openPass(page, server);
  await page.getByLabel('Your own hook').check();
  const problem = page.locator('.backward .problem');
  const run = async (code, expected) => {
    await page.locator('textarea').fill(code);
    await button(page, 'Run').click();
    await page.waitForFunction(
      (text) => document.querySelector('.backward .problem')?.textContent.includes(text),
      expected,
    );
    await settled(page);
    return problem.textContent();
  };
  assert.match(await run('throw new Error("on purpose")', 'on purpose'), /^the hook threw at \S+: Error: on purpose$/);
  await run('return [gradInput[0]', 'cannot be read as JavaScript');
  await run('return 7', 'expected nothing, or an array with a tensor');
  await run('return [gradInput[0].sum()]', 'expected');
  await page.locator('textarea').fill('while (true) {}');
  await button(page, 'Run').click();
  // meanwhile the page answers
  const started = Date.now();
  await page.getByRole('link', { name: 'Network', exact: true }).click();
  await page.locator('.drop').waitFor();
  assert.ok(Date.now() - started < 2500);
  await page.getByRole('link', { name: 'Backward', exact: true }).click();
  await page.getByText('did not end within 3 seconds').waitFor();
  await page.locator('textarea').fill('console.log("here", name); return [gradInput[0].mul(0)];');
  await button(page, 'Run').click();
  await page.locator('.log').waitFor();
  assert.match(await page.locator('.log').textContent(), /here \S+/);
  assert.equal(await problem.count(), 0);
  const nothing = await gradient(page);
  assert.ok(
    nothing.every((value) => value === 0.5),
    'a gradient of 0 is grey',
  );
});
