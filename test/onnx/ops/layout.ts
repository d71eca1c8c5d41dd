/** ONNX's ops that move values without computing: shapes, parts, joins and padding. */
import {
  cat,
  expand,
  indexSelect,
  narrow,
  pad,
  permute,
  repeat,
  reshape,
  split,
  squeeze,
  unsqueeze,
  type PadOptions,
} from '../../../src/index.js';
import { broadcastShapes, normalizeDim, numel } from '../../../src/tensor/shape.js';
import type { Tensor } from '../../../src/tensor/tensor.js';
import type { NodeCall, NodeOp } from '../node-call.js';
import { Unsupported } from '../value.js';

/** What became an input in opset `since` and was an attribute before. */
function listOf(call: NodeCall, input: number, attribute: string, since: number): number[] | undefined {
  return call.opset >= since ? call.numbers(input) : call.ints(attribute);
}

/** A size of 0 copies the input's, unless `allowzero` says that it means 0. */
const reshapeOp: NodeOp = (call) => {
  const x = call.tensor(0);
  const sizes = listOf(call, 1, 'shape', 5) ?? [];
  const literal = call.flag('allowzero');
  return reshape(
    x,
    sizes.map((size, i) => (size === 0 && !literal ? x.shape[i] : size)),
  );
};

const flattenOp: NodeOp = (call) => {
  const x = call.tensor(0);
  const axis = call.int('axis', 1);
  const split = axis < 0 ? axis + x.ndim : axis;
  return reshape(x, [numel(x.shape.slice(0, split)), numel(x.shape.slice(split))]);
};

const squeezeOp: NodeOp = (call) => {
  const x = call.tensor(0);
  const axes = listOf(call, 1, 'axes', 13)?.map((axis) => normalizeDim(axis, x.ndim, 'Squeeze'));
  if (!axes) return squeeze(x);
  return axes.sort((a, b) => b - a).reduce((out, axis) => squeeze(out, axis), x);
};

/** Axes count in the result. */
const unsqueezeOp: NodeOp = (call) => {
  const x = call.tensor(0);
  const axes = listOf(call, 1, 'axes', 13) ?? [];
  const sorted = axes.map((axis) => normalizeDim(axis, x.ndim + axes.length, 'Unsqueeze')).sort((a, b) => a - b);
  return sorted.reduce((out, axis) => unsqueeze(out, axis), x);
};

const splitOp: NodeOp = (call) => {
  const x = call.tensor(0);
  const axis = normalizeDim(call.int('axis', 0), x.ndim, 'Split');
  return split(x, listOf(call, 1, 'split', 13) ?? x.shape[axis] / call.node.outputs.length, axis);
};

/** Starts and ends count from the end where they are negative, and are brought inside the dimension. */
const sliceOp: NodeOp = (call) => {
  const x = call.tensor(0);
  const [starts, ends] = [listOf(call, 1, 'starts', 10) ?? [], listOf(call, 2, 'ends', 10) ?? []];
  const axes = listOf(call, 3, 'axes', 10) ?? starts.map((_, i) => i);
  const steps = call.numbers(4);
  return axes.reduce((out, axis, i) => {
    const dim = normalizeDim(axis, x.ndim, 'Slice');
    return slice(out, dim, starts[i], ends[i], steps?.[i] ?? 1);
  }, x);
};

/** A step backwards begins at the last entry at most, and may end before the first. */
function slice(x: Tensor, dim: number, start: number, end: number, step: number): Tensor {
  const size = x.shape[dim];
  const least = step < 0 ? -1 : 0;
  const inside = (at: number) => Math.min(Math.max(at < 0 ? at + size : at, least), size + least);
  const [from, to] = [inside(start), inside(end)];
  if (step === 1) return narrow(x, dim, from, Math.max(0, to - from));
  const count = Math.max(0, Math.ceil((to - from) / step));
  return indexSelect(
    x,
    dim,
    Array.from({ length: count }, (_, i) => from + i * step),
  );
}

const padModes: Readonly<Record<string, PadOptions['mode']>> = {
  constant: 'constant',
  reflect: 'reflect',
  edge: 'replicate',
};

/** Amounts are all that go before each dimension, then all that go after. */
const padOp: NodeOp = (call) => {
  const x = call.tensor(0);
  const mode = call.text('mode', 'constant');
  const amounts = listOf(call, 1, 'pads', 11) ?? [];
  const value = call.opset >= 11 ? (call.numbers(2)?.[0] ?? 0) : call.float('value', 0);
  if (!(mode in padModes)) throw new Unsupported(`Pad with mode ${mode}`);
  const pairs = x.shape.map((_, dim) => [amounts[dim], amounts[dim + x.ndim]]);
  return pad(x, pairs.reverse().flat(), { mode: padModes[mode], value });
};

/** [N,C,H,W] -> [N,C/b^2,H*b,W*b]; the mode says whether channels are [b,b,C'] (DCR) or [C',b,b] (CRD). */
const depthToSpace: NodeOp = (call) => {
  const x = call.tensor(0);
  const [n, c, h, w] = x.shape;
  const block = call.int('blocksize', 1);
  const depth = c / block ** 2;
  const blocks =
    call.text('mode', 'DCR') === 'DCR'
      ? permute(reshape(x, [n, block, block, depth, h, w]), [0, 3, 4, 1, 5, 2])
      : permute(reshape(x, [n, depth, block, block, h, w]), [0, 1, 4, 2, 5, 3]);
  return reshape(blocks, [n, depth, h * block, w * block]);
};

/** [N,C,H,W] -> [N,b*b*C,H/b,W/b] */
const spaceToDepth: NodeOp = (call) => {
  const x = call.tensor(0);
  const [n, c, h, w] = x.shape;
  const block = call.int('blocksize', 1);
  const [rows, columns] = [h / block, w / block];
  const blocks = permute(reshape(x, [n, c, rows, block, columns, block]), [0, 3, 5, 1, 2, 4]);
  return reshape(blocks, [n, c * block ** 2, rows, columns]);
};

export const layout: Readonly<Record<string, NodeOp>> = {
  Concat: (call) => cat(call.tensors(), call.int('axis', 1)),
  DepthToSpace: depthToSpace,
  Expand: (call) => {
    const x = call.tensor(0);
    return expand(x, broadcastShapes(x.shape, call.numbers(1) ?? [], 'Expand'));
  },
  Flatten: flattenOp,
  Pad: padOp,
  Reshape: reshapeOp,
  Slice: sliceOp,
  SpaceToDepth: spaceToDepth,
  Split: splitOp,
  Squeeze: squeezeOp,
  Tile: (call) => repeat(call.tensor(0), call.numbers(1) ?? []),
  Transpose: (call) => {
    const x = call.tensor(0);
    return permute(x, call.ints('perm') ?? x.shape.map((_, i) => x.ndim - 1 - i));
  },
  Unsqueeze: unsqueezeOp,
};
