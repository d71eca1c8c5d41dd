/** Element-wise kernels of several operands: shapes merged to as few dimensions as the walk needs, then rows. */
import type { BroadcastDims, WhereDims } from '../../tensor/backend.js';
import { numel } from '../../tensor/shape.js';
import { mergeDims, type WalkDims } from '../merge-dims.js';
import { encodeWalk } from './encode-walk.js';
import type { WasmMachine } from './machine.js';

/** y = f(a, b), f by its code; a, b and y are byte addresses. */
export function runBinary(
  machine: WasmMachine,
  code: number,
  a: number,
  b: number,
  y: number,
  dims: BroadcastDims,
): void {
  const walk = mergeDims(dims.shape, [dims.aStrides, dims.bStrides]);
  const [[aStep], [bStep]] = walk.strides;
  const length = numel(dims.shape);
  if (walk.shape.length === 1) {
    machine.run('binaryRow', [code, a, aStep, b, bStep, y], length, { work: length, align: 16 });
    return;
  }
  machine.withInts(encodeWalk(walk), (walkAt) =>
    machine.run('binary', [code, a, b, y, walkAt], rowsOf(walk), { work: length }),
  );
}

/** y = condition ? a : b; all are byte addresses. */
export function runWhere(
  machine: WasmMachine,
  condition: number,
  a: number,
  b: number,
  y: number,
  dims: WhereDims,
): void {
  const walk = mergeDims(dims.shape, [dims.conditionStrides, dims.aStrides, dims.bStrides]);
  machine.withInts(encodeWalk(walk), (walkAt) =>
    machine.run('where', [condition, a, b, y, walkAt], rowsOf(walk), { work: numel(dims.shape) }),
  );
}

function rowsOf({ shape }: WalkDims): number {
  return numel(shape.slice(0, -1));
}
