/**
 * The greatest and the smallest value, and where they are. NaN counts as the extreme; of equal values the first is it.
 *
 * Over the whole tensor the gradient is split evenly among equal values; along a dimension all of it goes to the place
 * that `indices` tells, as in PyTorch.
 */
import { noGrad } from '../autograd/grad-mode.js';
import { record } from '../autograd/record.js';
import { check } from '../errors.js';
import { tidy } from '../tensor/memory.js';
import { formatShape, normalizeDim } from '../tensor/shape.js';
import { checkTensor, Tensor } from '../tensor/tensor.js';
import { extremeKernel } from './amax.js';
import { div, mul } from './arithmetic.js';
import { eq, ne } from './compare.js';
import { checkPlaces } from './indices.js';
import { maximum } from './maximum.js';
import { atLeast1d, axisLast, pick } from './pick.js';
import { reshape } from './reshape.js';
import { reduceKernel, reducedShape, sum } from './sum.js';
import { unaryKernel } from './unary.js';

/** What max, min, sort and topk along a dimension give: the values and their places in it. */
export interface ValuesAndIndices {
  readonly values: Tensor;
  readonly indices: Tensor;
}

const nodeName = { max: 'Max', min: 'Min' };

/** 1 where x is NaN or equals `extreme`, else 0. x [..], extreme broadcasts to it. */
function hitsOf(x: Tensor, extreme: Tensor): Tensor {
  return maximum(eq(x, extreme), ne(x, x));
}

/** rows [..,size] -> [..,1], the place of each row's first maximum */
function firstMaximum(rows: Tensor): Tensor {
  const hits = hitsOf(rows, reduceKernel('max', rows, [rows.ndim - 1], true));
  const shape = rows.shape.with(-1, 1);
  const size = rows.shape[rows.ndim - 1];
  const window = { kernelHeight: 1, kernelWidth: size, strideHeight: 1, strideWidth: 1, padHeight: 0, padWidth: 0 };
  const row = { planes: rows.numel() / size, height: 1, width: size, outHeight: 1, outWidth: 1 };
  const dims = { ...row, ...window, dilationHeight: 1, dilationWidth: 1 };
  return new Tensor(rows.backend.maxPool2dIndices(hits.live(), dims), shape);
}

function argExtreme(
  op: 'argmax' | 'argmin' | 'max' | 'min',
  x: Tensor,
  dim: number | undefined,
  keepdim: boolean,
): Tensor {
  const axis = dim === undefined ? 0 : normalizeDim(dim, x.ndim, op);
  return noGrad(() =>
    tidy(() => {
      const whole = dim === undefined ? reshape(x, [-1]) : atLeast1d(x);
      const size = whole.shape[axis];
      check(
        size > 0,
        () =>
          `${op}: expected at least one value` +
          `${dim === undefined ? '' : ` in dimension ${axis}`}, got shape ${formatShape(x.shape)}`,
      );
      checkPlaces(op, size, x.backend);
      const rows = axisLast(op.endsWith('min') ? unaryKernel('neg', whole) : whole, axis);
      const places = axisLast(firstMaximum(rows), axis);
      const over = dim === undefined ? x.shape.map((_, i) => i) : [axis];
      return reshape(places, reducedShape(x.shape, over, keepdim));
    }),
  );
}

/** The place of the greatest value along `dim`, or without it in the flattened tensor. It has no gradient. */
export function argmax(x: Tensor, dim?: number, keepdim = false): Tensor {
  checkTensor('argmax', x);
  return argExtreme('argmax', x, dim, keepdim);
}

/** The place of the smallest value along `dim`, or without it in the flattened tensor. It has no gradient. */
export function argmin(x: Tensor, dim?: number, keepdim = false): Tensor {
  checkTensor('argmin', x);
  return argExtreme('argmin', x, dim, keepdim);
}

/** The one extreme of a tensor. x [..] -> [] */
function wholeExtreme(op: 'max' | 'min', x: Tensor): Tensor {
  check(x.numel() > 0, () => `${op}: expected at least one value, got shape ${formatShape(x.shape)}`);
  const all = x.shape.map((_, i) => i);
  const out = extremeKernel(op === 'min', x, all, false);
  return record(
    nodeName[op],
    out,
    [x],
    [x, out],
    [
      (grad, x, out) => {
        const hits = noGrad(() => hitsOf(x, out));
        return mul(hits, div(grad, sum(hits)));
      },
    ],
  );
}

/** The extremes along a dimension. x [.., size, ..] -> [.., ..], or [.., 1, ..] */
function extremesAlong(op: 'max' | 'min', x: Tensor, dim: number, keepdim: boolean): ValuesAndIndices {
  const axis = normalizeDim(dim, x.ndim, op);
  const from = atLeast1d(x);
  const places = argExtreme(op, from, axis, true);
  const shape = reducedShape(x.shape, [axis], keepdim);
  return { values: pick(nodeName[op], from, axis, places, shape), indices: reshape(places, shape) };
}

/**
 * The greatest value of all, or with `dim` the greatest along it and their places.
 * @throws ShapeError where there is none
 */
export function max(x: Tensor): Tensor;
export function max(x: Tensor, dim: number, keepdim?: boolean): ValuesAndIndices;
export function max(x: Tensor, dim?: number, keepdim = false): Tensor | ValuesAndIndices {
  checkTensor('max', x);
  return dim === undefined ? wholeExtreme('max', x) : extremesAlong('max', x, dim, keepdim);
}

/**
 * The smallest value of all, or with `dim` the smallest along it and their places.
 * @throws ShapeError where there is none
 */
export function min(x: Tensor): Tensor;
export function min(x: Tensor, dim: number, keepdim?: boolean): ValuesAndIndices;
export function min(x: Tensor, dim?: number, keepdim = false): Tensor | ValuesAndIndices {
  checkTensor('min', x);
  return dim === undefined ? wholeExtreme('min', x) : extremesAlong('min', x, dim, keepdim);
}
