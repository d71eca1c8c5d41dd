/** With vitest: `npx vitest run`. It is no dependency of this repository: `npm install vitest` first. */
import { tensor, withBackend } from 'backlight';
import { closeness, expectClose, gradcheck, gradgradcheck, openGolden } from 'backlight/testing';
import { expect, test } from 'vitest';
import { logCosh } from '../log-cosh.js';

test('the gradients are those of finite differences', () => {
  withBackend('reference64', () => {
    const x = tensor([-2, -0.3, 0.4, 3], { requiresGrad: true });
    expect(gradcheck(logCosh, [x])).toBe(true);
    expect(gradgradcheck(logCosh, [x])).toBe(true);
  });
});

test('known values', () => {
  const x = tensor([-2, -0.5, 0.25, 3]);
  // torch.log(torch.cosh(x)) in float64
  const expected = [1.3250027473578645, 0.12011450695827745, 0.030929803620161386, 2.309328504577785];
  expect(closeness(logCosh(x), expected)).toMatchObject({ close: true, wrong: 0, of: 4 });
});

test('golden values: the gradient of the sum is tanh', async () => {
  const golden = await openGolden(new URL('../../../test/golden/', import.meta.url), 'ops');
  const x = golden.tensor('tanh/in0').requiresGrad_();
  logCosh(x).sum().backward();
  expectClose(x.grad, golden.get('tanh/out'));
});
