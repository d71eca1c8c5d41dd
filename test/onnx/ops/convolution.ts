/** ONNX's convolutions and matrix products. */
import {
  add,
  addmm,
  conv1d,
  conv2d,
  convTranspose2d,
  matmul,
  mul,
  pad,
  reshape,
  transpose,
  type Conv2dOptions,
} from '../../../src/index.js';
import type { Tensor } from '../../../src/tensor/tensor.js';
import type { NodeCall, NodeOp } from '../node-call.js';
import { evenPadding, halves, padded, two, windowsOf, type Windows } from './windows.js';

const conv: NodeOp = (call) => {
  const [x, weight, bias] = [call.tensor(0), call.tensor(1), call.optionalTensor(2)];
  call.ignore('kernel_shape');
  const groups = call.int('group', 1);
  const windows = windowsOf(call, x.shape, weight.shape.slice(2));
  const padding = evenPadding(windows);
  const even = padding ? { x, padding } : { x: padded(x, windows, 0), padding: windows.kernel.map(() => 0) };
  return convolve(even.x, weight, bias, { ...windows, padding: even.padding, groups });
};

interface ConvOptions extends Pick<Windows, 'stride' | 'dilation'> {
  readonly padding: readonly number[];
  readonly groups: number;
}

function convolve(x: Tensor, weight: Tensor, bias: Tensor | null, options: ConvOptions): Tensor {
  const { stride, dilation, padding, groups } = options;
  if (x.ndim === 3) {
    return conv1d(x, weight, bias, { stride: stride[0], dilation: dilation[0], padding: padding[0], groups });
  }
  const pairs: Conv2dOptions = { stride: two(stride), dilation: two(dilation), padding: two(padding), groups };
  return conv2d(x, weight, bias, pairs);
}

/** What is cut off around the result, which ONNX may also give by the size that must remain; negative adds zeros. */
function cutOff(call: NodeCall, sizes: readonly number[], windows: Windows, more: readonly number[]) {
  const { kernel, stride, dilation } = windows;
  const auto = call.text('auto_pad', 'NOTSET');
  const same = auto.startsWith('SAME') ? sizes.map((size, i) => size * stride[i]) : undefined;
  const wanted = call.ints('output_shape') ?? same;
  if (!wanted) return windows;
  const whole = sizes.map((size, i) => (size - 1) * stride[i] + more[i] + (kernel[i] - 1) * dilation[i] + 1);
  return halves(
    whole.map((size, i) => size - wanted[i]),
    auto,
  );
}

const convTranspose: NodeOp = (call) => {
  const [x, weight, bias] = [call.tensor(0), call.tensor(1), call.optionalTensor(2)];
  call.ignore('kernel_shape');
  const windows = windowsOf(call, x.shape, weight.shape.slice(2));
  const outputPadding = two(call.ints('output_padding') ?? windows.kernel.map(() => 0));
  const { before, after } = cutOff(call, x.shape.slice(2), windows, outputPadding);
  const steps = { stride: two(windows.stride), dilation: two(windows.dilation) };
  const options = { ...steps, outputPadding, groups: call.int('group', 1) };
  if (before.every((amount, i) => amount >= 0 && amount === after[i])) {
    return convTranspose2d(x, weight, bias, { ...options, padding: two(before) });
  }
  const [[top, left], [bottom, right]] = [before, after];
  const part = pad(convTranspose2d(x, weight, null, options), [-left, -right, -top, -bottom]);
  return bias ? add(part, reshape(bias, [1, bias.numel(), 1, 1])) : part;
};

const gemm: NodeOp = (call) => {
  call.ignore('broadcast');
  const [a, b, c] = [call.tensor(0), call.tensor(1), call.optionalTensor(2)];
  const [left, right] = [call.flag('transA') ? transpose(a, 0, 1) : a, call.flag('transB') ? transpose(b, 0, 1) : b];
  const [alpha, beta] = [call.float('alpha', 1), call.float('beta', 1)];
  return c ? addmm(c, left, right, { alpha, beta }) : mul(matmul(left, right), alpha);
};

export const convolution: Readonly<Record<string, NodeOp>> = {
  Conv: conv,
  ConvTranspose: convTranspose,
  Gemm: gemm,
  MatMul: (call) => matmul(call.tensor(0), call.tensor(1)),
};
