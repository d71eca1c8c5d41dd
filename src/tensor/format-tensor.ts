/**
 * A tensor's values as text, laid out as PyTorch prints them: columns of one width, lines of at most 80 characters, one
 * blank line more between the parts of each dimension, and only the ends of a large tensor's dimensions.
 */
import { check } from '../errors.js';
import type { HostArray } from './backend.js';
import { styleFor, type NumberStyle } from './format-number.js';
import { numel, type Shape } from './shape.js';

export interface PrintOptions {
  /** Digits after the point. Default: 4. */
  readonly precision?: number;
  /** Tensors of more elements than this are shortened. Default: 1000. */
  readonly threshold?: number;
  /** Entries shown at each end of a shortened dimension. Default: 3. */
  readonly edgeItems?: number;
  /** Characters in a line. Default: 80. */
  readonly lineWidth?: number;
  /** Always exponents (`true`), never (`false`), or where the numbers need them (`null`). Default: null. */
  readonly sciMode?: boolean | null;
}

let options = { precision: 4, threshold: 1000, edgeItems: 3, lineWidth: 80, sciMode: null as boolean | null };

/** Changes how tensors are printed from now on; what is left out stays as it is. */
export function setPrintOptions(changes: PrintOptions): void {
  const next = { ...options, ...changes };
  for (const [name, least] of [
    ['precision', 0],
    ['threshold', 0],
    ['edgeItems', 1],
    ['lineWidth', 1],
  ] as const) {
    check(
      Number.isInteger(next[name]) && next[name] >= least,
      () => `setPrintOptions: expected a whole number from ${least} on as ${name}, got ${next[name]}`,
    );
  }
  check(
    next.precision <= 98,
    () => `setPrintOptions: expected a precision of at most 98 digits, got ${next.precision}`,
  );
  options = next;
}

/**
 * `tensor([1., 2.], requires_grad=True)`: opening, values, and remarks, which go to a line of their own where they do
 * not fit.
 */
export function formatTensor(data: HostArray, shape: Shape, remarks: readonly string[]): string {
  const opening = 'tensor(';
  const values = data.length === 0 ? '[]' : layOut(data, shape, opening.length);
  let text = opening + values;
  let room = options.lineWidth - lastLine(text).length - 2;
  for (const remark of remarks) {
    const fits = remark.length + 2 <= room;
    text += (fits ? ', ' : `,\n${' '.repeat(opening.length)}`) + remark;
    room = fits ? room - remark.length - 2 : options.lineWidth - opening.length - remark.length;
  }
  return `${text})`;
}

/** `(2, 3)`, the way PyTorch writes sizes. */
export function formatSize(shape: Shape): string {
  return shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
}

/** The values in brackets, where `indent` characters stand before them in each line. */
function layOut(data: HostArray, shape: Shape, indent: number): string {
  const entries = shape.map((size) => shownEntries(size, data.length > options.threshold));
  const style = styleFor(shownValues(data, shape, entries), options.precision, options.sciMode);
  const part = (dim: number, offset: number): string => {
    if (dim === shape.length) return style.write(data[offset]);
    const step = numel(shape.slice(dim + 1));
    const column = indent + dim + 1;
    if (dim === shape.length - 1) {
      const cells = entries[dim].map((i) => (i === null ? ' ...' : style.write(data[offset + i])));
      return `[${wrap(cells, style, column)}]`;
    }
    const parts = entries[dim].map((i) => (i === null ? '...' : part(dim + 1, offset + i * step)));
    return `[${parts.join(`,${'\n'.repeat(shape.length - 1 - dim)}${' '.repeat(column)}`)}]`;
  };
  return part(0, 0);
}

/** Which entries of a dimension are shown; null stands for the ones left out. */
function shownEntries(size: number, shorten: boolean): (number | null)[] {
  const all = Array.from({ length: size }, (_, i) => i);
  const edge = options.edgeItems;
  return shorten && size > 2 * edge ? [...all.slice(0, edge), null, ...all.slice(size - edge)] : all;
}

/** All values that are shown. */
function shownValues(data: HostArray, shape: Shape, entries: readonly (number | null)[][]): number[] {
  let offsets = [0];
  entries.forEach((shown, dim) => {
    const step = numel(shape.slice(dim + 1));
    offsets = offsets.flatMap((offset) => shown.flatMap((i) => (i === null ? [] : [offset + i * step])));
  });
  return offsets.map((offset) => data[offset]);
}

/** Cells joined by commas, as many in a line as its width allows; `column` is where each line begins. */
function wrap(cells: readonly string[], style: NumberStyle, column: number): string {
  const perLine = Math.max(1, Math.floor((options.lineWidth - column + 1) / (style.width + 2)));
  const lines: string[] = [];
  for (let i = 0; i < cells.length; i += perLine) lines.push(cells.slice(i, i + perLine).join(', '));
  return lines.join(`,\n${' '.repeat(column)}`);
}

function lastLine(text: string): string {
  return text.slice(text.lastIndexOf('\n') + 1);
}
