/**
 * The little language in which autograd.json writes its losses: Python's expressions over x0, x1, ... and numbers, with
 * + - * / @ ** (in Python's precedence), brackets, and calls with positional and named arguments.
 */
import { add, div, mul, sub } from '../../src/ops/arithmetic.js';
import { matmul } from '../../src/ops/matmul.js';
import { pow } from '../../src/ops/power.js';
import { neg } from '../../src/ops/unary.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { Args } from './args.js';
import { opTable } from './op-table.js';

type Value = Tensor | number;

/** Names of the positional arguments after the tensors. */
const signatures: Readonly<Record<string, readonly string[]>> = {
  softmax: ['dim'],
  log_softmax: ['dim'],
  cumsum: ['dim'],
  sum: ['dim', 'keepdim'],
  mean: ['dim', 'keepdim'],
  amax: ['dim', 'keepdim'],
  prod: ['dim', 'keepdim'],
  pow: ['exponent'],
  clamp: ['min', 'max'],
  leaky_relu: ['negative_slope'],
  elu: ['alpha'],
  transpose: ['dim0', 'dim1'],
  max_pool2d: ['kernel_size', 'stride', 'padding', 'dilation'],
  avg_pool2d: ['kernel_size', 'stride', 'padding'],
  adaptive_avg_pool2d: ['output_size'],
  adaptive_max_pool2d: ['output_size'],
  conv1d: ['stride', 'padding', 'dilation', 'groups'],
  conv2d: ['stride', 'padding', 'dilation', 'groups'],
  conv_transpose2d: ['stride', 'padding', 'output_padding', 'groups', 'dilation'],
};

/** The value of `text`, x0 being the first of `inputs`. */
export function evaluate(text: string, inputs: readonly Tensor[]): Tensor {
  const parser = new Parser(text, inputs);
  const value = parser.sum();
  parser.expect('');
  if (!(value instanceof Tensor)) throw new Error(`${text}: expected a tensor, got the number ${value}`);
  return value;
}

class Parser {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(
    readonly text: string,
    readonly inputs: readonly Tensor[],
  ) {
    this.#tokens = text.match(/\*\*|[A-Za-z_]\w*|\d+(?:\.\d+)?|[^\s]/g) ?? [];
  }

  /** The token that comes next; '' at the end. */
  get #next(): string {
    return this.#tokens[this.#at] ?? '';
  }

  #take(token: string): boolean {
    if (this.#next !== token) return false;
    this.#at++;
    return true;
  }

  expect(token: string): void {
    if (this.#next !== token) {
      throw new Error(`${this.text}: expected ${token || 'the end'}, got ${this.#next || 'the end'}`);
    }
    this.#at++;
  }

  sum(): Value {
    let value = this.#product();
    for (;;) {
      if (this.#take('+')) value = apply(add, (a, b) => a + b, value, this.#product());
      else if (this.#take('-')) value = apply(sub, (a, b) => a - b, value, this.#product());
      else return value;
    }
  }

  #product(): Value {
    let value = this.#signed();
    for (;;) {
      if (this.#take('*')) value = apply(mul, (a, b) => a * b, value, this.#signed());
      else if (this.#take('/')) value = apply(div, (a, b) => a / b, value, this.#signed());
      else if (this.#take('@')) value = matmul(asTensor(value), asTensor(this.#signed()));
      else return value;
    }
  }

  #signed(): Value {
    if (!this.#take('-')) return this.#power();
    const value = this.#signed();
    return typeof value === 'number' ? -value : neg(value);
  }

  #power(): Value {
    const base = this.#atom();
    if (!this.#take('**')) return base;
    const exponent = this.#signed();
    if (typeof exponent !== 'number') throw new Error(`${this.text}: expected a number as exponent`);
    return typeof base === 'number' ? base ** exponent : pow(base, exponent);
  }

  #atom(): Value {
    if (this.#take('(')) {
      const value = this.sum();
      this.expect(')');
      return value;
    }
    const token = this.#next;
    this.#at++;
    if (/^\d/.test(token)) return Number(token);
    if (this.#take('(')) return this.#call(token);
    const input = /^x\d+$/.test(token) ? this.inputs[Number(token.slice(1))] : undefined;
    if (!input) throw new Error(`${this.text}: expected a value, got ${token || 'the end'}`);
    return input;
  }

  /** name(tensors..., arguments..., named=...) with the bracket taken already */
  #call(name: string): Tensor {
    const tensors: Tensor[] = [];
    const args: Record<string, unknown> = {};
    const rest = [...(signatures[name] ?? [])];
    while (!this.#take(')')) {
      const named = this.#tokens[this.#at + 1] === '=' ? this.#next : null;
      if (named) this.#at += 2;
      const value = this.sum();
      if (value instanceof Tensor) {
        tensors.push(value);
      } else {
        const slot = named ?? rest.shift();
        if (!slot) throw new Error(`${this.text}: the runner does not know the argument ${value} of ${name}`);
        args[slot] = value;
      }
      if (this.#next !== ')') this.expect(',');
    }
    const op = opTable[name];
    if (!op) throw new Error(`${this.text}: the runner has no function ${name}; add it to op-table.ts`);
    const given = new Args(args);
    const out = op(tensors, given);
    given.end();
    return out;
  }
}

function apply(
  op: (a: Value, b: Value) => Tensor,
  onNumbers: (a: number, b: number) => number,
  a: Value,
  b: Value,
): Value {
  return typeof a === 'number' && typeof b === 'number' ? onNumbers(a, b) : op(a, b);
}

function asTensor(value: Value): Tensor {
  if (value instanceof Tensor) return value;
  throw new Error(`expected a tensor, got the number ${value}`);
}
