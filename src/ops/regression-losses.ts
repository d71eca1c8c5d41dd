/**
 * Losses of a difference d = input - target, element by element.
 *
 *     mse = d^2        l1 = |d|
 *     smoothL1 = d^2 / (2 beta) where |d| < beta,  |d| - beta/2 elsewhere          (R. Girshick, 2015, equation 3)
 *     huber    = d^2 / 2 where |d| < delta,  delta (|d| - delta/2) elsewhere       (P. Huber, 1964)
 *
 * The last two have the slope of d, limited to -beta..beta (or delta); huber is smoothL1 times delta.
 */
import { check } from '../errors.js';
import { checkTensors, type Tensor } from '../tensor/tensor.js';
import { mul, sub } from './arithmetic.js';
import { lt } from './compare.js';
import type { Reduction } from './cross-entropy.js';
import { pointwise } from './pointwise.js';
import { hardtanh } from './rectifiers.js';
import { checkBroadcastPair, reduceLoss } from './reduction.js';
import { abs, affine } from './unary.js';
import { where } from './where.js';

export interface LossOptions {
  /** The mean over all elements, their sum, or the loss of each. Default: 'mean'. */
  readonly reduction?: Reduction;
}

export interface SmoothL1Options extends LossOptions {
  /** Where the parabola becomes a line. Default: 1; with 0 it is l1Loss. */
  readonly beta?: number;
}

export interface HuberOptions extends LossOptions {
  /** Where the parabola becomes a line. Default: 1. */
  readonly delta?: number;
}

function difference(op: string, input: Tensor, target: Tensor): Tensor {
  checkBroadcastPair(op, input, target);
  return sub(input, target);
}

/** Mean squared error. input, target [..] of one shape (or, with a warning, shapes that broadcast) -> a scalar, or [..] with reduction 'none' */
export function mseLoss(input: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  checkTensors('mseLoss', [input, target]);
  const d = difference('mseLoss', input, target);
  return reduceLoss('mseLoss', mul(d, d), options.reduction);
}

/** Mean absolute error. input, target [..] of one shape -> a scalar, or [..] with reduction 'none' */
export function l1Loss(input: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  checkTensors('l1Loss', [input, target]);
  return reduceLoss('l1Loss', abs(difference('l1Loss', input, target)), options.reduction);
}

/** Squared near 0, absolute beyond. input, target [..] of one shape -> a scalar, or [..] with reduction 'none' */
export function smoothL1Loss(input: Tensor, target: Tensor, options: SmoothL1Options = {}): Tensor {
  checkTensors('smoothL1Loss', [input, target]);
  const { beta = 1, reduction } = options;
  check(beta >= 0, () => `smoothL1Loss: expected a beta of at least 0, got ${beta}`);
  const d = difference('smoothL1Loss', input, target);
  return reduceLoss('smoothL1Loss', beta === 0 ? abs(d) : rounded('SmoothL1', d, beta, 1 / beta), reduction);
}

/** Squared near 0, a line of slope delta beyond. input, target [..] of one shape -> a scalar, or [..] with reduction 'none' */
export function huberLoss(input: Tensor, target: Tensor, options: HuberOptions = {}): Tensor {
  checkTensors('huberLoss', [input, target]);
  const { delta = 1, reduction } = options;
  check(delta > 0, () => `huberLoss: expected a delta above 0, got ${delta}`);
  const d = difference('huberLoss', input, target);
  return reduceLoss('huberLoss', rounded('Huber', d, delta, 1), reduction);
}

/** scale d^2/2 where |d| < width, scale width (|d| - width/2) elsewhere */
function rounded(name: string, d: Tensor, width: number, scale: number): Tensor {
  return pointwise(
    name,
    d,
    (d) => {
      const size = abs(d);
      const parabola = mul(mul(d, d), scale / 2);
      return where(lt(size, width), parabola, affine(size, scale * width, (-scale * width * width) / 2));
    },
    (grad, d) => mul(grad, mul(hardtanh(d, -width, width), scale)),
  );
}
