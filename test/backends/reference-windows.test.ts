/** The reference backend's convolution and pooling kernels, against values worked out by hand. */
import t from 'tap';
import { createReferenceBackend } from '../../src/backends/reference/reference-backend.js';
import type { Conv2dDims, Pool2dDims } from '../../src/tensor/backend.js';
import type { Storage } from '../../src/tensor/storage.js';

const backend = createReferenceBackend('float64');

function make(values: readonly number[]): Storage {
  return backend.create(values.length, (host) => host.set(values));
}

function values(x: Storage): number[] {
  return [...backend.readSync(x)];
}

// A 3x3 input, a 2x2 kernel, one of everything.
const conv: Conv2dDims = {
  batch: 1,
  inChannels: 1,
  height: 3,
  width: 3,
  outChannels: 1,
  outHeight: 2,
  outWidth: 2,
  kernelHeight: 2,
  kernelWidth: 2,
  strideHeight: 1,
  strideWidth: 1,
  padHeight: 0,
  padWidth: 0,
  dilationHeight: 1,
  dilationWidth: 1,
  groups: 1,
};
const x = make([1, 2, 3, 4, 5, 6, 7, 8, 9]);
const w = make([1, 10, 100, 1000]);

t.test('conv2d and its gradients, plain', async (t) => {
  t.strictSame(values(backend.conv2d(x, w, make([0.5]), conv)), [5421.5, 6532.5, 8754.5, 9865.5]);
  t.strictSame(values(backend.conv2d(x, w, null, conv)), [5421, 6532, 8754, 9865]);
  const g = make([1, 2, 3, 4]);
  t.strictSame(values(backend.conv2dGradInput(g, w, conv)), [1, 12, 20, 103, 1234, 2040, 300, 3400, 4000]);
  // gradWeight[ky,kx] = sum of g * x shifted by (ky,kx): 1*1 + 2*2 + 3*4 + 4*5 = 37, ...
  t.strictSame(values(backend.conv2dGradWeight(g, x, conv)), [37, 47, 67, 77]);
});

t.test('conv2d and its gradients with stride and padding, different in height and width', async (t) => {
  // rows -1..3 by steps of 2: (-1,0) (1,2); columns -1..4 by steps of 3: (-1,0) (2,3)
  const dims = { ...conv, padHeight: 1, strideHeight: 2, padWidth: 1, strideWidth: 3 };
  t.strictSame(values(backend.conv2d(x, w, null, dims)), [1000, 300, 7040, 906]);
  const g = make([1, 2, 3, 4]);
  t.strictSame(values(backend.conv2dGradInput(g, w, dims)), [1000, 0, 200, 30, 0, 4, 3000, 0, 400]);
  t.strictSame(values(backend.conv2dGradWeight(g, x, dims)), [24, 12, 42, 22]);
});

t.test('conv2d and its gradients with dilation', async (t) => {
  const dims = { ...conv, dilationHeight: 2, dilationWidth: 1, outHeight: 1 };
  t.strictSame(values(backend.conv2d(x, w, null, dims)), [8721, 9832]);
  const g = make([1, 2]);
  t.strictSame(values(backend.conv2dGradInput(g, w, dims)), [1, 12, 20, 0, 0, 0, 100, 1200, 2000]);
  t.strictSame(values(backend.conv2dGradWeight(g, x, dims)), [5, 8, 23, 26]);
});

t.test('conv2d and its gradients with a kernel that is not square, on two channels', async (t) => {
  const dims = { ...conv, inChannels: 2, height: 2, kernelHeight: 1 };
  const input = make([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  t.strictSame(values(backend.conv2d(input, w, null, dims)), [8721, 9832, 12054, 13165]);
  const g = make([1, 2, 3, 4]);
  t.strictSame(values(backend.conv2dGradInput(g, w, dims)), [1, 12, 20, 3, 34, 40, 100, 1200, 2000, 300, 3400, 4000]);
  t.strictSame(values(backend.conv2dGradWeight(g, input, dims)), [37, 47, 97, 107]);
});

t.test('conv2d and its gradients with groups, channels and a batch', async (t) => {
  // 1x1 kernels on 1x1 planes: x [2,4], w [2,2], each output channel seeing its group's two input channels
  const dims: Conv2dDims = {
    ...conv,
    batch: 2,
    inChannels: 4,
    height: 1,
    width: 1,
    outChannels: 2,
    outHeight: 1,
    outWidth: 1,
    kernelHeight: 1,
    kernelWidth: 1,
    groups: 2,
  };
  const input = make([1, 2, 3, 4, 5, 6, 7, 8]);
  const weight = make([1, 10, 100, 1000]);
  t.strictSame(values(backend.conv2d(input, weight, make([0, 1]), dims)), [21, 4301, 65, 8701]);
  const g = make([1, 2, 3, 4]);
  t.strictSame(values(backend.conv2dGradInput(g, weight, dims)), [1, 10, 200, 2000, 3, 30, 400, 4000]);
  t.strictSame(values(backend.conv2dGradWeight(g, input, dims)), [16, 20, 34, 40]);
});

t.test('conv2d with two output channels a group', async (t) => {
  const dims: Conv2dDims = {
    ...conv,
    inChannels: 2,
    height: 1,
    width: 1,
    outChannels: 4,
    outHeight: 1,
    outWidth: 1,
    kernelHeight: 1,
    kernelWidth: 1,
    groups: 2,
  };
  const input = make([3, 5]);
  const weight = make([1, 10, 100, 1000]);
  t.strictSame(values(backend.conv2d(input, weight, null, dims)), [3, 30, 500, 5000]);
  const g = make([1, 2, 3, 4]);
  t.strictSame(values(backend.conv2dGradInput(g, weight, dims)), [21, 4300]);
  t.strictSame(values(backend.conv2dGradWeight(g, input, dims)), [3, 6, 15, 20]);
});

t.test('conv2d sums over nothing', async (t) => {
  const none = { ...conv, batch: 0 };
  t.strictSame(values(backend.conv2d(make([]), w, null, none)), []);
  t.strictSame(values(backend.conv2dGradInput(make([]), w, none)), []);
  t.strictSame(values(backend.conv2dGradWeight(make([]), make([]), none)), [0, 0, 0, 0]);
});

// A 3x4 plane, 2x2 windows.
const pool: Pool2dDims = {
  planes: 1,
  height: 3,
  width: 4,
  outHeight: 2,
  outWidth: 3,
  kernelHeight: 2,
  kernelWidth: 2,
  strideHeight: 1,
  strideWidth: 1,
  padHeight: 0,
  padWidth: 0,
  dilationHeight: 1,
  dilationWidth: 1,
};
const plane = make([1, 5, 2, 0, 5, 4, 3, 9, -1, -2, 8, 7]);

t.test('maxPool2d and its indices: the first of equal ones wins', async (t) => {
  t.strictSame(values(backend.maxPool2d(plane, pool)), [5, 5, 9, 5, 8, 9]);
  t.strictSame(values(backend.maxPool2dIndices(plane, pool)), [1, 1, 7, 4, 10, 7]);
});

t.test('maxPool2d: padding never wins', async (t) => {
  const dims = { ...pool, padHeight: 1, padWidth: 1, strideHeight: 2, strideWidth: 2, outWidth: 3 };
  const negative = make([-1, -5, -2, -8, -5, -4, -3, -9, -1, -2, -8, -Infinity]);
  // windows: {-1} {-5,-2} {-8} / {-5,-1} {-4,-3,-2,-8} {-9,-Infinity}
  t.strictSame(values(backend.maxPool2d(negative, dims)), [-1, -2, -8, -1, -2, -9]);
  t.strictSame(values(backend.maxPool2dIndices(negative, dims)), [0, 2, 3, 8, 9, 7]);
  const lowest = backend.full(12, -Infinity);
  t.strictSame(values(backend.maxPool2dIndices(lowest, dims)), [0, 1, 3, 4, 5, 7], 'the first place inside');
});

t.test('maxPool2d: NaN is the maximum', async (t) => {
  const dims = { ...pool, height: 1, kernelHeight: 1, outHeight: 1, planes: 2 };
  const input = make([NaN, 9, 1, 2, 3, 4, NaN, 5]);
  t.strictSame(values(backend.maxPool2d(input, dims)), [NaN, 9, 2, 4, NaN, NaN]);
  t.strictSame(values(backend.maxPool2dIndices(input, dims)), [0, 1, 3, 1, 2, 2], 'counted from each plane');
});

t.test('maxPool2d with dilation', async (t) => {
  const dims = { ...pool, dilationHeight: 2, dilationWidth: 3, outHeight: 1, outWidth: 1 };
  t.strictSame(values(backend.maxPool2d(plane, dims)), [7]);
  t.strictSame(values(backend.maxPool2dIndices(plane, dims)), [11]);
});

t.test('a window with no place inside has no index', async (t) => {
  // taps at -2 and 2 around a single place 0
  const dims: Pool2dDims = {
    ...pool,
    height: 1,
    width: 1,
    outHeight: 1,
    outWidth: 1,
    kernelHeight: 1,
    dilationWidth: 4,
    padWidth: 2,
  };
  const one = make([3]);
  const indices = backend.maxPool2dIndices(one, dims);
  t.strictSame(values(backend.maxPool2d(one, dims)), [-Infinity]);
  t.strictSame(values(indices), [-1]);
  const places = { rows: 1, size: 1, count: 1 };
  t.strictSame(values(backend.gather(one, indices, places)), [0]);
  t.strictSame(values(backend.scatterAdd(make([5]), indices, places)), [0]);
});

t.test('gather and scatterAdd follow the indices', async (t) => {
  const dims = { rows: 2, size: 4, count: 3 };
  const indices = make([1, 1, 3, 0, 2, 2]);
  const input = make([1, 2, 3, 4, 5, 6, 7, 8]);
  t.strictSame(values(backend.gather(input, indices, dims)), [2, 2, 4, 5, 7, 7]);
  const g = make([1, 10, 100, 2, 20, 200]);
  t.strictSame(values(backend.scatterAdd(g, indices, dims)), [0, 11, 0, 100, 2, 0, 220, 0]);
});

t.test('scatterAdd rounds a sum once', async (t) => {
  const single = createReferenceBackend();
  const dims = { rows: 1, size: 3, count: 3 };
  const g = single.create(3, (host) => host.set([16777216, 1, 1]));
  const indices = single.create(3, (host) => host.fill(1));
  t.strictSame([...single.readSync(single.scatterAdd(g, indices, dims))], [0, 16777218, 0]);
});

t.test('pooling no planes', async (t) => {
  const none = { ...pool, planes: 0 };
  t.strictSame(values(backend.maxPool2d(make([]), none)), []);
  t.strictSame(values(backend.maxPool2dIndices(make([]), none)), []);
  t.strictSame(values(backend.scatterAdd(make([]), make([]), { rows: 0, size: 4, count: 2 })), []);
});
