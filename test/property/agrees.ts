/**
 * A backend against the reference backend in float64, for random calls of the ops: forward, and the gradient of every input, within the
 * float32 tolerance of the golden tests. The inputs are float32 numbers on both.
 *
 * Random terms may cancel to nothing (the gradient through a normalisation of two values does), and what is left of terms
 * of about 1 is then known to some 1e-7: so much, and a little more, is allowed absolutely.
 */
import type { Test } from 'tap';
import { grad } from '../../src/autograd/backward.js';
import { withBackend, type BackendName } from '../../src/backends/active.js';
import { tensor } from '../../src/ops/creation.js';
import type { Backend } from '../../src/tensor/backend.js';
import { RandomGenerator } from '../../src/tensor/random.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { expectClose, tolerances } from '../../src/testing/index.js';
import { holds } from './property.js';
import type { Call } from './random-call.js';
import { calls } from './random-ops.js';

/** Distinct float32 numbers in `range`, none of them near a multiple of 1/2, where some functions have a kink. */
function distinct(length: number, [low, high]: readonly [number, number], generator: RandomGenerator): Float32Array {
  const order = generator.permutation(length);
  return Float32Array.from({ length }, (_, i) => {
    const value = low + ((high - low) * (order[i] + 0.5)) / length;
    const fromKink = 2 * value - Math.round(2 * value);
    return Math.abs(fromKink) < 1e-3 ? value + 1e-3 : value;
  });
}

/** Output and gradients of a call. */
function results(on: BackendName | Backend, call: Call): readonly Tensor[] {
  return withBackend(on, () => {
    const generator = new RandomGenerator(call.seed);
    const inputs = call.shapes.map((shape) => {
      const length = shape.reduce((a, b) => a * b, 1);
      return tensor(distinct(length, call.range, generator), { shape, requiresGrad: true });
    });
    const out = call.run(...inputs);
    const weights = distinct(out.numel(), [-0.7, 1.3], generator);
    const gradients = grad(out, inputs, tensor(weights, { shape: out.shape }), { allowUnused: true });
    return [out, ...gradients.map((gradient, i) => gradient ?? tensor(new Float32Array(inputs[i].numel())))];
  });
}

const tolerance = { ...tolerances.float32, absolute: 2e-6 };

/** Asserts that a backend agrees with the reference for so many random calls, and that it frees what they made. */
export function agrees(t: Test, runs: number, backend: Backend): void {
  const before = backend.info().storages;
  holds(t, 'ops and their gradients', runs, calls, (call) => {
    const wanted = results('reference64', call);
    results(backend, call).forEach((got, i) => {
      const name = i === 0 ? `${call.op}: output` : `${call.op}: gradient of input ${i - 1}`;
      expectClose(got, wanted[i], { name, tolerance });
    });
  });
  t.equal(backend.info().storages, before, 'nothing stays allocated');
}
