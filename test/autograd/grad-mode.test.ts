/** noGrad and enableGrad. */
import t from 'tap';
import { enableGrad, isGradEnabled, noGrad } from '../../src/autograd/grad-mode.js';
import { tensor } from '../../src/ops/creation.js';
import '../../src/ops/methods.js';

t.test('recording is off inside noGrad, on again inside enableGrad, and restored on throw', async (t) => {
  const x = tensor([1, 2], { requiresGrad: true });
  const outside = noGrad(() => {
    const y = x.mul(2);
    t.same([y.requiresGrad, y.node, isGradEnabled()], [false, null, false]);
    const inner = enableGrad(() => x.mul(3));
    t.same([inner.requiresGrad, isGradEnabled()], [true, false]);
    return inner;
  });
  t.equal(isGradEnabled(), true);
  outside.sum().backward();
  t.same(x.grad?.tolist(), [3, 3]);
  t.throws(
    () =>
      noGrad(() => {
        throw new RangeError('on the way');
      }),
    { name: 'RangeError' },
  );
  t.equal(isGradEnabled(), true);
  noGrad(() => {
    t.throws(() =>
      enableGrad(() => {
        throw new RangeError('on the way');
      }),
    );
    t.equal(isGradEnabled(), false);
  });
});

t.test('it gives back what the body returns', async (t) => {
  t.equal(
    noGrad(() => 'value'),
    'value',
  );
  t.equal(
    enableGrad(() => undefined),
    undefined,
  );
});

t.test('an async body is an error', async (t) => {
  for (const mode of [noGrad, enableGrad]) {
    t.throws(() => mode(async () => 1), {
      name: 'AutogradError',
      message: /expected a synchronous function, got one that returns a Promise.*await outside instead/,
    });
    t.equal(isGradEnabled(), true);
  }
});

t.test('a new leaf inside noGrad can still ask for gradients', async (t) => {
  const x = noGrad(() => tensor(2, { requiresGrad: true }));
  x.mul(3).backward();
  t.equal(x.grad?.item(), 3);
});
