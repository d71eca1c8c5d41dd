/** The plain kernels of examples/gpu-conv2d.ts, in GPU.js's CPU mode, against the engine's ops. */
import t, { type Test } from 'tap';
import {
  compare,
  main,
  openGpu,
  plainConv2d,
  plainLinear,
  plainRelu,
  type Computed,
  type PlainConv2dOptions,
} from '../examples/gpu-conv2d.js';
import { conv2d, linear, manualSeed, randn, relu, tensor, type Tensor } from 'backlight';
import { expectClose } from '../src/testing/index.js';

const tolerance = { ofLargest: 1e-5, ofValue: 1e-4 };
const gpu = openGpu('cpu');
t.teardown(() => gpu.destroy());

/** The examples import the built package, whose tensors are not of the class that src/ knows. */
const valuesOf = (x: Tensor) => ({ shape: x.shape, data: x.dataSync() });

function agrees(t: Test, name: string, { out, kernel }: Computed, expected: Tensor): void {
  t.doesNotThrow(() => expectClose(valuesOf(out), valuesOf(expected), { tolerance, name }), name);
  t.equal(kernel, 'CPUKernel', 'and it says what ran');
}

type Shape4 = readonly [number, number, number, number];
const windows: [x: Shape4, weight: Shape4, options: PlainConv2dOptions][] = [
  [[1, 1, 1, 1], [1, 1, 1, 1], {}],
  [[2, 3, 7, 5], [4, 3, 3, 3], {}],
  [[1, 5, 8, 8], [7, 5, 3, 3], { padding: 1 }],
  [[2, 3, 13, 11], [8, 3, 3, 3], { stride: 2, padding: 1 }],
  [[1, 3, 9, 8], [5, 3, 3, 2], { stride: 2, padding: 1 }],
  [[3, 2, 6, 11], [3, 2, 5, 1], { stride: 3, padding: 2 }],
  [[1, 4, 3, 3], [2, 4, 7, 7], { padding: 3 }],
];

t.test('conv2d, with strides, padding and odd sizes', (t) => {
  manualSeed(0);
  for (const [shape, weightShape, options] of windows) {
    const [x, weight, bias] = [randn(shape), randn(weightShape), randn([weightShape[0]])];
    const name = `conv2d of [${shape}] by [${weightShape}], ${JSON.stringify(options)}`;
    agrees(t, name, plainConv2d(gpu, x, weight, bias, options), conv2d(x, weight, bias, options));
  }
  t.end();
});

t.test('relu of any number of dimensions, NaN and infinities included', (t) => {
  manualSeed(0);
  for (const shape of [[1], [7], [3, 5], [2, 3, 5, 7]]) {
    const x = randn(shape);
    agrees(t, `relu of [${shape}]`, plainRelu(gpu, x), relu(x));
  }
  const special = tensor([NaN, Infinity, -Infinity, 0, -1e-40]);
  agrees(t, 'relu of special values', plainRelu(gpu, special), relu(special));
  t.end();
});

t.test('linear, with more features than a loop of unknown length may have', (t) => {
  manualSeed(0);
  for (const [batch, inFeatures, outFeatures] of [
    [1, 1, 1],
    [3, 7, 5],
    [33, 40, 64],
    [2, 3001, 10],
  ]) {
    const [x, weight, bias] = [randn([batch, inFeatures]), randn([outFeatures, inFeatures]), randn([outFeatures])];
    const name = `linear of ${batch} times ${inFeatures} to ${outFeatures} features`;
    agrees(t, name, plainLinear(gpu, x, weight, bias), linear(x, weight, bias));
  }
  t.end();
});

t.test('the program reports each op, and notices a wrong number', async (t) => {
  const lines: string[] = [];
  await main((line) => lines.push(line));
  t.match(lines, [
    /^conv2d: \[2, 8, 7, 6\] by \w+Kernel,/,
    /^relu: .* by \w+Kernel,/,
    /^linear: \[2, 10\] by \w+Kernel,/,
  ]);
  t.match(lines[3], /^(?:adapter: |no GPU that GPU\.js can use)/, 'and where they ran');
  t.equal(lines.length, 4);

  t.equal(compare('same', tensor([1, -2]), tensor([1, -2])), 0);
  t.throws(() => compare('off', tensor([1, -2.1]), tensor([1, -2])), { message: /^off: expected -2 at 1, got -2\.09/ });
  t.throws(() => compare('lost', tensor([NaN, 1]), tensor([0, 1])), { message: /^lost: expected 0 at 0, got NaN/ });
});
