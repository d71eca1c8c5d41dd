/**
 * y = x W^T + b.
 *
 *     dx = dy W    dW = dy^T x    db = sum over rows of dy
 *
 * One node of the graph, bias included, as PyTorch's addmm is. Its legacy hook sees what PyTorch's sees: the gradients
 * of the bias, of the input and of the transposed weight.
 */
import { record } from '../autograd/record.js';
import { check } from '../errors.js';
import { formatShape, numel } from '../tensor/shape.js';
import type { MatmulDims } from '../tensor/backend.js';
import type { Storage } from '../tensor/storage.js';
import { checkTensors, commonBackend, Tensor } from '../tensor/tensor.js';
import { transpose } from './permute.js';
import { reshape } from './reshape.js';
import { sum } from './sum.js';

/** x [..,in], weight [out,in], bias [out] or null -> [..,out] */
export function linear(x: Tensor, weight: Tensor, bias: Tensor | null = null): Tensor {
  checkTensors('linear', [x, weight]);
  check(weight.ndim === 2, () => `linear: expected a weight of shape [out,in], got ${formatShape(weight.shape)}`);
  const [outFeatures, inFeatures] = weight.shape;
  check(
    x.ndim > 0 && x.shape[x.ndim - 1] === inFeatures,
    () =>
      `linear: expected an input with ${inFeatures} features in its last dimension (weight ${formatShape(weight.shape)}), ` +
      `got ${formatShape(x.shape)}`,
  );
  check(
    bias === null || (bias.ndim === 1 && bias.shape[0] === outFeatures),
    () => `linear: expected a bias of shape [${outFeatures}], got ${formatShape(bias?.shape ?? [])}`,
  );
  if (x.ndim === 2) return bias ? rowsPlusBias(x, weight, bias) : rowProduct(x, weight);
  const leading = x.shape.slice(0, -1);
  using rows = reshape(x, [numel(leading), inFeatures]);
  using out = linear(rows, weight, bias);
  return reshape(out, [...leading, outFeatures]);
}

const transposed = (gradient: Tensor): Tensor => transpose(gradient, 0, 1);

/** x [m,k], w [n,k], b [n] -> x w^T + b [m,n] */
function rowsPlusBias(x: Tensor, w: Tensor, b: Tensor): Tensor {
  const [[m, k], [n]] = [x.shape, w.shape];
  const backend = commonBackend('linear', [x, w, b]);
  const rows = product(x, w, { m, k, n, transposeA: false, transposeB: true });
  const out = backend.binary('add', rows, b.live(), { shape: [m, n], aStrides: [n, 1], bStrides: [0, 1] });
  rows.release();
  return record(
    'Linear',
    new Tensor(out, [m, n]),
    [b, x, w],
    [x, w],
    [(grad) => sum(grad, 0), (grad, _x, w) => columnProduct(grad, w), (grad, x) => outerProduct(grad, x)],
    [null, null, transposed],
  );
}

/** x [m,k], w [n,k] -> x w^T [m,n] */
function rowProduct(x: Tensor, w: Tensor): Tensor {
  const [[m, k], [n]] = [x.shape, w.shape];
  return record(
    'Linear',
    new Tensor(product(x, w, { m, k, n, transposeA: false, transposeB: true }), [m, n]),
    [x, w],
    [x, w],
    [(grad, _x, w) => columnProduct(grad, w), (grad, x) => outerProduct(grad, x)],
    [null, transposed],
  );
}

/** g [m,n], w [n,k] -> g w [m,k]; a single row of gradients reads no weights where it is 0. */
function columnProduct(g: Tensor, w: Tensor): Tensor {
  const [[m, n], [, k]] = [g.shape, w.shape];
  return record(
    'LinearGradInput',
    new Tensor(product(g, w, { m, k: n, n: k, transposeA: false, transposeB: false, skipZeros: true }), [m, k]),
    [g, w],
    [g, w],
    [(grad, _g, w) => rowProduct(grad, w), (grad, g) => outerProduct(g, grad)],
  );
}

/** g [m,n], x [m,k] -> g^T x [n,k] */
function outerProduct(g: Tensor, x: Tensor): Tensor {
  const [[m, n], [, k]] = [g.shape, x.shape];
  return record(
    'LinearGradWeight',
    new Tensor(product(g, x, { m: n, k: m, n: k, transposeA: true, transposeB: false }), [n, k]),
    [g, x],
    [g, x],
    [(grad, _g, x) => rowProduct(x, grad), (grad, g) => columnProduct(g, grad)],
  );
}

function product(a: Tensor, b: Tensor, sizes: Omit<MatmulDims, 'batch' | 'aBatchStride' | 'bBatchStride'>): Storage {
  const backend = commonBackend('linear', [a, b]);
  return backend.matmul(a.live(), b.live(), { batch: 1, aBatchStride: 0, bBatchStride: 0, ...sizes });
}
