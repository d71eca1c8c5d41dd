/**
 * 3x3 convolution of stride 1 by Winograd's algorithm F(4x4, 3x3) (A. Lavin and S. Gray, "Fast Algorithms for Convolutional Neural
 * Networks", 2016): 36 products make 4x4 pixels of the output, where 144 would.
 *
 *     u = G w Gt      v = Bt x B      m = sum over channels of u * v, number by number      y = At m A
 *
 * x are the 6x6 pixels around a tile of 4x4. Polynomials meet at the points 0, -a, a, -b, b and infinity, with a = sqrt(1/2), b = sqrt 2,
 * which round less than the usual 1 and 2. A point of the 36 is (i, j), number 6 j + i. Packed images become
 *
 *     v   row (6 j + i) N TY + n TY + ty,   column tx*C4 + c4:            channels 4 c4 .. + 3 of the tile (ty, tx)
 *     u   row (6 j + i) O4 + o4,            column c4*4 + k:              w(o = 4 o4 + k; c = 4 c4 .. + 3)
 *     m   row (36 t + 6 j + i) Q + q,       column o4:                    tile number t Q + q of all images
 *
 * Targets are the points of a row, j = 0 .. 5, in the first two; for the products, T tiles: a thread reads 4 + T texels for 4 T dot
 * products. In the last kernel they are the four pixels of a row of a tile.
 */
import type { Dialect, Program } from '../program.js';
import { imagesSize } from './images.js';
import type { PackedConv } from './packed-conv.js';
import { biasArray, biasRead, finished, type Finish } from './pixel-targets.js';
import { checkExact, eachLine, literal, makeProgram, results, row, texel, texelsFor } from './source.js';

/** Of a tile. */
export const SIDE = 4;
/** In a row, and targets of the transforms. */
export const POINTS = 6;

type Matrix = readonly (readonly number[])[];

/** The points between 0 and infinity, and their squares. */
const points = [
  [-Math.SQRT1_2, 0.5],
  [Math.SQRT1_2, 0.5],
  [-Math.SQRT2, 2],
  [Math.SQRT2, 2],
] as const;

/** The rows of Bt without what is 0 (see `placesOf`). */
const inputRows: Matrix = [
  [1, -2.5, 1, 0],
  ...points.map(([x, square]) => [-x / square, -1 / square, x, 1]),
  [1, -2.5, 1, 0],
];

/** The rows of G. */
const weightRows: Matrix = [
  [1, 0, 0],
  ...points.map(([x, square]) => {
    const scale = 2 * square * (square - 1 / square);
    return [1 / scale, x / scale, square / scale];
  }),
  [0, 0, 1],
];

/** The rows of At: powers of the points. */
const outputRows: Matrix = [
  [1, ...points.map(() => 1), 0],
  [0, ...points.map(([x]) => x), 0],
  [0, ...points.map(([, square]) => square), 0],
  [0, ...points.map(([x, square]) => x * square), 1],
];

const three = [0, 1, 2];
const four = [0, 1, 2, 3];
const six = [0, 1, 2, 3, 4, 5];

/** The pixels that a row of `inputRows` is about: its last number is that of a fourth one, or 0. */
function placesOf(j: number): readonly number[] {
  if (j === 0) return [0, 2, 4];
  return j === POINTS - 1 ? [1, 3, 5] : [1, 2, 3, 4];
}

/** Tiles down, across, and in all images. */
export function tilesOf({ batch, outHeight, outWidth }: PackedConv): { down: number; across: number; all: number } {
  const [down, across] = [outHeight, outWidth].map((size) => Math.ceil(size / SIDE));
  return { down, across, all: batch * down * across };
}

/** How many texels v, u and m have. */
export function texelsOfSteps(d: PackedConv, tilesPerThread: number): number[] {
  const [c4, o4] = [texelsFor(d.channels), texelsFor(d.outChannels)];
  const { all } = tilesOf(d);
  return [all * c4, o4 * c4 * 4, Math.ceil(all / tilesPerThread) * tilesPerThread * o4].map((n) => POINTS * POINTS * n);
}

/** Statements that name the numbers of one row of a matrix, k0, k1 and so on: of the row that the thread's `index` says. */
function rowNamed(index: string, matrix: Matrix): string {
  const choice = (column: number) =>
    matrix
      .slice(0, -1)
      .map((numbers, i) => `${index} === ${i} ? ${literal(numbers[column])} : `)
      .join('') + literal(matrix[matrix.length - 1][column]);
  return matrix[0].map((_, column) => `const k${column} = ${choice(column)};`).join('\n');
}

/** A sum of products with numbers that are known; those of 0 are left out. */
function combination(factors: readonly number[], terms: readonly string[]): string {
  return factors
    .flatMap((factor, i) => (factor === 0 ? [] : [factor === 1 ? terms[i] : `${factor} * ${terms[i]}`]))
    .join(' + ')
    .replaceAll('+ -', '- ');
}

/** x packed -> v */
export function winogradInputProgram(dialect: Dialect, d: PackedConv): Program {
  const c4 = texelsFor(d.channels);
  const { down, across } = tilesOf(d);
  const rows = d.batch * down;
  const sum = (k: number, e: number) => `s${k}_${e}`;
  const guard = (at: string, size: number) => `${at} >= 0 && ${at} < ${size}`;
  const pixels = (r: number) =>
    six
      .map((k) => {
        const read = `const v${r}_${k} = ${texel(dialect, 'x', '0', `(at${r} + ${k * c4})`)};`;
        const sums = eachLine((e) => `${sum(k, e)} += k${r} * v${r}_${k}[${e}];`);
        return `if (${guard(`left + ${k}`, d.width)}) { ${read} ${sums} }`;
      })
      .join('\n');
  const line = (r: number) => `
    const y${r} = top + ${r} * step;
    if (${r === 3 ? 'step === 1 && ' : ''}${guard(`y${r}`, d.height)}) {
      const at${r} = ((n * ${d.height} + y${r}) * ${d.width} + left) * ${c4} + c;
      ${pixels(r)}
    }`;
  const result = (j: number, e: number) => {
    const places = placesOf(j);
    return combination(
      inputRows[j].slice(0, places.length),
      places.map((k) => sum(k, e)),
    );
  };
  const [width, height] = imagesSize(d);
  checkExact(width * height, 'the texels of a convolution of this batch');
  return makeProgram({
    arrays: { x: row(width * height) },
    output: [across * c4, POINTS * rows],
    targets: POINTS,
    body: `
      const tx = quotient(this.thread.x, ${c4});
      const c = this.thread.x - tx * ${c4};
      const i = quotient(this.thread.y, ${rows});
      const place = this.thread.y - i * ${rows};
      const n = quotient(place, ${down});
      const step = i === 0 || i === ${POINTS - 1} ? 2 : 1;
      const top = (place - n * ${down}) * ${SIDE} - ${d.padHeight} + (i === 0 ? 0 : 1);
      const left = tx * ${SIDE} - ${d.padWidth};
      ${rowNamed('i', inputRows)}
      ${six.map((k) => eachLine((e) => `let ${sum(k, e)} = 0;`)).join('\n')}
      ${four.map(line).join('\n')}
      ${results(POINTS, result)}`,
  });
}

/** The packed weights of a direct convolution -> u */
export function winogradWeightsProgram(dialect: Dialect, channels: number, outChannels: number): Program {
  const [c4, o4] = [texelsFor(channels), texelsFor(outChannels)];
  const read = (ky: number, kx: number) => {
    const name = `w${ky}_${kx}`;
    const column = `(c * 36 + ${(ky * 3 + kx) * 4} + channel)`;
    return `const ${name} = ${texel(dialect, 'w', 'o', column)};`;
  };
  const down = (kx: number, e: number) => three.map((ky) => `k${ky} * w${ky}_${kx}[${e}]`).join(' + ');
  const result = (j: number, e: number) =>
    combination(
      weightRows[j],
      three.map((kx) => `t${kx}_${e}`),
    );
  return makeProgram({
    arrays: { w: [c4 * 36, o4] },
    output: [c4 * 4, POINTS * o4],
    targets: POINTS,
    body: `
      const c = Math.floor(this.thread.x / 4);
      const channel = this.thread.x - c * 4;
      const i = quotient(this.thread.y, ${o4});
      const o = this.thread.y - i * ${o4};
      ${rowNamed('i', weightRows)}
      ${three.flatMap((ky) => three.map((kx) => read(ky, kx))).join('\n')}
      ${three.map((kx) => eachLine((e) => `const t${kx}_${e} = ${down(kx, e)};`)).join('\n')}
      ${results(POINTS, result)}`,
  });
}

/** v, u -> m */
export function winogradProductsProgram(dialect: Dialect, d: PackedConv, tilesPerThread: number): Program {
  const [c4, o4] = [texelsFor(d.channels), texelsFor(d.outChannels)];
  const { all } = tilesOf(d);
  const groups = Math.ceil(all / tilesPerThread);
  const tiles = Array.from({ length: tilesPerThread }, (_, t) => t);
  const dot = (t: number, k: number) => four.map((i) => `v${t}[${i}] * w${k}[${i}]`).join(' + ');
  return makeProgram({
    arrays: { v: row(POINTS * POINTS * all * c4), u: row(POINTS * POINTS * o4 * c4 * 4) },
    output: [o4, POINTS * POINTS * groups],
    targets: tilesPerThread,
    body: `
      const o = this.thread.x;
      const p = quotient(this.thread.y, ${groups});
      const q = this.thread.y - p * ${groups};
      const from = (p * ${all} + q) * ${c4};
      const fromWeight = (p * ${o4} + o) * ${c4 * 4};
      ${tiles.map((t) => eachLine((k) => `let s${t}_${k} = 0;`)).join('\n')}
      for (let c = 0; c < ${c4}; c++) {
        const at = from + c;
        const atWeight = fromWeight + c * 4;
        ${tiles.map((t) => `const v${t} = ${texel(dialect, 'v', '0', `(at + ${t * groups * c4})`)};`).join('\n')}
        ${four.map((k) => `const w${k} = ${texel(dialect, 'u', '0', `(atWeight + ${k})`)};`).join('\n')}
        ${tiles.map((t) => eachLine((k) => `s${t}_${k} += ${dot(t, k)};`)).join('\n')}
      }
      ${results(tilesPerThread, (t, k) => `s${t}_${k}`)}`,
  });
}

/** m -> packed images; `finish` is that of `convProgram` */
export function winogradOutputProgram(
  dialect: Dialect,
  d: PackedConv,
  tilesPerThread: number,
  finish: Finish | null,
): Program {
  const o4 = texelsFor(d.outChannels);
  const { down, across, all } = tilesOf(d);
  const groups = Math.ceil(all / tilesPerThread);
  const term = (i: number, j: number) => {
    const name = `m${i}_${j}`;
    const read = `const ${name} = ${texel(dialect, 'm', '0', `(from + ${(j * POINTS + i) * groups * o4})`)};`;
    return `${read} ${eachLine((e) => `t${j}_${e} += k${i} * ${name}[${e}];`)}`;
  };
  const terms = (i: number) => {
    const text = six.map((j) => term(i, j)).join('\n');
    if (i === 0) return `if (r === 0) { ${text} }`;
    return i === POINTS - 1 ? `if (r === ${SIDE - 1}) { ${text} }` : text;
  };
  const pixel = (s: number, e: number) =>
    combination(
      outputRows[s],
      six.map((j) => `t${j}_${e}`),
    );
  const result = (s: number, e: number) => (finish ? finished(`y${s}_${e}`, e, d, finish) : `y${s}_${e}`);
  return makeProgram({
    arrays: { m: row(tilesPerThread * POINTS * POINTS * groups * o4), ...biasArray(d, finish) },
    output: [across * o4, d.batch * d.outHeight],
    targets: SIDE,
    turns: finish?.turns,
    body: `
      const tx = quotient(this.thread.x, ${o4});
      const o = this.thread.x - tx * ${o4};
      const n = quotient(this.thread.y, ${d.outHeight});
      const y = this.thread.y - n * ${d.outHeight};
      const ty = Math.floor(y / ${SIDE});
      const r = y - ty * ${SIDE};
      const tile = (n * ${down} + ty) * ${across} + tx;
      const t = quotient(tile, ${groups});
      const from = (t * ${POINTS * POINTS * groups} + tile - t * ${groups}) * ${o4} + o;
      ${rowNamed('r', outputRows)}
      ${six.map((j) => eachLine((e) => `let t${j}_${e} = 0;`)).join('\n')}
      ${six.map(terms).join('\n')}
      ${four.map((s) => eachLine((e) => `const y${s}_${e} = ${pixel(s, e)};`)).join('\n')}
      ${biasRead(dialect, finish)}
      ${results(SIDE, result)}`,
  });
}
