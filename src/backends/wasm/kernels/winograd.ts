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
import { ROWS } from './winograd-gemm';
import { GAP } from './winograd-points';
import { weightTransform } from './winograd-transforms';

/** Bytes from the first panel to where row `row` (an even one, and the next beside it) of channel c is. */
@inline
function placeOf(row: i32, channels: i32, c: i32): usize {
  const panel = row / ROWS;
  return (<usize>((panel * channels + c) * ROWS + row - panel * ROWS)) << 2;
}

/**
 * Transforms weights to [36][rows/ROWS][channels][ROWS], with `GAP` bytes after each of the 36; missing rows as zeros. Units:
 * four rows. Row r, channel c lies at w + r*rowStep + c*channelStep (in elements), its nine weights in order or, when `flip`,
 * in reverse.
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
  const all = ((rows + ROWS - 1) / ROWS) * ROWS;
  const step = ((<usize>(all * channels)) << 2) + GAP;
  for (let unit = begin; unit < end; unit++) {
    const row = unit << 2;
    const left = min(4, rows - row);
    for (let c = 0; c < channels; c++) {
      const from = w + ((<usize>(row * rowStep + c * channelStep)) << 2);
      const near = to + placeOf(row, channels, c);
      // beyond the last panel there is no room
      const far = row + 2 < all ? to + placeOf(row + 2, channels, c) : near;
      weightTransform(from, (<usize>rowStep) << 2, left, flip, near, far, step, scratch);
    }
  }
}

/** Output channels of a panel of transformed weights. */
export function winogradRows(): i32 {
  return ROWS;
}
