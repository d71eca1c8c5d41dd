/** ONNX's pooling. */
import {
  add,
  amax,
  arange,
  avgPool1d,
  avgPool2d,
  div,
  floor,
  maxPool1d,
  maxPool2d,
  maxPool2dWithIndices,
  mean,
  mul,
  onesLike,
  reshape,
  sub,
} from '../../../src/index.js';
import type { Tensor } from '../../../src/tensor/tensor.js';
import type { NodeOp } from '../node-call.js';
import { int64, Unsupported } from '../value.js';
import { padded, poolPadding, two, windowsOf } from './windows.js';

const maxPool: NodeOp = (call) => {
  const x = call.tensor(0);
  const windows = windowsOf(call, x.shape, call.ints('kernel_shape') ?? []);
  const { kernel, stride, dilation } = windows;
  const ceilMode = call.flag('ceil_mode');
  const columnsFirst = call.flag('storage_order');
  const own = poolPadding(windows);
  const [input, padding] = own ? [x, own] : [padded(x, windows, -Infinity), kernel.map(() => 0)];
  if (x.ndim === 3) {
    return maxPool1d(input, kernel[0], { stride: stride[0], dilation: dilation[0], padding: padding[0], ceilMode });
  }
  const options = { stride: two(stride), dilation: two(dilation), padding: two(padding), ceilMode };
  if (!call.wants(1)) return maxPool2d(input, two(kernel), options);
  if (!own) throw new Unsupported('MaxPool with uneven padding and places');
  const { values, indices } = maxPool2dWithIndices(x, two(kernel), options);
  return [values, int64(placesInTensor(indices, x, columnsFirst))];
};

/** From y * W + x in a plane [H,W] to the place in the whole tensor; columns first, that of the plane is x * H + y. */
function placesInTensor(indices: Tensor, x: Tensor, columnsFirst: boolean): Tensor {
  const [n, c, height, width] = x.shape;
  const rows = floor(div(indices, width));
  const inPlane = columnsFirst ? add(mul(sub(indices, mul(rows, width)), height), rows) : indices;
  return add(inPlane, mul(reshape(arange(n * c), [n, c, 1, 1]), height * width));
}

const averagePool: NodeOp = (call) => {
  const x = call.tensor(0);
  const windows = windowsOf(call, x.shape, call.ints('kernel_shape') ?? []);
  if (windows.dilation.some((step) => step !== 1)) throw new Unsupported('AveragePool with dilations');
  const { kernel, stride } = windows;
  const countIncludePad = call.flag('count_include_pad');
  const ceilMode = call.flag('ceil_mode');
  const pool = (input: Tensor, padding: readonly number[]): Tensor =>
    x.ndim === 3
      ? avgPool1d(input, kernel[0], { stride: stride[0], padding: padding[0], ceilMode, countIncludePad })
      : avgPool2d(input, two(kernel), { stride: two(stride), padding: two(padding), ceilMode, countIncludePad });

  const own = poolPadding(windows);
  if (own) return pool(x, own);
  const none = kernel.map(() => 0);
  const pooled = pool(padded(x, windows, 0), none);
  // the mean of zeros and ones is the share of a window that is not padding
  return countIncludePad ? pooled : div(pooled, pool(padded(onesLike(x), windows, 0), none));
};

const whole =
  (f: (x: Tensor, dims: number[], keepdim: boolean) => Tensor): NodeOp =>
  (call) => {
    const x = call.tensor(0);
    return f(x, x.shape.map((_, i) => i).slice(2), true);
  };

export const pooling: Readonly<Record<string, NodeOp>> = {
  AveragePool: averagePool,
  GlobalAveragePool: whole(mean),
  GlobalMaxPool: whole(amax),
  MaxPool: maxPool,
};
