/**
 * Powers. The gradient flows to both sides, where they are tensors:
 *
 *     d (a^b) = b a^(b-1) da + a^b ln(a) db
 *
 * As in PyTorch the first term is 0 where b = 0, and the second where a = 0 and b >= 0.
 */
import { record } from '../autograd/record.js';
import { Tensor } from '../tensor/tensor.js';
import { asTensor, binaryKernel, checkOperand, mul, sub, type Operand } from './arithmetic.js';
import { eq, ge } from './compare.js';
import { sumTo } from './sum-to.js';
import { affine, log, unaryKernel } from './unary.js';
import { where } from './where.js';

/**
 * base ^ exponent, element by element, with broadcasting; one side may be a number. NaN for a negative base and an
 * exponent that is no whole number.
 */
export function pow(base: Operand, exponent: Operand): Tensor {
  checkOperand('pow', base);
  checkOperand('pow', exponent);
  if (exponent instanceof Tensor) {
    return base instanceof Tensor ? tensorPower(base, exponent) : powerOfNumber(base, exponent);
  }
  const x = asTensor(base, 'pow');
  return record(
    'Pow',
    unaryKernel('pow', x, exponent),
    [x],
    [x],
    [(grad, x) => (exponent === 0 ? affine(grad, 0, 0) : mul(grad, affine(pow(x, exponent - 1), exponent, 0)))],
  );
}

function tensorPower(base: Tensor, exponent: Tensor): Tensor {
  const out = binaryKernel('pow', 'pow', base, exponent);
  return record(
    'Pow',
    out,
    [base, exponent],
    [base, exponent, out],
    [
      (grad, a, b) => sumTo(where(eq(b, 0), 0, mul(grad, mul(b, tensorPower(a, sub(b, 1))))), a.shape),
      (grad, a, b, y) => sumTo(mul(grad, where(mul(eq(a, 0), ge(b, 0)), 0, mul(y, log(a)))), b.shape),
    ],
  );
}

function powerOfNumber(base: number, exponent: Tensor): Tensor {
  const scalar = new Tensor(exponent.backend.full(1, base), []);
  const out = tensorPower(scalar, exponent);
  scalar.dispose();
  return out;
}
