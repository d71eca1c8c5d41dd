/**
 * Convolution in groups, and its gradients, on flat tensors: one number at a time, as in the formula. A group has so few channels,
 * often one, that packing them by four would leave most of a texel unused.
 */
import type { Conv2dDims } from '../../../tensor/backend.js';
import type { Dialect, Program } from '../program.js';
import { places } from './elementwise.js';
import { checkExact, flatProgram, number, row, texelsFor } from './source.js';

function sizes(d: Conv2dDims) {
  const x = d.batch * d.inChannels * d.height * d.width;
  const y = d.batch * d.outChannels * d.outHeight * d.outWidth;
  const w = (d.outChannels * d.inChannels * d.kernelHeight * d.kernelWidth) / d.groups;
  checkExact(Math.max(x, y, w), 'a convolution in groups');
  return { x, y, w };
}

/** x, w, bias or none -> y */
export function groupedConvProgram(dialect: Dialect, d: Conv2dDims, bias: boolean): Program {
  const [groupIn, groupOut] = [d.inChannels / d.groups, d.outChannels / d.groups];
  const { x, y, w } = sizes(d);
  const line = (j: number) => {
    const { lines, names } = places(`e + ${j}`, `i${j}`, [d.batch, d.outChannels, d.outHeight, d.outWidth]);
    const [n, o, oy, ox] = names;
    return `
      ${lines.join('\n')}
      const from${j} = ${n} * ${d.inChannels} + quotient(${o}, ${groupOut}) * ${groupIn};
      ${bias ? number(dialect, `b${j}`, 'bias', o) : ''}
      let s${j} = ${bias ? `b${j}` : '0'};
      for (let c = 0; c < ${groupIn}; c++) {
        for (let ky = 0; ky < ${d.kernelHeight}; ky++) {
          const y = ${oy} * ${d.strideHeight} - ${d.padHeight} + ky * ${d.dilationHeight};
          if (y >= 0 && y < ${d.height}) {
            for (let kx = 0; kx < ${d.kernelWidth}; kx++) {
              const px = ${ox} * ${d.strideWidth} - ${d.padWidth} + kx * ${d.dilationWidth};
              if (px >= 0 && px < ${d.width}) {
                ${number(dialect, 'v', 'x', `((from${j} + c) * ${d.height} + y) * ${d.width} + px`)}
                ${number(dialect, 'u', 'w', `((${o} * ${groupIn} + c) * ${d.kernelHeight} + ky) * ${d.kernelWidth} + kx`)}
                s${j} += v * u;
              }
            }
          }
        }
      }`;
  };
  return flatProgram({
    arrays: { x: row(texelsFor(x)), w: row(texelsFor(w)), ...(bias && { bias: row(texelsFor(d.outChannels)) }) },
    count: y,
    line,
    value: (j) => (d.relu ? `(s${j} <= 0 ? 0 : s${j})` : `s${j}`),
  });
}

/** g, w -> the gradient of x */
export function groupedGradInputProgram(dialect: Dialect, d: Conv2dDims): Program {
  const [groupIn, groupOut] = [d.inChannels / d.groups, d.outChannels / d.groups];
  const { x, y, w } = sizes(d);
  const line = (j: number) => {
    const { lines, names } = places(`e + ${j}`, `i${j}`, [d.batch, d.inChannels, d.height, d.width]);
    const [n, c, iy, ix] = names;
    return `
      ${lines.join('\n')}
      const group${j} = quotient(${c}, ${groupIn});
      const c${j} = ${c} - group${j} * ${groupIn};
      let s${j} = 0;
      for (let ky = 0; ky < ${d.kernelHeight}; ky++) {
        const fromY = ${iy} + ${d.padHeight} - ky * ${d.dilationHeight};
        const oy = Math.floor((fromY + 0.5) / ${d.strideHeight});
        if (oy * ${d.strideHeight} === fromY && oy >= 0 && oy < ${d.outHeight}) {
          for (let kx = 0; kx < ${d.kernelWidth}; kx++) {
            const fromX = ${ix} + ${d.padWidth} - kx * ${d.dilationWidth};
            const ox = Math.floor((fromX + 0.5) / ${d.strideWidth});
            if (ox * ${d.strideWidth} === fromX && ox >= 0 && ox < ${d.outWidth}) {
              for (let k = 0; k < ${groupOut}; k++) {
                const o = group${j} * ${groupOut} + k;
                ${number(dialect, 'v', 'g', `((${n} * ${d.outChannels} + o) * ${d.outHeight} + oy) * ${d.outWidth} + ox`)}
                ${number(dialect, 'u', 'w', `((o * ${groupIn} + c${j}) * ${d.kernelHeight} + ky) * ${d.kernelWidth} + kx`)}
                s${j} += v * u;
              }
            }
          }
        }
      }`;
  };
  return flatProgram({
    arrays: { g: row(texelsFor(y)), w: row(texelsFor(w)) },
    count: x,
    line,
  });
}

/** g, x -> for each image of the batch the gradient of w: [N, O, C/groups, KH, KW] */
export function groupedGradWeightProgram(dialect: Dialect, d: Conv2dDims): Program {
  const [groupIn, groupOut] = [d.inChannels / d.groups, d.outChannels / d.groups];
  const { x, y, w } = sizes(d);
  checkExact(d.batch * w, 'a convolution in groups');
  const line = (j: number) => {
    const { lines, names } = places(`e + ${j}`, `i${j}`, [
      d.batch,
      d.outChannels,
      groupIn,
      d.kernelHeight,
      d.kernelWidth,
    ]);
    const [n, o, c, ky, kx] = names;
    return `
      ${lines.join('\n')}
      const from${j} = ${n} * ${d.inChannels} + quotient(${o}, ${groupOut}) * ${groupIn} + ${c};
      const to${j} = ${n} * ${d.outChannels} + ${o};
      let s${j} = 0;
      for (let oy = 0; oy < ${d.outHeight}; oy++) {
        const y = oy * ${d.strideHeight} - ${d.padHeight} + ${ky} * ${d.dilationHeight};
        if (y >= 0 && y < ${d.height}) {
          for (let ox = 0; ox < ${d.outWidth}; ox++) {
            const px = ox * ${d.strideWidth} - ${d.padWidth} + ${kx} * ${d.dilationWidth};
            if (px >= 0 && px < ${d.width}) {
              ${number(dialect, 'v', 'x', `(from${j} * ${d.height} + y) * ${d.width} + px`)}
              ${number(dialect, 'u', 'g', `(to${j} * ${d.outHeight} + oy) * ${d.outWidth} + ox`)}
              s${j} += v * u;
            }
          }
        }
      }`;
  };
  return flatProgram({
    arrays: { g: row(texelsFor(y)), x: row(texelsFor(x)) },
    count: d.batch * w,
    line,
  });
}
