/**
 * Compiles the AssemblyScript kernels to the four variants of the wasm backend and writes each as base64 into a generated
 * module, src/backends/wasm/generated/<variant>.ts, and the worker threads' script likewise. Nothing is compiled while
 * sources and options are unchanged.
 *
 * One after the other in one process: the compiler is itself WebAssembly, and much faster once the engine has warmed up.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildWorker } from './build-worker.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const kernels = 'src/backends/wasm/kernels';
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
async function digest() {
  const { version } = createRequire(import.meta.url)('assemblyscript/package.json');
  const hash = createHash('sha256')
    .update(version)
    .update(JSON.stringify([common, variants]));
  hash.update(await readFile(fileURLToPath(import.meta.url)));
  const names = (await readdir(join(root, kernels))).sort();
  for (const name of names) hash.update(name).update(await readFile(join(root, kernels, name)));
  return hash.digest('hex');
}

async function isCurrent(file, key) {
  try {
    return (await readFile(file, 'utf8')).includes(`// ${key}\n`);
  } catch {
    return false;
  }
}

/** The binary of a variant. */
async function compile(name) {
  const asc = await import('assemblyscript/asc');
  let binary;
  const writeFile = (_name, contents) => {
    binary = contents;
  };
  const options = ['--baseDir', root, ...common, ...variants[name], '--outFile', `${name}.wasm`];
  const { error, stderr } = await asc.main([`${kernels}/index.ts`, ...options], { writeFile });
  if (error) throw new Error(`kernels: ${name} does not compile\n${stderr.toString()}${error.message}`);
  return binary;
}

async function build(name, key) {
  const file = join(generated, `${name}.ts`);
  if (await isCurrent(file, key)) {
    console.log(`kernels: ${name} is up to date`);
    return;
  }
  const start = performance.now();
  const binary = await compile(name);
  const lines = [
    `/** The wasm kernels, variant ${name}: written by scripts/build-kernels.js. */`,
    `// ${key}`,
    `export const kernels: string =\n  '${Buffer.from(binary).toString('base64')}';`,
  ];
  // a file that is half written must never be imported
  await writeFile(`${file}.part`, `${lines.join('\n')}\n`);
  await rename(`${file}.part`, file);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`kernels: ${name}, ${(binary.length / 1024).toFixed(1)} kB in ${seconds} s`);
}

try {
  const key = await digest();
  await mkdir(generated, { recursive: true });
  for (const name of Object.keys(variants)) await build(name, key);
  await buildWorker();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
