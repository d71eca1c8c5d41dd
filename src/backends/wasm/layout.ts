/** Kernels that only move numbers: rows copied to where they belong. All addresses are in bytes. */
import type { CatDims, PadDims } from '../../tensor/backend.js';
import type { WasmMachine } from './machine.js';

/** x [outer,axis,inner] -> y [outer,before+axis+after,inner] */
export function runPad(machine: WasmMachine, x: number, y: number, dims: PadDims): void {
  const { outer, axis, inner, before, after, value } = dims;
  const row = (before + axis + after) * inner;
  machine.run('fill', [y, value], outer * row, { work: outer * row, align: 16 });
  const copy = [x, axis * inner, y + 4 * before * inner, row, axis * inner] as const;
  machine.run('copyRows', copy, outer, { work: outer * axis * inner });
}

/** parts [outer,axis,inner], each with an axis of its own -> y [outer,sum of the axes,inner] */
export function runCat(machine: WasmMachine, parts: readonly number[], y: number, dims: CatDims): void {
  const { outer, axes, inner } = dims;
  const row = axes.reduce((sum, axis) => sum + axis, 0) * inner;
  let at = y;
  parts.forEach((part, i) => {
    const width = axes[i] * inner;
    machine.run('copyRows', [part, width, at, row, width], outer, { work: outer * width });
    at += 4 * width;
  });
}
