/**
 * add, sub, mul, div: element by element, with broadcasting; either side may be a number.
 *
 *     d(a+b) = da + db    d(a-b) = da - db    d(ab) = b da + a db    d(a/b) = da/b - (a/b) db/b
 */
import type { BinaryOp } from '../tensor/backend.js';
import { broadcastShapes, broadcastStrides } from '../tensor/shape.js';
import { check } from '../errors.js';
import { commonBackend, describeValue, Tensor } from '../tensor/tensor.js';
import { record } from '../autograd/record.js';
import { affine, neg } from './unary.js';
import { sumTo } from './sum-to.js';

/** A tensor, or a number that counts as a scalar tensor. */
export type Operand = Tensor | number;

/** Runs a two-input kernel. a [..], b [..] -> their broadcast shape */
export function binaryKernel(name: string, op: BinaryOp, a: Tensor, b: Tensor): Tensor {
  const backend = commonBackend(name, [a, b]);
  const shape = broadcastShapes(a.shape, b.shape, name);
  const dims = { shape, aStrides: broadcastStrides(a.shape, shape), bStrides: broadcastStrides(b.shape, shape) };
  return new Tensor(backend.binary(op, a.live(), b.live(), dims), shape);
}

/** a + b; with `alpha`, a + alpha*b. */
export function add(a: Operand, b: Operand, alpha = 1): Tensor {
  checkOperands('add', a, b);
  if (typeof b === 'number') return affine(asTensor(a, 'add'), 1, alpha * b);
  if (alpha !== 1) return add(a, affine(b, alpha, 0));
  if (typeof a === 'number') return affine(b, 1, a);
  const [aShape, bShape] = [a.shape, b.shape];
  return record(
    'Add',
    binaryKernel('add', 'add', a, b),
    [a, b],
    [],
    [(grad) => sumTo(grad, aShape), (grad) => sumTo(grad, bShape)],
  );
}

/** a - b; with `alpha`, a - alpha*b. */
export function sub(a: Operand, b: Operand, alpha = 1): Tensor {
  checkOperands('sub', a, b);
  if (typeof b === 'number') return affine(asTensor(a, 'sub'), 1, -alpha * b);
  if (alpha !== 1) return sub(a, affine(b, alpha, 0));
  if (typeof a === 'number') return affine(b, -1, a);
  const [aShape, bShape] = [a.shape, b.shape];
  return record(
    'Sub',
    binaryKernel('sub', 'sub', a, b),
    [a, b],
    [],
    [(grad) => sumTo(grad, aShape), (grad) => sumTo(neg(grad), bShape)],
  );
}

/** a * b, element by element. */
export function mul(a: Operand, b: Operand): Tensor {
  checkOperands('mul', a, b);
  // a shift of 0 would make 0 of a product that is -0
  if (typeof b === 'number') return affine(asTensor(a, 'mul'), b, -0);
  if (typeof a === 'number') return affine(b, a, -0);
  return record(
    'Mul',
    binaryKernel('mul', 'mul', a, b),
    [a, b],
    [a, b],
    [(grad, a, b) => sumTo(mul(grad, b), a.shape), (grad, a, b) => sumTo(mul(grad, a), b.shape)],
  );
}

/** a / b, element by element. */
export function div(a: Operand, b: Operand): Tensor {
  checkOperands('div', a, b);
  if (typeof b === 'number') {
    const x = asTensor(a, 'div');
    return record('Div', withNumber(x, b, quotient), [x], [], [(grad) => div(grad, b)]);
  }
  if (typeof a === 'number') {
    const out = withNumber(b, a, (b, a) => quotient(a, b));
    return record('Div', out, [b], [b, out], [(grad, b, y) => neg(mul(grad, div(y, b)))]);
  }
  return record(
    'Div',
    quotient(a, b),
    [a, b],
    [a, b],
    [(grad, a, b) => sumTo(div(grad, b), a.shape), (grad, a, b) => sumTo(neg(mul(grad, div(div(a, b), b))), b.shape)],
  );
}

function quotient(a: Tensor, b: Tensor): Tensor {
  return binaryKernel('div', 'div', a, b);
}

/** The result of a kernel that takes a number as a scalar tensor. */
function withNumber(x: Tensor, value: number, kernel: (x: Tensor, scalar: Tensor) => Tensor): Tensor {
  const scalar = new Tensor(x.backend.full(1, value), []);
  const out = kernel(x, scalar);
  scalar.dispose();
  return out;
}

/** The tensor beside a number. */
export function asTensor(value: Operand, op: string): Tensor {
  check(value instanceof Tensor, () => `${op}: expected at least one tensor, got two numbers`);
  return value;
}

/** Refuses what is neither a tensor nor a number, as plain JavaScript may pass it. */
export function checkOperand(op: string, value: unknown): void {
  check(
    value instanceof Tensor || typeof value === 'number',
    () => `${op}: expected a tensor or a number, got ${describeValue(value)}`,
  );
}

function checkOperands(op: string, a: unknown, b: unknown): void {
  checkOperand(op, a);
  checkOperand(op, b);
}
