/** Softmax, its logarithm and its gradient along the middle of [outer,axis,inner]. All addresses are in bytes. */
import type { AxisDims } from '../../tensor/backend.js';
import type { WasmMachine } from './machine.js';

/** What an exponential function costs, in elements that are only moved. */
const EXP_WORK = 8;

/** x [outer,axis,inner] -> y alike */
export function runSoftmax(machine: WasmMachine, x: number, y: number, dims: AxisDims, logarithm: boolean): void {
  const { outer, axis, inner } = dims;
  const work = EXP_WORK * outer * axis * inner;
  machine.run('softmax', [x, y, axis, inner, logarithm ? 1 : 0], outer * inner, { work });
}

/** g, y [outer,axis,inner] -> dx alike */
export function runSoftmaxGrad(machine: WasmMachine, g: number, y: number, dx: number, dims: AxisDims): void {
  const { outer, axis, inner } = dims;
  machine.run('softmaxGrad', [g, y, dx, axis, inner], outer * inner, { work: 4 * outer * axis * inner });
}
