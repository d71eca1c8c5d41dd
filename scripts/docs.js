/**
 * Keeps docs/walkthrough/ true: its code is quoted from the sources, and its pictures are made by that code.
 *
 *     node scripts/docs.js            compiles the examples, refreshes quotes and tables, runs the chapters, writes their pictures
 *     node scripts/docs.js --check    only compares quotes and tables, and fails where one differs
 *
 * In Markdown, each directly before what it refreshes:
 *
 *     <!-- code: examples/walkthrough/07-grad-cam.ts#calculate -->    a fence: what stands between the lines
 *                                       `// #region calculate` and `// #endregion calculate` of that file
 *     <!-- table: docs/performance.md "VGG16" -->                     a table: the rows of that file's first table with
 *                                       these words in the first cell, and the line that says when it was measured
 *
 * `--docs FOLDER` looks at another folder, for tests of this script.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values: options } = parseArgs({
  options: { check: { type: 'boolean', default: false }, docs: { type: 'string' } },
});
const docs = options.docs ?? join(root, 'docs/walkthrough');

const sourceLines = (path) => readFileSync(join(root, path), 'utf8').split('\n');

/** The lines of a region as a fence: without the indentation that all have, and without markers of other regions. */
function quote(path, name) {
  const lines = sourceLines(path);
  const [start, end] = ['region', 'endregion'].map((kind) =>
    lines.findIndex((line) => line.trim() === `// #${kind} ${name}`),
  );
  if (start < 0 || end < start) throw new Error(`${path}: expected "// #region ${name}" and its end, got none`);
  const body = lines.slice(start + 1, end).filter((line) => !/^\s*\/\/ #(end)?region /.test(line));
  const indent = Math.min(...body.filter((line) => line.trim()).map((line) => line.search(/\S/)));
  return `\`\`\`ts\n${body
    .map((line) => line.slice(indent))
    .join('\n')
    .trim()}\n\`\`\``;
}

/** The rows of a file's first table whose first cell has these words, under the table's head. */
function rows(path, words) {
  const lines = sourceLines(path);
  const firstCell = (line) => line.split('|')[1] ?? '';
  const found = lines.findIndex((line) => line.startsWith('|') && firstCell(line).includes(words));
  if (found < 0) throw new Error(`${path}: expected a table with "${words}" in a first cell, got none`);
  let [start, end] = [found, found];
  while (lines[start - 1].startsWith('|')) start--;
  while (lines[end]?.startsWith('|')) end++;
  const head = lines.slice(start, start + 2);
  const kept = lines.slice(start + 2, end).filter((line) => firstCell(line).includes(words));
  const measured = lines.find((line) => line.startsWith('Measured on '));
  return [...head, ...kept, ...(measured ? ['', measured] : [])].join('\n');
}

/** A chapter with its quotes and tables as they should be. */
const refreshed = (text) =>
  text
    .replace(
      /^(<!-- code: (\S+?)#(\S+) -->\n)(```ts\n[^]*?^```$)?/gm,
      (_, marker, path, name, fence) => marker + quote(path, name) + (fence ? '' : '\n'),
    )
    .replace(
      /^(<!-- table: (\S+) "(.+)" -->\n)(?:\|.*\n?)*(?:\nMeasured on .*\n)?/gm,
      (_, marker, path, words) => `${marker + rows(path, words)}\n`,
    );

function refreshAll() {
  const files = readdirSync(docs, { recursive: true }).filter((file) => file.endsWith('.md'));
  const stale = [];
  for (const file of files.sort()) {
    const text = readFileSync(join(docs, file), 'utf8');
    const now = refreshed(text);
    if (now === text) continue;
    stale.push(file);
    if (!options.check) writeFileSync(join(docs, file), now);
  }
  return stale;
}

function compileExamples() {
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  const { status } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.examples.json'], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error('docs: compiling the examples failed; they need dist/, which npm run build makes');
}

/** Runs every chapter and writes its pictures. */
async function drawAll() {
  const { encodePng } = await import('../dist/index.js');
  const folder = new URL('../dist/examples/walkthrough/', import.meta.url);
  mkdirSync(join(docs, 'images'), { recursive: true });
  for (const file of readdirSync(folder).filter((name) => /^\d\d-.*\.js$/.test(name))) {
    const { run } = await import(new URL(file, folder));
    const { pictures } = await run();
    for (const [name, picture] of Object.entries(pictures)) {
      const png = encodePng(picture);
      writeFileSync(join(docs, 'images', `${name}.png`), png);
      console.log(`docs: ${name}.png, ${picture.width}x${picture.height}, ${Math.ceil(png.length / 1024)} KB`);
    }
  }
}

const stale = refreshAll();
if (options.check) {
  for (const file of stale) console.error(`docs: ${file} differs from what it quotes; npm run docs refreshes it`);
  process.exitCode = stale.length > 0 ? 1 : 0;
} else {
  for (const file of stale) console.log(`docs: ${file} refreshed`);
  compileExamples();
  await drawAll();
}
