/**
 * The reference backend: every kernel as plain loops over typed arrays. It is the definition of right.
 *
 * Arithmetic is in double, as JavaScript's numbers are, and each result is rounded once, when it is stored. With
 * float64 storages nothing is rounded, which gradient checks need. The maths is in the file of each family of kernels;
 * this file unwraps storages, makes the output and calls the kernel.
 */
import { BackendError, check } from '../../errors.js';
import type {
  AxisDims,
  Backend,
  BackendInfo,
  Band,
  BinaryOp,
  BroadcastDims,
  CatDims,
  Conv2dDims,
  DType,
  HostArray,
  MatmulDims,
  Normalization,
  PadDims,
  PlaceDims,
  Pool2dDims,
  ReduceOp,
  SortDims,
  StridedDims,
  UnaryOp,
  WhereDims,
} from '../../tensor/backend.js';
import { numel } from '../../tensor/shape.js';
import type { Storage } from '../../tensor/storage.js';
import { wrongIndexIn } from '../../tensor/wrong-index.js';
import * as conv from './conv2d.js';
import * as elementwise from './elementwise.js';
import * as indexing from './indexing.js';
import * as layout from './layout.js';
import { matmul } from './matmul.js';
import * as normalization from './normalize.js';
import * as pool from './pool.js';
import * as reduction from './reduce.js';
import { ReferenceStorage } from './reference-storage.js';

class ReferenceBackend implements Backend {
  readonly name: string;
  #storages = 0;
  #bytes = 0;
  #peakBytes = 0;

  constructor(readonly dtype: DType) {
    this.name = dtype === 'float32' ? 'reference' : 'reference64';
  }

  info(): BackendInfo {
    const { name, dtype } = this;
    const [storages, bytes, peakBytes] = [this.#storages, this.#bytes, this.#peakBytes];
    return { name, dtype, mode: 'plain loops', threads: 1, storages, bytes, peakBytes };
  }

  create(length: number, fill?: (host: HostArray) => void): Storage {
    return this.#make(length, (out) => fill?.(out));
  }

  full(length: number, value: number): Storage {
    return this.#make(length, (out) => out.fill(value));
  }

  readSync(x: Storage): HostArray {
    return this.#data(x).slice();
  }

  async read(x: Storage): Promise<HostArray> {
    return this.readSync(x);
  }

  overwrite(x: Storage, fill: (host: HostArray) => void): void {
    fill(this.#data(x));
  }

  assign(target: Storage, source: Storage): void {
    check(
      target.length === source.length,
      () => `assign: expected ${target.length} elements, as many as the target has, got ${source.length}`,
    );
    this.#data(target).set(this.#data(source));
  }

  unary(op: UnaryOp, x: Storage, p = 0, q = 0): Storage {
    const from = this.#data(x);
    return this.#make(x.length, (out) => elementwise.unary(op, out, from, this.#round(p), this.#round(q)));
  }

  binary(op: BinaryOp, a: Storage, b: Storage, dims: BroadcastDims): Storage {
    const [x, y] = [this.#data(a), this.#data(b)];
    return this.#make(numel(dims.shape), (out) => elementwise.binary(op, out, x, y, dims));
  }

  where(condition: Storage, a: Storage, b: Storage, dims: WhereDims): Storage {
    const [picks, x, y] = [this.#data(condition), this.#data(a), this.#data(b)];
    return this.#make(numel(dims.shape), (out) => elementwise.where(out, picks, x, y, dims));
  }

  reduce(op: ReduceOp, x: Storage, dims: AxisDims): Storage {
    const from = this.#data(x);
    return this.#make(dims.outer * dims.inner, (out) => reduction.reduce(op, out, from, dims));
  }

  softmax(x: Storage, dims: AxisDims): Storage {
    const from = this.#data(x);
    return this.#make(x.length, (out) => reduction.softmax(out, from, dims));
  }

  logSoftmax(x: Storage, dims: AxisDims): Storage {
    const from = this.#data(x);
    return this.#make(x.length, (out) => reduction.logSoftmax(out, from, dims));
  }

  softmaxGrad(g: Storage, y: Storage, dims: AxisDims): Storage {
    const [grad, from] = [this.#data(g), this.#data(y)];
    return this.#make(g.length, (out) => reduction.softmaxGrad(out, grad, from, dims));
  }

  channelMoments(x: Storage, dims: AxisDims): Storage {
    const from = this.#data(x);
    return this.#make(2 * dims.axis, (out) => normalization.channelMoments(out, from, dims));
  }

  normalize(x: Storage, by: Normalization, bias: Storage | null, dims: AxisDims): Storage {
    const [from, values] = [this.#data(x), this.#normalization(by)];
    const shift = bias && this.#data(bias);
    return this.#make(x.length, (out) => normalization.normalize(out, from, values, shift, dims));
  }

  normalizeSums(g: Storage, x: Storage, by: Normalization, dims: AxisDims): Storage {
    const [grad, from, values] = [this.#data(g), this.#data(x), this.#normalization(by)];
    return this.#make(2 * dims.axis, (out) => normalization.normalizeSums(out, grad, from, values, dims));
  }

  normalizeGrad(g: Storage, x: Storage, by: Normalization, sums: Storage | null, dims: AxisDims): Storage {
    const [grad, from, values] = [this.#data(g), this.#data(x), this.#normalization(by)];
    const totals = sums && this.#data(sums);
    return this.#make(g.length, (out) => normalization.normalizeGrad(out, grad, from, values, totals, dims));
  }

  strided(x: Storage, dims: StridedDims): Storage {
    const from = this.#data(x);
    return this.#make(numel(dims.shape), (out) => layout.strided(out, from, dims));
  }

  pad(x: Storage, dims: PadDims): Storage {
    const from = this.#data(x);
    const length = dims.outer * (dims.before + dims.axis + dims.after) * dims.inner;
    return this.#make(length, (out) => layout.pad(out, from, dims));
  }

  cat(parts: readonly Storage[], dims: CatDims): Storage {
    const from = parts.map((part) => this.#data(part));
    const axis = dims.axes.reduce((sum, size) => sum + size, 0);
    return this.#make(dims.outer * axis * dims.inner, (out) => layout.cat(out, from, dims));
  }

  oneHot(indices: Storage, classes: number): Storage {
    const from = this.#data(indices);
    return this.#make(indices.length * classes, (out) => layout.oneHot(out, from, classes));
  }

  band(x: Storage, band: Band, dims: AxisDims): Storage {
    const from = this.#data(x);
    return this.#make(dims.outer * band.rows * dims.inner, (out) => layout.band(out, from, band, dims));
  }

  matmul(a: Storage, b: Storage, dims: MatmulDims): Storage {
    const [x, y] = [this.#data(a), this.#data(b)];
    return this.#make(dims.batch * dims.m * dims.n, (out) => matmul(out, x, y, dims));
  }

  conv2d(x: Storage, weight: Storage, bias: Storage | null, dims: Conv2dDims): Storage {
    const [from, w] = [this.#data(x), this.#data(weight)];
    const b = bias === null ? null : this.#data(bias);
    const length = dims.batch * dims.outChannels * dims.outHeight * dims.outWidth;
    return this.#make(length, (out) => conv.conv2d(out, from, w, b, dims));
  }

  conv2dGradInput(gradOutput: Storage, weight: Storage, dims: Conv2dDims): Storage {
    const [g, w] = [this.#data(gradOutput), this.#data(weight)];
    const length = dims.batch * dims.inChannels * dims.height * dims.width;
    return this.#make(length, (out) => conv.conv2dGradInput(out, g, w, dims));
  }

  conv2dGradWeight(gradOutput: Storage, x: Storage, dims: Conv2dDims): Storage {
    const [g, from] = [this.#data(gradOutput), this.#data(x)];
    const length = dims.outChannels * (dims.inChannels / dims.groups) * dims.kernelHeight * dims.kernelWidth;
    return this.#make(length, (out) => conv.conv2dGradWeight(out, g, from, dims));
  }

  maxPool2d(x: Storage, dims: Pool2dDims): Storage {
    const from = this.#data(x);
    return this.#make(dims.planes * dims.outHeight * dims.outWidth, (out) => pool.maxPool2d(out, from, dims));
  }

  maxPool2dIndices(x: Storage, dims: Pool2dDims): Storage {
    const from = this.#data(x);
    return this.#make(dims.planes * dims.outHeight * dims.outWidth, (out) => pool.maxPool2dIndices(out, from, dims));
  }

  gather(x: Storage, indices: Storage, dims: PlaceDims): Storage {
    const [from, at] = [this.#data(x), this.#data(indices)];
    return this.#make(dims.rows * dims.count, (out) => indexing.gather(out, from, at, dims));
  }

  scatterAdd(g: Storage, indices: Storage, dims: PlaceDims): Storage {
    const [from, at] = [this.#data(g), this.#data(indices)];
    return this.#make(dims.rows * dims.size, (out) => indexing.scatterAdd(out, from, at, dims));
  }

  argsort(x: Storage, dims: SortDims): Storage {
    const from = this.#data(x);
    return this.#make(x.length, (out) => indexing.argsort(out, from, dims));
  }

  wrongIndex(indices: Storage, size: number): number | null {
    return wrongIndexIn(this.#data(indices), size);
  }

  /** A new storage; `fill` writes it (it comes as zeros), and only then is it counted. */
  #make(length: number, fill: (out: HostArray) => void): Storage {
    const data = this.#allocate(length);
    fill(data);
    this.#storages++;
    this.#bytes += data.byteLength;
    this.#peakBytes = Math.max(this.#peakBytes, this.#bytes);
    return new ReferenceStorage(this, data, (bytes) => {
      this.#storages--;
      this.#bytes -= bytes;
    });
  }

  #allocate(length: number): HostArray {
    try {
      return this.dtype === 'float32' ? new Float32Array(length) : new Float64Array(length);
    } catch {
      const bytes = length * (this.dtype === 'float32' ? 4 : 8);
      throw new BackendError(
        `${this.name}: out of memory: asked for ${bytes} bytes with ${this.#bytes} bytes live in ${this.#storages} ` +
          'storages; free tensors with tidy(() => ...) or dispose()',
      );
    }
  }

  /** The values of a storage, which must be of this backend. */
  #data(x: Storage): HostArray {
    const { name } = this;
    if (x instanceof ReferenceStorage && x.backend.name === name) return x.data;
    throw new BackendError(
      `${name}: expected a tensor of the ${name} backend, got one of ${x.backend.name}; ` +
        `move it with tensor.to('${name}') or make it after useBackend('${name}')`,
    );
  }

  #normalization({ mean, inverse, weight }: Normalization): normalization.NormalizationData {
    return { mean: this.#data(mean), inverse: this.#data(inverse), weight: weight && this.#data(weight) };
  }

  /** A scalar argument as a storage would hold it, so that comparing an element with it is fair. */
  #round(value: number): number {
    return this.dtype === 'float32' ? Math.fround(value) : value;
  }
}

/**
 * A backend of plain loops, for tests, for gradient checks and for reading.
 *
 * @param dtype the element type of its storages: `float32` (named `reference`) or `float64` (named `reference64`)
 */
export function createReferenceBackend(dtype: DType = 'float32'): Backend {
  return new ReferenceBackend(dtype);
}
