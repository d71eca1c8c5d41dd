/** Depthwise convolution (each output channel sees one input channel) and its gradients: one kernel call for all groups. */
import type { Conv2dDims } from '../../tensor/backend.js';
import { forwardTaps, residues, withCall, type Planes, type Tap } from './conv-call.js';
import type { WasmMachine } from './machine.js';

/** Whether every output channel sees a single input channel. Then forward and weight gradient are depthwise. */
export function isDepthwise(d: Conv2dDims): boolean {
  return d.groups > 1 && d.groups === d.inChannels;
}

/** Whether every input channel is also seen by a single output channel. Then the input gradient is depthwise too. */
export function isDepthwiseBack(d: Conv2dDims): boolean {
  return isDepthwise(d) && d.outChannels === d.inChannels;
}

/** How many output channels share an input channel, where planes go, and how many weights a channel has. */
function fields(d: Conv2dDims, taps: readonly Tap[], weights: number, bias: number) {
  const depth = d.kernelHeight * d.kernelWidth;
  return { taps: 0, tapCount: taps.length, weights, bias, group: d.outChannels / d.inChannels, block: 0, depth };
}

/** y from x, the planes being those of all channels; addresses are in bytes, `bias` may be null. */
export function runDepthwise(
  machine: WasmMachine,
  planes: Planes,
  weights: number,
  bias: number | null,
  d: Conv2dDims,
): void {
  const taps = forwardTaps(d);
  run(machine, { ...planes, ...fields(d, taps, weights, bias ?? 0) }, taps);
}

/** dx from g = dy, for each residue of the input's pixels modulo the stride. */
export function runDepthwiseGradInput(
  machine: WasmMachine,
  g: number,
  weights: number,
  dx: number,
  d: Conv2dDims,
): void {
  const [outPlane, inPlane] = [d.outHeight * d.outWidth, d.height * d.width];
  for (const residue of residues(d)) {
    const planes: Planes = {
      x: g,
      xImage: d.outChannels * outPlane,
      channels: 1,
      height: d.outHeight,
      width: d.outWidth,
      gridHeight: residue.gridHeight,
      gridWidth: residue.gridWidth,
      stepY: 1,
      stepX: 1,
      y: dx + 4 * (residue.y * d.width + residue.x),
      yImage: d.inChannels * inPlane,
      yPlane: inPlane,
      yRow: d.strideHeight * d.width,
      yColumn: d.strideWidth,
      outs: d.inChannels,
      batch: d.batch,
    };
    run(machine, { ...planes, ...fields(d, residue.taps, weights, 0) }, residue.taps);
  }
}

/** dw from the planes of a forward convolution of all channels, `y` being the output gradient. */
export function runDepthwiseGradWeight(machine: WasmMachine, planes: Planes, dw: number, d: Conv2dDims): void {
  const taps = forwardTaps(d);
  const work = planes.batch * planes.gridHeight * planes.gridWidth * planes.outs * taps.length;
  withCall(machine, { ...planes, ...fields(d, taps, 0, 0) }, taps, (call) =>
    machine.run('depthwiseWeight', [call, dw], planes.outs, { work }),
  );
}

function run(machine: WasmMachine, call: Parameters<typeof withCall>[1], taps: readonly Tap[]): void {
  const work = call.batch * call.outs * call.gridHeight * call.gridWidth * taps.length;
  withCall(machine, call, taps, (at) => machine.run('depthwise', [at], call.batch * call.outs, { work }));
}
