/**
 * The heart of matmul and convolution: C (4x8) = A (4 x k) B (k x 8), with A and B packed so that both are read in order.
 *
 *   A panel: [k][4], four rows side by side.   B panel: [k][8], eight columns side by side.
 *
 * Eight accumulators, two vectors of B and one of A stay in registers; a larger tile makes engines spill.
 * It is a function of its own (not inlined): an engine's optimising tier then replaces it while a large product runs.
 */
import { fma, storeTransposed } from './simd';

/**
 * @param c where the tile goes, its rows `step` bytes apart
 * @param start four floats, what each row of the tile starts from (a bias, or zeros); unused when `onto`
 * @param onto whether to add to what is there
 */
export function tile4x8(k: i32, a: usize, b: usize, c: usize, step: usize, start: usize, onto: bool): void {
  const cc1 = c + step;
  const cc2 = cc1 + step;
  const cc3 = cc2 + step;
  let c00: v128, c01: v128, c10: v128, c11: v128, c20: v128, c21: v128, c30: v128, c31: v128;
  if (onto) {
    c00 = v128.load(c);
    c01 = v128.load(c, 16);
    c10 = v128.load(cc1);
    c11 = v128.load(cc1, 16);
    c20 = v128.load(cc2);
    c21 = v128.load(cc2, 16);
    c30 = v128.load(cc3);
    c31 = v128.load(cc3, 16);
  } else {
    c00 = v128.load_splat<f32>(start);
    c01 = c00;
    c10 = v128.load_splat<f32>(start, 4);
    c11 = c10;
    c20 = v128.load_splat<f32>(start, 8);
    c21 = c20;
    c30 = v128.load_splat<f32>(start, 12);
    c31 = c30;
  }
  const end = a + ((<usize>k) << 4);
  while (a < end) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let av = v128.load_splat<f32>(a);
    c00 = fma(av, b0, c00);
    c01 = fma(av, b1, c01);
    av = v128.load_splat<f32>(a, 4);
    c10 = fma(av, b0, c10);
    c11 = fma(av, b1, c11);
    av = v128.load_splat<f32>(a, 8);
    c20 = fma(av, b0, c20);
    c21 = fma(av, b1, c21);
    av = v128.load_splat<f32>(a, 12);
    c30 = fma(av, b0, c30);
    c31 = fma(av, b1, c31);
    a += 16;
    b += 32;
  }
  v128.store(c, c00);
  v128.store(c, c01, 16);
  v128.store(cc1, c10);
  v128.store(cc1, c11, 16);
  v128.store(cc2, c20);
  v128.store(cc2, c21, 16);
  v128.store(cc3, c30);
  v128.store(cc3, c31, 16);
}

/**
 * Adds (or writes, unless `onto`) the top left `rows` x `columns` of a 4x8 tile to c, for tiles that stick out.
 */
export function spillTile(tile: usize, c: usize, step: usize, rows: i32, columns: i32, onto: bool): void {
  for (let i = 0; i < rows; i++) {
    for (let j: usize = 0; j < (<usize>columns) << 2; j += 4) {
      const v = load<f32>(tile + j);
      store<f32>(c + j, onto ? load<f32>(c + j) + v : v);
    }
    tile += 32;
    c += step;
  }
}

/**
 * Packs rows of a matrix given by strides into panels of four: to[panel][k][4], panels [begin, end), rows beyond the last
 * one as zeros. Element (row, k) lies at x + row*rowStep + k*kStep (in elements).
 */
export function packRows(x: usize, to: usize, rows: i32, rowStep: i32, k: i32, kStep: i32, begin: i32, end: i32): void {
  const rowBytes = (<usize>rowStep) << 2;
  const kBytes = (<usize>kStep) << 2;
  for (let panel = begin; panel < end; panel++) {
    const left = rows - 4 * panel;
    let from = x + <usize>(4 * panel) * rowBytes;
    let out = to + ((<usize>(panel * k)) << 4);
    let i = 0;
    if (left >= 4 && rowStep == 1) {
      for (; i < k; i++) {
        v128.store(out, v128.load(from));
        from += kBytes;
        out += 16;
      }
    } else if (left >= 4 && kStep == 1) {
      for (; i + 4 <= k; i += 4) {
        storeTransposed(
          out,
          16,
          v128.load(from),
          v128.load(from + rowBytes),
          v128.load(from + 2 * rowBytes),
          v128.load(from + 3 * rowBytes),
        );
        from += 16;
        out += 64;
      }
    }
    for (; i < k; i++) {
      for (let r = 0; r < 4; r++) {
        store<f32>(out + ((<usize>r) << 2), r < left ? load<f32>(from + <usize>r * rowBytes) : 0);
      }
      from += kBytes;
      out += 16;
    }
  }
}
