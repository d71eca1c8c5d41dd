/**
 * y = condition ? a : b with broadcasting, row by row as in broadcast.ts. A lane is picked by its bits, not by multiplying: NaN
 * and infinities of the side that is not chosen leave no trace, and -0 stays -0. NaN as a condition is true, being other
 * than 0.
 */

/** Four elements from `at` on, or one element four times where the operand does not move. */
@inline
function load4(at: usize, step: i32): v128 {
  return step == 1 ? v128.load(at) : v128.load_splat<f32>(at);
}

@inline
function pick(condition: v128, a: v128, b: v128): v128 {
  return v128.bitselect(a, b, f32x4.ne(condition, f32x4.splat(0)));
}

/** One row: y[i] = c[i*cStep] ? a[i*aStep] : b[i*bStep] for i < n. */
function row(c: usize, cStep: i32, a: usize, aStep: i32, b: usize, bStep: i32, y: usize, n: i32): void {
  if (<u32>cStep <= 1 && <u32>aStep <= 1 && <u32>bStep <= 1) {
    for (; n >= 4; n -= 4) {
      v128.store(y, pick(load4(c, cStep), load4(a, aStep), load4(b, bStep)));
      c += <usize>(cStep << 4);
      a += <usize>(aStep << 4);
      b += <usize>(bStep << 4);
      y += 16;
    }
  }
  for (; n > 0; n--) {
    v128.store_lane<f32>(y, pick(v128.load_splat<f32>(c), v128.load_splat<f32>(a), v128.load_splat<f32>(b)), 0);
    c += <usize>(cStep << 2);
    a += <usize>(aStep << 2);
    b += <usize>(bStep << 2);
    y += 4;
  }
}

/**
 * Rows [begin, end) of a choice. `dims` holds, as i32: rank, then for each dimension, outermost first, its size and the
 * strides of condition, a and b in elements. The last dimension is the row.
 */
export function where(c: usize, a: usize, b: usize, y: usize, dims: usize, begin: i32, end: i32): void {
  const outer = load<i32>(dims) - 1;
  const last = dims + 4 + <usize>(outer << 4);
  const n = load<i32>(last);
  for (let r = begin; r < end; r++) {
    let rest = r;
    let cAt = 0;
    let aAt = 0;
    let bAt = 0;
    for (let d = outer - 1; d >= 0; d--) {
      const dim = dims + 4 + <usize>(d << 4);
      const size = load<i32>(dim);
      const next = rest / size;
      const index = rest - next * size;
      cAt += index * load<i32>(dim, 4);
      aAt += index * load<i32>(dim, 8);
      bAt += index * load<i32>(dim, 12);
      rest = next;
    }
    row(
      c + ((<usize>cAt) << 2),
      load<i32>(last, 4),
      a + ((<usize>aAt) << 2),
      load<i32>(last, 8),
      b + ((<usize>bAt) << 2),
      load<i32>(last, 12),
      y + ((<usize>(r * n)) << 2),
      n,
    );
  }
}
