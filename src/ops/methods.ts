/**
 * Ops as methods of Tensor: `x.relu().mean([2, 3])`. Importing this file installs them; `index.ts` does.
 *
 * Each method is the op of the same name with the tensor as its first argument.
 */
import { backward, type BackwardOptions } from '../autograd/backward.js';
import type { BackendName } from '../backends/active.js';
import type { Backend } from '../tensor/backend.js';
import type { Shape } from '../tensor/shape.js';
import { Tensor } from '../tensor/tensor.js';
import { amax, amin } from './amax.js';
import { all, any } from './any.js';
import { add, div, mul, sub, type Operand } from './arithmetic.js';
import { assign } from './assign.js';
import { isFinite, isInf, isNaN } from './classify.js';
import { clone } from './clone.js';
import { eq, ge, gt, le, lt, ne } from './compare.js';
import { expand } from './expand.js';
import { argmax, argmin, max, min, type ValuesAndIndices } from './extremes.js';
import { flip, repeat, roll } from './flip.js';
import { gather, indexSelect, scatterAdd } from './gather.js';
import { acosh, asinh, atanh, cosh, sinh } from './hyperbolic.js';
import type { Indices } from './indices.js';
import { acos, asin, atan } from './inverse-trigonometry.js';
import { log10, log2, square } from './logarithms.js';
import { logsumexp } from './logsumexp.js';
import { matmul } from './matmul.js';
import { maximum, minimum } from './maximum.js';
import { to } from './move.js';
import { cumprod, cumsum, prod } from './cumsum.js';
import { at, narrow, select } from './narrow.js';
import { norm } from './norm.js';
import { movedim, permute, t, transpose } from './permute.js';
import { bmm, dot, mm, mv, outer } from './products.js';
import { prelu } from './rectifiers.js';
import { relu } from './relu.js';
import { ceil, floor, round, trunc } from './rounding.js';
import { flatten, reshape, squeeze, unflatten, unsqueeze } from './reshape.js';
import { logSoftmax, softmax } from './softmax.js';
import { scatter } from './scatter.js';
import { argsort, sort, topk, type TopkOptions } from './sort.js';
import { erf, erfc, expm1, log1p } from './special.js';
import { chunk, split, unbind } from './split.js';
import { mean, sum, type Dims } from './sum.js';
import { tril, triu } from './triangle.js';
import { cos, sin, tan } from './trigonometry.js';
import { clamp } from './clamp.js';
import { pow } from './power.js';
import { abs, exp, log, neg, reciprocal, rsqrt, sigmoid, sign, sqrt, tanh } from './unary.js';
import { std, variance, type VarianceOptions } from './variance.js';
import { maskedFill, where } from './where.js';

declare module '../tensor/tensor.js' {
  interface Tensor {
    /** See `backward()`: accumulates the gradients of this tensor into the leaves' `grad`. */
    backward(gradient?: Tensor | null, options?: BackwardOptions & { readonly inputs?: readonly Tensor[] }): void;
    add(other: Operand, alpha?: number): Tensor;
    sub(other: Operand, alpha?: number): Tensor;
    mul(other: Operand): Tensor;
    div(other: Operand): Tensor;
    matmul(other: Tensor): Tensor;
    mm(other: Tensor): Tensor;
    bmm(other: Tensor): Tensor;
    mv(other: Tensor): Tensor;
    dot(other: Tensor): Tensor;
    outer(other: Tensor): Tensor;
    maximum(other: Tensor): Tensor;
    minimum(other: Tensor): Tensor;
    neg(): Tensor;
    abs(): Tensor;
    sign(): Tensor;
    exp(): Tensor;
    log(): Tensor;
    log2(): Tensor;
    log10(): Tensor;
    square(): Tensor;
    sqrt(): Tensor;
    rsqrt(): Tensor;
    reciprocal(): Tensor;
    relu(): Tensor;
    prelu(weight: Tensor): Tensor;
    sigmoid(): Tensor;
    tanh(): Tensor;
    pow(exponent: Operand): Tensor;
    clamp(min?: Operand | null, max?: Operand | null): Tensor;
    erf(): Tensor;
    erfc(): Tensor;
    expm1(): Tensor;
    log1p(): Tensor;
    /** This tensor's values where the condition is not 0, the other's elsewhere. */
    where(condition: Tensor, other: Operand): Tensor;
    maskedFill(mask: Tensor, value: Operand): Tensor;
    floor(): Tensor;
    ceil(): Tensor;
    trunc(): Tensor;
    round(decimals?: number): Tensor;
    sin(): Tensor;
    cos(): Tensor;
    tan(): Tensor;
    asin(): Tensor;
    acos(): Tensor;
    atan(): Tensor;
    sinh(): Tensor;
    cosh(): Tensor;
    asinh(): Tensor;
    acosh(): Tensor;
    atanh(): Tensor;
    sum(dims?: Dims, keepdim?: boolean): Tensor;
    mean(dims?: Dims, keepdim?: boolean): Tensor;
    prod(dim?: number, keepdim?: boolean): Tensor;
    cumsum(dim: number): Tensor;
    cumprod(dim: number): Tensor;
    any(dims?: Dims, keepdim?: boolean): Tensor;
    all(dims?: Dims, keepdim?: boolean): Tensor;
    amax(dims?: Dims, keepdim?: boolean): Tensor;
    amin(dims?: Dims, keepdim?: boolean): Tensor;
    max(): Tensor;
    max(dim: number, keepdim?: boolean): ValuesAndIndices;
    min(): Tensor;
    min(dim: number, keepdim?: boolean): ValuesAndIndices;
    argmax(dim?: number, keepdim?: boolean): Tensor;
    argmin(dim?: number, keepdim?: boolean): Tensor;
    logsumexp(dims?: Dims, keepdim?: boolean): Tensor;
    norm(p?: number | 'fro', dims?: Dims, keepdim?: boolean): Tensor;
    variance(dims?: Dims, options?: VarianceOptions): Tensor;
    std(dims?: Dims, options?: VarianceOptions): Tensor;
    softmax(dim: number): Tensor;
    logSoftmax(dim: number): Tensor;
    /** One list or several numbers, as in all methods that take sizes. */
    reshape(...shape: Sizes): Tensor;
    view(...shape: Sizes): Tensor;
    flatten(startDim?: number, endDim?: number): Tensor;
    squeeze(dims?: number | readonly number[]): Tensor;
    unflatten(dim: number, sizes: Shape): Tensor;
    unsqueeze(dim: number): Tensor;
    expand(...shape: Sizes): Tensor;
    permute(...dims: Sizes): Tensor;
    t(): Tensor;
    movedim(source: number | readonly number[], destination: number | readonly number[]): Tensor;
    transpose(dim0: number, dim1: number): Tensor;
    narrow(dim: number, start: number, length: number): Tensor;
    select(dim: number, index: number): Tensor;
    at(...indices: number[]): Tensor;
    gather(dim: number, index: Tensor): Tensor;
    scatter(dim: number, index: Tensor, source: Operand): Tensor;
    scatterAdd(dim: number, index: Tensor, source: Tensor): Tensor;
    indexSelect(dim: number, index: Indices): Tensor;
    sort(dim?: number, descending?: boolean): ValuesAndIndices;
    argsort(dim?: number, descending?: boolean): Tensor;
    topk(k: number, dim?: number, options?: TopkOptions): ValuesAndIndices;
    flip(dims: number | readonly number[]): Tensor;
    roll(shifts: number | readonly number[], dims?: number | readonly number[]): Tensor;
    repeat(times: Shape): Tensor;
    split(sizes: number | readonly number[], dim?: number): Tensor[];
    chunk(chunks: number, dim?: number): Tensor[];
    unbind(dim?: number): Tensor[];
    tril(diagonal?: number): Tensor;
    triu(diagonal?: number): Tensor;
    isNaN(): Tensor;
    isFinite(): Tensor;
    isInf(): Tensor;
    eq(other: Operand): Tensor;
    ne(other: Operand): Tensor;
    lt(other: Operand): Tensor;
    le(other: Operand): Tensor;
    gt(other: Operand): Tensor;
    ge(other: Operand): Tensor;
    clone(): Tensor;
    /** Replaces the values in place. */
    copy_(source: Tensor): Tensor;
    /** A copy on another backend. */
    to(backend: BackendName | Backend): Tensor;
  }
}

/** `[2, 3]`, or 2, 3. */
type Sizes = readonly [Shape] | readonly number[];

/** Takes sizes as one list or as several numbers. */
function listed(run: (x: Tensor, sizes: Shape) => Tensor): (x: Tensor, ...sizes: (number | Shape)[]) => Tensor {
  return (x, ...sizes) => run(x, sizes.flat());
}

/** Makes a method of each function: the tensor becomes its first argument. */
function install(functions: Record<string, (x: Tensor, ...rest: never[]) => unknown>): void {
  for (const [name, run] of Object.entries(functions)) {
    Object.defineProperty(Tensor.prototype, name, {
      configurable: true,
      writable: true,
      value(this: Tensor, ...rest: never[]) {
        return run(this, ...rest);
      },
    });
  }
}

install({ backward, add, sub, mul, div, matmul, maximum, minimum });
install({ neg, abs, sign, exp, log, sqrt, rsqrt, reciprocal, relu, sigmoid, tanh, pow, clamp });
install({ floor, ceil, trunc, round, sin, cos, mm, bmm, mv, dot, outer, prod, cumsum, cumprod });
install({ erf, erfc, expm1, log1p, log2, log10, square, prelu, maskedFill });
install({ tan, asin, acos, atan, sinh, cosh, asinh, acosh, atanh });
install({ where: (x: Tensor, condition: Tensor, other: Operand) => where(condition, x, other) });
install({ any, all, amin, max, min, argmax, argmin, logsumexp, norm });
install({ gather, scatter, scatterAdd, indexSelect, sort, argsort, topk });
install({ flip, roll, repeat, split, chunk, unbind, tril, triu, isNaN, isFinite, isInf });
install({ sum, mean, amax, variance, std, softmax, logSoftmax });
install({ flatten, squeeze, unflatten, unsqueeze, t, movedim, transpose, narrow, select, at });
install({ reshape: listed(reshape), view: listed(reshape), expand: listed(expand), permute: listed(permute) });
install({ eq, ne, lt, le, gt, ge, clone, copy_: assign, to });
