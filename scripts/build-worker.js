/**
 * Makes one script of the worker's two sources and writes it as a string into src/backends/wasm/generated/worker.ts: a thread
 * is started from that text, so that no bundler has to know of it. The same text becomes dist/worker.js, for pages whose
 * content security policy wants a file.
 */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import ts from 'typescript';

const folder = new URL('../src/backends/wasm/', import.meta.url);
const sources = ['thread-control.ts', 'thread-worker.ts'];

/** A source as plain JavaScript, without comments, and without imports and exports. */
async function script(name) {
  const { outputText } = ts.transpileModule(await readFile(new URL(name, folder), 'utf8'), {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ES2022, removeComments: true },
  });
  return outputText.replaceAll(/^import .*\n/gm, '').replaceAll(/^export (?:\{\};\n)?/gm, '');
}

/** The whole worker. */
export async function workerScript() {
  const parts = await Promise.all(sources.map(script));
  return `'use strict';\n(() => {\n${parts.join('')}})();\n`;
}

/** Writes the generated module; nothing is written while it would stay the same. */
export async function buildWorker() {
  const text =
    '/** What runs in a worker thread: written by scripts/build-worker.js. */\n' +
    `export const workerSource: string =\n  ${JSON.stringify(await workerScript())};\n`;
  const file = new URL('generated/worker.ts', folder);
  await mkdir(new URL('generated/', folder), { recursive: true });
  const before = await readFile(file, 'utf8').catch(() => '');
  if (before === text) return;
  // a file that is half written must never be imported
  const part = new URL('generated/worker.ts.part', folder);
  await writeFile(part, text);
  await rename(part, file);
  console.log(`worker: ${(text.length / 1024).toFixed(1)} kB`);
}
