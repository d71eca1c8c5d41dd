/**
 * The weights of a convolution between [O,C,KH,KW] and the form that kernels read (see conv2d.ts), and their gradient.
 *
 * The gradient: a thread has one tap, four input and four output channels, 16 sums, and goes over a slice of the rows of all images:
 *
 *     gw(o,c,ky,kx) = sum over n,oy,ox of g(n,o,oy,ox) x(n,c,y,x)
 *
 *     target j: row slice*O4 + o4, column (c4*KH + ky)*KW + kx: o = 4 o4 + j; c = 4 c4 .. 4 c4 + 3
 *
 * A second kernel adds up the slices.
 */
import type { Dialect, Program, Size } from '../program.js';
import { imagesSize, type PackedConv } from './conv2d.js';
import { checkExact, each, eachLine, makeProgram, number, row, texel, texelsFor } from './source.js';

/** Threads that are enough for any device, and the most pixels that one should go over. */
const ENOUGH_THREADS = 4096;
const MOST_PIXELS = 4096;

type Weights = Pick<PackedConv, 'channels' | 'outChannels' | 'kernelHeight' | 'kernelWidth'>;

/** flat [O,C,KH,KW] -> the weights of the convolution; turned, those of the convolution that makes the input's gradient */
export function packWeightsProgram(dialect: Dialect, d: Weights, turned: boolean): Program {
  const taps = d.kernelHeight * d.kernelWidth;
  checkExact(d.outChannels * d.channels * taps, 'the weights of a convolution');
  const [inner, outer] = turned ? [d.outChannels, d.channels] : [d.channels, d.outChannels];
  // row r has output channels, column (i4*taps + k)*4 + j; each texel four input channels
  const place = (i: number) => {
    const [o, c] = turned ? [`(i4 * 4 + ${i})`, 'to'] : ['to', `(i4 * 4 + ${i})`];
    return `(${o} * ${d.channels} + ${c}) * ${taps} + ${turned ? `${taps - 1} - k` : 'k'}`;
  };
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

/** How many slices the rows of all images are divided into for the gradient. */
export function slices(d: PackedConv): number {
  const threads = d.kernelHeight * d.kernelWidth * texelsFor(d.channels) * texelsFor(d.outChannels);
  const rows = d.batch * d.outHeight;
  const wanted = Math.max(ENOUGH_THREADS / threads, (rows * d.outWidth) / MOST_PIXELS);
  return Math.min(Math.max(Math.ceil(wanted), 1), rows);
}

/** The size of one target. */
export function weightSumsSize(d: PackedConv, outRows: number): Size {
  return [d.kernelHeight * d.kernelWidth * texelsFor(d.channels), outRows * slices(d)];
}

/** x, g packed -> the sums of all slices, in four targets or, where there is one, with a row for each output channel */
export function gradWeightProgram(dialect: Dialect, d: PackedConv, manyTargets: boolean): Program {
  const [c4, o4] = [texelsFor(d.channels), texelsFor(d.outChannels)];
  const outRows = manyTargets ? o4 : o4 * 4;
  const rows = d.batch * d.outHeight;
  const length = Math.ceil(rows / slices(d));
  const parts = manyTargets ? [0, 1, 2, 3] : [0];
  const sums = (j: number) => each((i) => `s${j}_${i}`);
  return makeProgram({
    arrays: {
      x: imagesSize(d.batch, d.channels, d.height, d.width),
      g: imagesSize(d.batch, d.outChannels, d.outHeight, d.outWidth),
    },
    output: weightSumsSize(d, outRows),
    targets: parts.length,
    body: `
      const cy = quotient(this.thread.x, ${d.kernelWidth});
      const kx = this.thread.x - cy * ${d.kernelWidth};
      const c = quotient(cy, ${d.kernelHeight});
      const ky = cy - c * ${d.kernelHeight};
      const slice = quotient(this.thread.y, ${outRows});
      const channel = this.thread.y - slice * ${outRows};
      const o = ${manyTargets ? 'channel' : 'Math.floor(channel / 4)'};
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
              const h = ${texel(dialect, 'g', 'line', `(px * ${o4} + o)`)};
              ${manyTargets ? '' : 'const h0 = component(h, channel - o * 4);'}
              ${parts.map((j) => eachLine((i) => `s${j}_${i} += ${manyTargets ? `h[${j}]` : 'h0'} * v[${i}];`)).join('\n')}
            }
          }
        }
      }
      ${parts
        .slice(1)
        .map((j) => `target${j}(${sums(j)});`)
        .join('\n')}
      return [${sums(0)}];`,
  });
}

/** The sums of all slices -> flat [O,C,KH,KW] */
export function joinWeightsProgram(dialect: Dialect, d: PackedConv, manyTargets: boolean): Program {
  const taps = d.kernelHeight * d.kernelWidth;
  const o4 = texelsFor(d.outChannels);
  const outRows = manyTargets ? o4 : o4 * 4;
  const count = slices(d);
  checkExact(d.outChannels * d.channels * taps, 'the weights of a convolution');
  const read = (array: string, j: number) => texel(dialect, array, `(slice * ${outRows} + o4${j})`, `column${j}`);
  const output = (j: number) => `
    const q${j} = quotient(e + ${j}, ${taps});
    const k${j} = e + ${j} - q${j} * ${taps};
    const o${j} = quotient(q${j}, ${d.channels});
    const c${j} = q${j} - o${j} * ${d.channels};
    const c4${j} = Math.floor(c${j} / 4);
    const i${j} = c${j} - 4 * c4${j};
    const column${j} = c4${j} * ${taps} + k${j};
    const o4${j} = ${manyTargets ? `Math.floor(o${j} / 4)` : `o${j}`};
    const t${j} = ${manyTargets ? `o${j} - 4 * o4${j}` : '0'};
    let s${j} = 0;
    for (let slice = 0; slice < ${count}; slice++) {
      let v = ${read('x0', j)};
      ${manyTargets ? [1, 2, 3].map((t) => `if (t${j} === ${t}) { v = ${read(`x${t}`, j)}; }`).join('\n') : ''}
      s${j} += component(v, i${j});
    }`;
  const size = weightSumsSize(d, outRows);
  return makeProgram({
    arrays: manyTargets ? { x0: size, x1: size, x2: size, x3: size } : { x0: size },
    output: row(texelsFor(d.outChannels * d.channels * taps)),
    body: `
      const e = this.thread.x * 4;
      ${eachLine(output)}
      return [${each((j) => `s${j}`)}];`,
  });
}
