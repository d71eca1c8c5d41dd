/** With Node's own test runner: `node --test`. */
import { tensor, withBackend } from 'backlight';
import { expectClose, gradcheck, gradgradcheck, openGolden } from 'backlight/testing';
import { test } from 'node:test';
import { logCosh } from '../log-cosh.js';

test('the gradients are those of finite differences', () => {
  withBackend('reference64', () => {
    const x = tensor([-2, -0.3, 0.4, 3], { requiresGrad: true });
    gradcheck(logCosh, [x]);
    gradgradcheck(logCosh, [x]);
  });
});

test('known values', () => {
  const x = tensor([-2, -0.5, 0.25, 3]);
  // torch.log(torch.cosh(x)) in float64
  expectClose(logCosh(x), [1.3250027473578645, 0.12011450695827745, 0.030929803620161386, 2.309328504577785]);
});

test('golden values: the gradient of the sum is tanh', async () => {
  const golden = await openGolden(new URL('../../../test/golden/', import.meta.url), 'ops');
  const x = golden.tensor('tanh/in0').requiresGrad_();
  logCosh(x).sum().backward();
  expectClose(x.grad, golden.get('tanh/out'));
});
