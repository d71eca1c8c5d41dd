/** Winograd's algorithm for 3x3 convolutions of stride 1: when it pays, and how its kernels are run (see kernels/winograd.ts). */
import { convolutionChoice } from '../convolution-choice.js';
import { costOfRow, pixelsPerThread } from './kernels/conv2d.js';
import { convKey, type PackedConv } from './kernels/packed-conv.js';
import { MOST_EXACT, texelsFor } from './kernels/source.js';
import {
  POINTS,
  SIDE,
  texelsOfSteps,
  tilesOf,
  winogradInputProgram,
  winogradOutputProgram,
  winogradProductsProgram,
  winogradWeightsProgram,
} from './kernels/winograd.js';
import type { GpuMachine } from './machine.js';
import { finishKey, pixelsPacked, type Ending } from './pixel-targets.js';
import type { Device, DeviceArray } from './program.js';

const MOST_TILES = 8;

/** Whether Winograd's algorithm can be used, and takes less than the direct one. */
export function suitsWinograd(device: Device, d: PackedConv): boolean {
  if (convolutionChoice.value === 'direct' || device.mostTargets < POINTS) return false;
  const square = d.kernelHeight === 3 && d.kernelWidth === 3;
  const steps = [d.strideHeight, d.strideWidth, d.dilationHeight, d.dilationWidth];
  if (!square || steps.some((step) => step !== 1)) return false;
  const most = Math.min(MOST_EXACT, device.mostTexels);
  if (texelsOfSteps(d, tilesPerThread(device, d)).some((texels) => texels > most)) return false;
  return winogradCost(device, d) < directCost(device, d);
}

/** What the direct convolution takes, counted as in `pixelsPerThread`. */
function directCost(device: Device, d: PackedConv): number {
  const pixels = pixelsPerThread(d, device.mostTargets);
  return d.batch * d.outHeight * costOfRow(d, pixels) * texelsFor(d.channels) * texelsFor(d.outChannels);
}

/**
 * What a tile and four channels take to be transformed, before and after the products: what is read, written, and copied to join targets.
 * And four channels to four of weights, as if they were new each time: in training they are.
 */
const INPUT_COST = 204;
const OUTPUT_COST = 140;
const WEIGHT_COST = 500;

/** The same for this one. */
function winogradCost(device: Device, d: PackedConv): number {
  const tiles = tilesPerThread(device, d);
  const [c4, o4] = [texelsFor(d.channels), texelsFor(d.outChannels)];
  const { all } = tilesOf(d);
  const products = POINTS ** 2 * Math.ceil(all / tiles) * o4 * (c4 * (4 + 2 * tiles) + 2 * tiles);
  return products + all * (INPUT_COST * c4 + OUTPUT_COST * o4) + WEIGHT_COST * c4 * o4;
}

/** How many tiles a thread multiplies: the more, the fewer texels are read for each, but the last threads may do so in vain. */
function tilesPerThread(device: Device, d: PackedConv): number {
  const { all } = tilesOf(d);
  const cost = (tiles: number) => Math.ceil(all / tiles) * (4 + 2 * tiles);
  const counts = Array.from({ length: Math.min(MOST_TILES, device.mostTargets, all) }, (_, i) => i + 1);
  return counts.reduce((best, tiles) => (cost(tiles) <= cost(best) ? tiles : best), 1);
}

/** The packed weights of a direct convolution -> those of this one */
export function winogradWeights(machine: GpuMachine, w: DeviceArray, d: PackedConv): DeviceArray {
  const { channels, outChannels } = d;
  const program = () => winogradWeightsProgram(machine.dialect, channels, outChannels);
  return machine.run(`winograd weights ${outChannels},${channels}`, program, [w]);
}

/** Packed images and weights of `winogradWeights` -> packed images */
export function winogradConvolve(
  machine: GpuMachine,
  x: DeviceArray,
  u: DeviceArray,
  d: PackedConv,
  ending: Ending,
): DeviceArray {
  const { dialect } = machine;
  const shape = convKey(d);
  const tiles = tilesPerThread(machine.device, d);
  const v = machine.run(`winograd input ${shape}`, () => winogradInputProgram(dialect, d), [x]);
  const products = () => winogradProductsProgram(dialect, d, tiles);
  const m = machine.through([v], () => machine.run(`winograd products ${shape}`, products, [v, u]));
  return pixelsPacked(machine, d, SIDE, ending, (finish, extra) => {
    const output = () => winogradOutputProgram(dialect, d, tiles, finish);
    return machine.through([m], () => machine.run(`winograd output ${finishKey(d, finish)}`, output, [m, ...extra]));
  });
}
