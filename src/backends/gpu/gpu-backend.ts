/**
 * The GPU backend: every kernel a GPU.js kernel, on WebGL 2 or WebGPU. Results stay on the device, and dispatch does not wait for it.
 *
 * This file is the list of kernels; each family is in the file of its name, the sources are in kernels/. What is empty is not sent to
 * the device.
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
import * as convolution from './convolution.js';
import * as elementwise from './elementwise.js';
import { GpuMachine } from './machine.js';
import * as placing from './placing.js';
import * as products from './products.js';
import type { Device } from './program.js';
import * as statistics from './statistics.js';
import * as windows from './windows.js';

export class GpuBackend implements Backend {
  readonly name = 'gpu';
  readonly dtype = 'float32';
  readonly #machine: GpuMachine;
  #peakBytes = 0;

  constructor(device: Device) {
    this.#machine = new GpuMachine(device, this);
  }

  info(): BackendInfo {
    const { device, storages, hostBytes } = this.#machine;
    const { mode, adapter, kernelClass } = device.info;
    const { kernels, arrays, bytes } = device.counts();
    const { name, dtype } = this;
    const all = bytes + hostBytes;
    this.#peakBytes = Math.max(this.#peakBytes, all);
    return {
      name,
      dtype,
      mode,
      threads: 1,
      storages,
      bytes: all,
      peakBytes: this.#peakBytes,
      adapter,
      kernelClass,
      kernels,
      arrays,
    };
  }

  create(length: number, fill?: (host: HostArray) => void): Storage {
    const values = hostArray(length);
    fill?.(values);
    return this.#machine.fromHost(values);
  }

  full(length: number, value: number): Storage {
    return this.create(length, (host) => host.fill(value));
  }

  readSync(x: Storage): HostArray {
    const { host } = this.#machine.storage(x);
    if (host) return host.slice();
    if (x.length === 0) return new Float32Array(0);
    return this.#machine.device.readSync(this.#machine.flat(x), x.length);
  }

  async read(x: Storage): Promise<HostArray> {
    const { host } = this.#machine.storage(x);
    if (host) return host.slice();
    if (x.length === 0) return new Float32Array(0);
    return this.#machine.device.read(this.#machine.flat(x), x.length);
  }

  overwrite(x: Storage, fill: (host: HostArray) => void): void {
    const storage = this.#machine.storage(x);
    const values = storage.host ?? hostArray(x.length);
    fill(values);
    if (values !== storage.host) this.#machine.setHost(storage, values);
  }

  assign(target: Storage, source: Storage): void {
    check(
      target.length === source.length,
      () => `assign: expected ${target.length} elements, as many as the target has, got ${source.length}`,
    );
    const [to, from] = [this.#machine.storage(target), this.#machine.storage(source)];
    if (to === from) return;
    if (from.host) this.#machine.setHost(to, from.host.slice());
    else if (from.length > 0) this.#machine.setFlat(to, elementwise.copyOf(this.#machine, from));
  }

  unary(op: UnaryOp, x: Storage, p = 0, q = 0): Storage {
    return x.length === 0 ? this.#empty() : elementwise.unary(this.#machine, op, x, p, q);
  }

  binary(op: BinaryOp, a: Storage, b: Storage, dims: BroadcastDims): Storage {
    return numel(dims.shape) === 0 ? this.#empty() : elementwise.binary(this.#machine, op, a, b, dims);
  }

  where(condition: Storage, a: Storage, b: Storage, dims: WhereDims): Storage {
    return numel(dims.shape) === 0 ? this.#empty() : elementwise.where(this.#machine, condition, a, b, dims);
  }

  reduce(op: ReduceOp, x: Storage, dims: AxisDims): Storage {
    return statistics.reduce(this.#machine, op, x, dims);
  }

  softmax(x: Storage, dims: AxisDims): Storage {
    return x.length === 0 ? this.#empty() : statistics.softmax(this.#machine, x, dims);
  }

  logSoftmax(x: Storage, dims: AxisDims): Storage {
    return x.length === 0 ? this.#empty() : statistics.logSoftmax(this.#machine, x, dims);
  }

  softmaxGrad(g: Storage, y: Storage, dims: AxisDims): Storage {
    return g.length === 0 ? this.#empty() : statistics.softmaxGrad(this.#machine, g, y, dims);
  }

  channelMoments(x: Storage, dims: AxisDims): Storage {
    // of nothing: a sum of 0, divided by 0 where it is
    if (x.length === 0) return this.create(2 * dims.axis, (host) => host.fill(NaN, dims.axis));
    return statistics.channelMoments(this.#machine, x, dims);
  }

  normalize(x: Storage, by: Normalization, bias: Storage | null, dims: AxisDims): Storage {
    return x.length === 0 ? this.#empty() : statistics.normalize(this.#machine, x, by, bias, dims);
  }

  normalizeSums(g: Storage, x: Storage, by: Normalization, dims: AxisDims): Storage {
    if (x.length === 0) return this.full(2 * dims.axis, 0);
    return statistics.normalizeSums(this.#machine, g, x, by, dims);
  }

  normalizeGrad(g: Storage, x: Storage, by: Normalization, sums: Storage | null, dims: AxisDims): Storage {
    return x.length === 0 ? this.#empty() : statistics.normalizeGrad(this.#machine, g, x, by, sums, dims);
  }

  strided(x: Storage, dims: StridedDims): Storage {
    return numel(dims.shape) === 0 ? this.#empty() : elementwise.strided(this.#machine, x, dims);
  }

  pad(x: Storage, dims: PadDims): Storage {
    const length = dims.outer * (dims.before + dims.axis + dims.after) * dims.inner;
    if (x.length === 0) return this.full(length, dims.value);
    return placing.pad(this.#machine, x, dims);
  }

  cat(parts: readonly Storage[], dims: CatDims): Storage {
    return placing.cat(this.#machine, parts, dims);
  }

  oneHot(indices: Storage, classes: number): Storage {
    return indices.length * classes === 0 ? this.#empty() : placing.oneHot(this.#machine, indices, classes);
  }

  band(x: Storage, band: Band, dims: AxisDims): Storage {
    const length = dims.outer * band.rows * dims.inner;
    return length === 0 || x.length === 0 ? this.full(length, 0) : placing.band(this.#machine, x, band, dims);
  }

  matmul(a: Storage, b: Storage, dims: MatmulDims): Storage {
    return products.matmul(this.#machine, a, b, dims);
  }

  conv2d(x: Storage, weight: Storage, bias: Storage | null, dims: Conv2dDims): Storage {
    const { batch, outChannels, outHeight, outWidth } = dims;
    const length = batch * outChannels * outHeight * outWidth;
    if (length === 0) return this.#empty();
    if (x.length === 0) return this.#ofNothing(bias, dims);
    return convolution.conv2d(this.#machine, x, weight, bias, dims);
  }

  conv2dGradInput(gradOutput: Storage, weight: Storage, dims: Conv2dDims): Storage {
    const length = dims.batch * dims.inChannels * dims.height * dims.width;
    if (gradOutput.length === 0 || length === 0) return this.full(length, 0);
    return convolution.conv2dGradInput(this.#machine, gradOutput, weight, dims);
  }

  conv2dGradWeight(gradOutput: Storage, x: Storage, dims: Conv2dDims): Storage {
    const length = (dims.outChannels * dims.inChannels * dims.kernelHeight * dims.kernelWidth) / dims.groups;
    if (gradOutput.length === 0 || x.length === 0) return this.full(length, 0);
    return convolution.conv2dGradWeight(this.#machine, gradOutput, x, dims);
  }

  maxPool2d(x: Storage, dims: Pool2dDims): Storage {
    return x.length === 0 ? this.#empty() : windows.maxPool2d(this.#machine, x, dims, 'maxima');
  }

  maxPool2dIndices(x: Storage, dims: Pool2dDims): Storage {
    return x.length === 0 ? this.#empty() : windows.maxPool2d(this.#machine, x, dims, 'places');
  }

  gather(x: Storage, indices: Storage, dims: PlaceDims): Storage {
    if (indices.length === 0) return this.#empty();
    return x.length === 0 ? this.full(indices.length, 0) : placing.gather(this.#machine, x, indices, dims);
  }

  scatterAdd(g: Storage, indices: Storage, dims: PlaceDims): Storage {
    const length = dims.rows * dims.size;
    return g.length === 0 || length === 0 ? this.full(length, 0) : placing.scatterAdd(this.#machine, g, indices, dims);
  }

  argsort(x: Storage, dims: SortDims): Storage {
    return x.length === 0 ? this.#empty() : placing.argsort(this.#machine, x, dims);
  }

  /** Looks only at values that are still in memory: others would have to be waited for. */
  wrongIndex(indices: Storage, size: number): number | null {
    const { host } = this.#machine.storage(indices);
    return host ? wrongIndexIn(host, size) : null;
  }

  /** A convolution of nothing: its bias. */
  #ofNothing(bias: Storage | null, { batch, outChannels, outHeight, outWidth, relu }: Conv2dDims): Storage {
    const shape = [batch, outChannels, outHeight, outWidth];
    if (!bias) return this.full(numel(shape), 0);
    const sums = this.strided(bias, { shape, strides: [0, 1, 0, 0], offset: 0 });
    if (!relu) return sums;
    const rectified = this.unary('relu', sums, 0, 0);
    sums.release();
    return rectified;
  }

  #empty(): Storage {
    return this.create(0);
  }
}

function hostArray(length: number): Float32Array {
  try {
    return new Float32Array(length);
  } catch {
    throw new BackendError(
      `gpu: out of memory: asked for ${length * 4} bytes; free tensors with tidy(() => ...) or dispose()`,
    );
  }
}
