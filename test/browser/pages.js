/**
 * The pages that are run: which test files, on which backend, in what kind of page. The suites are the folders of test/, as they are;
 * what is left out of them says why. Files named *.page.ts run in a page only.
 */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** The test files of a folder that `choose` picks, except those for which `without` has a reason. */
function folder(name, without = {}, choose = () => true) {
  const files = readdirSync(`${root}test/${name}`).filter((file) => file.endsWith('.test.ts'));
  const unknown = Object.keys(without).filter((file) => !files.includes(file));
  if (unknown.length > 0) throw new Error(`test/${name} has no ${unknown.join(', ')}, which pages.js leaves out`);
  return files
    .filter((file) => !Object.hasOwn(without, file) && choose(file))
    .map((file) => `test/${name}/${file}`)
    .sort();
}

const own = (file) => `test/browser/${file}.page.ts`;

/** Suites that run on any backend. `tolerance`: by op, or of a network; see shadow-backend.ts. */
const suites = {
  kernels: { files: folder('backends', {}, (file) => /^(agreement|special-functions)/.test(file)), minutes: 30 },
  ops: {
    files: folder('ops', {
      'gradcheck.test.ts': 'finite differences, in float64',
      'plain-js.test.ts': 'bad arguments, which no backend sees',
    }),
    minutes: 30,
  },
  property: {
    files: folder('property', {
      'allocator.test.ts': "the wasm backend's own",
      'hooks.test.ts': 'in float64: the order of calls',
      'variants.test.ts': "the wasm backend's own",
    }),
    minutes: 30,
  },
  golden: { files: [own('golden')], tolerance: 'network' },
  autograd: {
    files: [
      ...folder('autograd', { 'gradcheck.test.ts': 'finite differences, in float64' }),
      ...folder('hooks'),
      ...folder('tensor', {}, (file) => /^(memory|random)\.test/.test(file)),
    ],
    tolerance: 'network',
  },
  nn: { files: folder('nn'), tolerance: 'network' },
  cam: {
    files: folder('cam', {
      'explain-memory.test.ts': "Node's memory",
      'notes.test.ts': 'the program examples/notes.ts, which reads files',
    }),
    tolerance: 'network',
    minutes: 30,
    // a pair of backends is compared value by value, and a ReLU or a maximum that tips over changes a whole gradient
    notInPairs: ['test/cam/sanity.test.ts'],
  },
};

/** Those that only make sense on the GPU. */
const gpuSuites = {
  memory: { files: [own('memory')], minutes: 30 },
  loss: { files: [own('context-loss')], expectedErrors: [] },
};

const suitePage = (
  label,
  backend,
  mode,
  [name, { files, tolerance = 'op', minutes = 20, expectedErrors = [], notInPairs = [] }],
) => ({
  name: `${label} ${name}`,
  files: mode === 'webgpu' ? files.filter((file) => !notInPairs.includes(file)) : files,
  backend,
  mode,
  tolerance,
  minutes,
  expectedErrors,
  path: '/plain',
});

const page = (name, file, settings) => ({
  name,
  files: [own(file)],
  backend: 'wasm',
  mode: 'webgl2',
  tolerance: 'op',
  minutes: 5,
  expectedErrors: [],
  path: '/plain',
  ...settings,
});

/** @param backend run the suites on this one instead of the GPU */
export function allPages(backend) {
  const everywhere = Object.entries(suites);
  if (backend) return everywhere.map((suite) => suitePage(backend, backend, 'webgl2', suite));
  const onGpu = [...everywhere, ...Object.entries(gpuSuites)];
  return [
    page('wasm without isolation', 'wasm-one-thread'),
    page('wasm isolated', 'wasm-threads', { path: '/isolated' }),
    page('wasm workerUrl', 'wasm-worker-url', { path: '/strict' }),
    page('wasm no worker', 'wasm-no-worker', { path: '/strict', expectedErrors: [/Content Security Policy/] }),
    page('wasm golden', 'golden', { path: '/isolated', tolerance: 'network' }),
    page('wasm minified', 'minified'),
    page('webgl2 minified', 'minified', { backend: 'gpu' }),
    page('webgpu minified', 'minified', { backend: 'gpu', mode: 'webgpu' }),
    ...onGpu.map((suite) => suitePage('webgl2', 'gpu', 'webgl2', suite)),
    ...onGpu.map((suite) => suitePage('webgpu', 'gpu', 'webgpu', suite)),
  ];
}
