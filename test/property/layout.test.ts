/**
 * Chains of ops that only move values, against index arithmetic. The input holds the numbers 0, 1, 2, ..., so that each
 * output value says where it came from; its gradient must come back to that place.
 */
import fc from 'fast-check';
import t from 'tap';
import { grad } from '../../src/autograd/backward.js';
import { backendNamed, withBackend } from '../../src/backends/active.js';
import { cat, stack } from '../../src/ops/cat.js';
import { tensor } from '../../src/ops/creation.js';
import { expand } from '../../src/ops/expand.js';
import { flip, repeat, roll } from '../../src/ops/flip.js';
import { narrow, select } from '../../src/ops/narrow.js';
import { permute, transpose } from '../../src/ops/permute.js';
import { flatten, reshape, squeeze, unsqueeze, view } from '../../src/ops/reshape.js';
import { chunk } from '../../src/ops/split.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { expectClose } from '../../src/testing/index.js';
import { candidate } from '../backends/under-test.js';
import { indicesOf, placeOf } from './indices.js';
import { holds } from './property.js';

/** Where each value came from. */
interface Shadow {
  readonly shape: readonly number[];
  readonly from: readonly number[];
}

/** What one step does to a tensor and to its shadow. */
interface Moved {
  readonly name: string;
  readonly tensor: (x: Tensor) => Tensor;
  readonly shadow: Shadow;
}

/** A shadow of `shape`, the value at each index read where `read` says. */
const gathered = (x: Shadow, shape: readonly number[], read: (index: number[]) => number[]): Shadow => ({
  shape,
  from: indicesOf(shape).map((index) => x.from[placeOf(read(index), x.shape)]),
});
const refilled = (x: Shadow, shape: readonly number[]): Shadow => ({ shape, from: x.from });
const replaced = <T>(list: readonly T[], at: number, ...items: T[]): T[] => list.toSpliced(at, 1, ...items);

/** Random numbers for one step; each op takes of them what it needs. */
interface Choice {
  readonly op: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly order: readonly number[];
  readonly negative: boolean;
}

const MAX_VALUES = 300;

/** The ops; each gives null where it cannot be applied. */
const ops: readonly ((x: Shadow, choice: Choice) => Moved | null)[] = [
  (x, { a, b, negative }) => {
    const n = x.from.length;
    const divisors = Array.from({ length: n }, (_, i) => i + 1).filter((d) => n % d === 0);
    if (divisors.length === 0) return null;
    const first = divisors[a % divisors.length];
    const inner = divisors.filter((d) => (n / first) % d === 0);
    const second = inner[b % inner.length];
    const shape = [first, second, n / first / second];
    const given = negative ? [first, -1, shape[2]] : shape;
    const op = negative ? reshape : view;
    return { name: `reshape ${given}`, tensor: (y) => op(y, given), shadow: refilled(x, shape) };
  },
  (x, { order, negative }) => {
    const dims = order.filter((dim) => dim < x.shape.length);
    const read = (index: number[]) => x.shape.map((_, dim) => index[dims.indexOf(dim)]);
    const shadow = gathered(
      x,
      dims.map((dim) => x.shape[dim]),
      read,
    );
    const given = dims.map((dim) => (negative ? dim - x.shape.length : dim));
    return { name: `permute ${given}`, tensor: (y) => permute(y, given), shadow };
  },
  (x, { a, b }) => {
    const rank = x.shape.length;
    if (rank === 0) return null;
    const [p, q] = [a % rank, b % rank];
    const swap = <T>(list: readonly T[]) => list.map((item, i) => (i === p ? list[q] : i === q ? list[p] : item));
    return { name: `transpose ${p},${q}`, tensor: (y) => transpose(y, p, q), shadow: gathered(x, swap(x.shape), swap) };
  },
  (x, { a, b, c, negative }) => {
    if (x.shape.length === 0) return null;
    const dim = a % x.shape.length;
    const start = b % (x.shape[dim] + 1);
    const length = c % (x.shape[dim] - start + 1);
    const read = (index: number[]) => replaced(index, dim, index[dim] + start);
    const given = negative && start > 0 && start < x.shape[dim] ? start - x.shape[dim] : start;
    return {
      name: `narrow ${dim},${given},${length}`,
      tensor: (y) => narrow(y, dim, given, length),
      shadow: gathered(x, replaced(x.shape, dim, length), read),
    };
  },
  (x, { a, b, negative }) => {
    const dim = a % Math.max(1, x.shape.length);
    const size = x.shape[dim] ?? 0;
    if (size === 0) return null;
    const at = b % size;
    const shape = x.shape.toSpliced(dim, 1);
    const shadow = gathered(x, shape, (index) => index.toSpliced(dim, 0, at));
    return { name: `select ${dim},${at}`, tensor: (y) => select(y, dim, negative ? at - size : at), shadow };
  },
  (x, { a, b, c }) => {
    const target = x.shape.map((size) => (size === 1 ? 1 + (a % 3) : size));
    const shape = b % 2 === 0 ? target : [1 + (c % 3), ...target];
    const read = (index: number[]) =>
      index.slice(shape.length - x.shape.length).map((i, dim) => (x.shape[dim] === 1 ? 0 : i));
    return { name: `expand ${shape}`, tensor: (y) => expand(y, shape), shadow: gathered(x, shape, read) };
  },
  (x, { order, a }) => {
    const dims = order.filter((dim) => dim < x.shape.length).slice(0, a % 3);
    const read = (index: number[]) => index.map((i, dim) => (dims.includes(dim) ? x.shape[dim] - 1 - i : i));
    return { name: `flip ${dims}`, tensor: (y) => flip(y, dims), shadow: gathered(x, x.shape, read) };
  },
  (x, { a, b, negative }) => {
    const dim = a % Math.max(1, x.shape.length);
    const size = x.shape[dim] ?? 0;
    if (size === 0) return null;
    const shift = negative ? -b : b;
    const read = (index: number[]) => replaced(index, dim, (((index[dim] - shift) % size) + size) % size);
    return { name: `roll ${shift},${dim}`, tensor: (y) => roll(y, shift, dim), shadow: gathered(x, x.shape, read) };
  },
  (x, { a, b, c }) => {
    const times = [1 + (a % 2), ...x.shape.map((_, dim) => 1 + ((b + c * dim) % 2))];
    const shape = times.map((n, dim) => n * (dim === 0 ? 1 : x.shape[dim - 1]));
    const read = (index: number[]) => index.slice(1).map((i, dim) => i % x.shape[dim]);
    return { name: `repeat ${times}`, tensor: (y) => repeat(y, times), shadow: gathered(x, shape, read) };
  },
  (x, { a, b }) => {
    if (x.shape.length === 0) return null;
    const dim = a % x.shape.length;
    const size = x.shape[dim];
    const head = b % (size + 1);
    // the whole, then its first part again
    const shape = replaced(x.shape, dim, size + head);
    const read = (index: number[]) => replaced(index, dim, index[dim] < size ? index[dim] : index[dim] - size);
    return {
      name: `cat ${dim},${head}`,
      tensor: (y) => cat([y, narrow(y, dim, 0, head)], dim - x.shape.length),
      shadow: gathered(x, shape, read),
    };
  },
  (x, { a, b }) => {
    const dim = a % (x.shape.length + 1);
    const count = 1 + (b % 3);
    const shape = x.shape.toSpliced(dim, 0, count);
    const shadow = gathered(x, shape, (index) => index.toSpliced(dim, 1));
    return { name: `stack ${dim},${count}`, tensor: (y) => stack(new Array<Tensor>(count).fill(y), dim), shadow };
  },
  (x, { a, b }) => {
    const dim = a % Math.max(1, x.shape.length);
    const size = x.shape[dim] ?? 0;
    if (size === 0) return null;
    // torch.chunk: parts of ceil(size / chunks), the last one smaller; here in reverse order
    const length = Math.ceil(size / (1 + (b % 3)));
    const starts = Array.from({ length: Math.ceil(size / length) }, (_, i) => i * length).reverse();
    const order = starts.flatMap((start) =>
      Array.from({ length: Math.min(length, size - start) }, (_, i) => start + i),
    );
    return {
      name: `chunk ${dim},${1 + (b % 3)} reversed`,
      tensor: (y) => cat(chunk(y, 1 + (b % 3), dim).reverse(), dim),
      shadow: gathered(x, x.shape, (index) => replaced(index, dim, order[index[dim]])),
    };
  },
  (x, { a }) => {
    const dim = a % (x.shape.length + 1);
    return {
      name: `unsqueeze ${dim}`,
      tensor: (y) => unsqueeze(y, dim),
      shadow: refilled(x, x.shape.toSpliced(dim, 0, 1)),
    };
  },
  (x, { negative, a }) => {
    const rank = x.shape.length;
    if (negative || rank === 0) {
      return {
        name: 'squeeze',
        tensor: (y) => squeeze(y),
        shadow: refilled(
          x,
          x.shape.filter((size) => size !== 1),
        ),
      };
    }
    const dim = a % rank;
    const shape = x.shape.filter((size, i) => i !== dim || size !== 1);
    return { name: `squeeze ${dim}`, tensor: (y) => squeeze(y, dim), shadow: refilled(x, shape) };
  },
  (x, { a, b }) => {
    if (x.shape.length === 0) return null;
    const [start, end] = [a % x.shape.length, b % x.shape.length].sort((p, q) => p - q);
    const product = x.shape.slice(start, end + 1).reduce((p, q) => p * q, 1);
    const shape = x.shape.toSpliced(start, end - start + 1, product);
    return { name: `flatten ${start},${end}`, tensor: (y) => flatten(y, start, end), shadow: refilled(x, shape) };
  },
];

const backends = Object.fromEntries([candidate(), backendNamed('reference')].map((backend) => [backend.name, backend]));

interface Chain {
  readonly shape: readonly number[];
  readonly choices: readonly Choice[];
  /** Its name. */
  readonly backend: string;
}

const chains: fc.Arbitrary<Chain> = fc.record({
  shape: fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 4 }),
  choices: fc.array(
    fc.record({
      op: fc.nat(ops.length - 1),
      a: fc.nat(11),
      b: fc.nat(11),
      c: fc.nat(11),
      order: fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 6 }),
      negative: fc.boolean(),
    }),
    { maxLength: 8, size: 'max' },
  ),
  backend: fc.constantFrom(...Object.keys(backends)),
});

function agrees({ shape, choices }: Chain): void {
  const length = shape.reduce((a, b) => a * b, 1);
  const values = Array.from({ length }, (_, i) => i);
  const x = tensor(values, { shape, requiresGrad: true });
  let out = x;
  let shadow: Shadow = { shape, from: values };
  const names = [`x [${shape}]`];
  for (const choice of choices) {
    const moved = ops[choice.op](shadow, choice);
    if (!moved || moved.shadow.from.length > MAX_VALUES || moved.shadow.shape.length > 6) continue;
    names.push(moved.name);
    out = moved.tensor(out);
    shadow = moved.shadow;
    const exact = { ofLargest: 0, ofValue: 0 };
    expectClose(out, { shape: shadow.shape, data: shadow.from }, { name: names.join(', '), tolerance: exact });
  }
  if (out === x) return;
  const weights = shadow.from.map((_, i) => (i % 5) - 1.5);
  const sums = values.map(() => 0);
  shadow.from.forEach((place, i) => (sums[place] += weights[i]));
  const [gradient] = grad(out, [x], tensor(weights, { shape: shadow.shape }));
  expectClose(gradient, { shape, data: sums }, { name: `gradient of ${names.join(', ')}` });
}

t.test('layout', async (t) => {
  holds(t, 'chains of moves', 600, chains, (chain) => withBackend(backends[chain.backend], () => agrees(chain)));
});
