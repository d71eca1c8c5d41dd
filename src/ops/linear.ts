/**
 * y = x W^T + b.
 *
 *     dx = dy W    dW = dy^T x    db = sum over rows of dy
 */
import { record } from '../autograd/record.js';
import { check } from '../errors.js';
import { formatShape, numel } from '../tensor/shape.js';
import { commonBackend, Tensor } from '../tensor/tensor.js';
import { add } from './arithmetic.js';

/** x [..,in], weight [out,in], bias [out] or null -> [..,out] */
export function linear(x: Tensor, weight: Tensor, bias: Tensor | null = null): Tensor {
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
  const rows = rowProduct(x, weight);
  return bias ? add(rows, bias) : rows;
}

/** x [..,k], w [n,k] -> x w^T [..,n] */
function rowProduct(x: Tensor, w: Tensor): Tensor {
  const [n, k] = w.shape;
  const out = product(x, w, { m: numel(x.shape.slice(0, -1)), k, n, transposeA: false, transposeB: true });
  return record(
    'Linear',
    new Tensor(out, [...x.shape.slice(0, -1), n]),
    [x, w],
    [x, w],
    [(grad, _x, w) => columnProduct(grad, w), (grad, x) => outerProduct(grad, x)],
  );
}

/** g [..,n], w [n,k] -> g w [..,k] */
function columnProduct(g: Tensor, w: Tensor): Tensor {
  const [n, k] = w.shape;
  const out = product(g, w, { m: numel(g.shape.slice(0, -1)), k: n, n: k, transposeA: false, transposeB: false });
  return record(
    'LinearGradInput',
    new Tensor(out, [...g.shape.slice(0, -1), k]),
    [g, w],
    [g, w],
    [(grad, _g, w) => rowProduct(grad, w), (grad, g) => outerProduct(g, grad)],
  );
}

/** g [..,n], x [..,k] -> g^T x [n,k], summed over all rows */
function outerProduct(g: Tensor, x: Tensor): Tensor {
  const [n, k] = [g.shape[g.ndim - 1], x.shape[x.ndim - 1]];
  const out = product(g, x, { m: n, k: numel(g.shape.slice(0, -1)), n: k, transposeA: true, transposeB: false });
  return record(
    'LinearGradWeight',
    new Tensor(out, [n, k]),
    [g, x],
    [g, x],
    [(grad, _g, x) => rowProduct(x, grad), (grad, g) => columnProduct(g, grad)],
  );
}

function product(
  a: Tensor,
  b: Tensor,
  sizes: { m: number; k: number; n: number; transposeA: boolean; transposeB: boolean },
) {
  const backend = commonBackend('linear', [a, b]);
  return backend.matmul(a.live(), b.live(), { batch: 1, aBatchStride: 0, bBatchStride: 0, ...sizes });
}
