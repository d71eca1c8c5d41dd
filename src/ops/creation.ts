/** New tensors on the active backend. Random ones come from the generator that `manualSeed` seeds. */
import { activeBackend } from '../backends/active.js';
import { check } from '../errors.js';
import type { Backend } from '../tensor/backend.js';
import { defaultGenerator, type RandomGenerator } from '../tensor/random.js';
import { checkShape, formatShape, numel, type Shape } from '../tensor/shape.js';
import { checkTensor, describeValue, Tensor, type NestedNumbers } from '../tensor/tensor.js';

/** Numbers, nested arrays of numbers, or flat typed arrays. */
export type TensorData = NestedNumbers | Float32Array | Float64Array | Int32Array | Uint8Array;

export interface TensorOptions {
  /** The shape of flat data. Default: the nesting's own. */
  readonly shape?: Shape;
  readonly requiresGrad?: boolean;
  /** Default: the active one. */
  readonly backend?: Backend;
}

/**
 * A tensor of the given values: `tensor([[1, 2], [3, 4]])`, `tensor(floats, { shape: [3, 224, 224] })`.
 * @throws ShapeError when the nesting is uneven, or the values do not fill the shape
 */
export function tensor(data: TensorData, options: TensorOptions = {}): Tensor {
  const { values, shape: own } = flatten(data);
  const shape = options.shape ?? own;
  checkShape(shape, 'tensor');
  check(
    numel(shape) === values.length,
    () => `tensor: expected ${numel(shape)} values for shape ${formatShape(shape)}, got ${values.length}`,
  );
  const storage = (options.backend ?? activeBackend()).create(values.length, (host) => host.set(values));
  return new Tensor(storage, shape).requiresGrad_(options.requiresGrad ?? false);
}

function flatten(data: TensorData): { values: ArrayLike<number>; shape: Shape } {
  if (typeof data === 'number') return { values: [data], shape: [] };
  if (ArrayBuffer.isView(data)) return { values: data, shape: [data.length] };
  const shape: number[] = [];
  for (let level: NestedNumbers = data; Array.isArray(level); level = level[0]) shape.push(level.length);
  const values: number[] = [];
  const collect = (part: NestedNumbers, dim: number): void => {
    const uneven = () =>
      `tensor: expected evenly nested numbers of shape ${formatShape(shape)}, got an uneven part at depth ${dim}`;
    if (!Array.isArray(part)) {
      check(dim === shape.length && typeof part === 'number', uneven);
      values.push(part);
      return;
    }
    check(dim < shape.length && part.length === shape[dim], uneven);
    for (const item of part) collect(item, dim + 1);
  };
  collect(data, 0);
  return { values, shape };
}

/** A tensor whose values `fill` writes straight into the backend's memory. */
export function fromHost(
  shape: Shape,
  fill: (host: Float32Array | Float64Array) => void,
  backend = activeBackend(),
): Tensor {
  checkShape(shape, 'fromHost');
  return new Tensor(backend.create(numel(shape), fill), shape);
}

export function full(shape: Shape, value: number, backend = activeBackend()): Tensor {
  return filled('full', shape, value, backend);
}

function filled(op: string, shape: Shape, value: number, backend = activeBackend()): Tensor {
  checkShape(shape, op);
  check(typeof value === 'number', () => `${op}: expected a number as the value, got ${describeValue(value)}`);
  return new Tensor(backend.full(numel(shape), value), shape);
}

export const zeros = (shape: Shape): Tensor => filled('zeros', shape, 0);
export const ones = (shape: Shape): Tensor => filled('ones', shape, 1);
export const zerosLike = (x: Tensor): Tensor => filledLike('zerosLike', x, 0);
export const onesLike = (x: Tensor): Tensor => filledLike('onesLike', x, 1);
export const fullLike = (x: Tensor, value: number): Tensor => filledLike('fullLike', x, value);

function filledLike(op: string, x: Tensor, value: number): Tensor {
  checkTensor(op, x);
  return filled(op, x.shape, value, x.backend);
}

/**
 * start, start + step, ... up to but without `end`; with one argument, 0 to `end` - 1.
 * @throws ShapeError for a step of 0, or one that leads away from the end
 */
export function arange(start: number, end?: number, step = 1): Tensor {
  const [from, to] = end === undefined ? [0, start] : [start, end];
  for (const value of [from, to, step]) {
    check(Number.isFinite(value), () => `arange: expected finite numbers, got ${describeValue(value)}`);
  }
  check(step !== 0, () => 'arange: expected a step other than 0, got 0');
  const count = Math.ceil((to - from) / step);
  check(count >= 0, () => `arange: expected a step that leads from ${from} to ${to}, got ${step}`);
  return fromHost([count], (host) => {
    for (let i = 0; i < count; i++) host[i] = from + i * step;
  });
}

/** `steps` numbers from `start` to `end`, both included, at equal distances. */
export function linspace(start: number, end: number, steps: number): Tensor {
  check(Number.isInteger(steps) && steps >= 0, () => `linspace: expected a whole number of steps, got ${steps}`);
  const step = steps > 1 ? (end - start) / (steps - 1) : 0;
  return fromHost([steps], (host) => {
    // counted from the nearer end, so that both ends are exact
    for (let i = 0; i < steps; i++) host[i] = 2 * i < steps ? start + i * step : end - (steps - 1 - i) * step;
  });
}

/** Ones on the diagonal of [rows,columns] zeros. `columns`: as many as rows. */
export function eye(rows: number, columns = rows): Tensor {
  checkShape([rows, columns], 'eye');
  return fromHost([rows, columns], (host) => {
    host.fill(0);
    for (let i = 0; i < Math.min(rows, columns); i++) host[i * columns + i] = 1;
  });
}

/** Uniform in [0, 1). */
export function rand(shape: Shape, generator: RandomGenerator = defaultGenerator): Tensor {
  checkShape(shape, 'rand');
  return fromHost(shape, (host) => {
    for (let i = 0; i < host.length; i++) host[i] = generator.uniform();
  });
}

/** Normal with mean 0 and standard deviation 1. */
export function randn(shape: Shape, generator: RandomGenerator = defaultGenerator): Tensor {
  checkShape(shape, 'randn');
  return fromHost(shape, (host) => {
    for (let i = 0; i < host.length; i++) host[i] = generator.normal();
  });
}
