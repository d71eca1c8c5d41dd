/**
 * Compiles the AssemblyScript kernels to the four variants of the wasm backend and writes each as base64 into a generated
 * module, src/backends/wasm/generated/<variant>.ts. Nothing is compiled while sources and options are unchanged.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
const sources = join(root, 'src/backends/wasm/kernels');
const generated = join(root, 'src/backends/wasm/generated');

const common = ['-O3', '--noAssert', '--runtime', 'stub', '--importMemory'];
// A shared memory needs a declared maximum: 65536 pages are 4 GiB, all that 32-bit addresses reach.
const shared = ['--sharedMemory', '--initialMemory', '1', '--maximumMemory', '65536'];
const variants = {
  simd: ['--enable', 'simd'],
  'simd-shared': ['--enable', 'simd', '--enable', 'threads', ...shared],
  relaxed: ['--enable', 'simd', '--enable', 'relaxed-simd'],
  'relaxed-shared': ['--enable', 'simd', '--enable', 'relaxed-simd', '--enable', 'threads', ...shared],
};

/** A digest of everything that decides the binaries: kernel sources, compiler version, options, this script. */
async function digest(compilerVersion) {
  const hash = createHash('sha256').update(compilerVersion).update(JSON.stringify([common, variants]));
  hash.update(await readFile(fileURLToPath(import.meta.url)));
  for (const name of (await readdir(sources)).sort()) hash.update(name).update(await readFile(join(sources, name)));
  return hash.digest('hex');
}

async function isCurrent(file, key) {
  try {
    return (await readFile(file, 'utf8')).includes(`// ${key}\n`);
  } catch {
    return false;
  }
}

async function compile(asc, name, key) {
  const file = join(generated, `${name}.ts`);
  if (await isCurrent(file, key)) {
    console.log(`kernels: ${name} is up to date`);
    return;
  }
  const start = performance.now();
  const folder = await mkdtemp(join(tmpdir(), 'backlight-kernels-'));
  try {
    const out = join(folder, 'kernels.wasm');
    const options = [...common, ...variants[name], '--outFile', out];
    await promisify(execFile)(process.execPath, [asc, 'src/backends/wasm/kernels/index.ts', ...options], { cwd: root });
    const binary = await readFile(out);
    const lines = [
      `/** The wasm kernels, variant ${name}: written by scripts/build-kernels.js. */`,
      `// ${key}`,
      `export const kernels =\n  '${binary.toString('base64')}';`,
    ];
    await writeFile(file, `${lines.join('\n')}\n`);
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    console.log(`kernels: ${name}, ${(binary.length / 1024).toFixed(1)} kB in ${seconds} s`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const require = createRequire(import.meta.url);
const manifest = require.resolve('assemblyscript/package.json');
const asc = join(manifest, '../bin/asc.js');
const key = await digest(require(manifest).version);
await mkdir(generated, { recursive: true });
const results = await Promise.allSettled(Object.keys(variants).map((name) => compile(asc, name, key)));
for (const { reason } of results.filter((result) => result.status === 'rejected')) {
  console.error(reason.stderr || reason.message);
  process.exitCode = 1;
}
