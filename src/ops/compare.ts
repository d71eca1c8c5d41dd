/** Comparisons: 1 where they hold, 0 elsewhere, and always 0 (`ne`: 1) where a side is NaN. They have no gradient. */
import type { BinaryOp } from '../tensor/backend.js';
import { checkTensor, Tensor } from '../tensor/tensor.js';
import { binaryKernel, checkOperand, type Operand } from './arithmetic.js';

function compare(op: BinaryOp, a: Tensor, b: Operand): Tensor {
  checkTensor(op, a);
  checkOperand(op, b);
  if (b instanceof Tensor) return binaryKernel(op, op, a, b);
  const scalar = new Tensor(a.backend.full(1, b), []);
  const out = binaryKernel(op, op, a, scalar);
  scalar.dispose();
  return out;
}

/** a == b */
export const eq = (a: Tensor, b: Operand): Tensor => compare('eq', a, b);
/** a != b */
export const ne = (a: Tensor, b: Operand): Tensor => compare('ne', a, b);
/** a < b */
export const lt = (a: Tensor, b: Operand): Tensor => compare('lt', a, b);
/** a <= b */
export const le = (a: Tensor, b: Operand): Tensor => compare('le', a, b);
/** a > b */
export const gt = (a: Tensor, b: Operand): Tensor => compare('gt', a, b);
/** a >= b */
export const ge = (a: Tensor, b: Operand): Tensor => compare('ge', a, b);
