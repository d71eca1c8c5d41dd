/**
 * Convolution on packed images: every texel read holds four channels of one pixel, every texel written four output channels.
 *
 *     x        row n*H + y,   column px*C4 + c4:               x(4 c4 .. 4 c4 + 3) at (y, px)
 *     weights  row o4,        column ((c4*KH + ky)*KW + kx)*4 + j:  w(o = 4 o4 + j; c = 4 c4 .. 4 c4 + 3) at tap (ky, kx)
 *     y        row n*OH + oy, column ox*O4 + o4
 *
 * Rows and columns of x and of the weights are joined beforehand, so that a step of the innermost loop adds a literal to an index.
 *
 * Where a thread can have several targets, it computes P neighbouring pixels, up to eight: with 3x3 taps it reads 3 (P + 2) texels
 * of x and 36 of the weights for 36 P dot products, where one pixel alone reads 9 and 36 for 36. Each is a target (see pixel-targets.ts).
 *
 * The input gradient of stride 1 is the same kernel with flipped and transposed weights.
 */
import type { Dialect, Program } from '../program.js';
import type { PackedConv } from './packed-conv.js';
import { biasArray, biasRead, finished, type Finish } from './pixel-targets.js';
import { checkExact, eachLine, makeProgram, results, row, texel, texelsFor } from './source.js';

/** The most neighbouring pixels that a thread computes. */
const MOST_PIXELS = 8;

/** Taps up to which a window is written out whole; larger ones are written out row by row. */
const MOST_TAPS = 9;

/**
 * How many neighbouring pixels a thread computes: the more, the fewer texels are read for each, but the last thread of a row may compute
 * some in vain. Counted in texels read, a dot product as a quarter of one.
 */
export function pixelsPerThread(d: PackedConv, mostTargets: number): number {
  const counts = Array.from({ length: Math.min(MOST_PIXELS, mostTargets, d.outWidth) }, (_, i) => i + 1);
  return counts.reduce((best, pixels) => (costOfRow(d, pixels) < costOfRow(d, best) ? pixels : best), 1);
}

/** What a row of the output takes, for each group of four channels of the input and of the output. */
export function costOfRow({ outWidth, kernelHeight, kernelWidth }: PackedConv, pixels: number): number {
  const taps = kernelHeight * kernelWidth;
  const reads = kernelHeight * (pixels + kernelWidth - 1) + 4 * taps;
  return Math.ceil(outWidth / pixels) * (reads + taps * pixels);
}

/**
 * x, weights -> packed images
 * @param finish what is done with the sums; null: nothing, and the result is what `joinPixelsProgram` takes
 */
export function convProgram(dialect: Dialect, d: PackedConv, pixels: number, finish: Finish | null): Program {
  const [c4, o4] = [texelsFor(d.channels), texelsFor(d.outChannels)];
  const taps = d.kernelHeight * d.kernelWidth;
  const xTexels = c4 * d.width * d.height * d.batch;
  checkExact(xTexels, 'the texels of a convolution of this batch');
  const targets = Array.from({ length: pixels }, (_, t) => t);
  const columns = Math.ceil(d.outWidth / pixels);
  const sum = (t: number, j: number) => `s${t}_${j}`;
  const result = (t: number, j: number) => (finish ? finished(sum(t, j), j, d, finish) : sum(t, j));
  return makeProgram({
    arrays: { x: row(xTexels), w: row(c4 * taps * 4 * o4), ...biasArray(d, finish) },
    output: [columns * o4, d.batch * d.outHeight],
    targets: pixels,
    turns: finish?.turns,
    body: `
      const q = quotient(this.thread.x, ${o4});
      const o = this.thread.x - q * ${o4};
      const n = quotient(this.thread.y, ${d.outHeight});
      const top = (this.thread.y - n * ${d.outHeight}) * ${d.strideHeight} - ${d.padHeight};
      const left = q * ${pixels * d.strideWidth} - ${d.padWidth};
      const first = ((n * ${d.height} + top) * ${d.width} + left) * ${c4};
      const firstWeight = o * ${c4 * taps * 4};
      ${targets.map((t) => eachLine((j) => `let ${sum(t, j)} = 0;`)).join('\n')}
      for (let c = 0; c < ${c4}; c++) {
        const at = first + c;
        const atWeight = firstWeight + c * ${taps * 4};
        ${window(dialect, d, targets, sum)}
      }
      ${biasRead(dialect, finish)}
      ${results(pixels, result)}`,
  });
}

/** The products of one group of four input channels. */
function window(
  dialect: Dialect,
  d: PackedConv,
  targets: readonly number[],
  sum: (t: number, j: number) => string,
): string {
  if (d.kernelHeight * d.kernelWidth <= MOST_TAPS) {
    return Array.from({ length: d.kernelHeight }, (_, ky) => windowRow(dialect, d, targets, sum, ky)).join('\n');
  }
  return `for (let ky = 0; ky < ${d.kernelHeight}; ky++) { ${windowRow(dialect, d, targets, sum, 'ky')} }`;
}

function windowRow(
  dialect: Dialect,
  d: PackedConv,
  targets: readonly number[],
  sum: (t: number, j: number) => string,
  ky: number | 'ky',
): string {
  const c4 = texelsFor(d.channels);
  const name = `${ky}_`;
  const offset = (t: number, kx: number) => t * d.strideWidth + kx * d.dilationWidth;
  const taps = Array.from({ length: d.kernelWidth }, (_, kx) => kx);
  const offsets = [...new Set(targets.flatMap((t) => taps.map((kx) => offset(t, kx))))].sort((a, b) => a - b);
  const down = typeof ky === 'number' ? String(ky * d.dilationHeight) : `ky * ${d.dilationHeight}`;
  const pixels = offsets.map((at) => {
    const place =
      typeof ky === 'number'
        ? String((ky * d.dilationHeight * d.width + at) * c4)
        : `${down} * ${d.width * c4} + ${at * c4}`;
    const read = texel(dialect, 'x', '0', `(at + ${place})`);
    const guard = columnGuard(d, at, targets.length);
    if (guard === '') return `const v${name}${at} = ${read};`;
    return `let v${name}${at} = [0, 0, 0, 0]; if (${guard}) { v${name}${at} = ${read}; }`;
  });
  const products = taps.map((kx) => {
    const lines = [0, 1, 2, 3].map((j) => {
      const w = `w${name}${kx}_${j}`;
      const sums = targets.map((t) => {
        const v = `v${name}${offset(t, kx)}`;
        const dot = [0, 1, 2, 3]
          .filter((i) => i < d.channels)
          .map((i) => `${v}[${i}] * ${w}[${i}]`)
          .join(' + ');
        return `${sum(t, j)} += ${dot};`;
      });
      const place = (row: number) => (row * d.kernelWidth + kx) * 4 + j;
      const index = typeof ky === 'number' ? String(place(ky)) : `ky * ${d.kernelWidth * 4} + ${place(0)}`;
      const read = texel(dialect, 'w', '0', `(atWeight + ${index})`);
      return `const ${w} = ${read}; ${sums.join(' ')}`;
    });
    return lines.join('\n');
  });
  const text = [...pixels, ...products].join('\n');
  const guard = rowGuard(d, typeof ky === 'number' ? ky : null, down);
  return guard === '' ? text : `if (${guard}) { ${text} }`;
}

/** The condition under which a row of the window lies inside the image; empty where it always does. */
function rowGuard(d: PackedConv, ky: number | null, down: string): string {
  const [least, most] = [ky ?? 0, ky ?? d.kernelHeight - 1].map((k) => k * d.dilationHeight);
  const bottom = (d.outHeight - 1) * d.strideHeight - d.padHeight;
  const parts = [];
  if (least < d.padHeight) parts.push(`top + ${down} >= 0`);
  if (bottom + most >= d.height) parts.push(`top + ${down} < ${d.height}`);
  return parts.join(' && ');
}

/** The same for a column. */
function columnGuard(d: PackedConv, at: number, pixels: number): string {
  const right = (Math.ceil(d.outWidth / pixels) - 1) * pixels * d.strideWidth - d.padWidth;
  const parts = [];
  if (at < d.padWidth) parts.push(`left + ${at} >= 0`);
  if (right + at >= d.width) parts.push(`left + ${at} < ${d.width}`);
  return parts.join(' && ');
}
