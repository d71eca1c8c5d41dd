/** Activations at kinks, in their tails and at what is no number. */
import t from 'tap';
import { grad } from '../../src/autograd/backward.js';
import { backendNamed, withBackend } from '../../src/backends/active.js';
import { tensor } from '../../src/ops/creation.js';
import { celu, elu, selu } from '../../src/ops/exponential-units.js';
import { gelu, mish, silu } from '../../src/ops/gated-units.js';
import { hardswish, hardtanh, leakyRelu, relu6 } from '../../src/ops/rectifiers.js';
import { softmax } from '../../src/ops/softmax.js';
import { logSigmoid, softplus, softsign } from '../../src/ops/softplus.js';
import { sum } from '../../src/ops/sum.js';
import { tidy } from '../../src/tensor/memory.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { candidate, candidateName, slack } from '../backends/under-test.js';
import { activations, points } from './activation-values.js';
import { gradientsOfSum, leaf, near, onEveryBackend } from './values.js';

for (const { name, f, y, slope, curvature } of activations) {
  onEveryBackend(t, name, (t) => {
    // float32 has no room for e^100
    const inRange = (expected: readonly number[]): number[] =>
      expected.map((value) => (x.backend.dtype === 'float32' ? Math.fround(value) : value));
    const x = leaf([...points]);
    const out = f(x);
    near(t, out.tolist(), inRange(y), 'values');
    const [first] = grad([sum(out)], [x], null, { createGraph: true });
    near(t, first.tolist(), inRange(slope), 'slopes');
    const [second] = first.requiresGrad ? grad([sum(first)], [x], null, { allowUnused: true }) : [null];
    const found = second?.tolist() ?? points.map(() => 0);
    near(t, (found as number[]).slice(1), inRange(curvature), 'curvatures');
  });
}

onEveryBackend(t, '-0 stays -0', (t) => {
  for (const f of [leakyRelu, elu, celu, selu, gelu, silu, mish, hardtanh, relu6, hardswish, softsign]) {
    const [value] = f(tensor([-0])).tolist() as number[];
    t.ok(Object.is(value, -0), f.name);
  }
});

t.test('tails keep their digits', async (t) => {
  // worked out with 40 digits
  const tails: [string, (x: Tensor) => Tensor, number, number][] = [
    ['gelu', (x) => gelu(x), -5.0, -1.4332578593959695e-6],
    ['gelu', (x) => gelu(x), -8.0, -4.976768459417427e-15],
    ['gelu', (x) => gelu(x), -12.0, -2.1317785344932147e-32],
    ['gelu, tanh', (x) => gelu(x, 'tanh'), -5.0, -2.291796196629506e-7],
    ['gelu, tanh', (x) => gelu(x, 'tanh'), -8.0, -3.1077829375011112e-21],
    ['silu', silu, -20.0, -4.122307236380407e-8],
    ['silu', silu, -60.0, -5.253906457617913e-25],
    ['mish', mish, -20.0, -4.122307240628761e-8],
    ['mish', mish, -60.0, -5.253906457617917e-25],
    ['softplus', (x) => softplus(x), -30.0, 9.357622968839737e-14],
    ['softplus', (x) => softplus(x), -60.0, 8.756510762696529e-27],
    ['logSigmoid', logSigmoid, 30.0, -9.357622968839737e-14],
    ['logSigmoid', logSigmoid, 60.0, -8.756510762696529e-27],
    ['elu', (x) => elu(x), -1e-9, -9.999999995e-10],
  ];
  for (const [name, f, x, wanted] of tails) {
    const found = withBackend('reference64', () => tidy(() => f(tensor(x)).item()));
    t.ok(Math.abs(found - wanted) <= 1e-12 * Math.abs(wanted), `${name}(${x}) is ${found}, wanted ${wanted}`);
  }
  for (const [name, f, x, wanted] of tails) {
    const found = withBackend(candidate(), () => tidy(() => f(tensor(x)).item()));
    // in float32 a rounding of x/sqrt(2) counts x^2 times in e^(-x^2/2)
    const allowed = Math.max(2 ** -23 * (4 + x * x) * Math.abs(wanted), slack(wanted, Math.abs(wanted)));
    t.ok(Math.abs(found - wanted) <= allowed, `${name}(${x}) on ${candidateName} is ${found}, wanted ${wanted}`);
  }
});

onEveryBackend(t, 'a gradient that is no number is stopped where the slope is 0', (t) => {
  const stopped = (f: (x: Tensor) => Tensor, at: number): number[] => {
    const x = leaf([at, at]);
    return grad([f(x)], [x], [tensor([NaN, Infinity])])[0].tolist() as number[];
  };
  t.same(stopped(hardtanh, 2), [0, 0], 'hardtanh');
  t.same(stopped(relu6, 6), [0, 0], 'relu6');
});

onEveryBackend(t, 'a beta and a threshold at which e^(beta x) overflows', (t) => {
  const x = leaf([800, -800]);
  const y = softplus(x, 2, 5000);
  near(t, y.tolist(), [800, 0], 'values');
  near(t, gradientsOfSum(y, x), [[1, 0]], 'slopes');
});

t.test('arguments that are refused', async (t) => {
  const x = tensor([1]);
  t.throws(() => hardtanh(x, 1, -1), { message: 'hardtanh: expected minVal <= maxVal, got 1 and -1' });
  t.throws(() => celu(x, 0), { message: 'celu: expected an alpha other than 0, got 0; use relu() for its limit' });
  // @ts-expect-error what JavaScript may pass
  t.throws(() => gelu(x, 'fast'), { message: `gelu: expected approximate to be 'none' or 'tanh', got "fast"` });
});

t.test('softmax where there is nothing to weigh', async (t) => {
  for (const backend of [backendNamed('reference'), candidate()]) {
    withBackend(backend, () => {
      const rows = (values: number[]) => softmax(tensor([values, values]), 1).tolist() as number[][];
      const columns = (values: number[]) =>
        softmax(tensor(values.map((value) => [value, value])), 0).tolist() as number[][];
      const masked = [-Infinity, 0, -Infinity, 0, -Infinity, -200];
      t.same(rows(masked)[1], [0, 0.5, 0, 0.5, 0, 0], `${backend.name}: what is masked weighs nothing`);
      t.same(
        columns(masked).map(([value]) => value),
        [0, 0.5, 0, 0.5, 0, 0],
      );
      for (const values of [
        [-Infinity, -Infinity, -Infinity, -Infinity, -Infinity],
        [1, 2, NaN, 3, 4],
        [1, 2, 3, 4, NaN],
        [Infinity, 1, 2, 3],
      ]) {
        t.ok(rows(values)[0].every(Number.isNaN), `${backend.name}: ${values.join(', ')}`);
        t.ok(columns(values).every(([value]) => Number.isNaN(value)));
      }
      const small = rows([0, -87, -103])[0];
      t.ok(Math.abs(small[1] - Math.exp(-87)) < 1e-43 && small[2] >= 0 && small[2] < 1.2e-38, 'tiny, or 0');
    });
  }
});
