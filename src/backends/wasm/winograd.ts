/** Winograd's algorithm for 3x3 convolutions of stride 1: when it pays, and how its kernels are run. */
import { convolutionChoice } from '../convolution-choice.js';
import type { WasmMachine } from './machine.js';
import { orderName, withCall } from './conv-call.js';
import type { Planes, Tap, WeightOrder } from './conv-call.js';

/** Channels from which on the transforms pay: of the input, and of the output. */
const CHANNELS = 3;
const OUT_CHANNELS = 8;
/** Tiles and output channels of a unit, whose 36 products should stay in the second-level cache. */
const TILES = 64;
const OUTS = 32;
/** Transformed input is made and used up in stretches of so many bytes, which should stay in the third-level cache. */
const STRETCH = 8e6;
/** Bytes of the transformed input of a block that stay in the second-level cache, and blocks that keep all threads busy. */
const BLOCK = 1.2e6;
const BLOCKS = 12;
/** What units of the transforms are: tiles and channels. */
const INPUT_TILES = 32;
const INPUT_CHANNELS = 16;
/** Tiles from which on the weight gradient is worth its transforms, and the least of a stretch of it. */
const WEIGHT_TILES = 32;
const LEAST_STRETCH = 128;
/** How much more a multiplication costs here than in the direct convolution, counted in both with all overhead. */
const OVERHEAD = 1.6;
/** Matrices of the transform, and the bytes the kernels leave free after each (`GAP` in kernels/winograd-points.ts). */
const MATRICES = 36;
const GAP = 64;
/** Bytes of scratch that transforming weights, there or back, takes. */
const WEIGHT_SCRATCH = 1024;

/** Whether the taps are a 3x3 square whose corners are in range of the plane, and Winograd's overhead pays. */
export function suitsWinograd(
  { channels, outs, gridHeight, gridWidth, stepY, stepX, yColumn }: Planes,
  taps: readonly Tap[],
): boolean {
  if (convolutionChoice.value === 'direct') return false;
  if (taps.length !== 9 || stepY !== 1 || stepX !== 1 || yColumn !== 1) return false;
  if (channels < CHANNELS || outs < OUT_CHANNELS) return false;
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
  order: WeightOrder,
  bias: number | null,
): void {
  const { kernels, memory } = machine;
  const { outs, channels } = planes;
  const panelRows = kernels.winogradRows();
  const rows = panelRows * Math.ceil(outs / panelRows);
  const first = corner(taps);
  const flip = first.at === 0 ? 0 : 1;
  const transform = (to: number) => {
    const args = [order.at, to, outs, order.rowStep, channels, order.channelStep, flip] as const;
    machine.runWithScratch('winogradWeights', WEIGHT_SCRATCH, args, Math.ceil(rows / 4), {
      work: MATRICES * outs * channels,
    });
  };
  const form = `winograd ${flip} ${orderName(order, planes)}`;
  const weightBytes = MATRICES * (rows * channels * 4 + GAP);
  order.cache.use(order.storage, form, weightBytes, transform, (weights) =>
    machine.withBlock(outs * 4, (biasAt) => {
      const start = memory.floats(biasAt, outs).fill(0);
      if (bias !== null) start.set(memory.floats(bias, outs));
      const tiles = tileCount(planes);
      const block = 8 * Math.ceil(share(tiles, TILES) / 8);
      const depth = panelRows * Math.ceil(OUTS / panelRows);
      const sums = { taps: 0, tapCount: 1, weights, bias: biasAt, group: 1, block, depth };
      withCall(machine, { ...planes, ...sums }, [first], (call) =>
        runBlocks(machine, planes, call, { tiles, block, depth }),
      );
    }),
  );
}

/** How the tiles and the output channels are cut into units. */
interface Blocks {
  readonly tiles: number;
  /** Tiles of a block, a multiple of 8. */
  readonly block: number;
  /** Output channels of a block. */
  readonly depth: number;
}

/** Transforms and multiplies all tiles: block by block where a block's input is small, or else stretch by stretch. */
function runBlocks(machine: WasmMachine, planes: Planes, call: number, blocks: Blocks): void {
  const { tiles, block } = blocks;
  const { channels, outs } = planes;
  const units = Math.ceil(tiles / block);
  if (4 * MATRICES * channels * block > BLOCK || units < BLOCKS) {
    runStretches(machine, planes, call, blocks);
    return;
  }
  const scratch = machine.kernels.winogradBlocksScratch(call) >>> 0;
  machine.runWithScratch('winogradBlocks', scratch, [call, tiles], units, { work: MATRICES * tiles * channels * outs });
}

/** Each stretch is a whole number of blocks. */
function runStretches(machine: WasmMachine, planes: Planes, call: number, { tiles, block, depth }: Blocks): void {
  const { kernels } = machine;
  const { channels, outs } = planes;
  const most = Math.floor(STRETCH / (4 * MATRICES * channels));
  const stretch = block * Math.max(1, Math.ceil(share(tiles, most) / block));
  const panels = Math.ceil(Math.min(tiles, stretch) / 8);
  machine.withBlock(MATRICES * (panels * channels * 32 + GAP), (v) => {
    for (let first = 0; first < tiles; first += stretch) {
      const count = Math.min(stretch, tiles - first);
      const args = [call, v, first, count] as const;
      const inputUnits = Math.ceil(count / INPUT_TILES) * Math.ceil(channels / INPUT_CHANNELS);
      const units = Math.ceil(count / block) * Math.ceil(outs / depth);
      const work = MATRICES * count * channels;
      machine.runWithScratch('winogradInput', kernels.winogradInputScratch(), args, inputUnits, { work });
      const scratch = kernels.winogradProductsScratch(call) >>> 0;
      machine.runWithScratch('winogradProducts', scratch, args, units, { work: work * outs });
    }
  });
}

/** The size of equal parts of at most `most`. */
function share(total: number, most: number): number {
  return Math.ceil(total / Math.ceil(total / Math.max(1, most)));
}

/** Whether the weight gradient can run this way, and has tiles enough to make up for the transform of the result. */
export function suitsWinogradWeight(planes: Planes, taps: readonly Tap[]): boolean {
  const tiles = tileCount(planes);
  return suitsWinograd(planes, taps) && planes.channels % 4 === 0 && planes.outs % 2 === 0 && tiles >= WEIGHT_TILES;
}

/** dw [outs,channels,3,3] from the planes of a forward convolution, `y` being the output gradient. */
export function runWinogradWeight(machine: WasmMachine, planes: Planes, taps: readonly Tap[], dw: number): void {
  const { outs, channels } = planes;
  const sumBytes = MATRICES * (outs * channels * 4 + GAP);
  const call = { taps: 0, tapCount: 1, weights: 0, bias: 0, group: 1, block: 0, depth: 0 };
  withCall(machine, { ...planes, ...call }, [corner(taps)], (callAt) =>
    machine.withBlock(sumBytes, (sums) => {
      addWeightProducts(machine, planes, callAt, sums);
      const work = MATRICES * outs * channels;
      machine.runWithScratch('winogradWeightFinish', WEIGHT_SCRATCH, [sums, dw, outs, channels], outs, { work });
    }),
  );
}

/** The 36 products over all tiles. Stretches follow each other, so each sum has one order, whatever the threads. */
function addWeightProducts(machine: WasmMachine, planes: Planes, call: number, sums: number): void {
  const { kernels } = machine;
  const { channels, outs } = planes;
  const tiles = tileCount(planes);
  const most = Math.max(LEAST_STRETCH, Math.floor(STRETCH / (4 * MATRICES * (channels + outs))));
  const stretch = INPUT_TILES * Math.ceil(share(tiles, most) / INPUT_TILES);
  const quads = 2 * Math.ceil(Math.min(tiles, stretch) / 8);
  const vBytes = MATRICES * (channels * quads * 16 + GAP);
  machine.withBlock(vBytes + MATRICES * (outs * quads * 16 + GAP), (v) => {
    const g = v + vBytes;
    for (let first = 0; first < tiles; first += stretch) {
      const count = Math.min(stretch, tiles - first);
      const transform = (
        name: 'winogradInputQuads' | 'winogradGradient',
        to: number,
        rows: number,
        scratch: number,
      ): void => {
        const units = Math.ceil(count / INPUT_TILES) * Math.ceil(rows / INPUT_CHANNELS);
        machine.runWithScratch(name, scratch, [call, to, first, count], units, { work: MATRICES * count * rows });
      };
      transform('winogradInputQuads', v, channels, kernels.winogradInputScratch());
      transform('winogradGradient', g, outs, kernels.winogradGradientScratch());
      const args = [call, v, g, sums, count, first > 0 ? 1 : 0] as const;
      const work = MATRICES * count * channels * outs;
      const inPlace = first > 0;
      machine.run('winogradWeightProducts', args, MATRICES * Math.ceil(outs / INPUT_CHANNELS), { work, inPlace });
    }
  });
}

function tileCount({ batch, gridHeight, gridWidth }: Planes): number {
  return batch * Math.ceil(gridHeight / 4) * Math.ceil(gridWidth / 4);
}
