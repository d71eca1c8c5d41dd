/**
 * z = f(x, y) with broadcasting, row by row. A row is the innermost merged dimension; its operands step by 1 (a row),
 * by 0 (one value repeated) or by anything else. The outer dimensions are counted through like an odometer.
 */

import { powerRow } from './power';

/** The numbers of the operations, in the order of BINARY_OPS in ../op-codes.ts. */
const enum Binary {
  Add,
  Sub,
  Mul,
  Div,
  Maximum,
  Minimum,
  Eq,
  Ne,
  Lt,
  Le,
  Gt,
  Ge,
  ReluGrad,
  Pow,
}

@inline
function apply(op: i32, a: v128, b: v128): v128 {
  const one = f32x4.splat(1);
  if (op == Binary.Add) return f32x4.add(a, b);
  if (op == Binary.Sub) return f32x4.sub(a, b);
  if (op == Binary.Mul) return f32x4.mul(a, b);
  if (op == Binary.Div) return f32x4.div(a, b);
  if (op == Binary.Maximum) return f32x4.max(a, b);
  if (op == Binary.Minimum) return f32x4.min(a, b);
  if (op == Binary.Eq) return v128.and(f32x4.eq(a, b), one);
  if (op == Binary.Ne) return v128.and(f32x4.ne(a, b), one);
  if (op == Binary.Lt) return v128.and(f32x4.lt(a, b), one);
  if (op == Binary.Le) return v128.and(f32x4.le(a, b), one);
  if (op == Binary.Gt) return v128.and(f32x4.gt(a, b), one);
  if (op == Binary.Ge) return v128.and(f32x4.ge(a, b), one);
  return v128.andnot(a, f32x4.le(b, f32x4.splat(0)));
}

@inline
function row(op: i32, a: usize, aStep: i32, b: usize, bStep: i32, y: usize, n: i32): void {
  if (aStep == 1 && bStep == 1) {
    for (; n >= 8; n -= 8) {
      const v = apply(op, v128.load(a), v128.load(b));
      const w = apply(op, v128.load(a, 16), v128.load(b, 16));
      v128.store(y, v);
      v128.store(y, w, 16);
      a += 32;
      b += 32;
      y += 32;
    }
  } else if (aStep == 1 && bStep == 0) {
    const bv = v128.load_splat<f32>(b);
    for (; n >= 4; n -= 4) {
      v128.store(y, apply(op, v128.load(a), bv));
      a += 16;
      y += 16;
    }
  } else if (aStep == 0 && bStep == 1) {
    const av = v128.load_splat<f32>(a);
    for (; n >= 4; n -= 4) {
      v128.store(y, apply(op, av, v128.load(b)));
      b += 16;
      y += 16;
    }
  }
  const aBytes = (<usize>aStep) << 2;
  const bBytes = (<usize>bStep) << 2;
  for (; n > 0; n--) {
    v128.store_lane<f32>(y, apply(op, v128.load_splat<f32>(a), v128.load_splat<f32>(b)), 0);
    a += aBytes;
    b += bBytes;
    y += 4;
  }
}

function anyRow(op: i32, a: usize, aStep: i32, b: usize, bStep: i32, y: usize, n: i32): void {
  switch (op) {
    case Binary.Add:
      return row(Binary.Add, a, aStep, b, bStep, y, n);
    case Binary.Sub:
      return row(Binary.Sub, a, aStep, b, bStep, y, n);
    case Binary.Mul:
      return row(Binary.Mul, a, aStep, b, bStep, y, n);
    case Binary.Div:
      return row(Binary.Div, a, aStep, b, bStep, y, n);
    case Binary.Maximum:
      return row(Binary.Maximum, a, aStep, b, bStep, y, n);
    case Binary.Minimum:
      return row(Binary.Minimum, a, aStep, b, bStep, y, n);
    case Binary.Eq:
      return row(Binary.Eq, a, aStep, b, bStep, y, n);
    case Binary.Ne:
      return row(Binary.Ne, a, aStep, b, bStep, y, n);
    case Binary.Lt:
      return row(Binary.Lt, a, aStep, b, bStep, y, n);
    case Binary.Le:
      return row(Binary.Le, a, aStep, b, bStep, y, n);
    case Binary.Gt:
      return row(Binary.Gt, a, aStep, b, bStep, y, n);
    case Binary.Ge:
      return row(Binary.Ge, a, aStep, b, bStep, y, n);
    case Binary.ReluGrad:
      return row(Binary.ReluGrad, a, aStep, b, bStep, y, n);
    default:
      return powerRow(a, aStep, b, bStep, y, n);
  }
}

/** One row: y[i] = f(a[i*aStep], b[i*bStep]) for i in [begin, end). */
export function binaryRow(op: i32, a: usize, aStep: i32, b: usize, bStep: i32, y: usize, begin: i32, end: i32): void {
  const aAt = (<usize>(begin * aStep)) << 2;
  const bAt = (<usize>(begin * bStep)) << 2;
  anyRow(op, a + aAt, aStep, b + bAt, bStep, y + ((<usize>begin) << 2), end - begin);
}

/**
 * Rows [begin, end) of a broadcast. `dims` holds, as i32: rank, then for each dimension, outermost first, its size and
 * the strides of a and of b in elements. The last dimension is the row.
 */
export function binary(op: i32, a: usize, b: usize, y: usize, dims: usize, begin: i32, end: i32): void {
  const outer = load<i32>(dims) - 1;
  const last = dims + 4 + <usize>(outer * 12);
  const n = load<i32>(last);
  const aStep = load<i32>(last, 4);
  const bStep = load<i32>(last, 8);
  for (let r = begin; r < end; r++) {
    let rest = r;
    let aAt = 0;
    let bAt = 0;
    for (let d = outer - 1; d >= 0; d--) {
      const dim = dims + 4 + <usize>(d * 12);
      const size = load<i32>(dim);
      const next = rest / size;
      const index = rest - next * size;
      aAt += index * load<i32>(dim, 4);
      bAt += index * load<i32>(dim, 8);
      rest = next;
    }
    anyRow(op, a + ((<usize>aAt) << 2), aStep, b + ((<usize>bAt) << 2), bStep, y + ((<usize>(r * n)) << 2), n);
  }
}
