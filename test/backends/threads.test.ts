/**
 * The same bits for any number of threads: every op of op-cases.ts, and each kernel at sizes that are divided into many
 * parts, forward and gradients.
 */
import t from 'tap';
import { grad } from '../../src/autograd/backward.js';
import { noGrad } from '../../src/autograd/grad-mode.js';
import { setBackend, withBackend } from '../../src/backends/active.js';
import { threadActivity } from '../../src/backends/wasm/wasm-backend.js';
import { adaptiveAvgPool2d, avgPool2d } from '../../src/ops/avg-pool2d.js';
import { batchNorm } from '../../src/ops/batch-norm.js';
import { conv2d } from '../../src/ops/conv2d.js';
import { convTranspose2d } from '../../src/ops/conv-transpose2d.js';
import { interpolate } from '../../src/ops/interpolate.js';
import { matmul } from '../../src/ops/matmul.js';
import { maxPool2d } from '../../src/ops/max-pool2d.js';
import { permute } from '../../src/ops/permute.js';
import { softmax } from '../../src/ops/softmax.js';
import { sort } from '../../src/ops/sort.js';
import { sum } from '../../src/ops/sum.js';
import { mul } from '../../src/ops/arithmetic.js';
import { amax } from '../../src/ops/amax.js';
import { cat } from '../../src/ops/cat.js';
import { gather } from '../../src/ops/gather.js';
import { pad } from '../../src/ops/pad.js';
import { tanh } from '../../src/ops/unary.js';
import { pow } from '../../src/ops/power.js';
import { where } from '../../src/ops/where.js';
import { manualSeed } from '../../src/tensor/random.js';
import { tidy } from '../../src/tensor/memory.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { one, spread, two, type OpCase } from '../ops/case-inputs.js';
import { opCases } from '../ops/op-cases.js';
import { dividingBackend, runnableVariants, threadsOn } from './thread-helpers.js';

const COUNTS = [1, 2, 3, 4, 8];

/** Rows large enough for many parts, and not a multiple of anything. */
const large: Readonly<Record<string, OpCase>> = {
  'conv2d, winograd': two([3, 10, 19, 22], [13, 10, 3, 3], (x, w) => conv2d(x, w, null, { padding: 1 })),
  'conv2d, winograd, blocks': two([2, 3, 70, 66], [19, 3, 3, 3], (x, w) => conv2d(x, w, null, { padding: 1 })),
  'conv2d, winograd, many tiles': two([4, 16, 30, 30], [8, 16, 3, 3], (x, w) => conv2d(x, w, null, { padding: 1 })),
  'conv2d, strided': two([2, 5, 31, 29], [7, 5, 5, 3], (x, w) => conv2d(x, w, null, { stride: 2, padding: 1 })),
  'conv2d, 1x1': two([2, 17, 23, 19], [21, 17, 1, 1], (x, w) => conv2d(x, w)),
  'conv2d, depthwise': two([2, 12, 27, 25], [12, 1, 3, 3], (x, w) => conv2d(x, w, null, { groups: 12, padding: 1 })),
  convTranspose2d: two([2, 6, 13, 11], [6, 9, 3, 3], (x, w) => convTranspose2d(x, w, null, { stride: 2 })),
  matmul: two([67, 131], [131, 203], matmul),
  'matmul, batches': two([3, 33, 29], [3, 29, 70], matmul),
  'matmul, one row': two([1, 300], [300, 517], matmul),
  'matmul, one long row': two([1, 700], [700, 517], matmul),
  'matmul, one column': two([517, 300], [300, 1], matmul),
  tanh: one([3, 7001], tanh),
  pow: one([3, 701], (x) => pow(mul(x, x), 1.5)),
  'mul, broadcast': two([37, 5, 61], [5, 1], mul),
  where: two([37, 61], [37, 61], (a, b) => where(spread(61), a, b)),
  'sum of all': one([12345], (x) => sum(x)),
  'sum of rows': one([123, 345], (x) => sum(x, 1)),
  'sum of columns': one([345, 123], (x) => sum(x, 0)),
  'sum in the middle': one([5, 300, 37], (x) => sum(x, 1)),
  'amax of columns': one([345, 123], (x) => amax(x, 0)),
  'softmax of rows': one([99, 101], (x) => softmax(x, 1)),
  'softmax in the middle': one([9, 31, 23], (x) => softmax(x, 1)),
  'batch norm': one([5, 13, 9, 11], (x) => batchNorm(x, null, null, null, null, { training: true })),
  maxPool2d: one([3, 11, 25, 23], (x) => maxPool2d(x, 3, { stride: 2, padding: 1 })),
  avgPool2d: one([3, 11, 25, 23], (x) => avgPool2d(x, 2)),
  adaptiveAvgPool2d: one([3, 11, 25, 23], (x) => adaptiveAvgPool2d(x, [7, 7])),
  interpolate: one([2, 5, 17, 15], (x) => interpolate(x, { size: [33, 40], mode: 'bilinear' })),
  permute: one([13, 21, 35], (x) => permute(x, [2, 0, 1])),
  pad: one([13, 21, 35], (x) => pad(x, [1, 2, 3, 4], 0.5)),
  cat: two([17, 31, 9], [17, 12, 9], (a, b) => cat([a, b], 1)),
  sort: one([53, 47], (x) => sort(x, 1).values),
  gather: one([53, 47], (x) => gather(x, 1, sort(x.detach(), 1).indices)),
};

/** The bits of the result and of the gradients of a weighted sum of it. */
function bitsOf({ inputs, run }: OpCase): Uint32Array[] {
  return tidy(() => {
    manualSeed(7);
    const leaves = inputs().map((input) => input.requiresGrad_());
    const out = run(...leaves);
    const all: Tensor[] = [out];
    if (out.requiresGrad) {
      const weights = noGrad(() => spread(...out.shape));
      all.push(...grad(out, leaves, weights, { allowUnused: true }).filter((g) => g !== null));
    }
    return all.map((tensor) => new Uint32Array(tensor.dataSync().buffer));
  });
}

const every: [string, OpCase][] = [
  ...Object.entries(large),
  ...Object.entries(opCases).flatMap(([name, cases]) =>
    cases.map((row, i): [string, OpCase] => [`${name}, case ${i}`, row]),
  ),
];

for (const variant of runnableVariants.filter((name) => name.endsWith('shared'))) {
  t.test(`${variant}: the same bits for ${COUNTS.join(', ')} threads`, async (t) => {
    const backend = dividingBackend({}, { variant });
    const wanted = new Map<string, Uint32Array[]>();
    for (const threads of COUNTS) {
      await threadsOn(backend, threads);
      t.equal(backend.info().threads, threads);
      for (const [name, row] of every) {
        const bits = withBackend(backend, () => bitsOf(row));
        const before = wanted.get(name);
        if (before === undefined) wanted.set(name, bits);
        else if (!same(bits, before)) t.fail(`${name}: other bits with ${threads} threads`);
      }
      const { taken } = threadActivity(backend);
      t.equal(taken.length, threads === 1 ? 0 : threads);
      const helped = taken.slice(1).reduce((total, tickets) => total + tickets, 0);
      if (threads > 1) t.ok(helped > 0, `workers computed ${helped} parts, the caller ${taken[0]}`);
    }
    t.equal(wanted.size, every.length);
  });
}

function same(a: readonly Uint32Array[], b: readonly Uint32Array[]): boolean {
  return a.length === b.length && a.every((bits, i) => Buffer.compare(bytes(bits), bytes(b[i])) === 0);
}

function bytes(bits: Uint32Array): Uint8Array {
  return new Uint8Array(bits.buffer);
}

t.teardown(() => setBackend('wasm'));
