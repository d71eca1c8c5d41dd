/**
 * y = f(x; p, q) on elements [begin, end), four at a time; the last few go through the same code one lane at a time.
 *
 * The operation is a constant wherever `map` is inlined, so each case of the switch becomes a loop of its own.
 */
import { erf, erfc } from './error-function';
import { expm1V, expV, fma, log1pV, logV } from './simd';
import { power } from './power';
import { cos, sin } from './trigonometry';

/** The numbers of the operations, in the order of UNARY_OPS in ../op-codes.ts. */
const enum Unary {
  Neg,
  Abs,
  Sign,
  Exp,
  Log,
  Sqrt,
  Rsqrt,
  Reciprocal,
  Relu,
  Sigmoid,
  Tanh,
  Affine,
  Clamp,
  Inside,
  Pow,
  Expm1,
  Log1p,
  Erf,
  Erfc,
  Floor,
  Ceil,
  Round,
  Trunc,
  Sin,
  Cos,
}

/**
 * tanh: below 0.625 the odd Taylor-like polynomial of the Cephes library's tanhf; above, 1 - 2/(e^2|x| + 1) with x's sign.
 */
@inline
function tanhV(x: v128): v128 {
  const size = f32x4.abs(x);
  const one = f32x4.splat(1);
  const two = f32x4.splat(2);
  const large = f32x4.sub(one, f32x4.div(two, f32x4.add(expV(f32x4.mul(size, two)), one)));
  const z = f32x4.mul(x, x);
  let p = fma(z, f32x4.splat(-5.70498872745e-3), f32x4.splat(2.06390887954e-2));
  p = fma(p, z, f32x4.splat(-5.37397155531e-2));
  p = fma(p, z, f32x4.splat(1.33314422036e-1));
  p = fma(p, z, f32x4.splat(-3.33332819422e-1));
  const small = fma(f32x4.mul(p, z), x, x);
  const signed = v128.bitselect(x, large, i32x4.splat(0x80000000));
  return v128.bitselect(small, signed, f32x4.lt(size, f32x4.splat(0.625)));
}

@inline
function apply(op: i32, x: v128, p: v128, q: v128): v128 {
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  if (op == Unary.Neg) return f32x4.neg(x);
  if (op == Unary.Abs) return f32x4.abs(x);
  // both comparisons are false for NaN, whose sign is 0 as in PyTorch
  if (op == Unary.Sign) return f32x4.sub(v128.and(f32x4.gt(x, zero), one), v128.and(f32x4.lt(x, zero), one));
  if (op == Unary.Exp) return expV(x);
  if (op == Unary.Log) return logV(x);
  if (op == Unary.Sqrt) return f32x4.sqrt(x);
  if (op == Unary.Rsqrt) return f32x4.div(one, f32x4.sqrt(x));
  if (op == Unary.Reciprocal) return f32x4.div(one, x);
  // pmax(x, 0) is x < 0 ? 0 : x, which keeps NaN
  if (op == Unary.Relu) return f32x4.pmax(x, zero);
  if (op == Unary.Sigmoid) return f32x4.div(one, f32x4.add(one, expV(f32x4.neg(x))));
  if (op == Unary.Tanh) return tanhV(x);
  if (op == Unary.Affine) return f32x4.add(f32x4.mul(x, p), q);
  if (op == Unary.Clamp) return f32x4.pmin(f32x4.pmax(x, p), q);
  if (op == Unary.Expm1) return expm1V(x);
  if (op == Unary.Log1p) return log1pV(x);
  if (op == Unary.Floor) return f32x4.floor(x);
  if (op == Unary.Ceil) return f32x4.ceil(x);
  if (op == Unary.Round) return f32x4.nearest(x);
  if (op == Unary.Trunc) return f32x4.trunc(x);
  return v128.and(v128.and(f32x4.ge(x, p), f32x4.le(x, q)), one);
}

@inline
function map(op: i32, x: usize, y: usize, p: f32, q: f32, begin: i32, end: i32): void {
  const pv = f32x4.splat(p);
  const qv = f32x4.splat(q);
  let from = x + ((<usize>begin) << 2);
  let to = y + ((<usize>begin) << 2);
  let n = end - begin;
  for (; n >= 8; n -= 8) {
    const a = apply(op, v128.load(from), pv, qv);
    const b = apply(op, v128.load(from, 16), pv, qv);
    v128.store(to, a);
    v128.store(to, b, 16);
    from += 32;
    to += 32;
  }
  for (; n > 0; n--) {
    v128.store_lane<f32>(to, apply(op, v128.load_splat<f32>(from), pv, qv), 0);
    from += 4;
    to += 4;
  }
}

export function unary(op: i32, x: usize, y: usize, p: f32, q: f32, begin: i32, end: i32): void {
  switch (op) {
    case Unary.Neg:
      return map(Unary.Neg, x, y, p, q, begin, end);
    case Unary.Abs:
      return map(Unary.Abs, x, y, p, q, begin, end);
    case Unary.Sign:
      return map(Unary.Sign, x, y, p, q, begin, end);
    case Unary.Exp:
      return map(Unary.Exp, x, y, p, q, begin, end);
    case Unary.Log:
      return map(Unary.Log, x, y, p, q, begin, end);
    case Unary.Sqrt:
      return map(Unary.Sqrt, x, y, p, q, begin, end);
    case Unary.Rsqrt:
      return map(Unary.Rsqrt, x, y, p, q, begin, end);
    case Unary.Reciprocal:
      return map(Unary.Reciprocal, x, y, p, q, begin, end);
    case Unary.Relu:
      return map(Unary.Relu, x, y, p, q, begin, end);
    case Unary.Sigmoid:
      return map(Unary.Sigmoid, x, y, p, q, begin, end);
    case Unary.Tanh:
      return map(Unary.Tanh, x, y, p, q, begin, end);
    case Unary.Affine:
      return map(Unary.Affine, x, y, p, q, begin, end);
    case Unary.Clamp:
      return map(Unary.Clamp, x, y, p, q, begin, end);
    case Unary.Inside:
      return map(Unary.Inside, x, y, p, q, begin, end);
    case Unary.Pow:
      return power(x, y, begin, end, p);
    case Unary.Expm1:
      return map(Unary.Expm1, x, y, p, q, begin, end);
    case Unary.Log1p:
      return map(Unary.Log1p, x, y, p, q, begin, end);
    case Unary.Erf:
      return erf(x, y, begin, end);
    case Unary.Erfc:
      return erfc(x, y, begin, end);
    case Unary.Floor:
      return map(Unary.Floor, x, y, p, q, begin, end);
    case Unary.Ceil:
      return map(Unary.Ceil, x, y, p, q, begin, end);
    case Unary.Round:
      return map(Unary.Round, x, y, p, q, begin, end);
    case Unary.Trunc:
      return map(Unary.Trunc, x, y, p, q, begin, end);
    case Unary.Sin:
      return sin(x, y, begin, end);
    default:
      return cos(x, y, begin, end);
  }
}

/** y[begin..end) = value. */
export function fill(y: usize, value: f32, begin: i32, end: i32): void {
  const v = f32x4.splat(value);
  let to = y + ((<usize>begin) << 2);
  let n = end - begin;
  for (; n >= 4; n -= 4) {
    v128.store(to, v);
    to += 16;
  }
  for (; n > 0; n--) {
    store<f32>(to, value);
    to += 4;
  }
}
