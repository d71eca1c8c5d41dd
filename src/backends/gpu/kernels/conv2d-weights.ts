/**
 * The weights of a convolution between [O,C,KH,KW] and the form that kernels read (see conv2d.ts), and their gradient.
 *
 * The gradient: a thread has one tap, four input channels and as many output channels as it has targets, and goes over a slice of the rows
 * of all images:
 *
 *     gw(o,c,ky,kx) = sum over n,oy,ox of g(n,o,oy,ox) x(n,c,y,x)
 *
 *     target j of T: row slice*(O/T) + b, column (c4*KH + ky)*KW + kx: o = b T + j; c = 4 c4 .. 4 c4 + 3
 *
 * A second kernel adds up the slices.
 */
import type { Dialect, Program, Size } from '../program.js';
import { imagesSize } from './images.js';
import { outputImages, type PackedConv } from './packed-conv.js';
import {
  checkExact,
  each,
  eachLine,
  flatProgram,
  makeProgram,
  number,
  results,
  row,
  texel,
  texelsFor,
} from './source.js';

/** Threads that are enough for any device, and the most pixels that one should go over. */
const ENOUGH_THREADS = 4096;
const MOST_PIXELS = 4096;

type Weights = Pick<PackedConv, 'channels' | 'outChannels' | 'kernelHeight' | 'kernelWidth'>;

/**
 * flat [O,C,KH,KW] -> the weights of the convolution `d` as its kernel reads them
 * @param turned whether `d` makes the input's gradient: then flat is [C,O,KH,KW], and its taps are read in reverse
 */
export function packWeightsProgram(dialect: Dialect, d: Weights, turned: boolean): Program {
  const taps = d.kernelHeight * d.kernelWidth;
  checkExact(d.outChannels * d.channels * taps, 'the weights of a convolution');
  const [inner, outer] = [d.channels, d.outChannels];
  // row r has output channels, column (i4*taps + k)*4 + j; each texel four input channels
  const place = (i: number) =>
    turned
      ? `((i4 * 4 + ${i}) * ${outer} + to) * ${taps} + ${taps - 1} - k`
      : `(to * ${inner} + i4 * 4 + ${i}) * ${taps} + k`;
  return makeProgram({
    arrays: { x: row(texelsFor(d.outChannels * d.channels * taps)) },
    output: [texelsFor(inner) * taps * 4, texelsFor(outer)],
    body: `
      const q = Math.floor(this.thread.x / 4);
      const to = this.thread.y * 4 + this.thread.x - q * 4;
      const i4 = quotient(q, ${taps});
      const k = q - i4 * ${taps};
      ${eachLine((i) => `const inside${i} = i4 * 4 + ${i} < ${inner} && to < ${outer} ? 1 : 0;`)}
      ${eachLine((i) => number(dialect, `v${i}`, 'x', `inside${i} * (${place(i)})`))}
      return [${each((i) => `(inside${i} > 0 ? v${i} : 0)`)}];`,
  });
}

/** How many output channels a thread has: a multiple of the four of a texel, or one. */
export function channelsPerThread({ outChannels }: PackedConv, mostTargets: number): number {
  if (mostTargets < 4) return 1;
  return mostTargets >= 8 && texelsFor(outChannels) % 2 === 0 ? 8 : 4;
}

/** The blocks of output channels, one for each thread of a tap. */
function blocksOf(d: PackedConv, targets: number): number {
  return (texelsFor(d.outChannels) * 4) / targets;
}

/** How many slices the rows of all images are divided into for the gradient. */
function slicesOf(d: PackedConv, targets: number): number {
  const threads = d.kernelHeight * d.kernelWidth * texelsFor(d.channels) * blocksOf(d, targets);
  const rows = d.batch * d.outHeight;
  const wanted = Math.max(ENOUGH_THREADS / threads, (rows * d.outWidth) / MOST_PIXELS);
  return Math.min(Math.max(Math.ceil(wanted), 1), rows);
}

/** The size of one target. */
function sumsSize(d: PackedConv, targets: number): Size {
  return [d.kernelHeight * d.kernelWidth * texelsFor(d.channels), blocksOf(d, targets) * slicesOf(d, targets)];
}

/** x, g packed -> the sums of all slices */
export function gradWeightProgram(dialect: Dialect, d: PackedConv, targets: number): Program {
  const [c4, o4] = [texelsFor(d.channels), texelsFor(d.outChannels)];
  const blocks = blocksOf(d, targets);
  const rows = d.batch * d.outHeight;
  const length = Math.ceil(rows / slicesOf(d, targets));
  const parts = Array.from({ length: targets }, (_, j) => j);
  const texels = Array.from({ length: Math.ceil(targets / 4) }, (_, i) => i);
  const factor = (j: number) => (targets === 1 ? 'alone' : `h${j >> 2}[${j & 3}]`);
  const firstTexel = targets === 1 ? 'Math.floor(block / 4)' : `block * ${targets / 4}`;
  return makeProgram({
    arrays: { x: imagesSize(d), g: imagesSize(outputImages(d)) },
    output: sumsSize(d, targets),
    targets,
    body: `
      const cy = quotient(this.thread.x, ${d.kernelWidth});
      const kx = this.thread.x - cy * ${d.kernelWidth};
      const c = quotient(cy, ${d.kernelHeight});
      const ky = cy - c * ${d.kernelHeight};
      const slice = quotient(this.thread.y, ${blocks});
      const block = this.thread.y - slice * ${blocks};
      const o = ${firstTexel};
      const left = kx * ${d.dilationWidth} - ${d.padWidth};
      ${parts.map((j) => eachLine((i) => `let s${j}_${i} = 0;`)).join('\n')}
      for (let r = 0; r < ${length}; r++) {
        const line = slice * ${length} + r;
        const n = quotient(line, ${d.outHeight});
        const y = (line - n * ${d.outHeight}) * ${d.strideHeight} + ky * ${d.dilationHeight} - ${d.padHeight};
        if (line < ${rows} && y >= 0 && y < ${d.height}) {
          const from = n * ${d.height} + y;
          for (let px = 0; px < ${d.outWidth}; px++) {
            const column = px * ${d.strideWidth} + left;
            if (column >= 0 && column < ${d.width}) {
              const v = ${texel(dialect, 'x', 'from', `(column * ${c4} + c)`)};
              ${texels.map((i) => `const h${i} = ${texel(dialect, 'g', 'line', `(px * ${o4} + o + ${i})`)};`).join('\n')}
              ${targets === 1 ? 'const alone = component(h0, block - o * 4);' : ''}
              ${parts.map((j) => eachLine((i) => `s${j}_${i} += ${factor(j)} * v[${i}];`)).join('\n')}
            }
          }
        }
      }
      ${results(targets, (j, i) => `s${j}_${i}`)}`,
  });
}

/** The sums of all slices -> flat [O,C,KH,KW] */
export function joinWeightsProgram(dialect: Dialect, d: PackedConv, targets: number): Program {
  const taps = d.kernelHeight * d.kernelWidth;
  const blocks = blocksOf(d, targets);
  const [columns, rows] = sumsSize(d, targets);
  checkExact(d.outChannels * d.channels * taps, 'the weights of a convolution');
  const line = (j: number) => `
    const q${j} = quotient(e + ${j}, ${taps});
    const k${j} = e + ${j} - q${j} * ${taps};
    const o${j} = quotient(q${j}, ${d.channels});
    const c${j} = q${j} - o${j} * ${d.channels};
    const c4${j} = Math.floor(c${j} / 4);
    const i${j} = c${j} - 4 * c4${j};
    const column${j} = c4${j} * ${taps} + k${j};
    const block${j} = quotient(o${j}, ${targets});
    const from${j} = (o${j} - ${targets} * block${j}) * ${rows} + block${j};
    let s${j} = 0;
    for (let slice = 0; slice < ${slicesOf(d, targets)}; slice++) {
      const v = ${texel(dialect, 'x', `(from${j} + slice * ${blocks})`, `column${j}`)};
      s${j} += component(v, i${j});
    }`;
  return flatProgram({
    arrays: { x: [columns, targets * rows] },
    count: d.outChannels * d.channels * taps,
    line,
  });
}
