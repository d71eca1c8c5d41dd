/** The golden reader: where it reads from, and what it refuses. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { withBackend } from '../../src/backends/active.js';
import * as browser from '../../src/testing/browser.js';
import { expectClose, GoldenFile, goldenNames, openGolden } from '../../src/testing/index.js';
import { writeSafetensors } from '../../src/weights/safetensors-writer.js';

const directory = new URL('../golden/', import.meta.url);
const path = fileURLToPath(directory);

const json = JSON.stringify({ cases: [{ name: 'double', inputs: ['double/in0'], output: 'double/out' }], extra: 7 });
const safetensors = writeSafetensors(
  new Map([
    ['double/in0', { shape: [2, 1], data: Float32Array.of(1, 2) }],
    ['double/out', { shape: [2, 1], data: Float32Array.of(2, 4) }],
  ]),
);

t.test('a path, a file: URL and bytes give the same', async (t) => {
  const bytes = {
    json: readFileSync(join(path, 'autograd.json')),
    safetensors: readFileSync(join(path, 'autograd.safetensors')),
  };
  const files = await Promise.all([
    openGolden(path, 'autograd'),
    openGolden(directory, 'autograd'),
    openGolden(directory.href, 'autograd'),
    openGolden(bytes, 'autograd'),
    browser.openGolden(bytes, 'autograd'),
    new GoldenFile('autograd', { ...bytes, json: bytes.json.toString() }),
  ]);
  for (const file of files) {
    t.match(file.meta<{ name: string }[]>('cases')[0], { name: 'cube', loss: 'sum(x0**3)' });
    const [x, gradient] = [file.get('cube/in0'), file.get('cube/grad0')];
    t.strictSame(x.shape, [3, 4]);
    expectClose(gradient, { shape: [3, 4], data: x.values.map((value) => 3 * value * value) });
  }
});

t.test('over the network, in Node and in browsers', async (t) => {
  const server = createServer((request, response) => {
    const body = { '/golden/x.json': json, '/golden/x.safetensors': safetensors }[request.url ?? ''];
    response.writeHead(body ? 200 : 404).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  const address = server.address();
  const base = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/golden`;
  for (const open of [openGolden, browser.openGolden]) {
    for (const source of [base, `${base}/`, new URL(`${base}/`)]) {
      t.strictSame([...(await open(source, 'x')).get('double/out').values], [2, 4]);
    }
    await t.rejects(open(base, 'y'), {
      name: 'FormatError',
      message: /^golden: expected a file at http.*\/golden\/y\.(json|safetensors), got 404 Not Found$/,
    });
  }
});

t.test('what a file offers', async (t) => {
  const file = new GoldenFile('x', { json, safetensors });
  t.equal(file.meta('extra'), 7);
  t.throws(() => file.meta('toString'), { message: 'x.json: expected an entry "toString", got cases, extra' });
  t.strictSame(file.namesUnder('double/'), ['in0', 'out']);
  t.strictSame(file.unused(), ['double/in0', 'double/out']);
  const x = withBackend('reference64', () => file.tensor('double/in0'));
  t.equal(x.backend.dtype, 'float64');
  t.strictSame(x.tolist(), [[1], [2]]);
  t.strictSame(file.unused(), ['double/out']);
  t.strictSame(
    file.unused((name) => name === 'double/out'),
    [],
  );
  t.throws(() => file.get('double/in1'), { name: 'FormatError', message: /^x\.safetensors: there is no tensor/ });
});

t.test('files that are missing, damaged, or not of one run', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'golden-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  await t.rejects(openGolden(folder, 'ops'), {
    name: 'FormatError',
    message: /^golden: there is no .*ops\.(json|safetensors); make it with make_goldens\.py$/,
  });
  writeFileSync(join(folder, 'ops.json'), json);
  await t.rejects(openGolden(folder, 'ops'), { message: /there is no .*ops\.safetensors/ });
  await t.rejects(openGolden(join(folder, 'ops.json'), 'ops'), {
    message: /^golden: expected to read .*, got ENOTDIR$/,
  });

  const end = '; it and x.safetensors must come from one run of make_goldens.py';
  const cases: [unknown, string][] = [
    ['{', 'x.json: expected JSON, it cannot be parsed; the file is damaged: make it again'],
    [[], 'x.json: expected an object with a list of cases; it is no golden file'],
    [{ cases: {} }, 'x.json: expected an object with a list of cases; it is no golden file'],
    [{ cases: [{}] }, `x.json: expected case 0 to have a name, got {}${end}`],
    [{ cases: [{ name: 'half' }] }, `x.json: expected tensors of the case "half" in x.safetensors, got none${end}`],
    [{ cases: [{ name: 'doub' }] }, `x.json: expected tensors of the case "doub" in x.safetensors, got none${end}`],
    [{ cases: [{ name: 'double' }, { name: 'double' }] }, `x.json: expected one case "double", got two${end}`],
    [
      { cases: [{ name: 'double', grads: [null, 'double/grad_in0'] }] },
      `x.json: expected the tensor "double/grad_in0" in x.safetensors, got none${end}`,
    ],
  ];
  for (const [meta, message] of cases) {
    const text = typeof meta === 'string' ? meta : JSON.stringify(meta);
    await t.rejects(openGolden({ json: text, safetensors }, 'x'), { name: 'FormatError', message });
  }
  await t.rejects(openGolden({ json, safetensors: safetensors.subarray(1) }, 'x'), { message: /^x\.safetensors: / });
});

t.test('the files of this repository are complete', async (t) => {
  for (const name of goldenNames) t.ok((await openGolden(directory, name)).namesUnder('').length > 20, name);
});
