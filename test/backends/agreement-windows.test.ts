/**
 * Matrix products, convolutions and pooling of the backend under test against the reference backend, over seeded random
 * shapes.
 */
import t, { type Test } from 'tap';
import { configure } from '../../src/backends/configure.js';
import { createReferenceBackend } from '../../src/backends/reference/reference-backend.js';
import type { Conv2dDims, MatmulDims, Pool2dDims } from '../../src/tensor/backend.js';
import { Agreement, Seeded } from './seeded.js';
import { freshCandidate, nothingAlive } from './under-test.js';

const reference = createReferenceBackend();
const candidate = freshCandidate();
const agreement = new Agreement(reference, candidate);

t.test('matmul, transposed or not, alone and in batches', async (t) => {
  const sizes = [
    [1, 1, 1],
    [1, 5, 1],
    [3, 1, 7],
    [2, 3, 4],
    [4, 4, 8],
    [5, 8, 12],
    [7, 13, 9],
    [16, 16, 16],
    [1, 1000, 33],
    [33, 129, 1],
    [37, 70, 53],
    [130, 257, 97],
    [65, 600, 65],
    [0, 3, 4],
    [3, 0, 4],
    [3, 4, 0],
  ];
  for (const [m, k, n] of sizes) {
    for (const [transposeA, transposeB] of [
      [false, false],
      [false, true],
      [true, false],
      [true, true],
    ]) {
      for (const [batch, shareA, shareB] of [
        [1, false, false],
        [3, false, false],
        [2, true, false],
        [2, false, true],
      ] as const) {
        const seeded = new Seeded(m * 1000 + n);
        const dims: MatmulDims = {
          batch,
          m,
          k,
          n,
          transposeA,
          transposeB,
          aBatchStride: shareA ? 0 : m * k,
          bBatchStride: shareB ? 0 : k * n,
        };
        const a = seeded.numbers((shareA ? 1 : batch) * m * k);
        const b = seeded.numbers((shareB ? 1 : batch) * k * n);
        agreement.check(t, JSON.stringify(dims), [a, b], (on, [x, y]) => on.matmul(x, y, dims));
      }
    }
  }
});

/** Places of a window of `taps` in `size` places with padding, from one end to the other. */
function outputs(size: number, taps: number, stride: number, pad: number, dilation: number): number {
  return Math.floor((size + 2 * pad - dilation * (taps - 1) - 1) / stride) + 1;
}

type ConvSpec = Omit<Conv2dDims, 'outHeight' | 'outWidth'>;

function withOutputs(spec: ConvSpec): Conv2dDims {
  return {
    ...spec,
    outHeight: outputs(spec.height, spec.kernelHeight, spec.strideHeight, spec.padHeight, spec.dilationHeight),
    outWidth: outputs(spec.width, spec.kernelWidth, spec.strideWidth, spec.padWidth, spec.dilationWidth),
  };
}

/** A square convolution: kernel, stride, padding, dilation alike in both directions. */
function square(
  [batch, inChannels, height, width]: readonly number[],
  outChannels: number,
  kernel: number,
  { stride = 1, pad = 0, dilation = 1, groups = 1 } = {},
): Conv2dDims {
  return withOutputs({
    batch,
    inChannels,
    height,
    width,
    outChannels,
    kernelHeight: kernel,
    kernelWidth: kernel,
    strideHeight: stride,
    strideWidth: stride,
    padHeight: pad,
    padWidth: pad,
    dilationHeight: dilation,
    dilationWidth: dilation,
    groups,
  });
}

function checkConv(t: Test, dims: Conv2dDims, seed: number): void {
  const seeded = new Seeded(seed);
  const { batch, inChannels, outChannels, groups } = dims;
  const x = seeded.numbers(batch * inChannels * dims.height * dims.width);
  const w = seeded.numbers(outChannels * (inChannels / groups) * dims.kernelHeight * dims.kernelWidth);
  const bias = seeded.numbers(outChannels);
  const g = seeded.numbers(batch * outChannels * dims.outHeight * dims.outWidth);
  const name = JSON.stringify(Object.values(dims));
  agreement.check(t, `conv2d ${name}`, [x, w, bias], (on, [a, b, c]) => on.conv2d(a, b, c, dims));
  agreement.check(t, `conv2d without bias ${name}`, [x, w], (on, [a, b]) => on.conv2d(a, b, null, dims));
  agreement.check(t, `conv2dGradInput ${name}`, [g, w], (on, [a, b]) => on.conv2dGradInput(a, b, dims));
  agreement.check(t, `conv2dGradWeight ${name}`, [g, x], (on, [a, b]) => on.conv2dGradWeight(a, b, dims));
}

t.test('conv2d and its gradients, the usual kinds', async (t) => {
  const cases = [
    square([1, 3, 33, 31], 17, 3, { pad: 1 }),
    square([2, 16, 14, 14], 20, 3, { pad: 1 }),
    square([1, 64, 14, 14], 64, 3, { pad: 1 }),
    square([1, 17, 30, 31], 33, 3, { pad: 1 }),
    square([1, 8, 56, 57], 9, 3, { pad: 1 }),
    square([1, 5, 10, 10], 6, 3),
    square([1, 5, 4, 4], 6, 3),
    square([1, 5, 3, 3], 6, 3),
    square([1, 5, 1, 1], 6, 3, { pad: 1 }),
    square([1, 5, 9, 8], 6, 3, { pad: 2 }),
    square([1, 5, 9, 8], 6, 3, { pad: 2, dilation: 2 }),
    square([1, 8, 15, 15], 8, 3, { pad: 1, stride: 2 }),
    square([1, 3, 45, 47], 16, 7, { pad: 3, stride: 2 }),
    square([1, 3, 47, 47], 13, 11, { pad: 2, stride: 4 }),
    square([2, 37, 13, 11], 41, 1),
    square([1, 64, 20, 20], 32, 1),
    square([1, 6, 9, 9], 10, 1, { stride: 2 }),
    square([1, 6, 5, 5], 4, 1, { pad: 1 }),
    square([1, 4, 12, 12], 7, 5, { pad: 2 }),
    square([2, 12, 9, 11], 12, 3, { pad: 1, groups: 12 }),
    square([1, 6, 9, 11], 12, 3, { pad: 1, groups: 6, stride: 2 }),
    square([1, 12, 9, 11], 9, 3, { pad: 1, groups: 3 }),
    square([1, 20, 7, 7], 33, 7),
    square([1, 5, 3, 3], 2, 1, { stride: 5 }),
    // more than 256 rows of im2col, without the shortcut for 3x3 kernels
    square([1, 20, 19, 21], 13, 5, { pad: 2 }),
    square([1, 40, 17, 17], 21, 3, { pad: 1, stride: 2 }),
    square([1, 300, 9, 10], 26, 1),
    // many images of few places
    square([37, 9, 3, 2], 11, 3, { pad: 1 }),
    square([70, 5, 1, 1], 6, 1),
    square([19, 4, 5, 5], 5, 2, { stride: 3 }),
    // 3x3 kernels on tiles that are cut off, batched, grouped, with every padding
    square([3, 9, 17, 23], 11, 3, { pad: 1 }),
    square([2, 16, 21, 10], 26, 3),
    square([1, 12, 13, 18], 9, 3, { pad: 2 }),
    square([1, 12, 13, 18], 9, 3, { pad: 3 }),
    square([2, 30, 16, 15], 20, 3, { pad: 1, groups: 2 }),
    square([1, 130, 28, 28], 70, 3, { pad: 1 }),
    { ...square([1, 10, 14, 15], 10, 3), padWidth: 2, outWidth: 17 },
    square([0, 4, 6, 6], 5, 3, { pad: 1 }),
    square([2, 0, 6, 6], 5, 3, { pad: 1 }),
    square([1, 3, 6, 6], 0, 3, { pad: 1 }),
    square([1, 3, 0, 4], 5, 1, { pad: 1 }),
    // on the GPU, tiles of Winograd's algorithm: seven for eight threads, widths that are no multiple of four, two images
    square([2, 64, 9, 12], 32, 3, { pad: 1 }),
    square([1, 32, 28, 28], 64, 3, { pad: 1 }),
    square([1, 40, 18, 6], 36, 3, { pad: 2 }),
    square([3, 33, 5, 31], 50, 3),
    // on WebGL, eight pixels of a thread in turns: one copy each, several, for two images, and too many groups of channels for that
    square([1, 3, 8, 8], 16, 3, { pad: 1 }),
    square([1, 3, 20, 16], 8, 3, { pad: 1 }),
    square([2, 6, 11, 24], 4, 3, { pad: 1 }),
    square([1, 3, 4, 8], 64, 3, { pad: 1 }),
  ];
  for (const convolution of ['auto', 'direct'] as const) {
    t.test(convolution, async (t) => {
      t.teardown(() => configure({ convolution: 'auto' }));
      configure({ convolution });
      for (const [i, dims] of cases.entries()) checkConv(t, dims, 100 + i);
    });
  }
});

t.test('conv2d and its gradients, random mixes', async (t) => {
  const seeded = new Seeded(21);
  for (let i = 0; i < 120; i++) {
    const groups = seeded.pick([1, 1, 2, 3]);
    const axis = (): { size: number; kernel: number; stride: number; pad: number; dilation: number } => {
      const kernel = seeded.integer(1, 5);
      const dilation = seeded.integer(1, 3);
      const pad = seeded.integer(0, 3);
      const least = Math.max(1, dilation * (kernel - 1) + 1 - 2 * pad);
      return { size: seeded.integer(least, least + 13), kernel, stride: seeded.integer(1, 4), pad, dilation };
    };
    const [y, x] = [axis(), axis()];
    const dims = withOutputs({
      batch: seeded.integer(1, 3),
      inChannels: groups * seeded.integer(1, 6),
      height: y.size,
      width: x.size,
      outChannels: groups * seeded.integer(1, 9),
      kernelHeight: y.kernel,
      kernelWidth: x.kernel,
      strideHeight: y.stride,
      strideWidth: x.stride,
      padHeight: y.pad,
      padWidth: x.pad,
      dilationHeight: y.dilation,
      dilationWidth: x.dilation,
      groups,
    });
    checkConv(t, dims, 1000 + i);
  }
});

function checkPool(t: Test, dims: Pool2dDims, seed: number): void {
  const seeded = new Seeded(seed);
  const size = dims.planes * dims.height * dims.width;
  const name = JSON.stringify(Object.values(dims));
  const cases = {
    plain: seeded.numbers(size),
    ties: seeded.ties(size),
    odd: seeded.odd(size, [NaN, -Infinity, Infinity]),
  };
  for (const [kind, x] of Object.entries(cases)) {
    agreement.check(t, `maxPool2d ${name} ${kind}`, [x], (on, [s]) => on.maxPool2d(s, dims), { exact: true });
    agreement.check(t, `indices ${name} ${kind}`, [x], (on, [s]) => on.maxPool2dIndices(s, dims), { exact: true });
    const indices = Float32Array.from(agreement.run(reference, [x], (on, [s]) => on.maxPool2dIndices(s, dims)));
    const places = {
      rows: dims.planes,
      size: dims.height * dims.width,
      count: dims.outHeight * dims.outWidth,
    };
    agreement.check(t, `gather ${name} ${kind}`, [x, indices], (on, [s, at]) => on.gather(s, at, places), {
      exact: true,
    });
    const g = seeded.numbers(indices.length);
    agreement.check(t, `scatterAdd ${name} ${kind}`, [g, indices], (on, [s, at]) => on.scatterAdd(s, at, places));
  }
}

t.test('pooling, the usual kinds', async (t) => {
  const make = (shape: readonly number[], kernel: number, stride: number, pad = 0, dilation = 1): Pool2dDims => {
    const [planes, height, width] = shape;
    return {
      planes,
      height,
      width,
      outHeight: outputs(height, kernel, stride, pad, dilation),
      outWidth: outputs(width, kernel, stride, pad, dilation),
      kernelHeight: kernel,
      kernelWidth: kernel,
      strideHeight: stride,
      strideWidth: stride,
      padHeight: pad,
      padWidth: pad,
      dilationHeight: dilation,
      dilationWidth: dilation,
    };
  };
  const cases = [
    make([3, 8, 8], 2, 2),
    make([5, 28, 30], 2, 2),
    make([2, 9, 11], 2, 2),
    make([4, 15, 13], 3, 2),
    make([4, 16, 16], 3, 2, 1),
    make([1, 7, 7], 3, 1, 1),
    make([2, 6, 5], 1, 1),
    make([2, 9, 9], 2, 3),
    make([2, 9, 9], 3, 1, 0, 2),
    { ...make([3, 6, 8], 3, 2), outHeight: 3, outWidth: 4 },
    make([0, 4, 4], 2, 2),
  ];
  for (const [i, dims] of cases.entries()) checkPool(t, dims, 300 + i);
});

t.test('pooling, random mixes', async (t) => {
  const seeded = new Seeded(31);
  for (let i = 0; i < 80; i++) {
    const axis = (): { size: number; kernel: number; stride: number; pad: number; dilation: number; out: number } => {
      const kernel = seeded.integer(1, 4);
      const dilation = seeded.integer(1, 2);
      const pad = seeded.integer(0, Math.floor(kernel / 2));
      const size = seeded.integer(dilation * (kernel - 1) + 1, 16);
      const stride = seeded.integer(1, 4);
      const out = outputs(size, kernel, stride, pad, dilation);
      // One window more, as when sizes are rounded up, if it still begins inside.
      return {
        size,
        kernel,
        stride,
        pad,
        dilation,
        out: out * stride - pad < size && seeded.chance(0.5) ? out + 1 : out,
      };
    };
    const [y, x] = [axis(), axis()];
    const dims: Pool2dDims = {
      planes: seeded.integer(1, 7),
      height: y.size,
      width: x.size,
      outHeight: y.out,
      outWidth: x.out,
      kernelHeight: y.kernel,
      kernelWidth: x.kernel,
      strideHeight: y.stride,
      strideWidth: x.stride,
      padHeight: y.pad,
      padWidth: x.pad,
      dilationHeight: y.dilation,
      dilationWidth: x.dilation,
    };
    checkPool(t, dims, 2000 + i);
  }
});

t.test('nothing stays allocated', async (t) => {
  t.match(candidate.info(), nothingAlive);
});
