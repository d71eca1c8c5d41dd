/** Convolution and its two gradients by the kernels: packs weights, describes the planes, runs group by group. */
import type { Conv2dDims } from '../../tensor/backend.js';
import type { WasmMachine } from './machine.js';
import { CONV_CALL_INTS, forwardTaps, imageGroup, residues, withCall } from './conv-call.js';
import type { ConvCall, ConvWeights, Planes, Tap, WeightOrder } from './conv-call.js';
import {
  isDepthwise,
  isDepthwiseBack,
  runDepthwise,
  runDepthwiseGradInput,
  runDepthwiseGradWeight,
} from './depthwise.js';
import { runWinograd, runWinogradWeight, suitsWinograd, suitsWinogradWeight } from './winograd.js';

/** Positions of a block, and rows of im2col (channels times taps) that are multiplied at once. */
const BLOCK = 64;
const DEPTH = 256;
/** Positions of a block of the weight gradient, where they are the inner dimension. */
const WEIGHT_BLOCK = 256;

/** One pass of the gathering kernel: y = bias + sum over channels and taps. */
function gather(
  machine: WasmMachine,
  planes: Planes,
  taps: readonly Tap[],
  order: WeightOrder,
  bias: number | null,
): void {
  const { kernels, memory } = machine;
  const positions = planes.gridHeight * planes.gridWidth;
  if (planes.outs === 0 || positions === 0 || planes.batch === 0) return;
  if (suitsWinograd(planes, taps)) {
    runWinograd(machine, planes, taps, order, bias);
    return;
  }
  const panels = Math.ceil(planes.outs / 4);
  const weightBytes = panels * planes.channels * taps.length * 16;
  const group = imageGroup(positions, planes.batch, BLOCK);
  machine.withBlock(weightBytes + panels * 16, (weights) => {
    const start = memory.floats(weights + weightBytes, panels * 4).fill(0);
    if (bias !== null) start.set(memory.floats(bias, planes.outs));
    const call: ConvCall = {
      ...planes,
      taps: 0,
      tapCount: taps.length,
      weights,
      bias: weights + weightBytes,
      group,
      block: BLOCK,
      depth: Math.max(1, Math.floor(DEPTH / Math.max(1, taps.length))),
    };
    withCall(machine, call, taps, (at) => {
      const tapAt = at + 4 * (CONV_CALL_INTS + 2 * taps.length);
      const { rowStep, channelStep } = order;
      const { outs, channels } = planes;
      const k = channels * taps.length;
      const packArgs = [order.at, weights, outs, rowStep, channels, channelStep, tapAt, taps.length] as const;
      machine.run('packWeights', packArgs, panels, { work: outs * k });
      const units = Math.ceil((group * positions) / BLOCK) * Math.ceil(planes.batch / group);
      const work = planes.batch * positions * outs * k;
      machine.runWithScratch('conv2d', kernels.conv2dScratch(at) >>> 0, [at], units, { work });
    });
  });
}

/** Addresses are in bytes; `bias` may be null. */
export function runConv2d(
  machine: WasmMachine,
  x: number,
  weight: ConvWeights,
  bias: number | null,
  y: number,
  d: Conv2dDims,
): void {
  const relu = d.relu ? 1 : 0;
  if (isDepthwise(d)) {
    const planes = { ...forwardPlanes(x, y, { ...d, groups: 1 }, 0), relu };
    runDepthwise(machine, planes, weight.storage.pointer, bias, d);
    return;
  }
  const taps = forwardTaps(d);
  for (let g = 0; g < d.groups; g++) {
    const planes = { ...forwardPlanes(x, y, d, g), relu };
    const rowStep = planes.channels * taps.length;
    const at = weight.storage.pointer + 4 * g * planes.outs * rowStep;
    const order = { ...weight, at, rowStep, channelStep: taps.length };
    gather(machine, planes, taps, order, bias === null ? null : bias + 4 * g * planes.outs);
  }
}

/** dx from g = dy: for each residue of the input's pixels modulo the stride, a gather over the output gradient. */
export function runConv2dGradInput(
  machine: WasmMachine,
  gradOutput: number,
  weight: ConvWeights,
  dx: number,
  d: Conv2dDims,
): void {
  if (isDepthwiseBack(d)) {
    runDepthwiseGradInput(machine, gradOutput, weight.storage.pointer, dx, d);
    return;
  }
  const inGroup = d.inChannels / d.groups;
  const outGroup = d.outChannels / d.groups;
  const place = d.kernelHeight * d.kernelWidth;
  const outPlane = d.outHeight * d.outWidth;
  const inPlane = d.height * d.width;
  for (let g = 0; g < d.groups; g++) {
    const at = weight.storage.pointer + 4 * g * outGroup * inGroup * place;
    const order = { ...weight, at, rowStep: place, channelStep: inGroup * place };
    for (const residue of residues(d)) {
      const planes: Planes = {
        x: gradOutput + 4 * g * outGroup * outPlane,
        xImage: d.outChannels * outPlane,
        channels: outGroup,
        height: d.outHeight,
        width: d.outWidth,
        gridHeight: residue.gridHeight,
        gridWidth: residue.gridWidth,
        stepY: 1,
        stepX: 1,
        y: dx + 4 * (g * inGroup * inPlane + residue.y * d.width + residue.x),
        yImage: d.inChannels * inPlane,
        yPlane: inPlane,
        yRow: d.strideHeight * d.width,
        yColumn: d.strideWidth,
        outs: inGroup,
        batch: d.batch,
      };
      gather(machine, planes, residue.taps, order, null);
    }
  }
}

/** dw from g = dy and x, group by group. */
export function runConv2dGradWeight(
  machine: WasmMachine,
  gradOutput: number,
  x: number,
  dw: number,
  d: Conv2dDims,
): void {
  if (isDepthwise(d)) {
    runDepthwiseGradWeight(machine, forwardPlanes(x, gradOutput, { ...d, groups: 1 }, 0), dw, d);
    return;
  }
  const taps = forwardTaps(d);
  const { kernels, memory } = machine;
  memory.floats(dw, (d.outChannels * d.inChannels * taps.length) / d.groups).fill(0);
  for (let g = 0; g < d.groups; g++) {
    const planes = forwardPlanes(x, gradOutput, d, g);
    const columns = planes.channels * taps.length;
    const dwAt = dw + 4 * g * planes.outs * columns;
    if (suitsWinogradWeight(planes, taps)) {
      runWinogradWeight(machine, planes, taps, dwAt);
      continue;
    }
    const group = imageGroup(planes.gridHeight * planes.gridWidth, d.batch, WEIGHT_BLOCK);
    const call = {
      ...planes,
      taps: 0,
      tapCount: taps.length,
      weights: 0,
      bias: 0,
      group,
      block: WEIGHT_BLOCK,
      depth: 1,
    };
    withCall(machine, call, taps, (at) => {
      const work = planes.batch * planes.gridHeight * planes.gridWidth * planes.outs * columns;
      const scratch = kernels.conv2dWeightScratch(at) >>> 0;
      const panels = Math.ceil(columns / 8);
      // each part packs the whole gradient, which is worth it for some panels
      const align = Math.min(4, Math.ceil(panels / machine.threads));
      machine.runWithScratch('conv2dWeight', scratch, [at, dwAt], panels, { work, align });
    });
  }
}

/** The planes of group `g` of a forward convolution. */
function forwardPlanes(x: number, y: number, d: Conv2dDims, g: number): Planes {
  const inGroup = d.inChannels / d.groups;
  const outGroup = d.outChannels / d.groups;
  const inPlane = d.height * d.width;
  const outPlane = d.outHeight * d.outWidth;
  return {
    x: x + 4 * g * inGroup * inPlane,
    xImage: d.inChannels * inPlane,
    channels: inGroup,
    height: d.height,
    width: d.width,
    gridHeight: d.outHeight,
    gridWidth: d.outWidth,
    stepY: d.strideHeight,
    stepX: d.strideWidth,
    y: y + 4 * g * outGroup * outPlane,
    yImage: d.outChannels * outPlane,
    yPlane: outPlane,
    yRow: d.outWidth,
    yColumn: 1,
    outs: outGroup,
    batch: d.batch,
  };
}
