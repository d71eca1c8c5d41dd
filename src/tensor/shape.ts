/**
 * Shapes as plain arrays of numbers: sizes, strides, dimensions counted from the end, broadcasting.
 *
 * All tensors are contiguous and row-major, so a shape determines its strides.
 */
import { check } from '../errors.js';

/** The sizes of a tensor's dimensions, outermost first; `[]` is a scalar. */
export type Shape = readonly number[];

/** Number of elements: the product of the sizes, 1 for a scalar. */
export function numel(shape: Shape): number {
  let n = 1;
  for (const size of shape) n *= size;
  return n;
}

/** `[64,3,3,3]`, the way shapes are written in messages. */
export function formatShape(shape: Shape): string {
  return `[${shape.join(',')}]`;
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, i) => size === b[i]);
}

/** Row-major strides: how many elements lie between neighbours along each dimension. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    strides[i] = step;
    step *= shape[i];
  }
  return strides;
}

/** A dimension counted from the front: -1 is the last one. */
export function normalizeDim(dim: number, rank: number, op: string): number {
  const size = Math.max(rank, 1);
  check(
    Number.isInteger(dim) && dim >= -size && dim < size,
    () => `${op}: expected a dimension from ${-size} to ${size - 1}, got ${dim}`,
  );
  return dim < 0 ? dim + size : dim;
}

/** Dimensions from the front, sorted, each once; none given means all. */
export function normalizeDims(dims: number | readonly number[] | null | undefined, rank: number, op: string): number[] {
  if (dims === undefined || dims === null || (Array.isArray(dims) && dims.length === 0))
    return Array.from({ length: rank }, (_, i) => i);
  const given = typeof dims === 'number' ? [dims] : dims;
  checkList(given, op, 'dimensions');
  const list = given.map((d) => normalizeDim(d, rank, op));
  list.sort((a, b) => a - b);
  check(new Set(list).size === list.length, () => `${op}: expected each dimension once, got ${formatShape(list)}`);
  return rank === 0 ? [] : list;
}

/** Refuses what is no list of numbers, as plain JavaScript may pass it: `zeros(2, 3)`. */
export function checkList(list: unknown, op: string, what = 'sizes'): void {
  check(Array.isArray(list), () => `${op}: expected a list of ${what}, as [2, 3], got ${String(list)}`);
}

/** Checks that every size is a whole number of at least 0. */
export function checkShape(shape: Shape, op: string): void {
  checkList(shape, op);
  check(
    shape.every((size) => Number.isInteger(size) && size >= 0),
    () => `${op}: expected sizes that are whole numbers of at least 0, got ${formatShape(shape)}`,
  );
}

/**
 * The shape that two shapes broadcast to, by NumPy's rule: aligned at the last dimension, sizes equal or one of them 1.
 * @param whole what the error shows instead, where a and b are only parts of shapes
 */
export function broadcastShapes(a: Shape, b: Shape, op: string, whole: readonly [Shape, Shape] = [a, b]): number[] {
  const rank = Math.max(a.length, b.length);
  const out = new Array<number>(rank);
  for (let i = 0; i < rank; i++) {
    const x = a[a.length - rank + i] ?? 1;
    const y = b[b.length - rank + i] ?? 1;
    check(
      x === y || x === 1 || y === 1,
      () =>
        `${op}: expected shapes that broadcast (equal sizes or 1, aligned at the end), ` +
        `got ${whole.map(formatShape).join(' and ')}`,
    );
    out[i] = x === 1 ? y : x;
  }
  return out;
}

/** Strides for reading a tensor of `shape` as if it had the shape `target`: 0 wherever it is repeated. */
export function broadcastStrides(shape: Shape, target: Shape): number[] {
  const own = stridesOf(shape);
  const shift = target.length - shape.length;
  return target.map((_, i) => (i < shift || shape[i - shift] === 1 ? 0 : own[i - shift]));
}

/** Fills in the one -1 of a shape so that it holds `length` elements. */
export function inferShape(shape: Shape, length: number, op: string): number[] {
  checkList(shape, op);
  const unknown = shape.filter((size) => size === -1).length;
  check(unknown <= 1, () => `${op}: expected at most one size of -1, got ${formatShape(shape)}`);
  checkShape(
    shape.filter((size) => size !== -1),
    op,
  );
  const known = numel(shape.filter((size) => size !== -1));
  check(
    unknown === 0 || known > 0 || length > 0,
    () => `${op}: expected sizes that tell what -1 stands for, got ${formatShape(shape)} for 0 elements`,
  );
  const out = shape.map((size) => (size === -1 ? length / known : size));
  check(
    out.every(Number.isInteger) && numel(out) === length,
    () => `${op}: expected a shape of ${length} elements, got ${formatShape(shape)}`,
  );
  return out;
}
