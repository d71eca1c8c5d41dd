/**
 * What the convolution kernels are told: planes, positions, taps.
 *
 * Forward, output pixel (oy, ox) meets input pixel (oy*stride - pad + i*dilation, ...) at kernel place (i, j).
 * Input gradient, with stride s: input pixel r + s*q meets output pixel q + (r + pad - i*dilation)/s, for the kernel
 * places i at which that is a whole number. So the pixels of each residue r are a convolution of stride 1 with some of
 * the taps.
 */
import type { Conv2dDims } from '../../tensor/backend.js';
import type { WasmMachine } from './machine.js';
import type { WasmStorage } from './wasm-storage.js';
import type { WeightCache } from './weight-cache.js';

/** The fields of `ConvCall` in kernels/positions.ts, in their order; addresses in bytes, the rest in elements. */
export interface ConvCall {
  x: number;
  xImage: number;
  channels: number;
  height: number;
  width: number;
  gridHeight: number;
  gridWidth: number;
  stepY: number;
  stepX: number;
  taps: number;
  tapCount: number;
  y: number;
  yImage: number;
  yPlane: number;
  yRow: number;
  yColumn: number;
  outs: number;
  weights: number;
  bias: number;
  batch: number;
  group: number;
  block: number;
  depth: number;
  /** 1: what is below 0 becomes 0. Default: 0. */
  relu?: number;
}

export const CONV_CALL_INTS = 24;

export function encodeCall(c: ConvCall): number[] {
  return [
    ...[c.x, c.xImage, c.channels, c.height, c.width, c.gridHeight, c.gridWidth, c.stepY, c.stepX],
    ...[c.taps, c.tapCount, c.y, c.yImage, c.yPlane, c.yRow, c.yColumn, c.outs, c.weights, c.bias],
    ...[c.batch, c.group, c.block, c.depth, c.relu ?? 0],
  ];
}

/** One place of the kernel: how far its input pixel is from the position, and which element of a kernel plane it is. */
export interface Tap {
  readonly dy: number;
  readonly dx: number;
  readonly at: number;
}

/** The forward taps: all places of the kernel. */
export function forwardTaps(d: Conv2dDims): Tap[] {
  const taps: Tap[] = [];
  for (let i = 0; i < d.kernelHeight; i++) {
    for (let j = 0; j < d.kernelWidth; j++) {
      const dy = i * d.dilationHeight - d.padHeight;
      taps.push({ dy, dx: j * d.dilationWidth - d.padWidth, at: i * d.kernelWidth + j });
    }
  }
  return taps;
}

/** The input pixels of one residue modulo the stride, and the taps that reach them. */
export interface Residue {
  readonly y: number;
  readonly x: number;
  readonly gridHeight: number;
  readonly gridWidth: number;
  readonly taps: readonly Tap[];
}

/** How the pixels of the input split by residue; a single one at stride 1. */
export function residues(d: Conv2dDims): Residue[] {
  const all: Residue[] = [];
  for (let y = 0; y < Math.min(d.strideHeight, d.height); y++) {
    for (let x = 0; x < Math.min(d.strideWidth, d.width); x++) {
      const taps: Tap[] = [];
      for (const { i, step: dy } of reaching(y, d.kernelHeight, d.strideHeight, d.padHeight, d.dilationHeight)) {
        for (const { i: j, step: dx } of reaching(x, d.kernelWidth, d.strideWidth, d.padWidth, d.dilationWidth)) {
          taps.push({ dy, dx, at: i * d.kernelWidth + j });
        }
      }
      const gridHeight = Math.ceil((d.height - y) / d.strideHeight);
      const gridWidth = Math.ceil((d.width - x) / d.strideWidth);
      all.push({ y, x, gridHeight, gridWidth, taps });
    }
  }
  return all;
}

/** The kernel places i along one side for which (residue + pad - i*dilation) / stride is whole, with that number. */
function reaching(
  residue: number,
  kernel: number,
  stride: number,
  pad: number,
  dilation: number,
): { i: number; step: number }[] {
  return Array.from({ length: kernel }, (_, i) => ({ i, step: (residue + pad - i * dilation) / stride })).filter(
    ({ step }) => Number.isInteger(step),
  );
}

/**
 * How many images are counted through as one, so that blocks of positions fill: at least `least` positions, a multiple
 * of 8 if that takes few images.
 */
export function imageGroup(plane: number, batch: number, least: number): number {
  let group = Math.max(1, Math.ceil(least / plane));
  while ((group * plane) % 8 !== 0) group++;
  return Math.max(1, Math.min(batch, group));
}

/** The weights of a convolution, and who keeps them in the kernels' forms. */
export interface ConvWeights {
  readonly storage: WasmStorage;
  readonly cache: WeightCache;
}

/** How the weights of one group are read: rows are what the call puts out, channels what it sums over. */
export interface WeightOrder extends ConvWeights {
  readonly at: number;
  readonly rowStep: number;
  readonly channelStep: number;
}

/** The part of a call that says where planes lie. */
export type Planes = Omit<ConvCall, 'taps' | 'tapCount' | 'weights' | 'bias' | 'group' | 'block' | 'depth'>;

/** Says which weights are read in which order, apart from their content. */
export function orderName({ storage, at, rowStep, channelStep }: WeightOrder, { outs, channels }: Planes): string {
  return [at - storage.pointer, outs, rowStep, channels, channelStep].join();
}

/** Runs with the call and its taps written to memory. */
export function withCall<T>(machine: WasmMachine, call: ConvCall, taps: readonly Tap[], run: (at: number) => T): T {
  const ints = [...encodeCall(call), ...taps.flatMap(({ dy, dx }) => [dy, dx]), ...taps.map((tap) => tap.at)];
  return machine.withInts(ints, (at) => {
    machine.memory.ints(at, CONV_CALL_INTS)[9] = at + 4 * CONV_CALL_INTS;
    return run(at);
  });
}
