/** Lays tensors side by side: cat along a dimension they have, stack along a new one. */
import { record } from '../autograd/record.js';
import { check } from '../errors.js';
import { formatShape, normalizeDim, numel, sameShape } from '../tensor/shape.js';
import { checkTensors, commonBackend, describeValue, Tensor } from '../tensor/tensor.js';
import { narrow } from './narrow.js';
import { reshape, unsqueeze } from './reshape.js';

/**
 * Tensors of equal shapes except in `dim` (default 0) -> one tensor, their sizes along `dim` added. Tensors of shape [0]
 * count as nothing, whatever shape the others have, as in PyTorch.
 */
export function cat(tensors: readonly Tensor[], dim = 0): Tensor {
  checkTensorList('cat', tensors);
  const backend = commonBackend('cat', tensors);
  const isNothing = ({ shape }: Tensor): boolean => sameShape(shape, [0]);
  const [{ shape: first, ndim }] = [...tensors.filter((x) => !isNothing(x)), ...tensors];
  check(ndim > 0, () => 'cat: expected tensors of at least one dimension, got a scalar; use stack()');
  const axis = normalizeDim(dim, ndim, 'cat');
  for (const x of tensors) {
    check(
      isNothing(x) || (x.ndim === ndim && x.shape.every((size, i) => i === axis || size === first[i])),
      () => `cat: expected shapes like ${formatShape(first)} except in dimension ${dim}, got ${formatShape(x.shape)}`,
    );
  }
  const axes = tensors.map((x) => (isNothing(x) ? 0 : x.shape[axis]));
  const starts = axes.map((_, i) => axes.slice(0, i).reduce((a, b) => a + b, 0));
  const shape = first.map((size, i) => (i === axis ? axes.reduce((a, b) => a + b, 0) : size));
  const view = { outer: numel(first.slice(0, axis)), axes, inner: numel(first.slice(axis + 1)) };
  const out = new Tensor(
    backend.cat(
      tensors.map((x) => x.live()),
      view,
    ),
    shape,
  );
  return record(
    'Cat',
    out,
    tensors,
    [],
    tensors.map((x, i) => {
      const nothing = isNothing(x);
      return (grad: Tensor) => {
        const part = narrow(grad, axis, starts[i], axes[i]);
        return nothing ? reshape(part, [0]) : part;
      };
    }),
  );
}

/** Tensors of one shape -> one tensor with a new dimension `dim` (default 0) that counts them. */
export function stack(tensors: readonly Tensor[], dim = 0): Tensor {
  checkTensorList('stack', tensors);
  commonBackend('stack', tensors);
  normalizeDim(dim, tensors[0].ndim + 1, 'stack');
  for (const { shape } of tensors) {
    check(
      sameShape(shape, tensors[0].shape),
      () => `stack: expected tensors of one shape, ${formatShape(tensors[0].shape)}, got ${formatShape(shape)}`,
    );
  }
  return cat(
    tensors.map((x) => unsqueeze(x, dim)),
    dim,
  );
}

function checkTensorList(op: string, tensors: readonly Tensor[]): void {
  check(Array.isArray(tensors), () => `${op}: expected a list of tensors, got ${describeValue(tensors)}`);
  checkTensors(op, tensors);
}
