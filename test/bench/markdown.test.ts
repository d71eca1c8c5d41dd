/** The tables that the bench writes into the readme, and the marks between which they stand. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import t from 'tap';

interface Library {
  markdownOf(rows: object[], about: object, ids?: string[]): string;
  putInto(file: URL, text: string): void;
}

const library: string = new URL('../../bench/lib/markdown.js', import.meta.url).href;
const { markdownOf, putInto } = (await import(library)) as Library;

const WASM = '@tensorflow/tfjs-backend-wasm';
const about = {
  date: '2026-01-02',
  rounds: 7,
  machine: { processor: 'A processor', cores: 2, memory_gb: 24, system: 'linux x64' },
  versions: { node: 'v20.1.0', backlight: '0.1.0', 'onnxruntime-node': '1.30.0', [WASM]: '4.22.0' },
};
const row = { id: 'vgg16-forward', threads: 2, median_ms: 300, ours_median_ms: 150, spread: [1.9, 2.1], ratio: 2 };
const rows = [
  { ...row, contender: 'onnxruntime-node' },
  { ...row, contender: WASM, median_ms: 1500, ratio: 10 },
  { ...row, id: 'vgg16-grad-cam', contender: 'backlight', median_ms: 150, ours_median_ms: 165, ratio: 0.909 },
  { ...row, id: 'vgg16-grad-cam', contender: WASM, median_ms: 1650, ours_median_ms: 165, ratio: 10 },
  {
    ...row,
    id: 'tiny-op',
    contender: 'onnxruntime-node',
    median_ms: null,
    ours_median_ms: null,
    spread: null,
    ratio: null,
  },
];

t.test('engines side by side, then what is measured against something else', async (t) => {
  t.same(markdownOf(rows, about).split('\n'), [
    '|  | ours | onnxruntime-node | tfjs-backend-wasm |',
    '| --- | --- | --- | --- |',
    '| VGG16, forward, 2 threads | **150 ms** | 300 ms (2.00x) | 1,500 ms (10.0x) |',
    '| VGG16, Grad-CAM, 2 threads | **165 ms** |  | 1,650 ms (10.0x) |',
    '',
    '|  | ours | beside | ratio |',
    '| --- | --- | --- | --- |',
    '| VGG16, Grad-CAM, 2 threads | **165 ms** | 150 ms: our own forward pass | 0.91x |',
    '',
    'Measured on 2026-01-02: A processor, 2 cores, 24 GB, linux x64; Node 20.1.0, onnxruntime-node 1.30.0, tfjs-backend-wasm ' +
      '4.22.0. Medians of 7 rounds (of memory 3), all engines in turn; what takes more than 5 seconds was timed once. In brackets the ratio ' +
      'to ours, above 1 where ours is faster.',
  ]);
});

t.test('a choice of works', async (t) => {
  const text = markdownOf(rows, about, ['vgg16-forward']);
  t.match(text, 'VGG16, forward, 2 threads');
  t.notMatch(text, 'Grad-CAM');
});

t.test('only what stands between the marks is replaced, again and again', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'backlight-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'page.md');
  writeFileSync(path, 'before\n<!-- from npm run bench -->\n<!-- end -->\nafter\n');
  for (const text of ['first', 'second\nand more']) {
    putInto(pathToFileURL(path), text);
    t.equal(readFileSync(path, 'utf8'), `before\n<!-- from npm run bench -->\n${text}\n<!-- end -->\nafter\n`);
  }
  writeFileSync(path, 'no marks\n');
  t.throws(() => putInto(pathToFileURL(path), 'text'), { message: /expected the marks/ });
  t.equal(readFileSync(path, 'utf8'), 'no marks\n');
});

t.test('the pages have their marks', async (t) => {
  for (const page of ['README.md', 'docs/performance.md']) {
    const text = readFileSync(new URL(`../../${page}`, import.meta.url), 'utf8');
    t.match(text, /<!-- from npm run bench -->\n[^]*\n?<!-- end -->/, page);
  }
});
