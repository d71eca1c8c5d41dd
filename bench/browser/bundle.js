/** The page's programs, each in one file: the harness, ours, and TensorFlow.js. */
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const page = (name) => fileURLToPath(new URL(`./page/${name}`, import.meta.url));

/** @returns {Promise<Map<string, Uint8Array>>} by their names in the page */
export async function bundle() {
  const { outputFiles } = await build({
    entryPoints: ['main.js', 'backlight.js', 'tfjs.js'].map(page),
    outdir: '/',
    write: false,
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2024',
    // of a module that TensorFlow.js's threads are started from, the text must be what it was
    minify: false,
    logLevel: 'error',
  });
  return new Map(outputFiles.map(({ path, contents }) => [path.replace(/^.*[\\/]/, ''), contents]));
}
