/**
 * The matrix products by their own names, which insist on the ranks that they are named after, as PyTorch's do. `matmul`
 * takes them all.
 */
import { check } from '../errors.js';
import { broadcastShapes, formatShape } from '../tensor/shape.js';
import { checkTensors, commonBackend, type Tensor } from '../tensor/tensor.js';
import { add, mul } from './arithmetic.js';
import { matmul } from './matmul.js';
import { reshape } from './reshape.js';
import { sum } from './sum.js';

/** a [m,k], b [k,n] -> [m,n] */
export function mm(a: Tensor, b: Tensor): Tensor {
  checkTensors('mm', [a, b]);
  checkRanks('mm', a, 2, b, 2);
  checkInner('mm', a, b);
  return matmul(a, b);
}

/** a [B,m,k], b [B,k,n] -> [B,m,n], with no broadcasting */
export function bmm(a: Tensor, b: Tensor): Tensor {
  checkTensors('bmm', [a, b]);
  checkRanks('bmm', a, 3, b, 3);
  check(
    a.shape[0] === b.shape[0],
    () => `bmm: expected batches of equal size, got ${formatShape(a.shape)} and ${formatShape(b.shape)}; see matmul()`,
  );
  checkInner('bmm', a, b);
  return matmul(a, b);
}

/** a [m,k], b [k] -> [m] */
export function mv(a: Tensor, b: Tensor): Tensor {
  checkTensors('mv', [a, b]);
  checkRanks('mv', a, 2, b, 1);
  checkInner('mv', a, b);
  return matmul(a, b);
}

/** a [n], b [n] -> the scalar sum of a_i b_i */
export function dot(a: Tensor, b: Tensor): Tensor {
  checkTensors('dot', [a, b]);
  checkRanks('dot', a, 1, b, 1);
  check(
    a.shape[0] === b.shape[0],
    () => `dot: expected vectors of equal length, got ${formatShape(a.shape)} and ${formatShape(b.shape)}`,
  );
  return sum(mul(a, b));
}

/** a [m], b [n] -> [m,n], out_ij = a_i b_j */
export function outer(a: Tensor, b: Tensor): Tensor {
  checkTensors('outer', [a, b]);
  checkRanks('outer', a, 1, b, 1);
  return mul(reshape(a, [a.shape[0], 1]), b);
}

export interface AddmmOptions {
  /** Default: 1. */
  readonly beta?: number;
  /** Default: 1. */
  readonly alpha?: number;
}

/** beta * input + alpha * a b. input broadcasts to [m,n], a [m,k], b [k,n] -> [m,n]; with a beta of 0 input is left out */
export function addmm(input: Tensor, a: Tensor, b: Tensor, { beta = 1, alpha = 1 }: AddmmOptions = {}): Tensor {
  checkTensors('addmm', [input, a, b]);
  commonBackend('addmm', [input, a, b]);
  checkRanks('addmm', a, 2, b, 2);
  checkInner('addmm', a, b);
  broadcastShapes(input.shape, [a.shape[0], b.shape[1]], 'addmm');
  const product = matmul(a, b);
  const scaled = alpha === 1 ? product : mul(product, alpha);
  return beta === 0 ? scaled : add(scaled, input, beta);
}

function checkRanks(op: string, a: Tensor, aRank: number, b: Tensor, bRank: number): void {
  commonBackend(op, [a, b]);
  check(
    a.ndim === aRank && b.ndim === bRank,
    () =>
      `${op}: expected tensors of ${aRank} and ${bRank} dimensions, got ${formatShape(a.shape)} and ${formatShape(b.shape)}; ` +
      'matmul() takes all ranks',
  );
}

/** Checks that a's columns meet as many rows of b. */
function checkInner(op: string, a: Tensor, b: Tensor): void {
  check(
    a.shape[a.ndim - 1] === b.shape[Math.max(b.ndim - 2, 0)],
    () => `${op}: expected inner sizes that are equal, got ${formatShape(a.shape)} x ${formatShape(b.shape)}`,
  );
}
