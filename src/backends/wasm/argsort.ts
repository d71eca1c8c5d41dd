/** Sorting with the scratch memory that the kernel needs: the keys of a row, and its places twice. */
import type { WasmMachine } from './machine.js';

/** x [rows,size] -> y [rows,size], byte addresses. */
export function runArgsort(
  machine: WasmMachine,
  x: number,
  y: number,
  rows: number,
  size: number,
  descending: boolean,
): void {
  const work = rows * size * Math.ceil(Math.log2(size + 1));
  machine.runWithScratch('argsort', 4 * (3 * size + 1), [x, y, size, Number(descending)], rows, { work });
}
