/** What can be compared, and how it is seen: as a shape and a flat list of numbers. */
import type { DType } from '../tensor/backend.js';
import { formatShape, numel, type Shape } from '../tensor/shape.js';
import { Tensor } from '../tensor/tensor.js';

/** Flat numbers: any typed array of numbers, or a plain one. */
export type NumberList =
  | readonly number[]
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint8ClampedArray
  | Uint16Array
  | Uint32Array;

/** A number, or evenly nested arrays of numbers. */
export type Nested = number | readonly Nested[];

/**
 * A tensor; a number; nested numbers; a typed array, whose shape is [length]; or flat numbers with a shape, called
 * `data` (as `readNpy` gives them) or `values` (as `GoldenFile.get` does).
 */
export type Comparable =
  | Tensor
  | Nested
  | NumberList
  | { readonly shape: Shape; readonly data: NumberList }
  | { readonly shape: Shape; readonly values: NumberList };

export interface Values {
  readonly shape: Shape;
  readonly values: ArrayLike<number>;
  /** float64 for tensors of a float64 backend and for Float64Arrays, float32 for all else. */
  readonly dtype: DType;
}

/** Shape and values of `value`; a sentence about what is wrong with it if it has none. */
export function valuesOf(value: Comparable | null | undefined): Values | string {
  if (value === null || value === undefined) return `${value}, which has no values`;
  if (value instanceof Tensor) {
    return { shape: value.shape, values: value.hostData(), dtype: value.backend.dtype };
  }
  if (typeof value === 'number' || Array.isArray(value)) return nestedValues(value as Nested);
  if (isTypedArray(value)) return { shape: [value.length], values: value, dtype: dtypeOf(value) };
  if (typeof value === 'object' && 'shape' in value) {
    const values = 'data' in value ? value.data : value.values;
    if (isTypedArray(values) || (Array.isArray(values) && values.every((item) => typeof item === 'number'))) {
      const { shape } = value;
      if (numel(shape) === values.length) return { shape, values, dtype: dtypeOf(values) };
      return `the shape ${formatShape(shape)} with ${values.length} values`;
    }
  }
  return `${Object.prototype.toString.call(value)}, which is no tensor, no numbers, and no { shape, data }`;
}

function isTypedArray(value: unknown): value is Exclude<NumberList, readonly number[]> {
  if (!ArrayBuffer.isView(value) || value instanceof DataView) return false;
  return !(value instanceof BigInt64Array || value instanceof BigUint64Array);
}

const dtypeOf = (values: NumberList): DType => (values instanceof Float64Array ? 'float64' : 'float32');

/** [[1, 2], [3, 4]] -> shape [2,2] and 1, 2, 3, 4 */
function nestedValues(nested: Nested): Values | string {
  const shape: number[] = [];
  for (let level = nested; typeof level === 'object'; level = level[0]) shape.push(level.length);
  const values: number[] = [];
  const collect = (part: Nested, dim: number): boolean => {
    if (typeof part === 'number') return dim === shape.length && values.push(part) > 0;
    return Array.isArray(part) && part.length === shape[dim] && part.every((item) => collect(item as Nested, dim + 1));
  };
  return collect(nested, 0)
    ? { shape, values, dtype: 'float32' }
    : `arrays that are not evenly nested numbers of shape ${formatShape(shape)}`;
}
