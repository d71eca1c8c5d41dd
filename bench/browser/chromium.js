/** The system's Chromium: where it is, and how it is started, with the machine's adapter or with a software one. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';

/** Says in a line what is missing, and the way out. */
export class NoBrowser extends Error {}

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * @param {Readonly<Record<string, string | undefined>>} env
 * @returns {string | null} the variable CHROMIUM, or the first that is on the PATH
 */
export function findChromium(env) {
  if (env.CHROMIUM) return env.CHROMIUM;
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find(isProgram) ?? null;
}

const SOFTWARE = ['--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--use-webgpu-adapter=swiftshader'];
const HARDWARE = [
  '--ignore-gpu-blocklist',
  // without a display, Linux reaches its adapter by Vulkan
  ...(process.platform === 'linux'
    ? ['--use-angle=vulkan', '--enable-features=Vulkan', '--disable-vulkan-surface']
    : []),
];

/**
 * @param {{ hardware: boolean, headed: boolean }} how
 * @returns {Promise<import('playwright-core').Browser>} with a profile of its own: no compiled kernels of another run
 */
export async function launch({ hardware, headed }) {
  const executablePath = findChromium(process.env);
  const args = [
    '--enable-unsafe-webgpu',
    // a kernel of a software adapter takes seconds
    '--disable-gpu-watchdog',
    ...(hardware ? HARDWARE : SOFTWARE),
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  ];
  try {
    return await chromium.launch({
      ...(executablePath ? { executablePath } : { channel: 'chrome' }),
      headless: !headed,
      args,
      ignoreDefaultArgs: ['--disable-gpu'],
    });
  } catch (error) {
    const way = executablePath
      ? `${executablePath} does not start: ${error.message.split('\n')[0]}`
      : 'expected Chromium on the PATH or in the variable CHROMIUM, found none: install it (Debian: apt-get install chromium)';
    throw new NoBrowser(way, { cause: error });
  }
}
