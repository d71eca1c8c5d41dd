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
import { amax } from './amax.js';
import { add, div, mul, sub, type Operand } from './arithmetic.js';
import { assign } from './assign.js';
import { clone } from './clone.js';
import { eq, ge, gt, le, lt, ne } from './compare.js';
import { expand } from './expand.js';
import { matmul } from './matmul.js';
import { maximum, minimum } from './maximum.js';
import { to } from './move.js';
import { at, narrow, select } from './narrow.js';
import { permute, transpose } from './permute.js';
import { relu } from './relu.js';
import { flatten, reshape, squeeze, unsqueeze } from './reshape.js';
import { logSoftmax, softmax } from './softmax.js';
import { mean, sum, type Dims } from './sum.js';
import { abs, clamp, exp, log, neg, pow, reciprocal, rsqrt, sigmoid, sign, sqrt, tanh } from './unary.js';
import { std, variance, type VarianceOptions } from './variance.js';

declare module '../tensor/tensor.js' {
  interface Tensor {
    /** See `backward()`: accumulates the gradients of this tensor into the leaves' `grad`. */
    backward(gradient?: Tensor | null, options?: BackwardOptions & { readonly inputs?: readonly Tensor[] }): void;
    add(other: Operand, alpha?: number): Tensor;
    sub(other: Operand, alpha?: number): Tensor;
    mul(other: Operand): Tensor;
    div(other: Operand): Tensor;
    matmul(other: Tensor): Tensor;
    maximum(other: Tensor): Tensor;
    minimum(other: Tensor): Tensor;
    neg(): Tensor;
    abs(): Tensor;
    sign(): Tensor;
    exp(): Tensor;
    log(): Tensor;
    sqrt(): Tensor;
    rsqrt(): Tensor;
    reciprocal(): Tensor;
    relu(): Tensor;
    sigmoid(): Tensor;
    tanh(): Tensor;
    pow(exponent: number): Tensor;
    clamp(min?: number, max?: number): Tensor;
    sum(dims?: Dims, keepdim?: boolean): Tensor;
    mean(dims?: Dims, keepdim?: boolean): Tensor;
    amax(dims?: Dims, keepdim?: boolean): Tensor;
    variance(dims?: Dims, options?: VarianceOptions): Tensor;
    std(dims?: Dims, options?: VarianceOptions): Tensor;
    softmax(dim: number): Tensor;
    logSoftmax(dim: number): Tensor;
    reshape(shape: Shape): Tensor;
    view(shape: Shape): Tensor;
    flatten(startDim?: number, endDim?: number): Tensor;
    squeeze(dim?: number): Tensor;
    unsqueeze(dim: number): Tensor;
    expand(shape: Shape): Tensor;
    permute(dims: readonly number[]): Tensor;
    transpose(dim0: number, dim1: number): Tensor;
    narrow(dim: number, start: number, length: number): Tensor;
    select(dim: number, index: number): Tensor;
    at(...indices: number[]): Tensor;
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
install({ sum, mean, amax, variance, std, softmax, logSoftmax });
install({ reshape, view: reshape, flatten, squeeze, unsqueeze, expand, permute, transpose, narrow, select, at });
install({ eq, ne, lt, le, gt, ge, clone, copy_: assign, to });
