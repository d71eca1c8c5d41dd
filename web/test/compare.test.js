/** The view Compare. */
import assert from 'node:assert/strict';
import { test } from './harness.js';
import { choose, open } from './page.js';

/** Waits until both maps are there, and gives the cosine between them. */
async function likeness(page, not = '–') {
  await page.waitForFunction((before) => {
    const busy = document.querySelectorAll('.one[aria-busy=true]').length;
    const text = document.querySelector('.likeness .large')?.textContent ?? '–';
    return busy === 0 && text !== '–' && text !== before;
  }, not);
  await page.waitForTimeout(200);
  return Number(await page.locator('.likeness .large').textContent());
}

const titles = (page) => page.locator('.one .tile-title').allTextContents();

test('two classes are found in two places, one class in one', async ({ page, server }) => {
  await open(page, server, 'compare');
  const apart = await likeness(page);
  const [one, other] = await titles(page);
  assert.notEqual(one, other);
  assert.ok(apart >= 0 && apart < 0.999, `cosine ${apart}`);
  const first = page.getByRole('region', { name: 'One' }).getByLabel('Class');
  const second = page.getByRole('region', { name: 'The other' }).getByLabel('Class');
  await second.selectOption(await first.inputValue());
  assert.equal(await likeness(page, apart.toFixed(3)), 1);
});

test('two layers, two methods, trained and random weights differ', async ({ page, server }) => {
  await open(page, server, 'compare');
  await likeness(page);
  const layers = () => page.getByLabel('Layer', { exact: true }).evaluateAll((all) => all.map((s) => s.value));
  await page.getByLabel('Two layers').check();
  await page.waitForFunction(() => {
    const [a, b] = Array.from(document.querySelectorAll('.one select')).flatMap((s) =>
      /Layer/.test(s.labels[0].textContent) ? [s.value] : [],
    );
    return a && b && a !== b;
  });
  assert.equal(new Set(await layers()).size, 2);
  assert.ok((await likeness(page)) < 1);
  await page.getByLabel('Two methods').check();
  await page.waitForFunction(() => /LayerCAM/.test(document.querySelectorAll('.one .tile-title')[1]?.textContent));
  assert.deepEqual(new Set(await layers()).size, 1);
  const methods = await likeness(page);
  assert.ok(methods > 0 && methods < 1);
  await page.getByLabel('Trained and random').check();
  const random = await likeness(page, methods.toFixed(3));
  assert.ok(random < 0.99, `cosine ${random}`);
  assert.equal(await page.getByRole('region', { name: 'The other' }).getByLabel('Weights').inputValue(), 'random');
  await choose(page.getByRole('region', { name: 'One' }), 'Method', 'gradient');
  assert.ok(Number.isFinite(await likeness(page, random.toFixed(3))));
});
