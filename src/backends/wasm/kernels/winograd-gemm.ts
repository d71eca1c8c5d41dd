/**
 * The 36 matrix products of a Winograd convolution, for a block of tiles and a block of output channels:
 *
 *     M_e [outs, tiles] = U_e [outs, channels] V_e [channels, tiles]
 *
 *   U panel: [channels][ROWS], output channels side by side.   V panel: [channels][8], eight tiles side by side.
 *
 * A tile of M stays in registers, ROWS times two vectors; how many rows fit depends on the engine. Engines know 16 vector registers
 * and load all operands of a step first. Without a fused multiply-add a product takes a register of its own: with
 * more than four rows they spill. With it six rows fit, and V8 can pair each two vectors of V into one of 256 bits.
 *
 * All loops stand in one function, since V8 unrolls an innermost loop the more often the deeper it lies.
 */
import { fma } from './simd';

/** Output channels of a panel of U. */
export const ROWS: i32 = ASC_FEATURE_RELAXED_SIMD ? 6 : 4;

/**
 * @param k channels, at least 1
 * @param u first panel of U_0; U_e is e*uStep bytes further, V_e and M_e likewise
 * @param row bytes from one row of M to the next
 * @param outs rows of M to compute, rounded up to whole panels
 * @param panels of V
 */
export function products(
  k: i32,
  u: usize,
  uStep: usize,
  v: usize,
  vStep: usize,
  m: usize,
  mStep: usize,
  row: usize,
  outs: i32,
  panels: i32,
): void {
  const uPanel = (<usize>(k * ROWS)) << 2;
  for (let e = 0; e < 36; e++) {
    let a = u;
    let rows = m;
    for (let o = 0; o < outs; o += ROWS) {
      const end = a + uPanel;
      let b = v;
      let to = rows;
      for (let p = 0; p < panels; p++) {
        let c00 = f32x4.splat(0);
        let c01 = c00;
        let c10 = c00;
        let c11 = c00;
        let c20 = c00;
        let c21 = c00;
        let c30 = c00;
        let c31 = c00;
        let c40 = c00;
        let c41 = c00;
        let c50 = c00;
        let c51 = c00;
        let ak = a;
        do {
          const b0 = v128.load(b);
          const b1 = v128.load(b, 16);
          let av = v128.load_splat<f32>(ak);
          c00 = fma(av, b0, c00);
          c01 = fma(av, b1, c01);
          av = v128.load_splat<f32>(ak, 4);
          c10 = fma(av, b0, c10);
          c11 = fma(av, b1, c11);
          av = v128.load_splat<f32>(ak, 8);
          c20 = fma(av, b0, c20);
          c21 = fma(av, b1, c21);
          av = v128.load_splat<f32>(ak, 12);
          c30 = fma(av, b0, c30);
          c31 = fma(av, b1, c31);
          if (ROWS == 6) {
            av = v128.load_splat<f32>(ak, 16);
            c40 = fma(av, b0, c40);
            c41 = fma(av, b1, c41);
            av = v128.load_splat<f32>(ak, 20);
            c50 = fma(av, b0, c50);
            c51 = fma(av, b1, c51);
          }
          ak += ROWS << 2;
          b += 32;
        } while (ak < end);
        let c = to;
        v128.store(c, c00);
        v128.store(c, c01, 16);
        c += row;
        v128.store(c, c10);
        v128.store(c, c11, 16);
        c += row;
        v128.store(c, c20);
        v128.store(c, c21, 16);
        c += row;
        v128.store(c, c30);
        v128.store(c, c31, 16);
        if (ROWS == 6) {
          c += row;
          v128.store(c, c40);
          v128.store(c, c41, 16);
          c += row;
          v128.store(c, c50);
          v128.store(c, c51, 16);
        }
        to += 32;
      }
      a = end;
      rows += <usize>ROWS * row;
    }
    u += uStep;
    v += vStep;
    m += mStep;
  }
}

/** Panels of U that are multiplied with one tile at once: four sums that do not wait for each other. */
const TOGETHER: i32 = ROWS == 6 ? 2 : 4;

/**
 * The same for a single tile, where the lanes are output channels: of a panel of V in which four tiles or fewer are left.
 * @param v, m the tile's element of the first row of V_0, and of M_0
 */
export function tileProducts(
  k: i32,
  u: usize,
  uStep: usize,
  v: usize,
  vStep: usize,
  m: usize,
  mStep: usize,
  row: usize,
  outs: i32,
): void {
  const uPanel = (<usize>(k * ROWS)) << 2;
  const last = (outs - 1) / ROWS;
  for (let e = 0; e < 36; e++) {
    for (let panel = 0; panel <= last; panel += TOGETHER) {
      // what would come after the last panel is the last panel again
      const panel1 = min(panel + 1, last);
      let a0 = u + <usize>panel * uPanel;
      let a1 = u + <usize>panel1 * uPanel;
      let c0 = f32x4.splat(0);
      let c1 = c0;
      let c2 = c0;
      let c3 = c0;
      let b = v;
      const end = a0 + uPanel;
      const to0 = m + <usize>(panel * ROWS) * row;
      const to1 = m + <usize>(panel1 * ROWS) * row;
      if (ROWS == 6) {
        do {
          const bv = v128.load_splat<f32>(b);
          c0 = fma(bv, v128.load(a0), c0);
          c1 = fma(bv, v128.load64_zero(a0, 16), c1);
          c2 = fma(bv, v128.load(a1), c2);
          c3 = fma(bv, v128.load64_zero(a1, 16), c3);
          a0 += 24;
          a1 += 24;
          b += 32;
        } while (a0 < end);
        storeColumn4(to0, row, c0);
        storeColumn2(to0 + 4 * row, row, c1);
        storeColumn4(to1, row, c2);
        storeColumn2(to1 + 4 * row, row, c3);
      } else {
        const panel2 = min(panel + 2, last);
        const panel3 = min(panel + 3, last);
        let a2 = u + <usize>panel2 * uPanel;
        let a3 = u + <usize>panel3 * uPanel;
        do {
          const bv = v128.load_splat<f32>(b);
          c0 = fma(bv, v128.load(a0), c0);
          c1 = fma(bv, v128.load(a1), c1);
          c2 = fma(bv, v128.load(a2), c2);
          c3 = fma(bv, v128.load(a3), c3);
          a0 += 16;
          a1 += 16;
          a2 += 16;
          a3 += 16;
          b += 32;
        } while (a0 < end);
        storeColumn4(to0, row, c0);
        storeColumn4(to1, row, c1);
        storeColumn4(m + <usize>(panel2 * ROWS) * row, row, c2);
        storeColumn4(m + <usize>(panel3 * ROWS) * row, row, c3);
      }
    }
    u += uStep;
    v += vStep;
    m += mStep;
  }
}

/** Lanes 0 and 1, one below the other. */
@inline
function storeColumn2(to: usize, row: usize, v: v128): void {
  v128.store_lane<f32>(to, v, 0);
  v128.store_lane<f32>(to + row, v, 1);
}

/** All four lanes. */
@inline
function storeColumn4(to: usize, row: usize, v: v128): void {
  storeColumn2(to, row, v);
  v128.store_lane<f32>(to + 2 * row, v, 2);
  v128.store_lane<f32>(to + 3 * row, v, 3);
}
