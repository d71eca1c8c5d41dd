/** Reductions, and what is made of them: softmax, the moments of channels, normalisation and its gradient. */
import type { AxisDims, Normalization, ReduceOp } from '../../tensor/backend.js';
import type { Storage } from '../../tensor/storage.js';
import { binary, strided, unary, where } from './elementwise.js';
import { FLAT, type GpuStorage, type Layout } from './gpu-storage.js';
import { normalizeGradProgram, normalizeProgram, type Lying } from './kernels/normalize.js';
import { reduceAxis } from './kernels/reduce.js';
import type { GpuMachine } from './machine.js';
import { cat } from './placing.js';

export function reduce(machine: GpuMachine, op: ReduceOp, x: Storage, dims: AxisDims): GpuStorage {
  const { outer, axis, inner } = dims;
  const length = outer * inner;
  if (length === 0 || axis === 0) return machine.fromHost(new Float32Array(length).fill(op === 'sum' ? 0 : -Infinity));
  return machine.result(length, reduceAxis(machine, op, machine.flat(x), dims));
}

/** exp(x - max) / sum exp(x - max) */
export function softmax(machine: GpuMachine, x: Storage, dims: AxisDims): GpuStorage {
  return steps((use) => {
    const exps = use(unary(machine, 'exp', use(shifted(machine, x, dims)), 0, 0));
    return acrossAxis(machine, 'div', exps, use(reduce(machine, 'sum', exps, dims)), dims);
  });
}

/** x - max - log(sum exp(x - max)) */
export function logSoftmax(machine: GpuMachine, x: Storage, dims: AxisDims): GpuStorage {
  return steps((use) => {
    const small = use(shifted(machine, x, dims));
    const sum = use(reduce(machine, 'sum', use(unary(machine, 'exp', small, 0, 0)), dims));
    return acrossAxis(machine, 'sub', small, use(unary(machine, 'log', sum, 0, 0)), dims);
  });
}

/**
 * y (g - sum(g y) / sum(y)), with g counted from its value where y is greatest: where one y is nearly 1, the difference is small, and
 * would lose its digits.
 */
export function softmaxGrad(machine: GpuMachine, g: Storage, y: Storage, dims: AxisDims): GpuStorage {
  return steps((use) => {
    const greatest = use(reduce(machine, 'max', y, dims));
    const others = use(acrossAxis(machine, 'lt', y, greatest, dims));
    const least = use(unary(machine, 'affine', g, 0, -Infinity));
    const origin = use(reduce(machine, 'max', use(chosen(machine, others, least, g)), dims));
    const from = use(acrossAxis(machine, 'sub', g, origin, dims));
    const products = use(reduce(machine, 'sum', use(multiplied(machine, from, y)), dims));
    const sums = use(reduce(machine, 'sum', y, dims));
    const same = { shape: [products.length], aStrides: [1], bStrides: [1] };
    const mean = use(binary(machine, 'div', products, sums, same));
    return multiplied(machine, y, use(acrossAxis(machine, 'sub', from, mean, dims)));
  });
}

/** Means, then variances, of each channel. */
export function channelMoments(machine: GpuMachine, x: Storage, dims: AxisDims): GpuStorage {
  const count = dims.outer * dims.inner;
  return steps((use) => {
    const mean = use(unary(machine, 'affine', use(channelSums(machine, x, dims)), 1 / count, 0));
    const centered = use(acrossAxis(machine, 'sub', x, mean, dims, [0, 1, 0]));
    const squares = use(multiplied(machine, centered, centered));
    const variance = use(unary(machine, 'affine', use(channelSums(machine, squares, dims)), 1 / count, 0));
    return cat(machine, [mean, variance], { outer: 1, axes: [dims.axis, dims.axis], inner: 1 });
  });
}

export function normalize(
  machine: GpuMachine,
  x: Storage,
  { mean, inverse, weight }: Normalization,
  bias: Storage | null,
  dims: AxisDims,
): GpuStorage {
  const { lying, layout } = howItLies(machine, [x], dims);
  const given = { weight: weight !== null, bias: bias !== null, sums: false };
  const arrays = [
    inForm(machine, x, lying),
    ...[mean, inverse, weight, bias].filter((s) => s !== null).map((s) => machine.flat(s)),
  ];
  const key = `normalize ${lyingKey(lying)} ${given.weight} ${given.bias}`;
  return machine.result(
    x.length,
    machine.run(key, () => normalizeProgram(machine.dialect, lying, given), arrays),
    layout,
  );
}

/** The sums of g, then those of g xhat, of each channel. */
export function normalizeSums(
  machine: GpuMachine,
  g: Storage,
  x: Storage,
  by: Normalization,
  dims: AxisDims,
): GpuStorage {
  return steps((use) => {
    const xhat = use(normalize(machine, x, { ...by, weight: null }, null, dims));
    const sums = use(channelSums(machine, g, dims));
    const products = use(channelSums(machine, use(multiplied(machine, g, xhat)), dims));
    return cat(machine, [sums, products], { outer: 1, axes: [dims.axis, dims.axis], inner: 1 });
  });
}

export function normalizeGrad(
  machine: GpuMachine,
  g: Storage,
  x: Storage,
  { mean, inverse, weight }: Normalization,
  sums: Storage | null,
  dims: AxisDims,
): GpuStorage {
  const { lying, layout } = howItLies(machine, [g, x], dims);
  const given = { weight: weight !== null, bias: false, sums: sums !== null };
  const count = dims.outer * dims.inner;
  return steps((use) => {
    const half = (from: number) => use(strided(machine, sums ?? g, { shape: [dims.axis], strides: [1], offset: from }));
    const perChannel = [mean, inverse, weight, ...(sums ? [half(0), half(dims.axis)] : [])].filter((s) => s !== null);
    const arrays = [inForm(machine, g, lying), inForm(machine, x, lying), ...perChannel.map((s) => machine.flat(s))];
    const key = `normalize gradient ${lyingKey(lying)} ${given.weight} ${given.sums} ${count}`;
    const program = () => normalizeGradProgram(machine.dialect, lying, given, count);
    return machine.result(g.length, machine.run(key, program, arrays), layout);
  });
}

/** x minus its maximum along the axis */
function shifted(machine: GpuMachine, x: Storage, dims: AxisDims): GpuStorage {
  return steps((use) => acrossAxis(machine, 'sub', x, use(reduce(machine, 'max', x, dims)), dims));
}

/** [outer,axis,inner] -> [axis] */
function channelSums(machine: GpuMachine, x: Storage, { outer, axis, inner }: AxisDims): GpuStorage {
  return steps((use) => {
    const rows = use(reduce(machine, 'sum', x, { outer: outer * axis, axis: inner, inner: 1 }));
    return reduce(machine, 'sum', rows, { outer: 1, axis: outer, inner: axis });
  });
}

/** f(x, s) with x [outer,axis,inner], and s [outer,inner] unless other strides are given */
function acrossAxis(
  machine: GpuMachine,
  op: 'sub' | 'div' | 'lt',
  x: Storage,
  s: Storage,
  { outer, axis, inner }: AxisDims,
  bStrides: readonly number[] = [inner, 0, 1],
): GpuStorage {
  return binary(machine, op, x, s, { shape: [outer, axis, inner], aStrides: [axis * inner, inner, 1], bStrides });
}

function multiplied(machine: GpuMachine, a: Storage, b: Storage): GpuStorage {
  return binary(machine, 'mul', a, b, { shape: [a.length], aStrides: [1], bStrides: [1] });
}

function chosen(machine: GpuMachine, condition: Storage, a: Storage, b: Storage): GpuStorage {
  const one = [1];
  return where(machine, condition, a, b, { shape: [a.length], conditionStrides: one, aStrides: one, bStrides: one });
}

/** As packed images, where x is and channels are whole texels. */
function howItLies(machine: GpuMachine, values: readonly Storage[], dims: AxisDims): { lying: Lying; layout: Layout } {
  for (const x of values) {
    const images = machine.storage(x).packed()?.layout;
    const fits =
      images?.batch === dims.outer && images.channels === dims.axis && images.height * images.width === dims.inner;
    if (fits && images.channels % 4 === 0) return { lying: images, layout: images };
  }
  return { lying: { kind: 'flat', ...dims }, layout: FLAT };
}

function inForm(machine: GpuMachine, x: Storage, lying: Lying) {
  return lying.kind === 'packed' ? machine.packed(x, lying) : machine.flat(x);
}

function lyingKey(lying: Lying): string {
  return Object.values(lying).join(' ');
}

/** Runs a chain of kernels; what `use` was given is released at its end. */
function steps(chain: (use: (step: GpuStorage) => GpuStorage) => GpuStorage): GpuStorage {
  const used: GpuStorage[] = [];
  try {
    return chain((step) => {
      used.push(step);
      return step;
    });
  } finally {
    for (const step of used) step.release();
  }
}
