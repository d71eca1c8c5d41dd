/** Kernels that find their places in a table of indices. All addresses are in bytes. */
import type { PlaceDims } from '../../tensor/backend.js';
import type { WasmMachine } from './machine.js';

/** indices [rows] -> y [rows,classes] */
export function runOneHot(machine: WasmMachine, indices: number, y: number, rows: number, classes: number): void {
  machine.run('oneHot', [indices, y, classes], rows, { work: rows * classes });
}

/** x [rows,size], indices [rows,count] -> y [rows,count] */
export function runGather(machine: WasmMachine, x: number, indices: number, y: number, dims: PlaceDims): void {
  const { rows, size, count } = dims;
  machine.run('gather', [x, indices, y, size, count], rows, { work: rows * count });
}

/** g [rows,count], indices [rows,count] -> y [rows,size] */
export function runScatterAdd(machine: WasmMachine, g: number, indices: number, y: number, dims: PlaceDims): void {
  const { rows, size, count } = dims;
  machine.run('scatterAdd', [g, indices, y, size, count], rows, { work: rows * (size + count) });
}
