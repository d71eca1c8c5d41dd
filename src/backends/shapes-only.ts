/**
 * A backend without numbers: every kernel returns a storage of the right length and computes nothing.
 *
 * A model built on it costs no memory and a forward pass no time, whatever its size. That tells the names and shapes of
 * its state before weights are loaded, and the output shape of each layer.
 */
import { BackendError } from '../errors.js';
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
  StridedDims,
  UnaryOp,
  WhereDims,
} from '../tensor/backend.js';
import { numel } from '../tensor/shape.js';
import { Storage } from '../tensor/storage.js';

class Length extends Storage {
  protected free(): void {
    // there is nothing to give back
  }
}

class ShapesOnlyBackend implements Backend {
  readonly name = 'shapes-only';
  readonly dtype = 'float32';

  info(): BackendInfo {
    return { name: this.name, dtype: this.dtype, mode: 'no numbers', threads: 0, storages: 0, bytes: 0, peakBytes: 0 };
  }

  create(length: number): Storage {
    return new Length(this, length);
  }

  full(length: number): Storage {
    return this.create(length);
  }

  readSync(): HostArray {
    throw new BackendError('shapes-only: expected a tensor with values; build the model on another backend');
  }

  async read(): Promise<HostArray> {
    return this.readSync();
  }

  overwrite(): void {
    // no memory, no values
  }

  assign(): void {
    // no memory, no values
  }

  unary(_op: UnaryOp, x: Storage): Storage {
    return this.create(x.length);
  }

  binary(_op: BinaryOp, _a: Storage, _b: Storage, dims: BroadcastDims): Storage {
    return this.create(numel(dims.shape));
  }

  where(_condition: Storage, _a: Storage, _b: Storage, dims: WhereDims): Storage {
    return this.create(numel(dims.shape));
  }

  reduce(_op: ReduceOp, _x: Storage, dims: AxisDims): Storage {
    return this.create(dims.outer * dims.inner);
  }

  softmax(x: Storage): Storage {
    return this.create(x.length);
  }

  logSoftmax(x: Storage): Storage {
    return this.create(x.length);
  }

  softmaxGrad(g: Storage): Storage {
    return this.create(g.length);
  }

  channelMoments(_x: Storage, dims: AxisDims): Storage {
    return this.create(2 * dims.axis);
  }

  normalize(x: Storage): Storage {
    return this.create(x.length);
  }

  normalizeSums(_g: Storage, _x: Storage, _by: Normalization, dims: AxisDims): Storage {
    return this.create(2 * dims.axis);
  }

  normalizeGrad(g: Storage): Storage {
    return this.create(g.length);
  }

  strided(_x: Storage, dims: StridedDims): Storage {
    return this.create(numel(dims.shape));
  }

  pad(_x: Storage, { outer, before, axis, after, inner }: PadDims): Storage {
    return this.create(outer * (before + axis + after) * inner);
  }

  cat(_parts: readonly Storage[], { outer, axes, inner }: CatDims): Storage {
    return this.create(outer * axes.reduce((sum, axis) => sum + axis, 0) * inner);
  }

  oneHot(indices: Storage, classes: number): Storage {
    return this.create(indices.length * classes);
  }

  band(_x: Storage, band: Band, dims: AxisDims): Storage {
    return this.create(dims.outer * band.rows * dims.inner);
  }

  matmul(_a: Storage, _b: Storage, { batch, m, n }: MatmulDims): Storage {
    return this.create(batch * m * n);
  }

  conv2d(_x: Storage, _weight: Storage, _bias: Storage | null, dims: Conv2dDims): Storage {
    return this.create(dims.batch * dims.outChannels * dims.outHeight * dims.outWidth);
  }

  conv2dGradInput(_gradOutput: Storage, _weight: Storage, dims: Conv2dDims): Storage {
    return this.create(dims.batch * dims.inChannels * dims.height * dims.width);
  }

  conv2dGradWeight(_gradOutput: Storage, _x: Storage, dims: Conv2dDims): Storage {
    return this.create((dims.outChannels * dims.inChannels * dims.kernelHeight * dims.kernelWidth) / dims.groups);
  }

  maxPool2d(_x: Storage, dims: Pool2dDims): Storage {
    return this.create(dims.planes * dims.outHeight * dims.outWidth);
  }

  maxPool2dIndices(x: Storage, dims: Pool2dDims): Storage {
    return this.maxPool2d(x, dims);
  }

  gather(_x: Storage, indices: Storage): Storage {
    return this.create(indices.length);
  }

  scatterAdd(_g: Storage, _indices: Storage, dims: PlaceDims): Storage {
    return this.create(dims.rows * dims.size);
  }

  argsort(x: Storage): Storage {
    return this.create(x.length);
  }

  wrongIndex(): null {
    return null;
  }
}

/** Makes such a backend: `withBackend(createShapesOnlyBackend(), () => vgg16())` takes no memory. */
export function createShapesOnlyBackend(): Backend {
  return new ShapesOnlyBackend();
}
