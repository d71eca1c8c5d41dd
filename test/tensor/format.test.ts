/** Printing as PyTorch prints. */
import { inspect } from 'node:util';
import t from 'tap';
import { withBackend } from '../../src/backends/active.js';
import { Parameter } from '../../src/nn/parameter.js';
import { mul } from '../../src/ops/arithmetic.js';
import { tensor } from '../../src/ops/creation.js';
import { setPrintOptions } from '../../src/tensor/format-tensor.js';
import { formatCases } from './format-cases.js';

const usual = { precision: 4, threshold: 1000, edgeItems: 3, lineWidth: 80, sciMode: null };

for (const { name, data, shape, requiresGrad, options, text } of formatCases) {
  t.test(name, async (t) => {
    setPrintOptions({ ...usual, ...options });
    const values = typeof data === 'number' ? data : Float32Array.from(data);
    const x = tensor(values, { requiresGrad, ...(shape && { shape }) });
    t.equal(x.toString(), text);
    setPrintOptions(usual);
  });
}

t.test('1000 values are all shown', async (t) => {
  const text = tensor(new Float32Array(1000)).toString();
  t.equal(text.match(/0\./g)?.length, 1000);
});

t.test('what a step of a graph made names the step', async (t) => {
  const x = tensor([1, 2.5], { requiresGrad: true });
  t.equal(mul(x, x).toString(), 'tensor([1.0000, 6.2500], grad_fn=<Mul>)');
  t.equal(mul(x, x).detach().toString(), 'tensor([1.0000, 6.2500])');
});

t.test('another precision than float32 is named, and decides what counts as small', async (t) => {
  const x = withBackend('reference64', () => tensor([1e-4], { requiresGrad: true }));
  t.equal(x.toString(), 'tensor([0.0001], dtype=float64, requires_grad=True)');
});

t.test('a freed tensor says so', async (t) => {
  const x = tensor([[1, 2]]);
  x.dispose();
  t.equal(x.toString(), 'tensor(freed, size=(1, 2))');
  const y = tensor([1, 2]);
  y.dispose();
  t.equal(y.toString(), 'tensor(freed, size=(2,))');
});

t.test('a parameter says what it contains', async (t) => {
  t.equal(new Parameter(tensor([1, -2])).toString(), 'Parameter containing:\ntensor([ 1., -2.], requires_grad=True)');
});

t.test('in the console', async (t) => {
  t.equal(inspect(tensor([1.5, 2])), 'tensor([1.5000, 2.0000])');
  t.equal(inspect([tensor([])]), '[ tensor([]) ]');
});

t.test('options stay until they are changed, and must make sense', async (t) => {
  setPrintOptions({ precision: 1 });
  setPrintOptions({ lineWidth: 12 });
  t.equal(tensor([1.25, 2.5]).toString(), 'tensor([1.2,\n        2.5])');
  setPrintOptions(usual);
  t.equal(tensor([1.25, 2.5]).toString(), 'tensor([1.2500, 2.5000])');
  const wrong = {
    name: 'ShapeError',
    message: 'setPrintOptions: expected a whole number from 1 on as edgeItems, got 0',
  };
  t.throws(() => setPrintOptions({ edgeItems: 0 }), wrong);
  t.throws(() => setPrintOptions({ precision: -1 }), { message: /whole number from 0 on as precision, got -1/ });
  t.throws(() => setPrintOptions({ precision: 99 }), { message: /precision of at most 98 digits, got 99/ });
  t.equal(tensor([1.25]).toString(), 'tensor([1.2500])', 'a refused change changes nothing');
});
