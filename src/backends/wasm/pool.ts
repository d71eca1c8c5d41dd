/** Max pooling: its call as a record of integers, and the work of a plane. */
import type { Pool2dDims } from '../../tensor/backend.js';
import type { WasmMachine } from './machine.js';

/** The greatest numbers, or the places where they are. */
export type PoolKernel = 'maxPool' | 'maxPoolIndices';

/** x [planes,height,width] -> y [planes,outHeight,outWidth]; x and y are byte addresses. */
export function runPool(machine: WasmMachine, kernel: PoolKernel, x: number, y: number, d: Pool2dDims): void {
  const work = d.planes * d.outHeight * d.outWidth * d.kernelHeight * d.kernelWidth;
  const call = [
    ...[d.height, d.width, d.outHeight, d.outWidth, d.kernelHeight, d.kernelWidth],
    ...[d.strideHeight, d.strideWidth, d.padHeight, d.padWidth, d.dilationHeight, d.dilationWidth],
  ];
  machine.withInts(call, (at) => machine.run(kernel, [x, y, at], d.planes, { work }));
}
