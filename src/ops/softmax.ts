/**
 * softmax(x)_i = e^(x_i) / sum_j e^(x_j) along one dimension, and its logarithm; both computed after subtracting the
 * maximum.
 *
 *     dx = y (dy - sum(y dy))            d logSoftmax: dx = dy - e^y sum(dy)
 */
import { record } from '../autograd/record.js';
import { normalizeDim, numel } from '../tensor/shape.js';
import { checkTensor, Tensor } from '../tensor/tensor.js';
import { mul, sub } from './arithmetic.js';
import { sum } from './sum.js';
import { exp } from './unary.js';

function axisView(x: Tensor, axis: number) {
  return { outer: numel(x.shape.slice(0, axis)), axis: x.shape[axis] ?? 1, inner: numel(x.shape.slice(axis + 1)) };
}

/** x [..] -> [..], positive and adding up to 1 along `dim`. */
export function softmax(x: Tensor, dim: number): Tensor {
  checkTensor('softmax', x);
  const axis = normalizeDim(dim, x.ndim, 'softmax');
  const out = new Tensor(x.backend.softmax(x.live(), axisView(x, axis)), x.shape);
  return record('Softmax', out, [x], [out], [(grad, y) => softmaxGrad(grad, y, axis)]);
}

/** y (g - sum(g y)): linear in g and its own transpose, so that its gradient with respect to g is itself. */
function softmaxGrad(g: Tensor, y: Tensor, axis: number): Tensor {
  const out = new Tensor(g.backend.softmaxGrad(g.live(), y.live(), axisView(y, axis)), y.shape);
  return record(
    'SoftmaxGrad',
    out,
    [g, y],
    [g, y],
    [
      (grad, _g, y) => softmaxGrad(grad, y, axis),
      (grad, g, y) => sub(mul(grad, sub(g, sum(mul(g, y), axis, true))), mul(g, sum(mul(grad, y), axis, true))),
    ],
  );
}

/** x [..] -> [..], the logarithm of softmax along `dim`, exact where softmax would round to 0. */
export function logSoftmax(x: Tensor, dim: number): Tensor {
  checkTensor('logSoftmax', x);
  const axis = normalizeDim(dim, x.ndim, 'logSoftmax');
  const out = new Tensor(x.backend.logSoftmax(x.live(), axisView(x, axis)), x.shape);
  return record('LogSoftmax', out, [x], [out], [(grad, y) => sub(grad, mul(exp(y), sum(grad, axis, true)))]);
}
