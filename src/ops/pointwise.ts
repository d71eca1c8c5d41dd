/** Functions of one number made of several kernels, as one step of the graph: only the input is kept for backward. */
import { noGrad } from '../autograd/grad-mode.js';
import { record, type GradientOf } from '../autograd/record.js';
import { tidy } from '../tensor/memory.js';
import { checkTensor, type Tensor } from '../tensor/tensor.js';

/**
 * @param name of the step; with a small first letter, of the op that calls
 * @param value computes the result; runs without recording, and what it makes on the way is freed
 * @param gradient the input's gradient from the output's and the input: in differentiable ops, for second derivatives
 */
export function pointwise(name: string, x: Tensor, value: (x: Tensor) => Tensor, gradient: GradientOf): Tensor {
  checkTensor(name[0].toLowerCase() + name.slice(1), x);
  const out = tidy(() => noGrad(() => value(x)));
  return record(name, out, [x], [x], [gradient]);
}
