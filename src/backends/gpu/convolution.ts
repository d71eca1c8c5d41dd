/** Convolution and its gradients: which kernels, in which forms (see kernels/conv2d.ts). */
import type { Conv2dDims } from '../../tensor/backend.js';
import type { Storage } from '../../tensor/storage.js';
import type { GpuStorage } from './gpu-storage.js';
import { convProgram, pixelsPerThread } from './kernels/conv2d.js';
import { stridedGradInputProgram } from './kernels/conv2d-strided.js';
import {
  channelsPerThread,
  gradWeightProgram,
  joinWeightsProgram,
  packWeightsProgram,
} from './kernels/conv2d-weights.js';
import { groupedConvProgram, groupedGradInputProgram, groupedGradWeightProgram } from './kernels/grouped-conv2d.js';
import { convKey, convOfGradient, packedConv, type PackedConv } from './kernels/packed-conv.js';
import { reduceAxis } from './kernels/reduce.js';
import type { GpuMachine } from './machine.js';
import { finishKey, pixelsPacked, type Ending } from './pixel-targets.js';
import type { DeviceArray } from './program.js';
import { suitsWinograd, winogradConvolve, winogradWeights } from './winograd.js';

export function conv2d(
  machine: GpuMachine,
  x: Storage,
  w: Storage,
  bias: Storage | null,
  dims: Conv2dDims,
): GpuStorage {
  const { batch, outChannels, outHeight, outWidth } = dims;
  const length = batch * outChannels * outHeight * outWidth;
  if (dims.groups > 1) {
    const arrays = [x, w, ...(bias ? [bias] : [])].map((operand) => machine.flat(operand));
    const key = `grouped conv ${groupedKey(dims)} ${bias !== null} ${dims.relu === true}`;
    return machine.result(
      length,
      machine.run(key, () => groupedConvProgram(machine.dialect, dims, bias !== null), arrays),
    );
  }
  const d = packedConv(dims);
  const packed = machine.packed(x, d);
  const weights = { storage: w, turned: false };
  const ending = { bias: bias && machine.flat(bias), relu: dims.relu === true };
  const array = convolve(machine, packed, weights, d, ending);
  return machine.result(length, array, packedLayout(batch, outChannels, outHeight, outWidth));
}

export function conv2dGradInput(machine: GpuMachine, g: Storage, w: Storage, dims: Conv2dDims): GpuStorage {
  const { batch, inChannels, height, width } = dims;
  const length = batch * inChannels * height * width;
  if (dims.groups > 1) {
    const program = () => groupedGradInputProgram(machine.dialect, dims);
    const key = `grouped input gradient ${groupedKey(dims)}`;
    return machine.result(length, machine.run(key, program, [machine.flat(g), machine.flat(w)]));
  }
  const d = packedConv(dims);
  const back = convOfGradient(d);
  const packed = machine.packed(g, back);
  const array =
    d.strideHeight === 1 && d.strideWidth === 1
      ? convolve(machine, packed, { storage: w, turned: true }, back, { bias: null, relu: false })
      : machine.run(`strided input gradient ${convKey(d)}`, () => stridedGradInputProgram(machine.dialect, d), [
          packed,
          packedWeights(machine, { storage: w, turned: true }, back),
        ]);
  return machine.result(length, array, packedLayout(batch, inChannels, height, width));
}

export function conv2dGradWeight(machine: GpuMachine, g: Storage, x: Storage, dims: Conv2dDims): GpuStorage {
  const { batch, inChannels, outChannels, kernelHeight, kernelWidth, groups, height, width, outHeight, outWidth } =
    dims;
  const length = (outChannels * inChannels * kernelHeight * kernelWidth) / groups;
  if (groups > 1) {
    const program = () => groupedGradWeightProgram(machine.dialect, dims);
    const parts = machine.run(`grouped weight gradient ${groupedKey(dims)}`, program, [
      machine.flat(g),
      machine.flat(x),
    ]);
    if (batch === 1) return machine.result(length, parts);
    const sum = () => reduceAxis(machine, 'sum', parts, { outer: 1, axis: batch, inner: length });
    return machine.result(length, machine.through([parts], sum));
  }
  const d = packedConv(dims);
  const images = machine.packed(x, { batch, channels: inChannels, height, width });
  const gradients = machine.packed(g, { batch, channels: outChannels, height: outHeight, width: outWidth });
  const targets = channelsPerThread(d, machine.device.mostTargets);
  const program = () => gradWeightProgram(machine.dialect, d, targets);
  const sums = machine.run(`weight gradient ${convKey(d)}`, program, [images, gradients]);
  const join = () => joinWeightsProgram(machine.dialect, d, targets);
  return machine.result(
    length,
    machine.through([sums], () => machine.run(`join weights ${convKey(d)}`, join, [sums])),
  );
}

/** Weights [O,C,KH,KW], or `turned`, those of the convolution that makes the input's gradient. */
interface Weights {
  readonly storage: Storage;
  readonly turned: boolean;
}

/** Packed images -> packed images */
function convolve(machine: GpuMachine, x: DeviceArray, weights: Weights, d: PackedConv, ending: Ending): DeviceArray {
  if (suitsWinograd(machine.device, d)) {
    return winogradConvolve(machine, x, transformedWeights(machine, weights, d), d, ending);
  }
  const w = packedWeights(machine, weights, d);
  const pixels = pixelsPerThread(d, machine.device.mostTargets);
  return pixelsPacked(machine, d, pixels, ending, (finish, extra) => {
    const program = () => convProgram(machine.dialect, d, pixels, finish);
    return machine.run(`conv ${finishKey(d, finish)}`, program, [x, w, ...extra]);
  });
}

/** The weights of the convolution `d` as kernels read them. */
function packedWeights(machine: GpuMachine, { storage, turned }: Weights, d: PackedConv): DeviceArray {
  const name = `packed ${weightsKey(turned, d)}`;
  return machine.other(storage, name, (flat) => packWeights(machine, flat, turned, d));
}

/** The same for Winograd's algorithm. */
function transformedWeights(machine: GpuMachine, { storage, turned }: Weights, d: PackedConv): DeviceArray {
  return machine.other(storage, `winograd ${weightsKey(turned, d)}`, (flat) => {
    const packed = packWeights(machine, flat, turned, d);
    return machine.through([packed], () => winogradWeights(machine, packed, d));
  });
}

function packWeights(machine: GpuMachine, flat: DeviceArray, turned: boolean, d: PackedConv): DeviceArray {
  const program = () => packWeightsProgram(machine.dialect, d, turned);
  return machine.run(`pack weights ${weightsKey(turned, d)}`, program, [flat]);
}

function weightsKey(turned: boolean, { channels, outChannels, kernelHeight, kernelWidth }: PackedConv): string {
  return `${outChannels},${channels},${kernelHeight},${kernelWidth} ${turned}`;
}

function packedLayout(batch: number, channels: number, height: number, width: number) {
  return { kind: 'packed', batch, channels, height, width } as const;
}

function groupedKey(dims: Conv2dDims): string {
  return `${convKey(packedConv(dims))} ${dims.groups}`;
}
