/**
 * conv2d, ReLU and linear as the plainest GPU.js kernels, each compared with the engine's own op.
 *
 *     npm run gpu-conv2d
 *
 * In Node the kernels run as JavaScript, unless GPU.js finds headless GL; bundled into a page they run on WebGL.
 *
 * A GPU.js kernel is a small function that computes ONE number of the output. GPU.js translates it to a shader, and the
 * graphics card runs it for all numbers of the output at the same time; `this.thread` says which number a run is for.
 * That is all there is to know: a convolution is the sum that a loop would have in its middle, without the outer loops.
 *
 * The kernels are strings. GPU.js takes functions as well, and reads their text by `toString()`; but in a minified bundle
 * that is another text. esbuild, for one, joins `let sum = 1; const row = this.thread.x - 1;` into one declaration, of a
 * number and an integer, which GPU.js refuses for WebGL ("Unhandled declaration"). No tool touches a string.
 */
import { conv2d, linear, manualSeed, randn, relu, tensor, type Tensor } from 'backlight';
import * as gpujs from 'gpu.js';
import { GPU, type GPUInternalMode, type GPUMode } from 'gpu.js';

/** x [N*C][H][W], weight [O*C][kH][kW], bias [O] -> output [N*O][oH][oW]: GPU.js has three dimensions, so two share one. */
const CONV2D = `function conv2d(x, weight, bias) {
  const o = this.thread.z % this.constants.outChannels;
  const n = Math.floor((this.thread.z + 0.5) / this.constants.outChannels); // + 0.5: a GPU may divide 6 / 3 to 1.9999999
  let sum = bias[o];
  for (let c = 0; c < this.constants.inChannels; c++) {
    for (let u = 0; u < this.constants.kernelHeight; u++) {
      for (let v = 0; v < this.constants.kernelWidth; v++) {
        const row = this.thread.y * this.constants.stride + u - this.constants.padding;
        const column = this.thread.x * this.constants.stride + v - this.constants.padding;
        if (row >= 0 && row < this.constants.height && column >= 0 && column < this.constants.width) {
          sum += x[n * this.constants.inChannels + c][row][column] * weight[o * this.constants.inChannels + c][u][v];
        }
      }
    }
  }
  return sum;
}`;

/** x [rows][columns] -> the same. Math.max(x, 0) would lose NaN on a GPU. */
const RELU = `function relu(x) {
  const value = x[this.thread.y][this.thread.x];
  return value < 0 ? 0 : value;
}`;

/** x [N][in], weight [out][in], bias [out] -> output [N][out] */
const LINEAR = `function linear(x, weight, bias) {
  let sum = bias[this.thread.x];
  for (let k = 0; k < this.constants.inFeatures; k++) {
    sum += x[this.thread.y][k] * weight[this.thread.x][k];
  }
  return sum;
}`;

/*
 * What the kernels in src/backends/gpu/kernels/ change, and what it brings
 * ------------------------------------------------------------------------
 * A GPU keeps an array as a texture, whose elements (texels) are four numbers: red, green, blue, alpha. GPU.js fills them
 * with consecutive numbers. So for each x[..][..][..] the shader computes a flat index from three, splits it into a texel's
 * column and row and one of the four channels, fetches four numbers, and throws three away. CONV2D does that twice for one
 * multiplication: it hardly spends its time on arithmetic.
 *
 * 1. The window is unrolled. The source is generated for each shape, a line for each place of the window, with sizes as
 *    literals; only places that can lie outside of the picture are tested.
 * 2. Channels are packed by four. A texel of x is four channels of one pixel, a texel of the weights the same four input
 *    channels for one output channel. An index is a texel's column and row at once, all four numbers are used, and a
 *    thread returns four output channels, so that a texel of x is fetched once for them.
 * 3. A thread computes four neighbouring pixels of those four channels. Their windows overlap, so a texel of x serves up to
 *    three of them, and a texel of the weights all four. A kernel returns at most four numbers; createKernelMap gives it
 *    four textures to write at once (WebGL's draw buffers), one for each pixel.
 *
 * For a window of 3x3 and four input channels, those sixteen numbers are 576 multiplications. CONV2D needs 1,152 fetches for
 * them, step 2 needs 180, and step 3 needs 54: 18 texels of x (3 rows, 6 columns) and 36 of the weights.
 *
 *     conv2d, 64 to 64 channels, 56x56, 3x3       times as fast as CONV2D
 *     unrolled (1)                                 1.5
 *     packed (1, 2)                               19
 *     four pixels a thread (1, 2, 3)              47
 *
 * (Medians of 7 rounds, all in turn in one page, by a software adapter: Chromium's SwiftShader. With arguments that are
 * textures on the device already, CONV2D itself is 1.8 times as fast. A graphics card has other ratios.)
 *
 * 4. Results stay on the device (`pipeline: true`) until somebody asks for the numbers. Here each op uploads its input and
 *    reads its output back, and compiles its kernel anew.
 */

export interface PlainConv2dOptions {
  readonly stride?: number;
  readonly padding?: number;
}

/** What a kernel computed, and the class of GPU.js's kernel that did: `WebGL2Kernel` on a GPU, `CPUKernel` without. */
export interface Computed {
  readonly out: Tensor;
  readonly kernel: string;
}

/** x [N,C,H,W], weight [O,C,kH,kW], bias [O] -> [N,O,oH,oW] */
export function plainConv2d(
  gpu: GPU,
  x: Tensor,
  weight: Tensor,
  bias: Tensor,
  { stride = 1, padding = 0 }: PlainConv2dOptions = {},
): Computed {
  const [batch, inChannels, height, width] = x.shape;
  const [outChannels, , kernelHeight, kernelWidth] = weight.shape;
  const outHeight = Math.floor((height + 2 * padding - kernelHeight) / stride) + 1;
  const outWidth = Math.floor((width + 2 * padding - kernelWidth) / stride) + 1;
  const sizes = { inChannels, height, width, outChannels, kernelHeight, kernelWidth, stride, padding };
  const output = [outWidth, outHeight, batch * outChannels]; // in the order x, y, z: the last dimension comes first
  const args = [planesOf(x), planesOf(weight), bias.dataSync()];
  const { values, kernel } = run(gpu, CONV2D, output, sizes, ...args);
  return { out: tensor(values, { shape: [batch, outChannels, outHeight, outWidth] }), kernel };
}

/** x of any shape -> the same shape */
export function plainRelu(gpu: GPU, x: Tensor): Computed {
  const rows = rowsOf(x);
  const { values, kernel } = run(gpu, RELU, [rows[0].length, rows.length], {}, rows);
  return { out: tensor(values, { shape: x.shape }), kernel };
}

/** x [N,in], weight [out,in], bias [out] -> [N,out] */
export function plainLinear(gpu: GPU, x: Tensor, weight: Tensor, bias: Tensor): Computed {
  const [batch, inFeatures] = x.shape;
  const [outFeatures] = weight.shape;
  const args = [rowsOf(x), rowsOf(weight), bias.dataSync()];
  const { values, kernel } = run(gpu, LINEAR, [outFeatures, batch], { inFeatures }, ...args);
  return { out: tensor(values, { shape: [batch, outFeatures] }), kernel };
}

/** Compiles a kernel, runs it for each number of the output ([width, height] or [width, height, depth]) and destroys it. */
function run(
  gpu: GPU,
  source: string,
  output: number[],
  constants: Record<string, number>,
  ...args: (Float32Array | Float32Array[] | Float32Array[][])[]
): { values: Float32Array; kernel: string } {
  const kernel = gpu.createKernel(source, {
    output,
    constants, // literals in the shader, so that loops up to them have a fixed length
    precision: 'single', // float32, not the bytes of a picture
    tactic: 'precision', // without it small arrays are read at low precision
  });
  const rows = (kernel(...args) as Float32Array[] | Float32Array[][]).flat();
  const values = new Float32Array(rows.length * output[0]);
  rows.forEach((row, i) => values.set(row, i * output[0]));
  const { constructor } = kernel.kernel; // asked for after the run: GPU.js falls back to the CPU where a GPU refuses
  kernel.destroy();
  // the name of the export, because a minifier renames classes
  const name = Object.entries(gpujs).find(([, value]) => value === constructor)?.[0];
  return { values, kernel: name ?? constructor.name };
}

/** x of any shape as rows: x[y][x]. */
function rowsOf(x: Tensor): Float32Array[] {
  const values = x.dataSync();
  const width = x.shape[x.ndim - 1];
  return Array.from({ length: values.length / width }, (_, y) => values.subarray(y * width, (y + 1) * width));
}

/** [A,B,H,W] as A*B planes of rows: x[z][y][x]. */
function planesOf(x: Tensor): Float32Array[][] {
  const rows = rowsOf(x);
  const height = x.shape[x.ndim - 2];
  return Array.from({ length: rows.length / height }, (_, z) => rows.slice(z * height, (z + 1) * height));
}

/** On the GPU where GPU.js finds WebGL, else in its CPU mode, which runs the same kernels as JavaScript. */
export function openGpu(mode?: GPUMode | GPUInternalMode): GPU {
  const found = GPU.isWebGL2Supported || GPU.isHeadlessGLSupported;
  return new GPU({ mode: mode ?? (found ? 'gpu' : 'cpu') });
}

/** Throws where |a-b| > 1e-5 max|b| + 1e-4 |b|; returns the largest |a-b|. */
export function compare(name: string, a: Tensor, b: Tensor): number {
  const [got, expected] = [a.dataSync(), b.dataSync()];
  const largest = expected.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  return expected.reduce((worst, value, i) => {
    const error = Math.abs(got[i] - value);
    if (error <= 1e-5 * largest + 1e-4 * Math.abs(value)) return Math.max(worst, error);
    throw new Error(`${name}: expected ${value} at ${i}, got ${got[i]}`);
  }, 0);
}

/** The name of the graphics card, or of the software that stands in for one. */
function adapter({ context }: GPU): string {
  const names = context?.getExtension('WEBGL_debug_renderer_info');
  return context && names ? String(context.getParameter(names.UNMASKED_RENDERER_WEBGL)) : 'no name known';
}

export async function main(log: (line: string) => void = console.log): Promise<void> {
  manualSeed(0);
  const gpu = openGpu();
  const report = (name: string, { out, kernel }: Computed, expected: Tensor): Tensor => {
    const error = compare(name, out, expected);
    log(`${name}: [${out.shape.join(', ')}] by ${kernel}, at most ${error.toExponential(1)} from the engine`);
    return out;
  };

  const x = randn([2, 3, 13, 11]);
  const [weight, bias] = [randn([8, 3, 3, 3]), randn([8])];
  const window = { stride: 2, padding: 1 };
  const maps = report('conv2d', plainConv2d(gpu, x, weight, bias, window), conv2d(x, weight, bias, window));
  const active = report('relu', plainRelu(gpu, maps), relu(maps));
  const features = active.reshape([2, -1]);
  const [rows, offsets] = [randn([10, features.shape[1]]), randn([10])];
  report('linear', plainLinear(gpu, features, rows, offsets), linear(features, rows, offsets));

  log(gpu.context ? `adapter: ${adapter(gpu)}` : 'no GPU that GPU.js can use: the kernels ran as plain JavaScript');
  await gpu.destroy();
}

// as a program or in a page; not where a test imports the functions
const program = typeof process === 'undefined' ? undefined : process.argv[1];
if (program === undefined || program.endsWith('gpu-conv2d.js')) await main();
