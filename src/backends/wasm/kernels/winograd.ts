/**
 * 3x3 convolution of stride 1 by Winograd's F(4x4, 3x3): a quarter of the multiplications.
 *
 * A tile of 4x4 outputs is Y = A^T [ (G g G^T) * (B^T d B) ] A, with d the 6x6 inputs it needs, g the 3x3 weights, and the
 * product elementwise; summed over channels, each of the 36 elements becomes a matrix product over all tiles. The method is
 * Lavin and Gray's, "Fast Algorithms for Convolutional Neural Networks" (2015); instead of their points 0, 1, -1, 2, -2 and
 * infinity the points here are 0, a, -a, b, -b and infinity with a = sqrt(1/2), b = 1/a, whose matrices have smaller entries
 * and so smaller rounding errors (worked out by interpolating (x^2 - a^2)(x^2 - b^2) x = x^5 - 5/2 x^3 + x):
 *
 *         | 1   0  -5/2   0   1   0 |        |   1      0      0  |         | 1   1   1    1    1   0 |
 *         | 0 -2a   -2    a   1   0 |        | -2/3  -2a/3   -1/3 |   A^T = | 0   a  -a    b   -b   0 |
 *   B^T = | 0  2a   -2   -a   1   0 |    G = | -2/3   2a/3   -1/3 |         | 0  1/2 1/2   2    2   0 |
 *         | 0 -b/2 -1/2   b   1   0 |        |  1/6    b/6    1/3 |         | 0  a/2 -a/2  2b  -2b  1 |
 *         | 0  b/2 -1/2  -b   1   0 |        |  1/6   -b/6    1/3 |
 *         | 0   1    0  -5/2  0   1 |        |   0      0      1  |
 *
 * Lanes are four tiles. Rounding errors are about 1e-6 of the largest output, and an infinite input makes its tile NaN.
 */
import { ConvCall } from './positions';
import { GAP } from './winograd-points';
import { weightTransform } from './winograd-transforms';

export { GAP };

/** Bytes of the table of one tile: for each of six rows two masks of four columns and the byte offset. */
export const TILE_BYTES: usize = 288;

/**
 * Transforms weights to [36][rows/4][channels][4], with `GAP` bytes after each of the 36; panels [begin, end) of four rows, missing rows as zeros. Row r, channel c lies
 * at w + r*rowStep + c*channelStep (in elements), its nine weights in order or, when `flip`, in reverse.
 */
export function winogradWeights(
  w: usize,
  to: usize,
  rows: i32,
  rowStep: i32,
  channels: i32,
  channelStep: i32,
  flip: bool,
  scratch: usize,
  begin: i32,
  end: i32,
): void {
  const step = ((<usize>(((rows + 3) >> 2) * channels)) << 4) + GAP;
  for (let panel = begin; panel < end; panel++) {
    const left = min(4, rows - 4 * panel);
    for (let c = 0; c < channels; c++) {
      const from = w + ((<usize>(4 * panel * rowStep + c * channelStep)) << 2);
      weightTransform(from, (<usize>rowStep) << 2, left, flip, to + ((<usize>(panel * channels + c)) << 4), step, scratch);
    }
  }
}

/** Where the tiles of a block read (masks and offsets) and write (element offset, rows and columns, 16 bytes a tile). */
export function fillTiles(c: ConvCall, first: i32, total: i32, table: usize, places: usize): void {
  const across = (c.gridWidth + 3) >> 2;
  const perImage = ((c.gridHeight + 3) >> 2) * across;
  const dy = load<i32>(c.taps);
  const dx = load<i32>(c.taps, 4);
  const width = i32x4.splat(c.width);
  for (let t = 0; t < c.block; t++) {
    const tile = first + t;
    const image = tile / perImage;
    const rest = tile - image * perImage;
    const y = (rest / across) << 2;
    const x = (rest - (rest / across) * across) << 2;
    const exists = tile < total;
    const column = i32x4.add(i32x4.splat(x + dx), i32x4(0, 1, 2, 3));
    const near = i32x4.lt_u(column, width);
    const far = i32x4.lt_u(i32x4.add(column, i32x4.splat(4)), width);
    let entry = table + <usize>t * TILE_BYTES;
    for (let r = 0; r < 6; r++) {
      const row = y + dy + r;
      const inside = exists && <u32>row < <u32>c.height;
      v128.store(entry, inside ? near : i32x4.splat(0));
      v128.store(entry, inside ? far : i32x4.splat(0), 16);
      store<i32>(entry, inside ? (image * c.xImage + row * c.width + x + dx) << 2 : 0, 32);
      entry += 48;
    }
    const place = places + ((<usize>t) << 4);
    store<i32>(place, image * c.yImage + y * c.yRow + x);
    store<i32>(place, exists ? min(4, c.gridHeight - y) : 0, 4);
    store<i32>(place, min(4, c.gridWidth - x), 8);
  }
}
