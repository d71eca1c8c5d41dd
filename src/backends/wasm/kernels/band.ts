/**
 * out[o,r,i] = sum_c band[r,c] x[o,c,i]: average pooling and bilinear interpolation along one axis.
 *
 * Units: the rows o*R + r of the output. The band lies in memory as `starts` (i32), `counts` (i32) and `weights` (f32),
 * row r's weights from r*taps on.
 */

/** One output row of `inner` floats from `count` neighbouring input rows. */
function bandRow(x: usize, y: usize, weights: usize, count: i32, inner: i32): void {
  const step = (<usize>inner) << 2;
  if (inner == 1) {
    let sum: f64 = 0;
    for (let k = 0; k < count; k++) {
      sum += <f64>load<f32>(x) * <f64>load<f32>(weights);
      x += 4;
      weights += 4;
    }
    store<f32>(y, <f32>sum);
    return;
  }
  let i = 0;
  for (; i + 4 <= inner; i += 4) {
    let sum = f32x4.splat(0);
    let p = x;
    let w = weights;
    for (let k = 0; k < count; k++) {
      sum = f32x4.add(sum, f32x4.mul(v128.load(p), v128.load_splat<f32>(w)));
      p += step;
      w += 4;
    }
    v128.store(y, sum);
    x += 16;
    y += 16;
  }
  for (; i < inner; i++) {
    let sum: f64 = 0;
    let p = x;
    let w = weights;
    for (let k = 0; k < count; k++) {
      sum += <f64>load<f32>(p) * <f64>load<f32>(w);
      p += step;
      w += 4;
    }
    store<f32>(y, <f32>sum);
    x += 4;
    y += 4;
  }
}

export function band(
  x: usize,
  y: usize,
  starts: usize,
  counts: usize,
  weights: usize,
  rows: i32,
  columns: i32,
  taps: i32,
  inner: i32,
  begin: i32,
  end: i32,
): void {
  for (let u = begin; u < end; u++) {
    const outer = u / rows;
    const r = u - outer * rows;
    const at = (<usize>r) << 2;
    const from = x + ((<usize>((outer * columns + load<i32>(starts + at)) * inner)) << 2);
    const to = y + ((<usize>(u * inner)) << 2);
    bandRow(from, to, weights + ((<usize>(r * taps)) << 2), load<i32>(counts + at), inner);
  }
}
