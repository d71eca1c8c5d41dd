/**
 * Joins the compiled modules of dist/ into a few files: the entry points, and what they share in dist/chunks/. Node opens and
 * checks each module of an import graph one by one, which for 250 small ones takes three times as long as for these.
 *
 * Declarations stay as they are, one for each module.
 */
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const joined = fileURLToPath(new URL('../dist/.joined/', import.meta.url));

/** What package.json's `exports` and `bin` name. */
const entries = ['index.js', 'browser.js', 'testing/index.js', 'testing/browser.js', 'cli/main.js'];

/** Replaces the modules of dist/ by the joined files. */
export async function bundle() {
  await build({
    entryPoints: entries.map((entry) => join(dist, entry)),
    outdir: joined,
    outbase: dist,
    // as deep as the entry points of the command line, so that paths relative to a file hold in both
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    packages: 'external',
    platform: 'neutral',
    external: ['node:*'],
    format: 'esm',
    target: 'es2023',
    keepNames: true,
    charset: 'utf8',
    logLevel: 'warning',
  });
  for (const file of await readdir(dist, { recursive: true })) {
    if (file.endsWith('.js') && !file.startsWith('.joined')) await rm(join(dist, file));
  }
  await move(joined, dist);
  await rm(joined, { recursive: true });
}

/** Moves all files below a folder into another one that has the same folders. */
async function move(from, to) {
  for (const entry of await readdir(from, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const target = join(to, path.slice(from.length));
    await mkdir(dirname(target), { recursive: true });
    await rename(path, target);
  }
}
