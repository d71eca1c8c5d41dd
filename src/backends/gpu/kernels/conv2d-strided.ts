/**
 * The input gradient of a convolution whose stride is not 1, on packed images: each input pixel looks for the outputs that it was
 * part of. The weights are those of convOfGradient (see packed-conv.ts), so their taps count from the other end.
 *
 *     gx(n,c,y,x) = sum over o,ky,kx of g(n,o,oy,ox) w(o,c,ky,kx),   oy = (y + pad - ky dilation) / stride, where that is whole
 */
import type { Dialect, Program } from '../program.js';
import { imagesSize } from './images.js';
import { outputImages, type PackedConv } from './packed-conv.js';
import { each, eachLine, makeProgram, texel, texelsFor } from './source.js';

/** g packed, turned weights -> packed [N,C,H,W] */
export function stridedGradInputProgram(dialect: Dialect, d: PackedConv): Program {
  const [c4, o4] = [texelsFor(d.channels), texelsFor(d.outChannels)];
  const taps = d.kernelHeight * d.kernelWidth;
  const product = (j: number) => {
    const w = texel(dialect, 'w', 'c', `((o * ${taps} + tap) * 4 + ${j})`);
    return `const w${j} = ${w}; s${j} += ${[0, 1, 2, 3].map((i) => `v[${i}] * w${j}[${i}]`).join(' + ')};`;
  };
  const value = (j: number) => (d.channels % 4 === 0 ? `s${j}` : `(c * 4 + ${j} < ${d.channels} ? s${j} : 0)`);
  return makeProgram({
    arrays: { g: imagesSize(outputImages(d)), w: [o4 * taps * 4, c4] },
    output: imagesSize(d),
    body: `
      const px = quotient(this.thread.x, ${c4});
      const c = this.thread.x - px * ${c4};
      const n = quotient(this.thread.y, ${d.height});
      const y = this.thread.y - n * ${d.height};
      ${eachLine((j) => `let s${j} = 0;`)}
      for (let ky = 0; ky < ${d.kernelHeight}; ky++) {
        const fromY = y + ${d.padHeight} - ky * ${d.dilationHeight};
        const oy = Math.floor((fromY + 0.5) / ${d.strideHeight});
        if (oy * ${d.strideHeight} === fromY && oy >= 0 && oy < ${d.outHeight}) {
          for (let kx = 0; kx < ${d.kernelWidth}; kx++) {
            const fromX = px + ${d.padWidth} - kx * ${d.dilationWidth};
            const ox = Math.floor((fromX + 0.5) / ${d.strideWidth});
            if (ox * ${d.strideWidth} === fromX && ox >= 0 && ox < ${d.outWidth}) {
              const tap = ${taps - 1} - ky * ${d.kernelWidth} - kx;
              for (let o = 0; o < ${o4}; o++) {
                const v = ${texel(dialect, 'g', `(n * ${d.outHeight} + oy)`, `(ox * ${o4} + o)`)};
                ${eachLine(product)}
              }
            }
          }
        }
      }
      return [${each(value)}];`,
  });
}
