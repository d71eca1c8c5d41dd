/** Adding up gradients: of one tensor used several times, and into a leaf's `grad`; and forgetting them. */
import { check } from '../errors.js';
import { formatShape, sameShape, stridesOf } from '../tensor/shape.js';
import { commonBackend, Tensor } from '../tensor/tensor.js';
import { record } from './record.js';

/** The sum of two gradients of one tensor; recorded when the backward pass is. */
export function addGradients(a: Tensor, b: Tensor): Tensor {
  // the kernel reads both by a's shape, whatever the length of b
  check(
    sameShape(a.shape, b.shape),
    () => `backward: expected gradients of one shape, ${formatShape(a.shape)}, got ${formatShape(b.shape)}`,
  );
  const strides = stridesOf(a.shape);
  const dims = { shape: a.shape, aStrides: strides, bStrides: strides };
  const out = new Tensor(commonBackend('backward', [a, b]).binary('add', a.live(), b.live(), dims), a.shape);
  return record('Add', out, [a, b], [], [(grad) => grad, (grad) => grad]);
}

/** Adds a gradient to `leaf.grad`, which lives until it is replaced or cleared, or its leaf is freed by a scope. */
export function accumulate(leaf: Tensor, gradient: Tensor): void {
  const before = leaf.grad;
  const sum = before ? addGradients(before, gradient) : ownCopy(gradient);
  leaf.grad = sum;
  before?.dispose();
}

/** The same gradient in a handle of its own, so that whoever gets it may dispose of it. */
export function ownHandle(gradient: Tensor): Tensor {
  return record('Clone', gradient.detach(), [gradient], [], [(grad) => grad]);
}

/** The same gradient in a handle, and unless it is part of a recorded graph in a storage, of its own. */
function ownCopy(gradient: Tensor): Tensor {
  const { backend, shape } = gradient;
  if (gradient.requiresGrad) return ownHandle(gradient);
  const copy = backend.create(gradient.numel());
  backend.assign(copy, gradient.live());
  return new Tensor(copy, shape);
}

/** Forgets the gradients of `leaves`, and frees them. */
export function clearGradients(leaves: Iterable<Tensor>): void {
  for (const leaf of leaves) {
    leaf.grad?.dispose();
    leaf.grad = null;
  }
}
