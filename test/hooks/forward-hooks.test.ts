/** Lines 7 to 14 of PyTorch's observed behaviour of hooks: what forward hooks see and replace. */
import t from 'tap';
import { noGrad } from '../../src/autograd/grad-mode.js';
import { HookError } from '../../src/errors.js';
import { registerModuleForwardHook } from '../../src/nn/global-hooks.js';
import { tensor } from '../../src/ops/creation.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { setWarningHandler } from '../../src/warnings.js';
import { Fn, Scale, gradOf, leaf, wrong } from './helpers.js';

t.test("7. a pre-hook's single value is wrapped into the arguments; an array takes their place", async (t) => {
  const module = new Fn((x: Tensor, y?: Tensor) => (y ? x.sub(y) : x));
  const single = module.registerForwardPreHook((_module, [x]) => x.mul(10));
  t.equal(module.call(tensor(2)).item(), 20);
  t.equal(module.call(tensor(2), tensor(5)).item(), 20, 'the second argument is gone, as in PyTorch');
  single.remove();
  module.registerForwardPreHook((_module, [x, y]): [Tensor, Tensor?] => [y ?? x, x]);
  t.equal(module.call(tensor(2), tensor(5)).item(), 3);
});

t.test('8. a pre-hook that returns no arguments is an error that names it and says what it got', async (t) => {
  const module = new Scale(2);
  const cases: [unknown, RegExp][] = [
    [7, /expected arguments or nothing, got number 7/],
    ['x', /got string x/],
    [Promise.resolve(), /got a Promise \(a hook cannot be async\)/],
    [new Date(0), /got an object/],
  ];
  for (const [value, message] of cases) {
    const handle = module.registerForwardPreHook(function scaleInput() {
      return wrong(value);
    });
    t.throws(() => module.call(leaf(1)), { message }, String(value));
    t.throws(() => module.call(leaf(1)), { name: 'HookError', message: /forward pre-hook 'scaleInput'/ });
    handle.remove();
  }
  t.equal(module.call(leaf(4)).item(), 8);
});

t.test('9. forward hooks see inputs changed by pre-hooks and outputs changed by earlier hooks', async (t) => {
  const seen: number[][] = [];
  const module = new Scale(2);
  module.registerForwardPreHook((_module, [x]): [Tensor] => [x.add(1)]);
  module.registerForwardPreHook((_module, [x]): [Tensor] => [x.mul(10)]);
  module.registerForwardHook((_module, [x], y) => {
    seen.push([x.item(), y.item()]);
    return y.add(0.5);
  });
  module.registerForwardHook((_module, [x], y) => void seen.push([x.item(), y.item()]));
  const x = leaf(3);
  const y = module.call(x);
  t.same(seen, [
    [40, 80],
    [40, 80.5],
  ]);
  t.equal(y.item(), 80.5);
  y.backward();
  t.equal(x.grad?.item(), 20, 'the gradient goes through what the hooks put in');
  t.equal(module.weight.grad?.item(), 40);
});

t.test('10. a non-null return replaces the output; one that is no tensor structure is an error', async (t) => {
  const module = new Scale(2);
  for (const nothing of [null, undefined]) {
    const handle = module.registerForwardHook(() => nothing);
    t.equal(module.call(leaf(3)).item(), 6);
    handle.remove();
  }
  const list: Tensor[] = [];
  // differs by design: PyTorch puts false or 1 in the output's place
  const cases: [string, unknown, RegExp][] = [
    ['false', false, /got boolean false/],
    ['an async hook', (async () => undefined)(), /got a Promise/],
    ['a structure with a number', [leaf(1), 2], /got an array of 2/],
  ];
  for (const [name, value, message] of cases) {
    const handle = module.registerForwardHook(() => wrong(value));
    t.throws(() => module.call(leaf(3)), { name: 'HookError', message }, name);
    handle.remove();
  }
  const push = module.registerForwardHook((_module, _input, y) => wrong(list.push(y)));
  t.throws(() => module.call(leaf(3)), {
    message:
      'forward hook (an unnamed function): expected a tensor or a structure of tensors or nothing, got number 1; ' +
      'give an arrow function a body in braces, (...) => { ... }, if it is not meant to replace anything',
  });
  push.remove();

  const pair = new Fn((x: Tensor): unknown => x);
  pair.registerForwardHook((_module, _input, y) => ({ y, twice: [y, null, new Map([['z', y]])] }));
  const x = leaf(3);
  t.same(pair.call(x), { y: x, twice: [x, null, new Map([['z', x]])] }, 'any structure of tensors will do');
});

t.test('11. a hook that throws skips later hooks', async (t) => {
  const log: string[] = [];
  const failure = new RangeError('from the hook');
  const module = new Scale(2);
  module.registerForwardHook(() => void log.push('first'));
  const failing = module.registerForwardHook(() => {
    throw failure;
  });
  module.registerForwardHook(() => void log.push('last'));
  t.equal(
    thrown(() => module.call(leaf(1))),
    failure,
  );
  t.same(log, ['first']);
  failing.remove();
  module.call(leaf(1));
  t.same(log, ['first', 'first', 'last']);

  const pre = module.registerForwardPreHook(() => {
    throw failure;
  });
  t.equal(
    thrown(() => module.call(leaf(1))),
    failure,
  );
  t.same(log, ['first', 'first', 'last'], 'nothing after a pre-hook that throws');
  pre.remove();
});

t.test('12. forward throws: its error propagates and forward hooks do not run', async (t) => {
  const failure = new Error('from forward');
  const log: string[] = [];
  const module = new Fn((_x: Tensor): Tensor => {
    throw failure;
  });
  module.registerForwardPreHook(() => void log.push('pre'));
  module.registerForwardHook(() => void log.push('forward'));
  t.equal(
    thrown(() => module.call(leaf(1))),
    failure,
  );
  t.same(log, ['pre']);
});

t.test('13. no hook runs twice, on success or after an error', async (t) => {
  let count = 0;
  let fail = true;
  const module = new Scale(2);
  module.registerForwardHook(() => {
    count++;
    if (fail) throw new HookError('once');
  });
  t.throws(() => module.call(leaf(1)), { message: 'once' });
  t.equal(count, 1);
  fail = false;
  t.equal(module.call(leaf(1)).item(), 2);
  t.equal(count, 2);
});

t.test('11. a hook that throws: always-called hooks after it still run', async (t) => {
  const log: string[] = [];
  const failure = new RangeError('from the hook');
  const module = new Scale(2);
  module.registerForwardHook(() => {
    throw failure;
  });
  module.registerForwardHook(() => void log.push('plain'));
  module.registerForwardHook((_module, [x], y) => void log.push(`always ${x.item()} ${y.item()}`), {
    alwaysCall: true,
  });
  t.equal(
    thrown(() => module.call(leaf(3))),
    failure,
  );
  t.same(log, ['always 3 6'], 'with what forward had returned');
});

t.test('12. forward throws: an always-called hook gets output null, the first error propagates', async (t) => {
  const failure = new Error('from forward');
  const log: unknown[] = [];
  const module = new Fn((_x: Tensor): Tensor => {
    throw failure;
  });
  module.registerForwardHook((_module, _input, y) => void log.push(y), { alwaysCall: true });
  using _global = registerModuleForwardHook((_module, _input, y) => void log.push(['global', y]), { alwaysCall: true });
  t.equal(
    thrown(() => module.call(leaf(1))),
    failure,
  );
  t.same(log, [['global', null], null]);
});

t.test('13. an always-called hook runs once on success; beside another error its own is dropped', async (t) => {
  const log: string[] = [];
  const module = new Scale(2);
  module.registerForwardHook(() => void log.push('always'), { alwaysCall: true });
  t.equal(module.call(leaf(1)).item(), 2);
  t.same(log, ['always']);

  const own = new Error('its own');
  const failing = module.registerForwardHook(
    () => {
      throw own;
    },
    { alwaysCall: true },
  );
  t.equal(
    thrown(() => module.call(leaf(1))),
    own,
    'alone, it propagates, and the hook is not run again',
  );
  t.same(log, ['always', 'always']);
  failing.remove();

  const first = new Error('first');
  const warnings: string[] = [];
  const before = setWarningHandler((message) => warnings.push(message));
  t.teardown(() => setWarningHandler(before));
  module.registerForwardPreHook(() => {
    throw first;
  });
  module.registerForwardHook(
    function broken() {
      throw own;
    },
    { alwaysCall: true },
  );
  t.equal(
    thrown(() => module.call(leaf(1))),
    first,
  );
  t.equal(warnings.length, 1);
  t.match(warnings[0], /forward hook 'broken'.*its own is dropped: Error: its own/);
});

t.test('14. under noGrad forward hooks run and backward hooks do not', async (t) => {
  const log: string[] = [];
  const module = new Scale(2);
  module.registerForwardPreHook(() => void log.push('pre'));
  module.registerForwardHook((_module, _input, y) => void log.push(`forward ${y.requiresGrad}`));
  module.registerFullBackwardPreHook(() => void log.push('bpre'));
  module.registerFullBackwardHook(() => void log.push('bwd'));
  const x = leaf(3);
  const y = noGrad(() => module.call(x));
  t.same(log, ['pre', 'forward false']);
  t.equal(y.requiresGrad, false);
  y.requiresGrad_().mul(5).backward();
  t.same(log, ['pre', 'forward false']);
  t.equal(y.grad?.item(), 5);
  t.equal(gradOf(x), null);
});

/** What `body` throws. */
function thrown(body: () => unknown): unknown {
  try {
    body();
  } catch (error) {
    return error;
  }
  throw new Error('expected an error, got none');
}
