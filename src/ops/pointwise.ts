/** Functions of one number made of several kernels, as one step of the graph: only the input is kept for backward. */
import { noGrad } from '../autograd/grad-mode.js';
import { record, type GradientOf } from '../autograd/record.js';
import { tidy } from '../tensor/memory.js';
import type { Tensor } from '../tensor/tensor.js';

/**
 * @param value computes the result; runs without recording, and what it makes on the way is freed
 * @param gradient the input's gradient from the output's and the input: in differentiable ops, for second derivatives
 */
export function pointwise(name: string, x: Tensor, value: (x: Tensor) => Tensor, gradient: GradientOf): Tensor {
  const out = tidy(() => noGrad(() => value(x)));
  return record(name, out, [x], [x], [gradient]);
}
