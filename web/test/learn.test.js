/** The chapters in the page: formulas, code, pictures, and the way from one to the next. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from './harness.js';
import { open } from './page.js';

const chapterFile = (path) => readFile(new URL(`../../docs/walkthrough/${path}`, import.meta.url), 'utf8');

/** Waits until the chapter is there whose heading begins so. */
const heading = (page, start) =>
  page.waitForFunction((text) => document.querySelector('.chapter h1')?.textContent.startsWith(text), start);

test('every chapter: its formulas are typeset, its code is whole, its pictures come', {}, async ({ page, server }) => {
  await open(page, server, 'learn');
  await heading(page, '1.');
  const links = await page.locator('nav[aria-label=Chapters] a').evaluateAll((all) => all.map((a) => a.hash));
  assert.equal(links.length, 13, 'ten chapters, three of them in Chinese too');
  for (const link of links) {
    await page.evaluate((hash) => (location.hash = hash), link);
    const file = `${link.slice('#learn/'.length)}.md`;
    const markdown = await chapterFile(file);
    await heading(page, /^# (.*)$/m.exec(markdown)[1].slice(0, 4));
    await page.waitForFunction(() => !document.querySelector('.chapter[aria-busy=true]'));
    const found = await page.evaluate(async () => {
      const images = [...document.querySelectorAll('.chapter img')];
      for (const image of images) image.loading = 'eager';
      await Promise.all(images.map((image) => image.decode()));
      return {
        code: [...document.querySelectorAll('.chapter pre code')].map((block) => block.textContent),
        widths: images.map((image) => image.naturalWidth),
        unnamed: images.filter((image) => image.alt === '').length,
        formulas: document.querySelectorAll('.chapter .katex').length,
        wrong: document.querySelectorAll('.chapter .katex-error').length,
        dollars: [...document.querySelectorAll('.chapter p, .chapter td')].filter((p) => p.textContent.includes('$'))
          .length,
      };
    });
    const fences = [...markdown.matchAll(/^```\w*\n([^]*?)\n```$/gm)].map(([, code]) => code);
    assert.deepEqual(found.code, fences, `${file}: code`);
    assert.ok(found.widths.length > 0 && found.widths.every((width) => width > 100), `${file}: pictures`);
    assert.deepEqual(
      [found.unnamed, found.wrong, found.dollars],
      [0, 0, 0],
      `${file}: no names, wrong formulas, bare dollars`,
    );
    const prose = markdown.replace(/^```[^]*?^```$/gm, '').replace(/`[^`]*`/g, '');
    assert.equal(found.formulas > 0, prose.includes('$'), `${file}: formulas`);
  }
});

test('from one chapter to the next, to Chinese, and back', {}, async ({ page, server }) => {
  await open(page, server, 'learn/06-hooks');
  await heading(page, '6. Hooks');
  await page.locator('.chapter a', { hasText: 'next: Grad-CAM' }).click();
  await heading(page, '7. Grad-CAM');
  await page.locator('.chapter a', { hasText: '中文' }).click();
  await page.waitForFunction(() => document.querySelector('.chapter').lang === 'zh-Hans');
  assert.equal(await page.evaluate(() => location.hash), '#learn/zh/07-grad-cam');
  await page.goBack();
  await heading(page, '7. Grad-CAM');
  assert.equal(await page.locator('.chapter').getAttribute('lang'), 'en');
  await page.locator('nav[aria-label=Views] a', { hasText: 'Explain' }).click();
  await page.locator('.second').first().waitFor();
});
