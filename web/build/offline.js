/**
 * A Vite plugin that writes the service worker: service-worker.js is filled in with the list of what was built and a version
 * made of it, so that a new build replaces the old one as a whole.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/**
 * Loaded when somebody asks for it, and kept then: the GPU backend, with GPU.js, which is as large as all the rest; the
 * chapters (their names begin with two digits), their pictures, and the fonts of their formulas.
 */
const ON_DEMAND = /assets\/(gpu-browser|start-|learn-|KaTeX|\d\d-)/;

export function offline() {
  return {
    name: 'backlight-offline',
    apply: 'build',
    // after Vite's own plugin, which is the one that makes index.html
    enforce: 'post',
    async generateBundle(_options, bundle) {
      const files = Object.keys(bundle)
        .filter((name) => !ON_DEMAND.test(name) && !name.endsWith('.map'))
        .sort();
      const version = createHash('sha256').update(JSON.stringify(files));
      for (const name of files) {
        const file = bundle[name];
        version.update(file.type === 'chunk' ? file.code : file.source);
      }
      const template = await readFile(new URL('service-worker.js', import.meta.url), 'utf8');
      const source = template
        .replace("'VERSION'", JSON.stringify(version.digest('hex').slice(0, 12)))
        .replace("['FILES']", JSON.stringify(['./', './icon.svg', ...files]));
      this.emitFile({ type: 'asset', fileName: 'sw.js', source });
    },
  };
}
