/**
 * Convolution where every output channel sees a single input channel: row by row, tap by tap,
 *
 *     y[q] += w[tap] x[q*step + dx]
 *
 * over the positions q of a row whose pixel lies inside the plane, so that borders need no zeros. The row of y stays in the
 * first-level cache while the taps pass.
 *
 * Of the call (see positions.ts) `weights` are as the user has them, `depth` to a channel, tap t the one whose number
 * stands behind the taps; `group` output channels share an input channel; `bias` may be 0.
 */
import { endInside, firstInside } from './inside';
import { ConvCall } from './positions';
import { fma } from './simd';

/** y += w x for n positions; pixels are `step` and outputs `column` elements apart. */
function addTap(x: usize, step: i32, y: usize, column: i32, n: i32, w: f32): void {
  if (step == 1 && column == 1) {
    const wv = f32x4.splat(w);
    for (; n >= 4; n -= 4) {
      v128.store(y, fma(wv, v128.load(x), v128.load(y)));
      x += 16;
      y += 16;
    }
  }
  const xStep = (<usize>step) << 2;
  const yStep = (<usize>column) << 2;
  for (; n > 0; n--) {
    store<f32>(y, load<f32>(y) + w * load<f32>(x));
    x += xStep;
    y += yStep;
  }
}

/** Units: (image, output channel). */
export function depthwise(call: usize, begin: i32, end: i32): void {
  const c = changetype<ConvCall>(call);
  const places = c.taps + ((<usize>c.tapCount) << 3);
  const column = (<usize>c.yColumn) << 2;
  for (let unit = begin; unit < end; unit++) {
    const image = unit / c.outs;
    const o = unit - image * c.outs;
    const x = c.x + ((<usize>(image * c.xImage + (o / c.group) * c.height * c.width)) << 2);
    const y = c.y + ((<usize>(image * c.yImage + o * c.yPlane)) << 2);
    const w = c.weights + ((<usize>(o * c.depth)) << 2);
    const bias: f32 = c.bias == 0 ? 0 : load<f32>(c.bias + ((<usize>o) << 2));
    for (let qy = 0; qy < c.gridHeight; qy++) {
      const row = y + ((<usize>(qy * c.yRow)) << 2);
      const rowEnd = row + <usize>c.gridWidth * column;
      for (let p = row; p < rowEnd; p += column) store<f32>(p, bias);
      for (let t: usize = 0; t < <usize>c.tapCount; t++) {
        const iy = qy * c.stepY + load<i32>(c.taps + (t << 3));
        if (<u32>iy >= <u32>c.height) continue;
        const dx = load<i32>(c.taps + (t << 3), 4);
        const first = firstInside(dx, c.stepX);
        const count = endInside(dx, c.stepX, c.gridWidth, c.width) - first;
        const from = x + ((<usize>(iy * c.width + first * c.stepX + dx)) << 2);
        const weight = load<f32>(w + ((<usize>load<i32>(places + (t << 2))) << 2));
        addTap(from, c.stepX, row + <usize>first * column, c.yColumn, count, weight);
      }
      if (c.relu == 0) continue;
      for (let p = row; p < rowEnd; p += column) {
        const v = load<f32>(p);
        if (v < 0) store<f32>(p, 0);
      }
    }
  }
}

/** Sum of the products of n pixels, `step` elements apart, and n neighbouring gradients. */
function dotRow(x: usize, step: i32, g: usize, n: i32): f64 {
  let sum: f64 = 0;
  if (step == 1) {
    let v = f32x4.splat(0);
    for (; n >= 4; n -= 4) {
      v = fma(v128.load(x), v128.load(g), v);
      x += 16;
      g += 16;
    }
    const halves = f64x2.add(
      f64x2.promote_low_f32x4(v),
      f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 2, 3)),
    );
    sum = f64x2.extract_lane(halves, 0) + f64x2.extract_lane(halves, 1);
  }
  const xStep = (<usize>step) << 2;
  for (; n > 0; n--) {
    sum += <f64>(load<f32>(x) * load<f32>(g));
    x += xStep;
    g += 4;
  }
  return sum;
}

/** dw [outs, depth], `y` being the output gradient, for output channels [begin, end). */
export function depthwiseWeight(call: usize, dw: usize, begin: i32, end: i32): void {
  const c = changetype<ConvCall>(call);
  const places = c.taps + ((<usize>c.tapCount) << 3);
  for (let o = begin; o < end; o++) {
    for (let t: usize = 0; t < <usize>c.tapCount; t++) {
      const dy = load<i32>(c.taps + (t << 3));
      const dx = load<i32>(c.taps + (t << 3), 4);
      const first = firstInside(dx, c.stepX);
      const count = endInside(dx, c.stepX, c.gridWidth, c.width) - first;
      let sum: f64 = 0;
      for (let image = 0; image < c.batch; image++) {
        const x = c.x + ((<usize>(image * c.xImage + (o / c.group) * c.height * c.width + first * c.stepX + dx)) << 2);
        const g = c.y + ((<usize>(image * c.yImage + o * c.yPlane + first)) << 2);
        for (let qy = 0; qy < c.gridHeight; qy++) {
          const iy = qy * c.stepY + dy;
          if (<u32>iy >= <u32>c.height) continue;
          sum += dotRow(x + ((<usize>(iy * c.width)) << 2), c.stepX, g + ((<usize>(qy * c.yRow)) << 2), count);
        }
      }
      store<f32>(dw + ((<usize>(o * c.depth + load<i32>(places + (t << 2)))) << 2), <f32>sum);
    }
  }
}
