/**
 * C = A B in blocks: A is packed whole beforehand (see `packRows`), B block by block into the calling thread's scratch.
 *
 * A block of B is `KC` x 64 floats: with one panel of A it stays in the second-level cache while all of A passes by.
 */
import { spillTile, tile4x8 } from './gemm';
import { storeTransposed } from './simd';

/** Depth of a block: one panel of B (8 KC floats) fits the first-level cache. */
const KC = 256;
/** Columns of a block. */
const NC = 64;

/** Packs rows k of B (from `from` on, element (k, column) at k*kStep + column*columnStep) as a panel [k][8]. */
function packColumns(from: usize, kStep: i32, columnStep: i32, k: i32, columns: i32, to: usize): void {
  const kBytes = (<usize>kStep) << 2;
  const columnBytes = (<usize>columnStep) << 2;
  let i = 0;
  if (columns == 8 && columnStep == 1) {
    for (; i < k; i++) {
      v128.store(to, v128.load(from));
      v128.store(to, v128.load(from, 16), 16);
      from += kBytes;
      to += 32;
    }
  } else if (columns == 8 && kStep == 1) {
    for (; i + 4 <= k; i += 4) {
      packTile(from, columnBytes, to);
      packTile(from + 4 * columnBytes, columnBytes, to + 16);
      from += 16;
      to += 128;
    }
  }
  for (; i < k; i++) {
    for (let j = 0; j < 8; j++) {
      store<f32>(to + ((<usize>j) << 2), j < columns ? load<f32>(from + <usize>j * columnBytes) : 0);
    }
    from += kBytes;
    to += 32;
  }
}

@inline
function packTile(from: usize, step: usize, to: usize): void {
  storeTransposed(to, 32, v128.load(from), v128.load(from + step), v128.load(from + 2 * step), v128.load(from + 3 * step));
}

/** Floats of scratch that `matmul` needs: a tile, four zeros, a block of B. */
export function matmulScratch(): i32 {
  return 32 + 16 + KC * NC;
}

/**
 * Units: blocks of 64 columns of C [m,n]. A panel p of `packedA` holds rows 4p..4p+3 over all of k; element (i, j) of B lies
 * at b + i*kStep + j*columnStep (in elements).
 */
export function matmul(
  packedA: usize,
  b: usize,
  c: usize,
  m: i32,
  k: i32,
  n: i32,
  kStep: i32,
  columnStep: i32,
  scratch: usize,
  begin: i32,
  end: i32,
): void {
  const tile = scratch;
  const zeros = scratch + 128;
  const block = scratch + 192;
  memory.fill(zeros, 0, 16);
  const rowBytes = (<usize>n) << 2;
  const panelsA = (m + 3) >> 2;
  for (let u = begin; u < end; u++) {
    const column = u * NC;
    const columns = min(NC, n - column);
    const panelsB = (columns + 7) >> 3;
    for (let k0 = 0; k0 == 0 || k0 < k; k0 += KC) {
      const depth = min(KC, k - k0);
      for (let p = 0; p < panelsB; p++) {
        const from = b + ((<usize>(k0 * kStep + (column + 8 * p) * columnStep)) << 2);
        packColumns(from, kStep, columnStep, depth, min(8, columns - 8 * p), block + ((<usize>(p * depth)) << 5));
      }
      for (let q = 0; q < panelsA; q++) {
        const a = packedA + ((<usize>(q * k + k0)) << 4);
        const rows = min(4, m - 4 * q);
        for (let p = 0; p < panelsB; p++) {
          const bp = block + ((<usize>(p * depth)) << 5);
          const to = c + <usize>(4 * q) * rowBytes + ((<usize>(column + 8 * p)) << 2);
          const width = min(8, columns - 8 * p);
          if (rows == 4 && width == 8) {
            tile4x8(depth, a, bp, to, rowBytes, zeros, k0 > 0);
          } else {
            tile4x8(depth, a, bp, tile, 32, zeros, false);
            spillTile(tile, to, rowBytes, rows, width, k0 > 0);
          }
        }
      }
    }
  }
}
