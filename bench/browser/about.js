/** What it was measured on and with, as the table's header and the file of results say it. */
import { readFileSync } from 'node:fs';
import { machine } from '../lib/machine.js';

/** Adapters that are programs. */
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|software|basic render/i;

/** @param {string | null} name */
export const isSoftware = (name) => name !== null && SOFTWARE.test(name);

const manifest = (path) => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));

/**
 * @param {{ webgl: string | null, webgpu: string | null }} adapters
 * @param {string} browser its version
 * @param {number} rounds
 */
export function aboutOf(adapters, browser, rounds) {
  const { dependencies } = manifest('../package.json');
  const tensorflow = Object.entries(dependencies).filter(([name]) => name.startsWith('@tensorflow/tfjs-'));
  return {
    date: new Date().toISOString().slice(0, 10),
    rounds,
    machine: machine(),
    browser: `Chromium ${browser}`,
    adapters,
    software: isSoftware(adapters.webgl),
    versions: {
      backlight: manifest('../../package.json').version,
      'gpu.js': manifest('../../package.json').devDependencies['gpu.js'],
      ...Object.fromEntries(tensorflow),
    },
  };
}

/** The adapters in words. @param {ReturnType<typeof aboutOf>} about */
export function adapterText({ adapters: { webgl, webgpu }, software }) {
  const names = [`WebGL: ${webgl ?? 'none'}`, `WebGPU: ${webgpu ?? 'none'}`].join('; ');
  return software ? `A software adapter, no real GPU was measured (${names})` : names;
}

/** The same where there is little room. @param {ReturnType<typeof aboutOf>} about */
export function shortAdapterText({ adapters: { webgl }, software }) {
  if (software) return `A software adapter (${SOFTWARE.exec(webgl)[0]}), no real GPU was measured`;
  return webgl === null ? 'No WebGL adapter' : webgl.slice(0, 90);
}

/** One line. @param {ReturnType<typeof aboutOf>} about */
export function caption(about) {
  const { date, machine, browser, versions, rounds } = about;
  return (
    `Measured on ${date}. ${adapterText(about)}. ${machine.processor}, ${machine.cores} cores, ${machine.memory_gb} GB, ` +
    `${machine.system}; ${browser}, GPU.js ${versions['gpu.js']}, TensorFlow.js ${versions['@tensorflow/tfjs-core']}. ` +
    `Medians of ${rounds} rounds, all in turn in one page (first calls: each in a browser of its own); who is slow takes part ` +
    'in fewer.'
  );
}
