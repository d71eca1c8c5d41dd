/** What losses have in common: input and target of one shape, and what becomes of the loss of each element. */
import { ArgumentError, check } from '../errors.js';
import { broadcastShapes, formatShape, sameShape } from '../tensor/shape.js';
import { commonBackend, type Tensor } from '../tensor/tensor.js';
import { warn } from '../warnings.js';
import type { Reduction } from './cross-entropy.js';
import { mean, sum } from './sum.js';

/** losses [..] -> their mean, their sum, or themselves */
export function reduceLoss(op: string, losses: Tensor, reduction: Reduction = 'mean'): Tensor {
  if (reduction === 'none') return losses;
  if (reduction === 'sum') return sum(losses);
  if (reduction === 'mean') return mean(losses);
  throw new ArgumentError(
    `${op}: expected reduction to be 'mean', 'sum' or 'none', got ${JSON.stringify(reduction satisfies never)}`,
  );
}

/**
 * Repeats input and target to one shape, as PyTorch does, with a warning: broadcast, they may give a loss of other things
 * than meant.
 */
export function checkBroadcastPair(op: string, input: Tensor, target: Tensor): void {
  commonBackend(op, [input, target]);
  const shape = broadcastShapes(input.shape, target.shape, op);
  if (sameShape(input.shape, target.shape)) return;
  warn(
    `${op}: input and target have different shapes, ${formatShape(input.shape)} and ${formatShape(target.shape)}, and are ` +
      `repeated to ${formatShape(shape)}; reshape() one to the other's, or expand() it if that is meant`,
  );
}

/** Refuses an input and a target of different shapes: broadcast, they would give a loss of other things than meant. */
export function checkPair(op: string, input: Tensor, target: Tensor): void {
  commonBackend(op, [input, target]);
  check(
    sameShape(input.shape, target.shape),
    () =>
      `${op}: expected input and target of the same shape, got ${formatShape(input.shape)} and ` +
      `${formatShape(target.shape)}; reshape() or expand() one to the other's`,
  );
}

/** Refuses a weight that cannot be repeated to the input's shape. */
export function checkLossWeight(op: string, name: string, weight: Tensor, input: Tensor): void {
  commonBackend(op, [weight, input]);
  check(
    sameShape(broadcastShapes(weight.shape, input.shape, op), input.shape),
    () => `${op}: expected a ${name} that broadcasts to ${formatShape(input.shape)}, got ${formatShape(weight.shape)}`,
  );
}
