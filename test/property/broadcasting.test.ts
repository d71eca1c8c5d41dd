/**
 * Elementwise ops of tensors whose shapes broadcast, forward and backward, against index arithmetic: the gradient of an
 * input element is the sum over all output elements that read it.
 */
import fc from 'fast-check';
import t from 'tap';
import { grad } from '../../src/autograd/backward.js';
import { withBackend } from '../../src/backends/active.js';
import { add, div, mul, sub } from '../../src/ops/arithmetic.js';
import { eq, ge, gt, le, lt, ne } from '../../src/ops/compare.js';
import { tensor } from '../../src/ops/creation.js';
import { maximum, minimum } from '../../src/ops/maximum.js';
import { where } from '../../src/ops/where.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { expectClose } from '../../src/testing/index.js';
import { everyBackend } from '../backends/under-test.js';
import { broadcastPlace, indicesOf } from './indices.js';
import { holds } from './property.js';

const backends = Object.fromEntries(everyBackend().map((backend) => [backend.name, backend]));

interface Op {
  readonly run: (...inputs: Tensor[]) => Tensor;
  readonly value: (...values: number[]) => number;
  /** The derivative by each input; undefined: none is recorded. */
  readonly slopes?: (...values: number[]) => number[];
}

/** At ties, as PyTorch has it: each side gets half. */
const half = (wins: boolean, tie: boolean): number => (tie ? 0.5 : Number(wins));

const binary: Readonly<Record<string, Op>> = {
  add: { run: (a, b) => add(a, b), value: (a, b) => a + b, slopes: () => [1, 1] },
  sub: { run: (a, b) => sub(a, b), value: (a, b) => a - b, slopes: () => [1, -1] },
  mul: { run: mul, value: (a, b) => a * b, slopes: (a, b) => [b, a] },
  div: { run: div, value: (a, b) => a / b, slopes: (a, b) => [1 / b, -a / (b * b)] },
  maximum: { run: maximum, value: Math.max, slopes: (a, b) => [half(a > b, a === b), half(b > a, a === b)] },
  minimum: { run: minimum, value: Math.min, slopes: (a, b) => [half(a < b, a === b), half(b < a, a === b)] },
  eq: { run: eq, value: (a, b) => Number(a === b) },
  ne: { run: ne, value: (a, b) => Number(a !== b) },
  lt: { run: lt, value: (a, b) => Number(a < b) },
  le: { run: le, value: (a, b) => Number(a <= b) },
  gt: { run: gt, value: (a, b) => Number(a > b) },
  ge: { run: ge, value: (a, b) => Number(a >= b) },
};
const ternary: Readonly<Record<string, Op>> = {
  where: {
    run: where,
    value: (condition, a, b) => (condition === 0 ? b : a),
    slopes: (condition) => [0, Number(condition !== 0), Number(condition === 0)],
  },
};

interface Case {
  readonly op: string;
  /** Its name. */
  readonly backend: string;
  readonly shape: readonly number[];
  /** For each input, which dimensions it has as 1, and how many of the first it lacks. */
  readonly inputs: readonly { readonly ones: readonly boolean[]; readonly lacks: number }[];
  readonly values: readonly number[];
}

const cases = (ops: Readonly<Record<string, Op>>, inputs: number): fc.Arbitrary<Case> =>
  fc.record({
    op: fc.constantFrom(...Object.keys(ops)),
    backend: fc.constantFrom(...Object.keys(backends)),
    shape: fc.array(fc.oneof({ weight: 15, arbitrary: fc.integer({ min: 1, max: 4 }) }, fc.constant(0)), {
      maxLength: 4,
    }),
    inputs: fc.array(fc.record({ ones: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }), lacks: fc.nat(4) }), {
      minLength: inputs,
      maxLength: inputs,
    }),
    // few and not 0, so that ties are common and quotients finite
    values: fc.array(
      fc.integer({ min: -4, max: 4 }).map((n) => (n === 0 ? 0.5 : n / 2)),
      { minLength: 7, maxLength: 7 },
    ),
  });

/** The shape that the inputs broadcast to: a dimension in which each has 1 is 1, one that all lack is gone. */
function broadcast(shapes: readonly (readonly number[])[]): number[] {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, dim) => {
    const sizes = shapes.map((shape) => shape[dim - rank + shape.length] ?? 1);
    return sizes.find((size) => size !== 1) ?? 1;
  });
}

function agrees({ run, value, slopes }: Op, c: Case): void {
  const shapes = c.inputs.map(({ ones, lacks }) =>
    c.shape.map((size, dim) => (ones[dim] ? 1 : size)).slice(Math.min(lacks, c.shape.length)),
  );
  const datas = shapes.map((shape, k) => indicesOf(shape).map((_, i) => c.values[(i + 3 * k) % 7]));
  // a condition is 0 or not
  if (c.inputs.length === 3) datas[0] = datas[0].map((x) => Number(x > 0));
  const shape = broadcast(shapes);
  const indices = indicesOf(shape);
  const weights = indices.map((_, i) => c.values[(i + 1) % 7]);

  const readings = indices.map((index) => shapes.map((own) => broadcastPlace(index, own)));
  const operands = readings.map((places) => places.map((place, k) => datas[k][place]));
  const inputs = datas.map((data, k) => tensor(data, { shape: shapes[k], requiresGrad: slopes !== undefined }));
  if (c.inputs.length === 3) inputs[0].requiresGrad_(false);
  const out = run(...inputs);
  expectClose(out, { shape, data: operands.map((values) => value(...values)) }, { name: c.op });

  if (!slopes) {
    if (out.requiresGrad) throw new Error(`${c.op}: expected no graph`);
    return;
  }
  const wanted = inputs.filter((input) => input.requiresGrad);
  const gradients = grad(out, wanted, tensor(weights, { shape }));
  wanted.forEach((input, g) => {
    const k = inputs.indexOf(input);
    const sums = datas[k].map(() => 0);
    readings.forEach((places, i) => (sums[places[k]] += weights[i] * slopes(...operands[i])[k]));
    expectClose(gradients[g], { shape: shapes[k], data: sums }, { name: `${c.op}, gradient of input ${k}` });
  });
}

t.test('broadcasting', async (t) => {
  const check = (ops: Readonly<Record<string, Op>>) => (c: Case) =>
    withBackend(backends[c.backend], () => agrees(ops[c.op], c));
  holds(t, 'binary ops', 600, cases(binary, 2), check(binary));
  holds(t, 'where', 250, cases(ternary, 3), check(ternary));
});
