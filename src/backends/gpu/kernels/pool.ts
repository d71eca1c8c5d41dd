/**
 * Maximum pooling on packed images, four channels at once: the first place inside a window to begin with, replaced by each later one
 * that is greater or NaN. And its gradient, for which each pixel looks at the windows that it lies in.
 *
 *     places hold y*W + x of each maximum, packed like the maxima
 */
import type { Pool2dDims } from '../../../tensor/backend.js';
import type { Dialect, Program } from '../program.js';
import { imagesSize } from './images.js';
import { each, eachLine, makeProgram, texel, texelsFor } from './source.js';

/** Planes as images of so many channels. */
export interface Planes {
  readonly batch: number;
  readonly channels: number;
}

/** x packed -> the maxima, or their places */
export function maxPoolProgram(
  dialect: Dialect,
  d: Pool2dDims,
  { batch, channels }: Planes,
  wanted: 'maxima' | 'places',
): Program {
  const c4 = texelsFor(channels);
  const results = wanted === 'maxima' ? (j: number) => `m${j}` : (j: number) => `at${j}`;
  const none = wanted === 'maxima' ? '-inf' : '-1';
  const value = (j: number) => {
    const result = `(at${j} < 0 ? ${none} : ${results(j)})`;
    return channels % 4 === 0 ? result : `(c * 4 + ${j} < ${channels} ? ${result} : 0)`;
  };
  return makeProgram({
    arrays: { x: imagesSize({ batch, channels, height: d.height, width: d.width }) },
    output: imagesSize({ batch, channels, height: d.outHeight, width: d.outWidth }),
    body: `
      const px = quotient(this.thread.x, ${c4});
      const c = this.thread.x - px * ${c4};
      const n = quotient(this.thread.y, ${d.outHeight});
      const top = (this.thread.y - n * ${d.outHeight}) * ${d.strideHeight} - ${d.padHeight};
      const left = px * ${d.strideWidth} - ${d.padWidth};
      ${eachLine((j) => `let m${j} = -inf; let at${j} = -1;`)}
      for (let ky = 0; ky < ${d.kernelHeight}; ky++) {
        const y = top + ky * ${d.dilationHeight};
        if (y >= 0 && y < ${d.height}) {
          for (let kx = 0; kx < ${d.kernelWidth}; kx++) {
            const column = left + kx * ${d.dilationWidth};
            if (column >= 0 && column < ${d.width}) {
              const v = ${texel(dialect, 'x', `(n * ${d.height} + y)`, `(column * ${c4} + c)`)};
              const at = y * ${d.width} + column;
              ${eachLine((j) => `if (v[${j}] > m${j} || isNan(v[${j}]) > 0 || at${j} < 0) { m${j} = v[${j}]; at${j} = at; }`)}
            }
          }
        }
      }
      return [${each(value)}];`,
  });
}

/** g packed and the places of its windows' maxima -> the sum, for each pixel, of the g of the windows whose maximum it is */
export function maxPoolGradProgram(dialect: Dialect, d: Pool2dDims, { batch, channels }: Planes): Program {
  const c4 = texelsFor(channels);
  const size = imagesSize({ batch, channels, height: d.outHeight, width: d.outWidth });
  const read = (array: string) => texel(dialect, array, `(n * ${d.outHeight} + oy)`, `(ox * ${c4} + c)`);
  return makeProgram({
    arrays: { g: size, places: size },
    output: imagesSize({ batch, channels, height: d.height, width: d.width }),
    body: `
      const px = quotient(this.thread.x, ${c4});
      const c = this.thread.x - px * ${c4};
      const n = quotient(this.thread.y, ${d.height});
      const y = this.thread.y - n * ${d.height};
      const at = y * ${d.width} + px;
      ${eachLine((j) => `let s${j} = 0;`)}
      for (let ky = 0; ky < ${d.kernelHeight}; ky++) {
        const fromY = y + ${d.padHeight} - ky * ${d.dilationHeight};
        const oy = Math.floor((fromY + 0.5) / ${d.strideHeight});
        if (oy * ${d.strideHeight} === fromY && oy >= 0 && oy < ${d.outHeight}) {
          for (let kx = 0; kx < ${d.kernelWidth}; kx++) {
            const fromX = px + ${d.padWidth} - kx * ${d.dilationWidth};
            const ox = Math.floor((fromX + 0.5) / ${d.strideWidth});
            if (ox * ${d.strideWidth} === fromX && ox >= 0 && ox < ${d.outWidth}) {
              const h = ${read('g')};
              const k = ${read('places')};
              ${eachLine((j) => `if (k[${j}] === at) { s${j} += h[${j}]; }`)}
            }
          }
        }
      }
      return [${each((j) => `s${j}`)}];`,
  });
}
