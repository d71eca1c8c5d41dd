/**
 * The default backend: float32 numbers in WebAssembly memory, SIMD kernels, one thread.
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
import { runBinary, runWhere } from './broadcast.js';
import { runConv2d, runConv2dGradInput, runConv2dGradWeight } from './conv2d.js';
import { WasmMachine } from './machine.js';
import { runMatmul } from './matmul.js';
import { binaryCode, unaryCode } from './op-codes.js';
import { runStrided } from './strided.js';
import { describeVariant, detectFeatures, resolveVariant } from './variants.js';
import type { WasmVariant } from './variants.js';
import { WasmStorage } from './wasm-storage.js';

export interface WasmBackendOptions {
  /** Never take more memory than this many bytes; default: 4 GiB, or what the engine grants. */
  readonly maxBytes?: number;
  /** Which build of the kernels; default: the best one that the engine runs. */
  readonly variant?: WasmVariant;
}

/**
 * A new wasm backend with a memory of its own, ready at once.
 * @throws BackendError where the engine has no WebAssembly SIMD or cannot run the variant asked for
 */
export function createWasmBackend(options: WasmBackendOptions = {}): Backend {
  return new WasmBackend(resolveVariant(options.variant, detectFeatures()), options.maxBytes);
}

class WasmBackend implements Backend {
  readonly name = 'wasm';
  readonly dtype = 'float32';
  readonly #variant: WasmVariant;
  readonly #machine: WasmMachine;
  #storages = 0;
  #bytes = 0;

  constructor(variant: WasmVariant, maxBytes: number | undefined) {
    this.#variant = variant;
    this.#machine = new WasmMachine(variant, maxBytes);
  }

  info(): BackendInfo {
    return {
      name: this.name,
      dtype: this.dtype,
      mode: describeVariant(this.#variant),
      threads: 1,
      storages: this.#storages,
      bytes: this.#bytes,
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
    fill(this.#machine.memory.floats(this.#at(x), x.length));
  }

  assign(target: Storage, source: Storage): void {
    this.#machine.run('copyRows', [this.#at(source), 0, this.#at(target), 0, source.length], 1);
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
    return this.#softmax(x, dims, false);
  }

  logSoftmax(x: Storage, dims: AxisDims): Storage {
    return this.#softmax(x, dims, true);
  }

  strided(x: Storage, dims: StridedDims): Storage {
    const from = this.#at(x);
    const length = numel(dims.shape);
    return this.#make(length, (y) => {
      if (length > 0) runStrided(this.#machine, from, y, dims);
    });
  }

  pad(x: Storage, { outer, axis, inner, before, after, value }: PadDims): Storage {
    const from = this.#at(x);
    const row = (before + axis + after) * inner;
    const length = outer * row;
    return this.#make(length, (y) => {
      this.#machine.run('fill', [y, value], length, { work: length, align: 16 });
      const copy = [from, axis * inner, y + 4 * before * inner, row, axis * inner] as const;
      this.#machine.run('copyRows', copy, outer, { work: x.length });
    });
  }

  cat(parts: readonly Storage[], { outer, axes, inner }: CatDims): Storage {
    const froms = parts.map((part) => this.#at(part));
    const row = axes.reduce((sum, axis) => sum + axis, 0) * inner;
    return this.#make(outer * row, (y) => {
      let at = 0;
      froms.forEach((from, i) => {
        const width = axes[i] * inner;
        this.#machine.run('copyRows', [from, width, y + 4 * at, row, width], outer, { work: outer * width });
        at += width;
      });
    });
  }

  oneHot(indices: Storage, classes: number): Storage {
    const from = this.#at(indices);
    const rows = indices.length;
    const work = rows * classes;
    return this.#make(rows * classes, (y) => this.#machine.run('oneHot', [from, y, classes], rows, { work }));
  }

  band(x: Storage, band: Band, { outer, inner }: AxisDims): Storage {
    const from = this.#at(x);
    const { rows, columns, taps } = band;
    const machine = this.#machine;
    return this.#make(outer * rows * inner, (y) =>
      machine.withBlock(4 * (2 * rows + rows * taps), (starts) => {
        const counts = starts + 4 * rows;
        const weights = counts + 4 * rows;
        machine.memory.ints(starts, rows).set(band.starts);
        machine.memory.ints(counts, rows).set(band.counts);
        machine.memory.floats(weights, rows * taps).set(band.weights);
        const args = [from, y, starts, counts, weights, rows, columns, taps, inner] as const;
        machine.run('band', args, outer * rows, { work: outer * rows * taps * inner });
      }),
    );
  }

  matmul(a: Storage, b: Storage, dims: MatmulDims): Storage {
    const aAt = this.#at(a);
    const bAt = this.#at(b);
    return this.#make(dims.batch * dims.m * dims.n, (c) => runMatmul(this.#machine, aAt, bAt, c, dims));
  }

  conv2d(x: Storage, weight: Storage, bias: Storage | null, d: Conv2dDims): Storage {
    const from = this.#at(x);
    const w = this.#at(weight);
    const b = bias === null ? null : this.#at(bias);
    const length = d.batch * d.outChannels * d.outHeight * d.outWidth;
    return this.#make(length, (y) => {
      runConv2d(this.#machine, from, w, b, y, d);
      if (d.relu) this.#machine.run('unary', [unaryCode('relu'), y, y, 0, 0], length, { work: length, align: 16 });
    });
  }

  conv2dGradInput(gradOutput: Storage, weight: Storage, d: Conv2dDims): Storage {
    const g = this.#at(gradOutput);
    const w = this.#at(weight);
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
    return this.#pool(x, dims, false);
  }

  maxPool2dIndices(x: Storage, dims: Pool2dDims): Storage {
    return this.#pool(x, dims, true);
  }

  gather(x: Storage, indices: Storage, { rows, size, count }: PlaceDims): Storage {
    const [from, at] = [this.#at(x), this.#at(indices)];
    return this.#make(rows * count, (y) =>
      this.#machine.run('gather', [from, at, y, size, count], rows, { work: rows * count }),
    );
  }

  scatterAdd(g: Storage, indices: Storage, { rows, size, count }: PlaceDims): Storage {
    const [from, at] = [this.#at(g), this.#at(indices)];
    return this.#make(rows * size, (y) =>
      this.#machine.run('scatterAdd', [from, at, y, size, count], rows, { work: rows * (size + count) }),
    );
  }

  argsort(x: Storage, { rows, size, descending }: SortDims): Storage {
    const from = this.#at(x);
    return this.#make(x.length, (y) => runArgsort(this.#machine, from, y, rows, size, descending));
  }

  wrongIndex(indices: Storage, size: number): number | null {
    return wrongIndexIn(this.#machine.memory.floats(this.#at(indices), indices.length), size);
  }

  softmaxGrad(g: Storage, y: Storage, { outer, axis, inner }: AxisDims): Storage {
    const [grad, from] = [this.#at(g), this.#at(y)];
    return this.#make(g.length, (out) =>
      this.#machine.run('softmaxGrad', [grad, from, out, axis, inner], outer * inner, { work: 4 * g.length }),
    );
  }

  #softmax(x: Storage, { outer, axis, inner }: AxisDims, logarithm: boolean): Storage {
    const from = this.#at(x);
    return this.#make(x.length, (y) =>
      this.#machine.run('softmax', [from, y, axis, inner, logarithm ? 1 : 0], outer * inner, { work: 8 * x.length }),
    );
  }

  #pool(x: Storage, d: Pool2dDims, places: boolean): Storage {
    const from = this.#at(x);
    const machine = this.#machine;
    const kernel = places ? 'maxPoolIndices' : 'maxPool';
    const work = d.planes * d.outHeight * d.outWidth * d.kernelHeight * d.kernelWidth;
    const call = [
      ...[d.height, d.width, d.outHeight, d.outWidth, d.kernelHeight, d.kernelWidth],
      ...[d.strideHeight, d.strideWidth, d.padHeight, d.padWidth, d.dilationHeight, d.dilationWidth],
    ];
    return this.#make(d.planes * d.outHeight * d.outWidth, (y) =>
      machine.withInts(call, (at) => machine.run(kernel, [from, y, at], d.planes, { work })),
    );
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

  #giveBack(storage: WasmStorage): void {
    this.#machine.memory.free(storage.pointer);
    this.#storages--;
    this.#bytes -= 4 * storage.length;
  }

  /** The address of an argument, which must live in this backend's memory. */
  #at(x: Storage): number {
    if (x.backend !== this || !(x instanceof WasmStorage)) {
      const which = x.backend.name === this.name ? 'another wasm backend' : x.backend.name;
      throw new BackendError(
        `wasm: expected a tensor of the wasm backend, got one of ${which}; ` +
          "move it with tensor.to('wasm') or make it after useBackend('wasm')",
      );
    }
    if (x.handles === 0) {
      throw new BackendError('wasm: expected a live tensor, got one whose memory was freed by dispose() or tidy()');
    }
    return x.pointer;
  }
}
