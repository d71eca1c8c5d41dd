/**
 * Kernels of convolutions whose threads make P neighbouring pixels of a row, each a target:
 *
 *     target t: row n*OH + oy, column q*O4 + o4: pixel ox = P q + t
 *
 * Where the targets can take turns, they are packed images, finished with bias and ReLU. Else a second kernel joins them, and has those.
 */
import type { Dialect, Program, Size } from '../program.js';
import type { PackedConv } from './packed-conv.js';
import { each, makeProgram, texel, texelsFor } from './source.js';

/** What is done with the sums of a convolution. */
export interface Finish {
  readonly bias: boolean;
  readonly relu: boolean;
  /** How many texels of each target take turns; undefined where there is one target. */
  readonly turns?: number;
}

/** The bias among the arrays of a program, if it takes one. */
export function biasArray({ outChannels }: PackedConv, finish: Finish | null): { bias?: Size } {
  return finish?.bias ? { bias: [texelsFor(outChannels), 1] } : {};
}

/** The statement that reads the bias of the output channels 4 o .. 4 o + 3, for `finished`. */
export function biasRead(dialect: Dialect, finish: Finish | null): string {
  return finish?.bias ? `const b = ${texel(dialect, 'bias', '0', 'o')};` : '';
}

/** A sum with its bias and ReLU; 0 in a channel that is not used. */
export function finished(sum: string, j: number, { outChannels }: PackedConv, { bias, relu }: Finish): string {
  const value = bias ? `${sum} + b[${j}]` : sum;
  const rectified = relu ? `(${value} <= 0 ? 0 : ${value})` : value;
  return outChannels % 4 === 0 ? rectified : `(o * 4 + ${j} < ${outChannels} ? ${rectified} : 0)`;
}

/** The targets, one after the other -> packed images */
export function joinPixelsProgram(dialect: Dialect, d: PackedConv, pixels: number, finish: Finish): Program {
  const o4 = texelsFor(d.outChannels);
  const rows = d.batch * d.outHeight;
  return makeProgram({
    arrays: { x: [Math.ceil(d.outWidth / pixels) * o4, pixels * rows], ...biasArray(d, finish) },
    output: [d.outWidth * o4, rows],
    body: `
      const px = quotient(this.thread.x, ${o4});
      const o = this.thread.x - px * ${o4};
      const q = quotient(px, ${pixels});
      const line = (px - q * ${pixels}) * ${rows} + this.thread.y;
      const v = ${texel(dialect, 'x', 'line', `(q * ${o4} + o)`)};
      ${biasRead(dialect, finish)}
      return [${each((j) => finished(`v[${j}]`, j, d, finish))}];`,
  });
}
