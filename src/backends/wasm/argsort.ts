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
  machine.withBlock(4 * (3 * size + 1), (scratch) =>
    machine.kernels.argsort(x, y, size, Number(descending), scratch, 0, rows),
  );
}
