/**
 * Matrix products of rows of whole texels (see ../gpu-storage.ts). A thread makes four neighbouring numbers of a row, and of four rows
 * where it may have four targets: of four texels of A and four of B it makes 64 products.
 *
 *     B transposed, [n,k]:   y(m, 4q + j)    = sum over k4 of A(m, k4) . B(4q + j, k4)             dot products of texels
 *     B as it is,   [k,n]:   y(m, 4q .. + 3) = sum over k of A(m, k) B(k, q)                       B's texels times a number
 *     A transposed, [k,m]:   the same, with four rows of the product from one texel A(k, m4)
 *
 *     target t: row 4*i + t of each block of four rows
 *
 * A long k is cut into slices, one after the other among the rows; `reduce` adds them up.
 */
import type { MatmulDims } from '../../../tensor/backend.js';
import type { Dialect, Program } from '../program.js';
import { each, eachLine, makeProgram, results, texel, texelsFor } from './source.js';

export interface Product extends Omit<MatmulDims, 'aBatchStride' | 'bBatchStride' | 'skipZeros'> {
  /** Whether the whole batch uses one A, or one B. */
  readonly oneA: boolean;
  readonly oneB: boolean;
  readonly slices: number;
  /** Rows of the product that a thread makes: 1, or 4 in as many targets. */
  readonly rows: number;
}

/** @param turns how many texels of the targets take turns; undefined: none */
export function productProgram(dialect: Dialect, p: Product, turns?: number): Program {
  const targets = Array.from({ length: p.rows }, (_, t) => t);
  const blocks = Math.ceil(p.m / p.rows);
  const n4 = texelsFor(p.n);
  // the sizes in which k is counted: texels where it runs along the rows of A or B, numbers where it runs down both
  const byTexels = !(p.transposeA && !p.transposeB);
  const steps = Math.ceil((byTexels ? texelsFor(p.k) : p.k) / p.slices);
  const limit = byTexels ? texelsFor(p.k) : p.k;
  const aBatch = p.oneA ? '0' : `item * ${p.transposeA ? p.k : p.m}`;
  const bBatch = p.oneB ? '0' : `item * ${p.transposeB ? p.n : p.k}`;
  // numbers beyond the last column stay 0, for products along the rows that are made here
  const result = (t: number, j: number) => (p.n % 4 === 0 ? `s${t}_${j}` : `(q * 4 + ${j} < ${p.n} ? s${t}_${j} : 0)`);
  const products = p.transposeA ? downBoth(dialect, p, targets) : alongA(dialect, p, targets);
  return makeProgram({
    arrays: {
      a: [texelsFor(p.transposeA ? p.m : p.k), (p.oneA ? 1 : p.batch) * (p.transposeA ? p.k : p.m)],
      b: [texelsFor(p.transposeB ? p.k : p.n), (p.oneB ? 1 : p.batch) * (p.transposeB ? p.n : p.k)],
    },
    output: [n4, p.slices * p.batch * blocks],
    targets: p.rows,
    turns,
    body: `
      const q = this.thread.x;
      const sb = quotient(this.thread.y, ${blocks});
      const block = this.thread.y - sb * ${blocks};
      const slice = quotient(sb, ${p.batch});
      const item = sb - slice * ${p.batch};
      const fromA = ${aBatch};
      const fromB = ${bBatch};
      ${targets.map((t) => eachLine((j) => `let s${t}_${j} = 0;`)).join('\n')}
      for (let i = 0; i < ${steps}; i++) {
        const k = slice * ${steps} + i;
        ${steps * p.slices > limit ? `if (k < ${limit})` : ''} {
          ${products}
        }
      }
      ${results(p.rows, result)}`,
  });
}

/** k counts texels of the rows of A. */
function alongA(dialect: Dialect, p: Product, targets: readonly number[]): string {
  // rows beyond the last one are read as the last one, and their products dropped
  const rowOf = (t: number) =>
    p.m % p.rows === 0 ? `block * ${p.rows} + ${t}` : `Math.min(block * ${p.rows} + ${t}, ${p.m - 1})`;
  const readA = targets.map((t) => `const a${t} = ${texel(dialect, 'a', `(fromA + ${rowOf(t)})`, 'k')};`);
  if (p.transposeB) {
    const products = [0, 1, 2, 3].map((j) => {
      const column = p.n % 4 === 0 ? `q * 4 + ${j}` : `Math.min(q * 4 + ${j}, ${p.n - 1})`;
      const sums = targets.map(
        (t) => `s${t}_${j} += ${[0, 1, 2, 3].map((i) => `a${t}[${i}] * w${j}[${i}]`).join(' + ')};`,
      );
      return `const w${j} = ${texel(dialect, 'b', `(fromB + ${column})`, 'k')}; ${sums.join(' ')}`;
    });
    return [...readA, ...products].join('\n');
  }
  const products = [0, 1, 2, 3].map((i) => {
    const sums = targets.map((t) => [0, 1, 2, 3].map((j) => `s${t}_${j} += a${t}[${i}] * w${i}[${j}];`).join(' '));
    const inside = p.k % 4 === 0 ? '' : `if (k * 4 + ${i} < ${p.k})`;
    return `${inside} { const w${i} = ${texel(dialect, 'b', `(fromB + k * 4 + ${i})`, 'q')}; ${sums.join('\n')} }`;
  });
  return [...readA, ...products].join('\n');
}

/** k counts rows of A, whose texels are four rows of the product. */
function downBoth(dialect: Dialect, p: Product, targets: readonly number[]): string {
  const w = texel(dialect, 'b', '(fromB + k)', 'q');
  if (p.rows === 4) {
    const sums = targets.map((t) => [0, 1, 2, 3].map((j) => `s${t}_${j} += v[${t}] * w[${j}];`).join(' '));
    return `const v = ${texel(dialect, 'a', '(fromA + k)', 'block')}; const w = ${w}; ${sums.join('\n')}`;
  }
  return `
    const m4 = Math.floor(block / 4);
    const v = ${texel(dialect, 'a', '(fromA + k)', 'm4')};
    const h = component(v, block - m4 * 4);
    const w = ${w};
    ${eachLine((j) => `s0_${j} += h * w[${j}];`)}`;
}

/** The four targets, one after the other -> rows one after the other */
export function joinRowsProgram(dialect: Dialect, p: Product): Program {
  const blocks = Math.ceil(p.m / 4);
  const rows = p.slices * p.batch * blocks;
  return makeProgram({
    arrays: { x: [texelsFor(p.n), 4 * rows] },
    output: [texelsFor(p.n), p.slices * p.batch * p.m],
    body: `
      const sb = quotient(this.thread.y, ${p.m});
      const r = this.thread.y - sb * ${p.m};
      const block = Math.floor(r / 4);
      const line = (r - block * 4) * ${rows} + sb * ${blocks} + block;
      const v = ${texel(dialect, 'x', 'line', 'this.thread.x')};
      return [${each((j) => `v[${j}]`)}];`,
  });
}
