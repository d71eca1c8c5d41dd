/** The browser's bench, apart from the browser: rows of pairs, their table, and TensorFlow's layouts. */
import t from 'tap';

interface Measured {
  name: string;
  times: number[];
  info: object;
  cannot?: string;
}
interface Row {
  contender: string;
  variant: string;
  median_ms: number | null;
  ours_median_ms: number | null;
  ratio: number | null;
  reason?: string;
}
interface Work {
  id: string;
  task: string;
  goals: Record<string, number>;
}
const load = async (path: string): Promise<unknown> => import(new URL(`../../bench/${path}`, import.meta.url).href);

const { browserRowsOf } = (await load('browser/rows.js')) as {
  browserRowsOf(work: Work, measured: Measured[], about: { batch: number; quick: boolean }): Row[];
};
const { browserWorkNamed, browserWorks } = (await load('browser/works.js')) as {
  browserWorkNamed(id: string): Work;
  browserWorks: Work[];
};
const { browserMarkdownOf } = (await load('browser/markdown.js')) as {
  browserMarkdownOf(rows: Row[], about: object): string;
};
const { channelsFirst, channelsLast, outputsLast } = (await load('browser/page/layouts.js')) as {
  channelsFirst(values: Float32Array, shape: number[]): Float32Array;
  channelsLast(values: Float32Array, shape: number[]): Float32Array;
  outputsLast(values: Float32Array, sizes: { outputs: number; inputs: number; taps: number }): Float32Array;
};
const { isSoftware } = (await load('browser/about.js')) as { isSoftware(name: string | null): boolean };
const { parseContenders, parseIds } = (await load('lib/settings.js')) as {
  parseContenders(text: string, known: object[]): string[];
  parseIds(text: string, ids: string[]): string[];
};
const { browserContenders } = (await load('browser/contenders.js')) as { browserContenders: object[] };

const measured = (name: string, times: number[], cannot?: string): Measured => ({
  name,
  times,
  info: {},
  ...(cannot ? { cannot } : {}),
});
const about = { batch: 16, quick: false };
const work = browserWorkNamed('vgg16-forward');
const rows = browserRowsOf(
  work,
  [
    measured('backlight (webgl2)', [10, 20, 40]),
    measured('@tensorflow/tfjs-backend-webgl', [20, 60, 80]),
    measured('backlight (webgpu)', [], 'not available: no adapter'),
    measured('@tensorflow/tfjs-backend-webgpu', [90]),
    measured('backlight (wasm)', [1, 2, 3]),
  ],
  about,
);

t.test('a row for each pair, whatever could be measured of it', async (t) => {
  t.match(rows, [
    { contender: '@tensorflow/tfjs-backend-webgl', variant: 'webgl2', median_ms: 60, ours_median_ms: 20, ratio: 2 },
    {
      contender: '@tensorflow/tfjs-backend-webgpu',
      variant: 'webgpu',
      median_ms: 90,
      ours_median_ms: null,
      ratio: null,
      reason: 'webgpu: not available: no adapter',
    },
    {
      contender: '@tensorflow/tfjs-backend-wasm',
      variant: 'wasm',
      median_ms: null,
      ours_median_ms: 2,
      ratio: null,
      reason: 'tfjs-wasm: not asked for',
    },
  ]);
  t.match(rows[0], { spread: [2, 2.5], goal: 1 / 0.6, floor: 1 / 0.6 });
});

t.test('a ratio is from the rounds that both took part in', async (t) => {
  const ours = measured('backlight (webgpu)', [10, 20, 40]);
  const [once] = browserRowsOf(work, [ours, measured('@tensorflow/tfjs-backend-webgpu', [60])], about);
  t.match(once, { ratio: 6, rounds: 1, spread: [6, 6] });
  const [twice] = browserRowsOf(work, [ours, measured('@tensorflow/tfjs-backend-webgpu', [60, 160])], about);
  t.match(twice, { ratio: 7, rounds: 2, spread: [6.5, 7.5] });
});

t.test('a pair of which nobody was asked for has no row', async (t) => {
  const some = browserRowsOf(work, [measured('backlight (wasm)', [1])], about);
  t.same(
    some.map(({ variant }) => variant),
    ['wasm'],
  );
});

t.test('images per second, of the batch', async (t) => {
  const [row] = browserRowsOf(
    browserWorkNamed('train-step-cifar-vgg'),
    [measured('backlight (wasm)', [100]), measured('@tensorflow/tfjs-backend-wasm', [], 'has no kernel')],
    about,
  );
  t.match(row, { ours_images_per_s: 160, images_per_s: null });
});

t.test('the table says on which adapter', async (t) => {
  const text = browserMarkdownOf(rows, {
    date: '2026-01-02',
    rounds: 3,
    machine: { processor: 'A processor', cores: 2, memory_gb: 24, system: 'linux x64' },
    browser: 'Chromium 1.2',
    adapters: { webgl: 'SwiftShader', webgpu: null },
    software: true,
    versions: { 'gpu.js': '2.24.1', '@tensorflow/tfjs-core': '4.22.0' },
  });
  t.same(text.split('\n'), [
    '|  | backlight (webgl2) | tfjs-backend-webgl | backlight (webgpu) | tfjs-backend-webgpu | backlight (wasm) | tfjs-backend-wasm |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    '| VGG16, forward | **20.0 ms** | 60.0 ms (2.00x) |  | 90.0 ms | **2.00 ms** |  |',
    '',
    'Measured on 2026-01-02. A software adapter, no real GPU was measured (WebGL: SwiftShader; WebGPU: none). A processor, 2 cores, ' +
      '24 GB, linux x64; Chromium 1.2, GPU.js 2.24.1, TensorFlow.js 4.22.0. Medians of 3 rounds, all in turn in one page (first calls: ' +
      'each in a browser of its own); who is slow takes part in fewer. In ' +
      'brackets the ratio to ours beside it, above 1 where ours is faster.',
  ]);
  for (const name of ['ANGLE (Mesa, llvmpipe (LLVM 15))', 'google swiftshader', 'Microsoft Basic Render Driver']) {
    t.ok(isSoftware(name), name);
  }
  t.notOk(isSoftware('ANGLE (NVIDIA, Vulkan 1.3.0 (NVIDIA T4))'));
  t.notOk(isSoftware(null));
});

t.test('ids and names of the command line', async (t) => {
  const ids = browserWorks.map(({ id }) => id);
  t.equal(new Set(ids).size, ids.length);
  t.same(parseIds('vgg16-forward,conv2d-64-64-56', ids), ['conv2d-64-64-56', 'vgg16-forward']);
  t.same(parseContenders('webgl2, tfjs-backend-wasm, tfjs-webgl', browserContenders), [
    'backlight (webgl2)',
    '@tensorflow/tfjs-backend-webgl',
    '@tensorflow/tfjs-backend-wasm',
  ]);
  t.throws(() => parseContenders('tfjs', browserContenders), { message: /there is no "tfjs"; there are backlight/ });
});

t.test("TensorFlow's layouts", async (t) => {
  const numbers = (count: number) => Float32Array.from({ length: count }, (_, i) => i);
  const [batch, channels, height, width] = [2, 3, 2, 2];
  const first = numbers(batch * channels * height * width);
  const last = channelsLast(first, [batch, channels, height, width]);
  t.same([...last.subarray(0, 6)], [0, 4, 8, 1, 5, 9]);
  t.same([...last.subarray(12, 15)], [12, 16, 20]);
  t.same(channelsFirst(last, [batch, height, width, channels]), first);
  // [2 outputs, 2 inputs, 3 taps] -> [3 taps, 2 inputs, 2 outputs]
  t.same([...outputsLast(numbers(12), { outputs: 2, inputs: 2, taps: 3 })], [0, 6, 3, 9, 1, 7, 4, 10, 2, 8, 5, 11]);
});
