/** Where ONNX's windows lie on rows [N,C,L] and pictures [N,C,H,W]: the attributes that convolution and pooling share. */
import { pad } from '../../../src/index.js';
import type { Shape } from '../../../src/tensor/shape.js';
import type { Tensor } from '../../../src/tensor/tensor.js';
import type { NodeCall } from '../node-call.js';
import { Unsupported } from '../value.js';

/** One number for each spatial dimension. */
export interface Windows {
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  /** Places added in front of each dimension. */
  readonly before: readonly number[];
  /** Places added behind it. */
  readonly after: readonly number[];
}

/** @throws Unsupported for more than two spatial dimensions */
export function windowsOf(call: NodeCall, shape: Shape, kernel: readonly number[]): Windows {
  const sizes = shape.slice(2);
  if (sizes.length > 2) throw new Unsupported(`${call.node.opType} over ${sizes.length} dimensions`);
  const each = (n: number) => sizes.map(() => n);
  const stride = call.ints('strides') ?? each(1);
  const dilation = call.ints('dilations') ?? each(1);
  const pads = call.ints('pads') ?? [...each(0), ...each(0)];
  const windows = { kernel, stride, dilation };
  const auto = call.text('auto_pad', 'NOTSET');
  if (!auto.startsWith('SAME')) {
    return { ...windows, before: pads.slice(0, sizes.length), after: pads.slice(sizes.length) };
  }
  const totals = sizes.map((size, i) => {
    const reach = dilation[i] * (kernel[i] - 1) + 1;
    return Math.max((Math.ceil(size / stride[i]) - 1) * stride[i] + reach - size, 0);
  });
  return { ...windows, ...halves(totals, auto) };
}

/** Of an odd total the greater half goes behind (SAME_UPPER) or in front (any other). */
export function halves(totals: readonly number[], auto: string): Pick<Windows, 'before' | 'after'> {
  const less = totals.map((total) => Math.floor(total / 2));
  const more = totals.map((total) => Math.ceil(total / 2));
  return auto === 'SAME_UPPER' ? { before: less, after: more } : { before: more, after: less };
}

/** Padding that is the same on both sides, as our ops take it; null where it is not. */
export function evenPadding({ before, after }: Windows): readonly number[] | null {
  return before.every((amount, i) => amount === after[i]) ? before : null;
}

/** The same, for pooling: at most half the kernel, as in PyTorch. */
export function poolPadding(windows: Windows): readonly number[] | null {
  const padding = evenPadding(windows);
  return padding?.every((amount, i) => 2 * amount <= windows.kernel[i]) ? padding : null;
}

/** x with `value` around it. */
export function padded(x: Tensor, { before, after }: Windows, value: number): Tensor {
  return pad(x, before.flatMap((amount, i) => [after[i], amount]).reverse(), value);
}

export function two(numbers: readonly number[]): readonly [number, number] {
  if (numbers.length !== 2) throw new Unsupported(`${numbers.length} spatial dimensions`);
  return [numbers[0], numbers[1]];
}
