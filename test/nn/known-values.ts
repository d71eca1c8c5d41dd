/** Inputs and weights that a formula makes, the same here and in PyTorch, and results in a few numbers. */
import type { Test } from 'tap';
import { withBackend } from '../../src/backends/active.js';
import { noGrad } from '../../src/autograd/grad-mode.js';
import type { Module } from '../../src/nn/module.js';
import { fromHost } from '../../src/ops/creation.js';
import '../../src/ops/methods.js';
import type { Tensor } from '../../src/tensor/tensor.js';

export type Layer = Module<[Tensor]>;
export type Asserts = Pick<Test, 'equal' | 'ok' | 'same'>;
/** The shape of a result, its sum weighed by cos(0.7 i), and its first and last value. */
export type Summary = [shape: number[], weighed: number, first: number, last: number];

export const close = (a: number, b: number, tolerance = 1e-12): boolean =>
  Math.abs(a - b) <= tolerance * (1 + Math.abs(b));
export const exactly = (body: () => void): void => withBackend('reference64', body);

/** sin(k), sin(2k), ... */
export function wave(shape: number[], k = 1): Tensor {
  return fromHost(shape, (host) => host.forEach((_, i) => (host[i] = Math.sin(k * (i + 1)))));
}

export function fillParameters(module: Layer): void {
  noGrad(() =>
    module.parameters().forEach((parameter, i) => parameter.copy_(wave([...parameter.shape], 0.5 + 0.1 * i))),
  );
}

export function summary(y: Tensor): Summary {
  const values = [...y.hostData()];
  const weighed = values.reduce((sum, value, i) => sum + value * Math.cos(0.7 * i), 0);
  return [[...y.shape], weighed, values[0], values[values.length - 1]];
}

export function isSummary(t: Asserts, y: Tensor, expected: Summary, name: string, tolerance = 1e-12): void {
  const found = summary(y);
  t.same(found[0], expected[0], name);
  for (let i = 1; i < 4; i++)
    t.ok(close(Number(found[i]), Number(expected[i]), tolerance), `${name}: ${found[i]}, ${expected[i]}`);
}
