/**
 * Matrix product, of single matrices or of batches of them.
 *
 *     C = A B    dA = dC B^T    dB = A^T dC
 */
import { record } from '../autograd/record.js';
import { check } from '../errors.js';
import { broadcastShapes, formatShape, numel } from '../tensor/shape.js';
import { checkTensors, commonBackend, Tensor } from '../tensor/tensor.js';
import { expand } from './expand.js';
import { transpose } from './permute.js';
import { reshape } from './reshape.js';
import { sumTo } from './sum-to.js';

/**
 * a [..,m,k], b [..,k,n] -> [..,m,n], the leading dimensions broadcast. A vector on the left counts as one row, on the
 * right as one column, as in PyTorch.
 */
export function matmul(a: Tensor, b: Tensor): Tensor {
  checkTensors('matmul', [a, b]);
  check(a.ndim > 0 && b.ndim > 0, () => 'matmul: expected tensors of at least one dimension, got a scalar; use mul()');
  if (a.ndim === 1) {
    const out = matmul(reshape(a, [1, a.shape[0]]), b);
    return reshape(out, b.ndim === 1 ? [] : [...out.shape.slice(0, -2), out.shape[out.ndim - 1]]);
  }
  if (b.ndim === 1) {
    const out = matmul(a, reshape(b, [b.shape[0], 1]));
    return reshape(out, out.shape.slice(0, -1));
  }
  check(
    a.shape.at(-1) === b.shape.at(-2),
    () =>
      `matmul: expected inner sizes that are equal ([..,m,k] x [..,k,n]), got ${formatShape(a.shape)} x ${formatShape(b.shape)}`,
  );
  const batch = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2), 'matmul', [a.shape, b.shape]);
  return product(withBatch(a, batch), withBatch(b, batch), batch);
}

/** A single matrix serves the whole batch as it is; a partly repeated batch is expanded. */
function withBatch(x: Tensor, batch: readonly number[]): Tensor {
  const own = x.shape.slice(0, -2);
  return numel(own) === 1 || numel(own) === numel(batch) ? x : expand(x, [...batch, ...x.shape.slice(-2)]);
}

function product(a: Tensor, b: Tensor, batch: readonly number[]): Tensor {
  const [m, k] = a.shape.slice(-2);
  const n = b.shape[b.ndim - 1];
  const count = numel(batch);
  const out = commonBackend('matmul', [a, b]).matmul(a.live(), b.live(), {
    ...{ batch: count, m, k, n, transposeA: false, transposeB: false },
    aBatchStride: a.numel() === m * k ? 0 : m * k,
    bBatchStride: b.numel() === k * n ? 0 : k * n,
  });
  return record(
    'Matmul',
    new Tensor(out, [...batch, m, n]),
    [a, b],
    [a, b],
    [
      (grad, a, b) => matrixSumTo(matmul(grad, transpose(b, -1, -2)), a.shape),
      (grad, a, b) => matrixSumTo(matmul(transpose(a, -1, -2), grad), b.shape),
    ],
  );
}

/** The gradient of a matrix that served a whole batch is the sum over the batch. */
function matrixSumTo(grad: Tensor, shape: readonly number[]): Tensor {
  return grad.numel() === numel(shape) ? reshape(grad, shape) : sumTo(grad, shape);
}
