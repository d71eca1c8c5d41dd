/** Rounding to whole numbers. Where these functions have a gradient it is 0. */
import { record } from '../autograd/record.js';
import { check } from '../errors.js';
import type { UnaryOp } from '../tensor/backend.js';
import { checkTensor, type Tensor } from '../tensor/tensor.js';
import { div, mul } from './arithmetic.js';
import { zerosLike } from './creation.js';
import { unaryKernel } from './unary.js';

function steps(name: string, op: UnaryOp, x: Tensor): Tensor {
  return record(name, unaryKernel(op, x), [x], [], [(grad) => zerosLike(grad)]);
}

/** The next whole number below. */
export const floor = (x: Tensor): Tensor => steps('Floor', 'floor', x);

/** The next whole number above. */
export const ceil = (x: Tensor): Tensor => steps('Ceil', 'ceil', x);

/** Without what follows the point. */
export const trunc = (x: Tensor): Tensor => steps('Trunc', 'trunc', x);

/**
 * To `decimals` digits after the point (default 0; before it, if negative). A half goes to the even neighbour, as in
 * PyTorch: 0.5 to 0, 1.5 to 2.
 */
export function round(x: Tensor, decimals = 0): Tensor {
  checkTensor('round', x);
  check(Number.isInteger(decimals), () => `round: expected a whole number of decimals, got ${decimals}`);
  if (decimals === 0) return steps('Round', 'round', x);
  const scale = 10 ** Math.abs(decimals);
  return decimals > 0 ? div(round(mul(x, scale)), scale) : mul(round(div(x, scale)), scale);
}
