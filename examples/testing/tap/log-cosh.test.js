/** With tap: `npx tap log-cosh.test.js`. */
import { tensor, withBackend } from 'backlight';
import { closeness, expectClose, gradcheck, gradgradcheck, openGolden } from 'backlight/testing';
import t from 'tap';
import { logCosh } from '../log-cosh.js';

t.test('the gradients are those of finite differences', async (t) => {
  withBackend('reference64', () => {
    const x = tensor([-2, -0.3, 0.4, 3], { requiresGrad: true });
    t.ok(gradcheck(logCosh, [x]));
    t.ok(gradgradcheck(logCosh, [x]));
  });
});

t.test('known values', async (t) => {
  const x = tensor([-2, -0.5, 0.25, 3]);
  // torch.log(torch.cosh(x)) in float64
  const expected = [1.3250027473578645, 0.12011450695827745, 0.030929803620161386, 2.309328504577785];
  const report = closeness(logCosh(x), expected);
  t.ok(report.close, report.message);
});

t.test('golden values: the gradient of the sum is tanh', async (t) => {
  const golden = await openGolden(new URL('../../../test/golden/', import.meta.url), 'ops');
  const x = golden.tensor('tanh/in0').requiresGrad_();
  logCosh(x).sum().backward();
  t.doesNotThrow(() => expectClose(x.grad, golden.get('tanh/out')));
});
