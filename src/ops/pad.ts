/** Constants, or a tensor's own values (see pad-modes.ts), around it. Negative amounts crop. */
import { record } from '../autograd/record.js';
import { ArgumentError, check } from '../errors.js';
import { checkList, formatShape, numel } from '../tensor/shape.js';
import { checkTensor, Tensor } from '../tensor/tensor.js';
import { narrow } from './narrow.js';
import { padWithOwn, type PadMode } from './pad-modes.js';
import { reshape } from './reshape.js';

export interface PadOptions {
  /** Where the new entries come from. Default: 'constant'. */
  readonly mode?: 'constant' | PadMode;
  /** The constant. Default: 0. */
  readonly value?: number;
}

const modes: readonly string[] = ['constant', 'reflect', 'replicate', 'circular'] satisfies PadOptions['mode'][];

/** `before` and `after` entries of `value` along one dimension. */
export function padAxis(x: Tensor, axis: number, before: number, after: number, value: number): Tensor {
  const size = x.shape[axis];
  const shape = x.shape.map((n, i) => (i === axis ? before + n + after : n));
  const view = { outer: numel(x.shape.slice(0, axis)), axis: size, inner: numel(x.shape.slice(axis + 1)) };
  const out = new Tensor(x.backend.pad(x.live(), { ...view, before, after, value }), shape);
  return record('Pad', out, [x], [], [(grad) => narrow(grad, axis, before, size)]);
}

/**
 * Pads as PyTorch's `F.pad`: `amounts` holds (before, after) pairs, the last dimension's first: `[left, right, top,
 * bottom]`.
 * @param options a mode and a value, or a number: constants of that value. Default: 0
 */
export function pad(x: Tensor, amounts: readonly number[], options: number | PadOptions = 0): Tensor {
  checkTensor('pad', x);
  const { mode = 'constant', value = 0 } = typeof options === 'number' ? { value: options } : options;
  if (!modes.includes(mode)) {
    throw new ArgumentError(`pad: expected mode to be one of ${modes.join(', ')}, got ${JSON.stringify(mode)}`);
  }
  checkList(amounts, 'pad', 'amounts');
  check(
    amounts.length % 2 === 0 && amounts.length <= 2 * x.ndim && amounts.every(Number.isInteger),
    () =>
      `pad: expected up to ${x.ndim} pairs of whole numbers for shape ${formatShape(x.shape)}, got ${formatShape(amounts)}`,
  );
  let out = x;
  for (let i = 0; i < amounts.length; i += 2) {
    const axis = x.ndim - 1 - i / 2;
    const [before, after] = [amounts[i], amounts[i + 1]];
    if (mode !== 'constant') {
      if (before !== 0 || after !== 0) out = padWithOwn(out, axis, before, after, mode);
      continue;
    }
    const cropStart = Math.max(-before, 0);
    const cropped = out.shape[axis] - cropStart - Math.max(-after, 0);
    check(
      cropped >= 0,
      () =>
        `pad: expected amounts that crop at most what is there, got ${formatShape(amounts)} for shape ${formatShape(x.shape)}`,
    );
    if (cropped !== out.shape[axis]) out = narrow(out, axis, cropStart, cropped);
    if (before > 0 || after > 0) out = padAxis(out, axis, Math.max(before, 0), Math.max(after, 0), value);
  }
  return out === x ? reshape(x, x.shape) : out;
}
