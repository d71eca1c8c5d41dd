/** The kernels of normalisation (see kernels/channels.ts): how their ranges are divided. All addresses are in bytes. */
import type { AxisDims } from '../../tensor/backend.js';
import type { KernelArguments } from './kernels.js';
import type { WasmMachine } from './machine.js';

/** Numbers in a row from which on the memory is read fast: smaller planes are left together. */
const TOGETHER = 1024;

/** A `Normalization` by its addresses; 0 for an absent weight. */
export interface NormalizationAt {
  readonly mean: number;
  readonly inverse: number;
  readonly weight: number;
}

/** x [outer,channels,inner] -> y [2,channels] */
export function runChannelMoments(machine: WasmMachine, x: number, y: number, dims: AxisDims): void {
  const { outer, axis, inner } = dims;
  runByChannel(machine, 'channelMoments', [x, y, outer, axis, inner], dims);
}

/** x [outer,channels,inner] -> y alike; `bias` may be 0 */
export function runNormalize(
  machine: WasmMachine,
  x: number,
  y: number,
  { mean, inverse, weight }: NormalizationAt,
  bias: number,
  dims: AxisDims,
): void {
  const { outer, axis, inner } = dims;
  const args = [x, y, mean, inverse, weight, bias, axis, inner] as const;
  machine.run('normalize', args, outer * axis, { work: elements(dims) });
}

/** g, x [outer,channels,inner] -> y [2,channels] */
export function runNormalizeSums(
  machine: WasmMachine,
  g: number,
  x: number,
  y: number,
  { mean, inverse }: NormalizationAt,
  dims: AxisDims,
): void {
  const { outer, axis, inner } = dims;
  runByChannel(machine, 'normalizeSums', [g, x, mean, inverse, y, outer, axis, inner], dims);
}

/** Runs a kernel whose units are channels, whose planes lie together where they are small. */
function runByChannel<K extends 'channelMoments' | 'normalizeSums'>(
  machine: WasmMachine,
  name: K,
  args: KernelArguments<K>,
  dims: AxisDims,
): void {
  const { axis, inner } = dims;
  const align = Math.min(Math.ceil(TOGETHER / inner), Math.ceil(axis / machine.threads));
  const options = { work: 2 * elements(dims), align };
  machine.runWithScratch(name, machine.kernels.channelsScratch(), args, axis, options);
}

/** g, x [outer,channels,inner] -> dx alike; `sums` may be 0 */
export function runNormalizeGrad(
  machine: WasmMachine,
  g: number,
  x: number,
  dx: number,
  { mean, inverse, weight }: NormalizationAt,
  sums: number,
  dims: AxisDims,
): void {
  const { outer, axis, inner } = dims;
  const args = [g, x, dx, mean, inverse, weight, sums, outer * inner, axis, inner] as const;
  machine.run('normalizeGrad', args, outer * axis, { work: 2 * elements(dims) });
}

function elements({ outer, axis, inner }: AxisDims): number {
  return outer * axis * inner;
}
