/** The lower or upper triangle of matrices; the rest becomes 0. The gradient is the same triangle of the output's. */
import { record } from '../autograd/record.js';
import { check } from '../errors.js';
import { formatShape } from '../tensor/shape.js';
import { checkTensor, Tensor } from '../tensor/tensor.js';
import { binaryKernel } from './arithmetic.js';

/** x [..,H,W]: what lies on `diagonal` (0: the main one, above 0: above it) or below. */
export function tril(x: Tensor, diagonal = 0): Tensor {
  checkTensor('tril', x);
  return triangle('tril', 'Tril', x, diagonal, (below) => below <= 0);
}

/** x [..,H,W]: what lies on `diagonal` (0: the main one, above 0: above it) or above. */
export function triu(x: Tensor, diagonal = 0): Tensor {
  checkTensor('triu', x);
  return triangle('triu', 'Triu', x, diagonal, (above) => above >= 0);
}

/** @param keeps told how far a place lies to the right of the diagonal */
function triangle(op: string, name: string, x: Tensor, diagonal: number, keeps: (right: number) => boolean): Tensor {
  check(x.ndim >= 2, () => `${op}: expected a tensor of shape [..,H,W], got ${formatShape(x.shape)}`);
  check(Number.isInteger(diagonal), () => `${op}: expected a whole number as diagonal, got ${diagonal}`);
  const [height, width] = x.shape.slice(-2);
  const mask = x.backend.create(height * width, (host) => {
    for (let i = 0; i < host.length; i++) host[i] = Number(keeps((i % width) - Math.floor(i / width) - diagonal));
  });
  const kept = new Tensor(mask, [height, width]);
  const out = binaryKernel(op, 'reluGrad', x, kept);
  kept.dispose();
  return record(name, out, [x], [], [(grad) => triangle(op, name, grad, diagonal, keeps)]);
}
