/**
 * Bundles the tests for pages. A plugin puts files for pages in the place of what only Node has: tap, the reading of files, the listing
 * of folders, and the choice of backends.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build } from 'esbuild';
import { root } from './pages.js';

const here = (file) => join(root, 'test/browser', file);

/** By what they are imported as, and by which file that is. */
const byName = {
  tap: here('tap.ts'),
  backlight: join(root, 'src/browser.ts'),
  'node:fs': here('node-modules.ts'),
  'node:timers/promises': here('node-modules.ts'),
};
const byFile = {
  'test/backends/under-test.ts': here('under-test.ts'),
  'src/testing/index.ts': join(root, 'src/testing/browser.ts'),
};

/** tcompare, which tap decides by, from where tap has it. */
function tcompare() {
  const tap = createRequire(join(root, 'package.json')).resolve('tap');
  const asserts = createRequire(tap).resolve('@tapjs/asserts');
  return createRequire(asserts).resolve('tcompare').replace('commonjs', 'esm');
}

/** test/golden/exports.ts without a file system: the modules of src/ops are listed here. */
function exportsOfOps() {
  const files = readdirSync(join(root, 'src/ops')).filter((file) => file.endsWith('.ts'));
  return `
    const modules = { ${files.map((file) => `'${file}': () => import('../../src/ops/${file}')`)} };
    export async function exportedFunctions(room) {
      if (room !== 'ops') throw new Error('only src/ops is listed in a page');
      const found = [];
      for (const [file, load] of Object.entries(modules)) {
        for (const [name, value] of Object.entries(await load())) {
          if (typeof value === 'function') found.push([file, name, value]);
        }
      }
      return found;
    }`;
}

const forPages = {
  name: 'for pages',
  setup(build) {
    const names = Object.keys(byName).join('|');
    build.onResolve({ filter: new RegExp(`^(${names})$`) }, ({ path }) => ({ path: byName[path] }));
    build.onResolve({ filter: /^tcompare$/ }, () => ({ path: tcompare() }));
    build.onLoad({ filter: /react-element-to-jsx-string\.js$/ }, () => ({ contents: 'export default String;' }));
    build.onLoad({ filter: /tcompare.*\.js$/ }, ({ path }) => ({
      contents: `const Buffer = { isBuffer: () => false };\n${readFileSync(path, 'utf8')}`,
    }));
    build.onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const file = path.slice(root.length).replaceAll('\\', '/');
      if (file === 'test/golden/exports.ts') return { contents: exportsOfOps(), loader: 'js' };
      if (!Object.hasOwn(byFile, file)) return null;
      return { contents: `export * from ${JSON.stringify(byFile[file])};`, loader: 'js' };
    });
  },
};

/** A build into memory: names and bytes. */
async function inMemory(options) {
  const { outputFiles } = await build({
    bundle: true,
    write: false,
    outdir: join(root, 'out'),
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    logLevel: 'warning',
    ...options,
  });
  return new Map(outputFiles.map(({ path, contents }) => [path.slice(join(root, 'out/').length), contents]));
}

/** Every test file as a module that page.js loads when it is to run. */
export async function bundleTests(files) {
  const loaders = files.map((file) => `${JSON.stringify(file)}: () => import(${JSON.stringify(`./${file}`)})`);
  // each new shape is a kernel to compile: a fifth of the random cases
  const { PROPERTY_SEED, PROPERTY_RUNS = '0.2' } = process.env;
  return inMemory({
    stdin: {
      contents: `import { runPage } from './test/browser/page.ts';\nvoid runPage({ ${loaders.join(',\n')} });`,
      resolveDir: root,
      sourcefile: 'page.js',
    },
    entryNames: 'page',
    splitting: true,
    define: {
      'process.env.PROPERTY_SEED': JSON.stringify(PROPERTY_SEED) ?? 'undefined',
      'process.env.PROPERTY_RUNS': JSON.stringify(PROPERTY_RUNS),
    },
    plugins: [forPages],
  });
}

/** A program of a user and the built library, as a bundler makes them ready to be served: one minified file. */
export async function bundleMinified() {
  return inMemory({
    entryPoints: { minified: here('user-program.ts') },
    alias: { backlight: join(root, 'dist/browser.js') },
    minify: true,
    define: { 'process.env.NODE_ENV': '"production"' },
    // the program's dynamic import of GPU.js stays in a file of its own
    splitting: true,
  });
}
