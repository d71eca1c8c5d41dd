/** The path of someone who has just found the project: README's command, the address that it prints, a heat map. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { web } from './browser.js';
import { root } from './cli.js';
import { test } from './harness.js';

/** The command of README's chapter about the page. */
async function commandOfReadme() {
  const readme = await readFile(join(root, 'README.md'), 'utf8');
  const [, command] = /\n## The page\n+`([^`]+)`/.exec(readme) ?? [];
  assert.ok(command, 'README says how the page is started');
  return command;
}

/** Starts it as one process group. @returns the address that it prints */
async function start(command) {
  const child = spawn(command, { cwd: root, shell: true, detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
  const stop = () => process.kill(-child.pid);
  let told = '';
  for await (const text of child.stdout) {
    told += text;
    const [address] = /http:\S+/.exec(told) ?? [];
    if (address) return { address, stop };
  }
  throw new Error(`${command}: expected an address, got ${told}`);
}

// the harness gives every test a minute
test("README's command leads to a heat map, without a click", async ({ page }) => {
  const { address, stop } = await start(await commandOfReadme());
  try {
    await page.goto(address);
    await page.locator('.headline').waitFor();
    // the cat is on the left of the example, the airplane on the right
    const [, seen] = /^(cat|airplane)\d/.exec(await page.locator('.headline').textContent()) ?? [];
    assert.ok(seen, 'one of the two that are in the picture');
    const warmth = await page
      .locator('.tile canvas')
      .first()
      .evaluate((canvas) => {
        const { data, width, height } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        const halves = [0, 0];
        for (let i = 0; i < width * height; i++)
          halves[(i % width) * 2 < width ? 0 : 1] += data[4 * i] - data[4 * i + 2];
        return halves;
      });
    const [left, right] = warmth;
    assert.ok(seen === 'cat' ? left > right : right > left, `the heat is on the ${seen}: ${warmth}`);
    await page.screenshot({ path: `${web}out/screenshots/newcomer.png` });
    return new URL(address).origin;
  } finally {
    stop();
  }
});
