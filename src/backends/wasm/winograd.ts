/** Winograd's algorithm for 3x3 convolutions of stride 1: when it pays, and how its kernels are run. */
import type { WasmMachine } from './machine.js';
import { withCall } from './conv-call.js';
import type { Planes, Tap, WeightOrder } from './conv-call.js';

/** Channels from which on the transforms pay. */
const CHANNELS = 8;
/** Tiles of a block: the transforms of a block should stay in the second-level cache. */
const TILES = 32;
const WEIGHT_TILES = 32;
/** How much more a multiplication costs here than in the direct convolution, counted in both with all overhead. */
const OVERHEAD = 1.6;
/** Matrices of the transform, and the bytes the kernels leave free after each (`GAP` in kernels/winograd.ts). */
const MATRICES = 36;
const GAP = 64;
/** Bytes of scratch that transforming weights, there or back, takes. */
const WEIGHT_SCRATCH = 1024;

/** Whether the taps are a 3x3 square whose corners are in range of the plane, and Winograd's overhead pays. */
export function suitsWinograd(
  { channels, outs, gridHeight, gridWidth, stepY, stepX, yColumn }: Planes,
  taps: readonly Tap[],
): boolean {
  if (taps.length !== 9 || stepY !== 1 || stepX !== 1 || yColumn !== 1) return false;
  if (channels < CHANNELS || outs < CHANNELS) return false;
  const { dy, dx } = corner(taps);
  const square = taps.every((tap) => tap.dy - dy < 3 && tap.dx - dx < 3);
  const near = dy <= 0 && dx <= 0 && dy >= -4 && dx >= -4;
  const tiles = Math.ceil(gridHeight / 4) * Math.ceil(gridWidth / 4);
  return square && near && OVERHEAD * MATRICES * tiles < 9 * gridHeight * gridWidth;
}

/** The top left one of the taps of a 3x3 square. */
function corner(taps: readonly Tap[]): Tap {
  return taps.reduce((best, tap) => (tap.dy <= best.dy && tap.dx <= best.dx ? tap : best));
}

/**
 * The same as `gather` in conv2d.ts for a 3x3 square of taps: the weights in order (forward) or in reverse (input
 * gradient).
 */
export function runWinograd(
  machine: WasmMachine,
  planes: Planes,
  taps: readonly Tap[],
  { at, rowStep, channelStep }: WeightOrder,
  bias: number | null,
): void {
  const { kernels, memory } = machine;
  const { outs, channels } = planes;
  const panels = Math.ceil(outs / 4);
  const weightBytes = MATRICES * (panels * channels * 16 + GAP);
  const tiles = tileCount(planes);
  const block = Math.min(TILES, 8 * Math.ceil(tiles / 8));
  machine.withBlock(weightBytes + panels * 16, (weights) => {
    const start = memory.floats(weights + weightBytes, panels * 4).fill(0);
    if (bias !== null) start.set(memory.floats(bias, outs));
    const first = corner(taps);
    const sums = { taps: 0, tapCount: 1, weights, bias: weights + weightBytes, group: 1, block, depth: channels };
    const flip = first.at === 0 ? 0 : 1;
    const weightArgs = [at, weights, outs, rowStep, channels, channelStep, flip] as const;
    machine.runWithScratch('winogradWeights', WEIGHT_SCRATCH, weightArgs, panels, { work: 9 * outs * channels });
    withCall(machine, { ...planes, ...sums }, [first], (call) => {
      const work = MATRICES * tiles * outs * channels;
      machine.runWithScratch('winograd', kernels.winogradScratch(call) >>> 0, [call], Math.ceil(tiles / block), {
        work,
      });
    });
  });
}

/** Whether the weight gradient can run this way, and has tiles enough to make up for the transform of the result. */
export function suitsWinogradWeight(planes: Planes, taps: readonly Tap[]): boolean {
  const tiles = tileCount(planes);
  return suitsWinograd(planes, taps) && planes.channels % 8 === 0 && planes.outs % 4 === 0 && tiles >= WEIGHT_TILES;
}

/** dw [outs,channels,3,3] from the planes of a forward convolution, `y` being the output gradient. */
export function runWinogradWeight(machine: WasmMachine, planes: Planes, taps: readonly Tap[], dw: number): void {
  const { kernels, memory } = machine;
  const { outs, channels } = planes;
  const sumBytes = MATRICES * (outs * channels * 4 + GAP);
  const sums = { taps: 0, tapCount: 1, weights: 0, bias: 0, group: 1, block: WEIGHT_TILES, depth: channels };
  withCall(machine, { ...planes, ...sums }, [corner(taps)], (call) =>
    machine.withBlock(sumBytes, (sumsAt) => {
      memory.floats(sumsAt, sumBytes / 4).fill(0);
      // the blocks add to the same sums, so one thread does them all
      const blocks = Math.ceil(tileCount(planes) / WEIGHT_TILES);
      machine.runWithScratch('winogradWeightSums', kernels.winogradWeightScratch(call) >>> 0, [call, sumsAt], blocks);
      const work = MATRICES * outs * channels;
      machine.runWithScratch('winogradWeightFinish', WEIGHT_SCRATCH, [sumsAt, dw, outs, channels], outs, { work });
    }),
  );
}

function tileCount({ batch, gridHeight, gridWidth }: Planes): number {
  return batch * Math.ceil(gridHeight / 4) * Math.ceil(gridWidth / 4);
}
