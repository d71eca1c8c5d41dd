/** ONNX's choosing, picking and ordering, and the tensors it makes from numbers. */
import {
  add,
  arange,
  argmax,
  argmin,
  cumsum,
  eye,
  flip,
  gather,
  indexSelect,
  mul,
  oneHot,
  pad,
  permute,
  reshape,
  scatter,
  scatterAdd,
  sub,
  tensor,
  topk,
  tril,
  triu,
  where,
} from '../../../src/index.js';
import { normalizeDim, numel, stridesOf } from '../../../src/tensor/shape.js';
import type { Tensor } from '../../../src/tensor/tensor.js';
import { FLOAT } from '../element-types.js';
import type { NodeCall, NodeOp } from '../node-call.js';
import { int64, Unsupported, Value } from '../value.js';

/** Negative indices count from the end. */
function places(call: NodeCall, input: number, size: number): number[] {
  return call
    .value(input)
    .numbers()
    .map((index) => (index < 0 ? index + size : index));
}

/** The same as a tensor of the shape that ONNX gave. */
function placesTensor(call: NodeCall, input: number, size: number): Tensor {
  return tensor(Float64Array.from(places(call, input, size)), { shape: call.value(input).shape });
}

/** Of equal values the first; with select_last_index the last, which is the first from behind. */
const extreme =
  (f: (x: Tensor, dim: number, keepdim: boolean) => Tensor): NodeOp =>
  (call) => {
    const x = call.tensor(0);
    const [axis, keepdim] = [call.int('axis', 0), call.flag('keepdims', true)];
    if (!call.flag('select_last_index')) return int64(f(x, axis, keepdim));
    const last = x.shape[normalizeDim(axis, x.ndim, call.node.opType)] - 1;
    return int64(sub(last, f(flip(x, axis), axis, keepdim)));
  };

/** Backwards where `reverse`; what `exclusive` leaves out is the value itself. */
const cumulativeSum: NodeOp = (call) => {
  const x = call.tensor(0);
  const [axis] = call.numbers(1) ?? [];
  const totals = call.flag('reverse') ? flip(cumsum(flip(x, axis), axis), axis) : cumsum(x, axis);
  return call.flag('exclusive') ? sub(totals, x) : totals;
};

/** x [..,size,..], indices [..] -> the indices' dimensions in place of `axis` */
const gatherOp: NodeOp = (call) => {
  const x = call.tensor(0);
  const axis = normalizeDim(call.int('axis', 0), x.ndim, 'Gather');
  const picked = indexSelect(x, axis, places(call, 1, x.shape[axis]));
  return reshape(picked, [...x.shape.slice(0, axis), ...call.value(1).shape, ...x.shape.slice(axis + 1)]);
};

/** Each row of the indices names the first dimensions of a part, after `batch_dims` that both have. */
const gatherNd: NodeOp = (call) => {
  const x = call.tensor(0);
  const { shape } = call.value(1);
  const batchDims = call.int('batch_dims', 0);
  const depth = shape[shape.length - 1];
  const rows = call.value(1).numbers();
  const part = batchDims + depth;
  const strides = stridesOf(x.shape.slice(0, part));
  const perBatch = numel(shape.slice(batchDims, -1));
  const flat = Array.from({ length: numel(shape.slice(0, -1)) }, (_, row) => {
    const batch = Math.floor(row / perBatch) * numel(x.shape.slice(batchDims, part));
    return x.shape.slice(batchDims, part).reduce((at, size, i) => {
      const index = rows[row * depth + i];
      return at + (index < 0 ? index + size : index) * strides[batchDims + i];
    }, batch);
  });
  const picked = indexSelect(reshape(x, [numel(x.shape.slice(0, part)), ...x.shape.slice(part)]), 0, flat);
  return reshape(picked, [...shape.slice(0, -1), ...x.shape.slice(part)]);
};

/** Replaces what lies at the indices, or adds to it. */
const scatterElements: NodeOp = (call) => {
  const x = call.tensor(0);
  const axis = normalizeDim(call.int('axis', 0), x.ndim, 'ScatterElements');
  const [index, updates] = [placesTensor(call, 1, x.shape[axis]), call.tensor(2)];
  const reduction = call.text('reduction', 'none');
  if (reduction === 'add') return scatterAdd(x, axis, index, updates);
  if (reduction !== 'none') throw new Unsupported(`ScatterElements with reduction ${reduction}`);
  return scatter(x, axis, index, updates);
};

/** Moves the last dimension to where dimension `axis` of the result is to be. */
function lastTo(x: Tensor, axis: number): Tensor {
  const order = x.shape.map((_, i) => i).slice(0, -1);
  order.splice(normalizeDim(axis, x.ndim, 'the axis'), 0, x.ndim - 1);
  return permute(x, order);
}

/** indices [..] -> [.., depth, ..], the values' second where an index is, the first elsewhere */
const oneHotOp: NodeOp = (call) => {
  const [depth] = call.numbers(1) ?? [];
  const [off, on] = call.numbers(2) ?? [];
  const hot = lastTo(oneHot(placesTensor(call, 0, depth), depth), call.int('axis', -1));
  return Value.of(add(mul(hot, on - off), off), call.value(2).elementType);
};

const topK: NodeOp = (call) => {
  const [k] = call.numbers(1) ?? [];
  const largest = call.flag('largest', true);
  const sorted = call.flag('sorted', true);
  const { values, indices } = topk(call.tensor(0), k, call.int('axis', -1), { largest, sorted });
  return [values, int64(indices)];
};

/** 1 in the first place along the axis where the greatest value is. */
const hardmax: NodeOp = (call) => {
  const x = call.tensor(0);
  const axis = normalizeDim(call.int('axis', -1), x.ndim, 'Hardmax');
  return lastTo(oneHot(argmax(x, axis), x.shape[axis]), axis);
};

/** Ones on the diagonal `k`: an identity matrix moved sideways. */
const eyeLike: NodeOp = (call) => {
  const { shape, elementType } = call.value(0);
  const [rows, columns] = shape;
  const k = call.int('k', 0);
  const size = Math.max(rows, columns) + Math.abs(k);
  const moved = pad(eye(size), [k, columns - size - k, 0, rows - size]);
  return Value.of(moved, call.int('dtype', elementType || FLOAT));
};

const range: NodeOp = (call) => {
  const [start, limit, delta] = [0, 1, 2].map((input) => call.value(input).numbers()[0]);
  return arange(start, limit, delta);
};

export const indexing: Readonly<Record<string, NodeOp>> = {
  ArgMax: extreme(argmax),
  ArgMin: extreme(argmin),
  CumSum: cumulativeSum,
  EyeLike: eyeLike,
  Gather: gatherOp,
  GatherElements: (call) => {
    const x = call.tensor(0);
    const axis = normalizeDim(call.int('axis', 0), x.ndim, 'GatherElements');
    return gather(x, axis, placesTensor(call, 1, x.shape[axis]));
  },
  GatherND: gatherNd,
  Hardmax: hardmax,
  OneHot: oneHotOp,
  Range: range,
  Scatter: scatterElements,
  ScatterElements: scatterElements,
  TopK: topK,
  Trilu: (call) => (call.flag('upper', true) ? triu : tril)(call.tensor(0), call.numbers(1)?.[0] ?? 0),
  Where: (call) => Value.of(where(call.tensor(0), call.tensor(1), call.tensor(2)), call.value(1).elementType),
};
