/**
 * The default backend: float32 numbers in WebAssembly memory, SIMD kernels, threads where memory can be shared.
 *
 * A method makes the output storage, describes the call and runs a kernel over the whole range of output units. Views
 * of the memory are made where they are used and never kept.
 */
import { BackendError } from '../../errors.js';
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
import { runArgsort } from './argsort.js';
import { runBand } from './band.js';
import { runBinary, runWhere } from './broadcast.js';
import { runConv2d, runConv2dGradInput, runConv2dGradWeight } from './conv2d.js';
import { runGather, runOneHot, runScatterAdd } from './indexing.js';
import { runCat, runPad } from './layout.js';
import { WasmMachine, type ThreadingOptions } from './machine.js';
import { runMatmul } from './matmul.js';
import {
  runChannelMoments,
  runNormalize,
  runNormalizeGrad,
  runNormalizeSums,
  type NormalizationAt,
} from './normalize.js';
import { binaryCode, unaryCode } from './op-codes.js';
import { runPool, type PoolKernel } from './pool.js';
import { runSoftmax, runSoftmaxGrad } from './softmax.js';
import { runStrided } from './strided.js';
import { describeMode, detectFeatures, resolveVariant } from './variants.js';
import type { WasmVariant } from './variants.js';
import { WasmStorage, liveStorage } from './wasm-storage.js';
import { WeightCache } from './weight-cache.js';

export interface WasmBackendOptions {
  /** Never take more memory than this many bytes; default: 4 GiB, or what the engine grants. */
  readonly maxBytes?: number;
  /** Which build of the kernels; default: the best one that the engine runs. */
  readonly variant?: WasmVariant;
  /** @internal For tests. */
  readonly threading?: ThreadingOptions;
}

/**
 * A new wasm backend with a memory of its own, ready at once.
 * @throws BackendError where the engine has no WebAssembly SIMD or cannot run the variant asked for
 */
export function createWasmBackend(options: WasmBackendOptions = {}): Backend {
  return new WasmBackend(resolveVariant(options.variant, detectFeatures()), options);
}

/** How many workers of a wasm backend are up, and how many parts of tasks each thread has computed: what tests look at. */
export function threadActivity(backend: Backend): WasmMachine['activity'] {
  if (backend instanceof WasmBackend) return backend.activity;
  throw new BackendError(`wasm: expected a wasm backend, got ${backend.name}`);
}

/** The part of the memory that weights in other forms may take. */
const CACHE_SHARE = 1 / 4;

class WasmBackend implements Backend {
  readonly name = 'wasm';
  readonly dtype = 'float32';
  readonly #variant: WasmVariant;
  readonly #machine: WasmMachine;
  readonly #cache: WeightCache;
  #storages = 0;
  #bytes = 0;

  constructor(variant: WasmVariant, { maxBytes, threading }: WasmBackendOptions) {
    this.#variant = variant;
    this.#machine = new WasmMachine(variant, maxBytes, threading);
    this.#cache = new WeightCache(this.#machine.memory, Math.floor(this.#machine.memory.maxBytes * CACHE_SHARE));
  }

  get activity(): WasmMachine['activity'] {
    return this.#machine.activity;
  }

  info(): BackendInfo {
    return {
      name: this.name,
      dtype: this.dtype,
      mode: describeMode(this.#variant, this.#machine.trouble),
      threads: this.#machine.threads,
      storages: this.#storages,
      bytes: this.#bytes,
      cachedBytes: this.#cache.bytes,
      peakBytes: this.#machine.memory.peak,
    };
  }

  create(length: number, fill?: (host: HostArray) => void): Storage {
    return this.#make(length, (y) => fill?.(this.#machine.memory.floats(y, length)));
  }

  full(length: number, value: number): Storage {
    return this.#make(length, (y) => this.#machine.run('fill', [y, value], length, { work: length, align: 16 }));
  }

  readSync(x: Storage): HostArray {
    const copy = new Float32Array(x.length);
    copy.set(this.#machine.memory.floats(this.#at(x), x.length));
    return copy;
  }

  async read(x: Storage): Promise<HostArray> {
    return this.readSync(x);
  }

  overwrite(x: Storage, fill: (host: HostArray) => void): void {
    const at = this.#at(x);
    this.#changed(x);
    fill(this.#machine.memory.floats(at, x.length));
  }

  assign(target: Storage, source: Storage): void {
    const [from, to] = [this.#at(source), this.#at(target)];
    this.#changed(target);
    this.#machine.run('copyRows', [from, 0, to, 0, source.length], 1);
  }

  unary(op: UnaryOp, x: Storage, p = 0, q = 0): Storage {
    const from = this.#at(x);
    const { length } = x;
    const options = { work: length, align: 16 };
    return this.#make(length, (y) => {
      if (op === 'pow' && p === 2) {
        this.#machine.run('binaryRow', [binaryCode('mul'), from, 1, from, 1, y], length, options);
      } else {
        this.#machine.run('unary', [unaryCode(op), from, y, p, q], length, options);
      }
    });
  }

  binary(op: BinaryOp, a: Storage, b: Storage, dims: BroadcastDims): Storage {
    const [aAt, bAt] = [this.#at(a), this.#at(b)];
    return this.#make(numel(dims.shape), (y) => runBinary(this.#machine, binaryCode(op), aAt, bAt, y, dims));
  }

  where(condition: Storage, a: Storage, b: Storage, dims: WhereDims): Storage {
    const [at, aAt, bAt] = [this.#at(condition), this.#at(a), this.#at(b)];
    return this.#make(numel(dims.shape), (y) => runWhere(this.#machine, at, aAt, bAt, y, dims));
  }

  reduce(op: ReduceOp, x: Storage, { outer, axis, inner }: AxisDims): Storage {
    const from = this.#at(x);
    const kernel = op === 'sum' ? 'reduceSum' : 'reduceMax';
    return this.#make(outer * inner, (y) =>
      this.#machine.run(kernel, [from, y, axis, inner], outer * inner, { work: x.length, align: inner === 1 ? 1 : 16 }),
    );
  }

  softmax(x: Storage, dims: AxisDims): Storage {
    const from = this.#at(x);
    return this.#make(x.length, (y) => runSoftmax(this.#machine, from, y, dims, false));
  }

  logSoftmax(x: Storage, dims: AxisDims): Storage {
    const from = this.#at(x);
    return this.#make(x.length, (y) => runSoftmax(this.#machine, from, y, dims, true));
  }

  strided(x: Storage, dims: StridedDims): Storage {
    const from = this.#at(x);
    const length = numel(dims.shape);
    return this.#make(length, (y) => {
      if (length > 0) runStrided(this.#machine, from, y, dims);
    });
  }

  pad(x: Storage, dims: PadDims): Storage {
    const from = this.#at(x);
    const { outer, axis, inner, before, after } = dims;
    return this.#make(outer * (before + axis + after) * inner, (y) => runPad(this.#machine, from, y, dims));
  }

  cat(parts: readonly Storage[], dims: CatDims): Storage {
    const froms = parts.map((part) => this.#at(part));
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    return this.#make(length, (y) => runCat(this.#machine, froms, y, dims));
  }

  oneHot(indices: Storage, classes: number): Storage {
    const at = this.#at(indices);
    return this.#make(indices.length * classes, (y) => runOneHot(this.#machine, at, y, indices.length, classes));
  }

  band(x: Storage, band: Band, dims: AxisDims): Storage {
    const from = this.#at(x);
    return this.#make(dims.outer * band.rows * dims.inner, (y) => runBand(this.#machine, from, y, band, dims));
  }

  matmul(a: Storage, b: Storage, dims: MatmulDims): Storage {
    const aAt = this.#at(a);
    const bAt = this.#at(b);
    return this.#make(dims.batch * dims.m * dims.n, (c) => runMatmul(this.#machine, aAt, bAt, c, dims));
  }

  conv2d(x: Storage, weight: Storage, bias: Storage | null, d: Conv2dDims): Storage {
    const from = this.#at(x);
    const w = { storage: this.#own(weight), cache: this.#cache };
    const b = bias === null ? null : this.#at(bias);
    const length = d.batch * d.outChannels * d.outHeight * d.outWidth;
    return this.#make(length, (y) => runConv2d(this.#machine, from, w, b, y, d));
  }

  conv2dGradInput(gradOutput: Storage, weight: Storage, d: Conv2dDims): Storage {
    const g = this.#at(gradOutput);
    const w = { storage: this.#own(weight), cache: this.#cache };
    const length = d.batch * d.inChannels * d.height * d.width;
    return this.#make(length, (dx) => runConv2dGradInput(this.#machine, g, w, dx, d));
  }

  conv2dGradWeight(gradOutput: Storage, x: Storage, d: Conv2dDims): Storage {
    const g = this.#at(gradOutput);
    const from = this.#at(x);
    const length = (d.outChannels * d.inChannels * d.kernelHeight * d.kernelWidth) / d.groups;
    return this.#make(length, (dw) => runConv2dGradWeight(this.#machine, g, from, dw, d));
  }

  maxPool2d(x: Storage, dims: Pool2dDims): Storage {
    return this.#pool('maxPool', x, dims);
  }

  maxPool2dIndices(x: Storage, dims: Pool2dDims): Storage {
    return this.#pool('maxPoolIndices', x, dims);
  }

  gather(x: Storage, indices: Storage, dims: PlaceDims): Storage {
    const [from, at] = [this.#at(x), this.#at(indices)];
    return this.#make(dims.rows * dims.count, (y) => runGather(this.#machine, from, at, y, dims));
  }

  scatterAdd(g: Storage, indices: Storage, dims: PlaceDims): Storage {
    const [from, at] = [this.#at(g), this.#at(indices)];
    return this.#make(dims.rows * dims.size, (y) => runScatterAdd(this.#machine, from, at, y, dims));
  }

  argsort(x: Storage, { rows, size, descending }: SortDims): Storage {
    const from = this.#at(x);
    return this.#make(x.length, (y) => runArgsort(this.#machine, from, y, rows, size, descending));
  }

  wrongIndex(indices: Storage, size: number): number | null {
    return wrongIndexIn(this.#machine.memory.floats(this.#at(indices), indices.length), size);
  }

  softmaxGrad(g: Storage, y: Storage, dims: AxisDims): Storage {
    const [grad, from] = [this.#at(g), this.#at(y)];
    return this.#make(g.length, (out) => runSoftmaxGrad(this.#machine, grad, from, out, dims));
  }

  channelMoments(x: Storage, dims: AxisDims): Storage {
    const from = this.#at(x);
    return this.#make(2 * dims.axis, (y) => runChannelMoments(this.#machine, from, y, dims));
  }

  normalize(x: Storage, by: Normalization, bias: Storage | null, dims: AxisDims): Storage {
    const [from, values, shift] = [this.#at(x), this.#normalization(by), this.#atOrNull(bias)];
    return this.#make(x.length, (y) => runNormalize(this.#machine, from, y, values, shift, dims));
  }

  normalizeSums(g: Storage, x: Storage, by: Normalization, dims: AxisDims): Storage {
    const [grad, from, values] = [this.#at(g), this.#at(x), this.#normalization(by)];
    return this.#make(2 * dims.axis, (y) => runNormalizeSums(this.#machine, grad, from, y, values, dims));
  }

  normalizeGrad(g: Storage, x: Storage, by: Normalization, sums: Storage | null, dims: AxisDims): Storage {
    const [grad, from, values, totals] = [this.#at(g), this.#at(x), this.#normalization(by), this.#atOrNull(sums)];
    return this.#make(g.length, (dx) => runNormalizeGrad(this.#machine, grad, from, dx, values, totals, dims));
  }

  #pool(kernel: PoolKernel, x: Storage, dims: Pool2dDims): Storage {
    const from = this.#at(x);
    const length = dims.planes * dims.outHeight * dims.outWidth;
    return this.#make(length, (y) => runPool(this.#machine, kernel, from, y, dims));
  }

  /** A new storage whose content `fill` writes at the given address; freed again if that fails. */
  #make(length: number, fill: (address: number) => void): WasmStorage {
    const { memory } = this.#machine;
    const address = memory.allocate(4 * length);
    try {
      fill(address);
    } catch (error) {
      memory.free(address);
      throw error;
    }
    this.#storages++;
    this.#bytes += 4 * length;
    return new WasmStorage(this, length, address, (storage) => this.#giveBack(storage));
  }

  /** Whoever writes into an existing storage says so here. */
  #changed(storage: Storage): void {
    if (storage instanceof WasmStorage) this.#cache.drop(storage);
  }

  #giveBack(storage: WasmStorage): void {
    this.#cache.drop(storage);
    this.#machine.memory.free(storage.pointer);
    this.#storages--;
    this.#bytes -= 4 * storage.length;
  }

  #normalization({ mean, inverse, weight }: Normalization): NormalizationAt {
    return { mean: this.#at(mean), inverse: this.#at(inverse), weight: this.#atOrNull(weight) };
  }

  /** 0, where no block begins, for an argument that is absent. */
  #atOrNull(x: Storage | null): number {
    return x === null ? 0 : this.#at(x);
  }

  /** The address of an argument, which must live in this backend's memory. */
  #at(x: Storage): number {
    return this.#own(x).pointer;
  }

  #own(x: Storage): WasmStorage {
    return liveStorage(x, this);
  }
}
