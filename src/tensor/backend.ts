/**
 * What a backend must be able to do: about 25 kernels on flat storages.
 *
 * Every kernel *gathers*: each output element is computed on its own from the inputs, which is what a GPU kernel can
 * express and what threads can split without races. A kernel takes storages and plain records of dimensions and returns
 * a new storage; only `overwrite` and `assign` write into an existing one. Shapes were checked by the op that calls.
 */
import type { Storage } from './storage.js';

/** The element type of a backend's storages. */
export type DType = 'float32' | 'float64';

/** Host memory that a backend lends for writing or hands out after reading. */
export type HostArray = Float32Array | Float64Array;

/**
 * y = f(x; p, q), element by element. `p` and `q` are used by
 * `affine` (p*x + q), `clamp` (to p..q), `inside` (1 where p <= x <= q, else 0) and `pow` (x^p).
 * `relu` keeps NaN, as PyTorch's does. `sign(0) = 0`. `expm1` is e^x - 1 and `log1p` is ln(1 + x), both exact near 0;
 * `erf` is the error function and `erfc` 1 - erf, exact in its tail too. `round` takes a half to the even
 * neighbour.
 */
export type UnaryOp =
  | 'neg'
  | 'abs'
  | 'sign'
  | 'exp'
  | 'log'
  | 'sqrt'
  | 'rsqrt'
  | 'reciprocal'
  | 'relu'
  | 'sigmoid'
  | 'tanh'
  | 'affine'
  | 'clamp'
  | 'inside'
  | 'pow'
  | 'expm1'
  | 'log1p'
  | 'erf'
  | 'erfc'
  | 'floor'
  | 'ceil'
  | 'round'
  | 'trunc'
  | 'sin'
  | 'cos';

/**
 * z = f(x, y), element by element with broadcasting. Comparisons give 1 or 0. `maximum` and `minimum` propagate NaN.
 * `reluGrad(g, x)` is `x <= 0 ? 0 : g`, so that the gradient passes where x is NaN.
 */
export type BinaryOp =
  'add' | 'sub' | 'mul' | 'div' | 'maximum' | 'minimum' | 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge' | 'reluGrad' | 'pow';

/** `sum`, or `max` (which propagates NaN), along one axis. */
export type ReduceOp = 'sum' | 'max';

/** Two inputs read with strides (0 where an input is repeated) into one contiguous output of `shape`. */
export interface BroadcastDims {
  readonly shape: readonly number[];
  readonly aStrides: readonly number[];
  readonly bStrides: readonly number[];
}

/** The same with three inputs: a condition and the two it chooses between. */
export interface WhereDims extends BroadcastDims {
  readonly conditionStrides: readonly number[];
}

/** out[i0,i1,...] = x[offset + i0*strides[0] + i1*strides[1] + ...]: permute, expand, narrow, select and flip. */
export interface StridedDims {
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly offset: number;
}

/** A tensor seen as [outer, axis, inner]. */
export interface AxisDims {
  readonly outer: number;
  readonly axis: number;
  readonly inner: number;
}

/** Numbers for each channel, by which values are normalised: xhat = (x - mean) inverse, and a weight for xhat or null. */
export interface Normalization {
  readonly mean: Storage;
  readonly inverse: Storage;
  readonly weight: Storage | null;
}

/** Constants put before and after one axis: [outer, axis, inner] -> [outer, before + axis + after, inner]. */
export interface PadDims extends AxisDims {
  readonly before: number;
  readonly after: number;
  readonly value: number;
}

/** Parts [outer, axes[i], inner] laid one after the other along the axis. */
export interface CatDims {
  readonly outer: number;
  readonly axes: readonly number[];
  readonly inner: number;
}

/**
 * out[b] = A[b] B[b], with A [m,k] (stored [k,m] if transposeA) and B [k,n] (stored [n,k] if transposeB).
 * A batch stride of 0 uses the same matrix for the whole batch.
 */
export interface MatmulDims {
  readonly batch: number;
  readonly m: number;
  readonly k: number;
  readonly n: number;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly aBatchStride: number;
  readonly bBatchStride: number;
  /**
   * Whether what a 0 of A is multiplied with may be left unread, as if it were finite: a gradient that is 0 needs no weight.
   * Default: false.
   */
  readonly skipZeros?: boolean;
}

/**
 * x [batch,inChannels,height,width], w [outChannels,inChannels/groups,kernelHeight,kernelWidth] ->
 * [batch,outChannels,outHeight,outWidth].
 */
export interface Conv2dDims {
  readonly batch: number;
  readonly inChannels: number;
  readonly height: number;
  readonly width: number;
  readonly outChannels: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly padHeight: number;
  readonly padWidth: number;
  readonly dilationHeight: number;
  readonly dilationWidth: number;
  readonly groups: number;
  /** Forward only: put out the ReLU of the result, the very numbers that `relu` would make of it. */
  readonly relu?: boolean;
}

/** Windows over planes [planes,height,width] -> [planes,outHeight,outWidth]; places outside a plane never win. */
export interface Pool2dDims {
  readonly planes: number;
  readonly height: number;
  readonly width: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly padHeight: number;
  readonly padWidth: number;
  readonly dilationHeight: number;
  readonly dilationWidth: number;
}

/** `count` places in each of `rows` rows of `size` values: x [rows,size], indices [rows,count]. */
export interface PlaceDims {
  readonly rows: number;
  readonly size: number;
  readonly count: number;
}

/** Rows to sort, [rows,size], from the smallest value or from the greatest. */
export interface SortDims {
  readonly rows: number;
  readonly size: number;
  readonly descending: boolean;
}

/**
 * A banded matrix: row o has `counts[o]` weights, for the columns from `starts[o]` on; row o's weights begin at
 * `o * taps` in `weights`. Average pooling and bilinear interpolation are such matrices, applied to rows and to
 * columns.
 */
export interface Band {
  readonly rows: number;
  readonly columns: number;
  readonly taps: number;
  readonly starts: Int32Array;
  readonly counts: Int32Array;
  readonly weights: Float64Array;
}

/** What runs, for `backendInfo()` and the command line. */
export interface BackendInfo {
  readonly name: string;
  readonly dtype: DType;
  /** How it runs: `plain loops`, `simd`, ... */
  readonly mode: string;
  readonly threads: number;
  /** Storages that are alive, and the bytes they take. */
  readonly storages: number;
  readonly bytes: number;
  /** The high-water mark: the most bytes that were ever in use at once, with what kernels borrow while they run. */
  readonly peakBytes: number;
  /** Bytes of weights kept in the forms that kernels want, beyond the storages. Default: 0. */
  readonly cachedBytes?: number;
  /** On a GPU: the name that its driver gives itself, and the GPU.js class that runs the kernels. */
  readonly adapter?: string;
  readonly kernelClass?: string;
  /** On a GPU: compiled kernels in the cache, and textures or buffers, in use and pooled. */
  readonly kernels?: number;
  readonly arrays?: number;
}

export interface Backend {
  readonly name: string;
  readonly dtype: DType;
  info(): BackendInfo;

  /** A new storage whose values `fill` writes; without `fill` its content is undefined. */
  create(length: number, fill?: (host: HostArray) => void): Storage;
  full(length: number, value: number): Storage;
  /** The values, copied. A backend that can only read asynchronously throws and names `data()`. */
  readSync(x: Storage): HostArray;
  read(x: Storage): Promise<HostArray>;
  /** Replaces the values in place by what `fill` writes (it sees the present values, where that is free). */
  overwrite(x: Storage, fill: (host: HostArray) => void): void;
  /** Replaces the values of `target` by those of `source`, of the same length. */
  assign(target: Storage, source: Storage): void;

  unary(op: UnaryOp, x: Storage, p?: number, q?: number): Storage;
  binary(op: BinaryOp, a: Storage, b: Storage, dims: BroadcastDims): Storage;
  /**
   * `a` where the condition is not 0 (NaN is not), `b` elsewhere; nothing is multiplied, so NaN on the other side does no
   * harm.
   */
  where(condition: Storage, a: Storage, b: Storage, dims: WhereDims): Storage;
  reduce(op: ReduceOp, x: Storage, dims: AxisDims): Storage;
  softmax(x: Storage, dims: AxisDims): Storage;
  logSoftmax(x: Storage, dims: AxisDims): Storage;
  /**
   * y (g - s), s = sum(g y) along the axis, summed in double. A float32 y does not quite add up to 1, and where one y
   * is nearly 1 that error would swamp g - s; it is divided out: s = sum(g y) / sum(y).
   */
  softmaxGrad(g: Storage, y: Storage, dims: AxisDims): Storage;

  /** Mean and variance (divided by the count) of each channel of [outer,channels,inner]: [2,channels], means first. */
  channelMoments(x: Storage, dims: AxisDims): Storage;
  /** (x - mean) inverse weight + bias, with a number for each channel of [outer,channels,inner]; 1 and 0 for null. */
  normalize(x: Storage, by: Normalization, bias: Storage | null, dims: AxisDims): Storage;
  /** For the gradient g of `normalize` [2,channels]: the sums of g, then those of g (x - mean) inverse. */
  normalizeSums(g: Storage, x: Storage, by: Normalization, dims: AxisDims): Storage;
  /**
   * The gradient of the x of `normalize`: g inverse weight; or, given the sums, where mean and inverse are the
   * channel's own, (g - (sum g + xhat sum g xhat) / n) inverse weight, with n values in a channel.
   */
  normalizeGrad(g: Storage, x: Storage, by: Normalization, sums: Storage | null, dims: AxisDims): Storage;

  strided(x: Storage, dims: StridedDims): Storage;
  pad(x: Storage, dims: PadDims): Storage;
  cat(parts: readonly Storage[], dims: CatDims): Storage;
  /**
   * [n] class numbers -> [n,classes] zeros with a one at each row's class. A number outside the range gives a row of
   * zeros.
   */
  oneHot(indices: Storage, classes: number): Storage;
  /** out[o,r,i] = sum_c band[r,c] x[o,c,i], with `dims.axis` the band's columns. */
  band(x: Storage, band: Band, dims: AxisDims): Storage;

  matmul(a: Storage, b: Storage, dims: MatmulDims): Storage;
  conv2d(x: Storage, weight: Storage, bias: Storage | null, dims: Conv2dDims): Storage;
  conv2dGradInput(gradOutput: Storage, weight: Storage, dims: Conv2dDims): Storage;
  conv2dGradWeight(gradOutput: Storage, x: Storage, dims: Conv2dDims): Storage;

  maxPool2d(x: Storage, dims: Pool2dDims): Storage;
  /**
   * Where each window's maximum lies, as y*width + x in its plane; of equal ones the first; NaN counts as the maximum.
   */
  maxPool2dIndices(x: Storage, dims: Pool2dDims): Storage;
  /** out[r,o] = x[r,indices[r,o]]; 0 for an index outside of the row. */
  gather(x: Storage, indices: Storage, dims: PlaceDims): Storage;
  /** out[r,i] = sum of g[r,o] over the places o with indices[r,o] = i; an index outside of the row adds nothing. */
  scatterAdd(g: Storage, indices: Storage, dims: PlaceDims): Storage;
  /** x [rows,size] -> for each row the places of its values in order; equal ones keep theirs; NaN is the greatest. */
  argsort(x: Storage, dims: SortDims): Storage;
  /**
   * The first value that is no whole number from 0 to `size` - 1; null if there is none, or if looking would wait for a
   * device.
   */
  wrongIndex(indices: Storage, size: number): number | null;
}
