/**
 * The browser: where the system has Chromium, and how it is started for each mode. GPUs are SwiftShader's, in software, so that results
 * do not depend on the machine; --hardware leaves the choice to the browser.
 */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const SOFTWARE = {
  webgl2: ['--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
  webgpu: ['--use-webgpu-adapter=swiftshader'],
};

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The path of Chromium, by CHROMIUM or on the PATH; null where there is none. */
export function findChromium() {
  if (process.env.CHROMIUM) return isExecutable(process.env.CHROMIUM) ? process.env.CHROMIUM : null;
  const folders = (process.env.PATH ?? '').split(delimiter);
  for (const name of NAMES) {
    const path = folders.map((folder) => join(folder, name)).find(isExecutable);
    if (path) return path;
  }
  return null;
}

/** What to do where there is none. */
export const howToInstall = process.env.CHROMIUM
  ? `expected a browser that can be run at CHROMIUM=${process.env.CHROMIUM}, found none`
  : `expected Chromium on the PATH (${NAMES.join(', ')}), found none: apt-get install chromium, or CHROMIUM=/path/to/it`;

/** Starts a browser of its own. */
export async function launch({ mode, headed, hardware }) {
  const args = ['--js-flags=--expose-gc', ...(hardware ? [] : SOFTWARE[mode])];
  if (mode === 'webgpu') args.push('--enable-unsafe-webgpu');
  if (process.getuid?.() === 0) args.push('--no-sandbox');
  return chromium.launch({
    executablePath: findChromium(),
    headless: !headed,
    args,
    ignoreDefaultArgs: ['--disable-gpu'],
  });
}

/** Whether pages have an adapter of WebGPU. */
export async function hasWebGpu(options, url) {
  const browser = await launch({ ...options, mode: 'webgpu' });
  try {
    const page = await browser.newPage();
    await page.goto(url);
    return await page.evaluate('navigator.gpu?.requestAdapter().then((adapter) => adapter !== null) ?? false');
  } finally {
    await browser.close();
  }
}
