/**
 * Weight gradient of a convolution: dw[o, c, tap] = sum over positions of g[o, position] x[c, position + tap].
 *
 * A product of g [outs, positions] with im2col of x [positions, channels*taps]. Positions are the long inner dimension, taken
 * block by block: g's block is packed as panels [position][4], x's as panels [position][8] of eight (c, tap) columns, and
 * each tile adds to dw. Here `y` of the call is the output gradient.
 */
import { storeTransposed } from './simd';
import { spillTile, tile4x8 } from './gemm';
import { ConvCall, fillTable, imagesOf, loadEven, loadUneven, quadBytes } from './positions';

/** Four output channels of the block as a panel [position][4]; positions that do not exist as zeros. */
function packGradient(c: ConvCall, y: usize, rows: i32, positions: i32, outputs: usize, to: usize): void {
  const plane = (<usize>c.yPlane) << 2;
  for (let q = 0; q < positions; q += 4) {
    const places = outputs + ((<usize>q) << 2);
    const first = load<i32>(places);
    if (rows == 4 && first >= 0 && load<i32>(places, 12) == first + 3 && load<i32>(places, 4) == first + 1) {
      const p = y + ((<usize>first) << 2);
      storeTransposed(to, 16, v128.load(p), v128.load(p + plane), v128.load(p + 2 * plane), v128.load(p + 3 * plane));
    } else {
      for (let lane: usize = 0; lane < 4; lane++) {
        const place = load<i32>(places + (lane << 2));
        const p = y + ((<usize>place) << 2);
        for (let r = 0; r < 4; r++) {
          const v: f32 = place >= 0 && r < rows ? load<f32>(p + <usize>r * plane) : 0;
          store<f32>(to + (lane << 4) + ((<usize>r) << 2), v);
        }
      }
    }
    to += 64;
  }
}

/** One (c, tap) column at one quad; columns beyond the last one are zeros. */
@inline
function column(c: ConvCall, x: usize, index: i32, quad: usize, even: bool): v128 {
  if (index >= c.channels * c.tapCount) return f32x4.splat(0);
  const channel = index / c.tapCount;
  const from = x + ((<usize>(channel * c.height * c.width)) << 2);
  const entry = quad + ((<usize>(index - channel * c.tapCount)) << 5);
  return even ? loadEven(from, entry) : loadUneven(from, entry);
}

/** Columns index..index+7 of the block as a panel [position][8]. */
function packColumns(c: ConvCall, x: usize, index: i32, positions: i32, table: usize, even: usize, to: usize): void {
  for (let q = 0; q < positions; q += 4) {
    const isEven = load<i32>(even) != 0;
    for (let half = 0; half < 8; half += 4) {
      const i = index + half;
      storeTransposed(
        to + ((<usize>half) << 2),
        32,
        column(c, x, i, table, isEven),
        column(c, x, i + 1, table, isEven),
        column(c, x, i + 2, table, isEven),
        column(c, x, i + 3, table, isEven),
      );
    }
    even += 4;
    table += quadBytes(c);
    to += 128;
  }
}

/**
 * Units: panels of eight (c, tap) columns; dw must be zeros in them.
 * @param dw [outs, channels, taps], `channels*taps` elements from one out to the next
 */
export function conv2dWeight(call: usize, dw: usize, scratch: usize, begin: i32, end: i32): void {
  const c = changetype<ConvCall>(call);
  const groups = (c.batch + c.group - 1) / c.group;
  const columns = c.channels * c.tapCount;
  const row = (<usize>columns) << 2;
  const quads = c.block >> 2;
  const tile = scratch;
  const even = scratch + 192;
  const outputs = even + ((<usize>quads) << 2);
  const table = outputs + ((<usize>quads) << 4);
  const packedX = table + <usize>quads * quadBytes(c);
  const packedG = packedX + ((<usize>c.block) << 5);
  memory.fill(tile + 128, 0, 16);
  for (let first = 0; first < c.group * c.gridHeight * c.gridWidth; first += c.block) {
    let knownImages = -1;
    for (let g = 0; g < groups; g++) {
      const images = imagesOf(c, g);
      const total = images * c.gridHeight * c.gridWidth;
      if (first >= total) continue;
      if (images != knownImages) {
        fillTable(c, first, quads, total, table, even, outputs);
        knownImages = images;
      }
      const k = (min(c.block, total - first) + 3) & ~3;
      const x = c.x + ((<usize>(g * c.group * c.xImage)) << 2);
      const y = c.y + ((<usize>(g * c.group * c.yImage)) << 2);
      for (let o = 0; o < c.outs; o += 4) {
        const from = y + ((<usize>(o * c.yPlane)) << 2);
        packGradient(c, from, min(4, c.outs - o), k, outputs, packedG + ((<usize>((o >> 2) * k)) << 4));
      }
      for (let u = begin; u < end; u++) {
        packColumns(c, x, 8 * u, k, table, even, packedX);
        const width = min(8, columns - 8 * u);
        for (let o = 0; o < c.outs; o += 4) {
          const a = packedG + ((<usize>((o >> 2) * k)) << 4);
          const to = dw + <usize>o * row + ((<usize>(8 * u)) << 2);
          const rows = min(4, c.outs - o);
          if (rows == 4 && width == 8) {
            tile4x8(k, a, packedX, to, row, tile, true);
          } else {
            tile4x8(k, a, packedX, tile, 32, tile + 128, false);
            spillTile(tile, to, row, rows, width, true);
          }
        }
      }
    }
  }
}

/** Bytes of scratch that `conv2dWeight` needs. */
export function conv2dWeightScratch(call: usize): usize {
  const c = changetype<ConvCall>(call);
  const quads = <usize>(c.block >> 2);
  const outs = <usize>((c.outs + 3) & ~3);
  return 192 + quads * 20 + quads * quadBytes(c) + ((<usize>c.block) << 5) + ((<usize>c.block) * outs << 2) + 64;
}
