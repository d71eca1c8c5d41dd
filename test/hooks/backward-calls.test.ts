/** Lines 27 to 36 of PyTorch's observed behaviour of hooks: how often backward hooks fire, and the legacy kind. */
import t from 'tap';
import type { Gradients } from '../../src/tensor/grad-node.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { relu } from '../../src/ops/relu.js';
import { Fn, Scale, gradOf, leaf, numbers, wrong } from './helpers.js';

t.test('27. a module used twice fires once per call, last call first', async (t) => {
  const log: unknown[] = [];
  const module = new Scale(5);
  module.registerFullBackwardPreHook((_module, gradOutput) => void log.push(['pre', numbers(gradOutput)]));
  module.registerFullBackwardHook(
    (_module, gradInput, gradOutput) => void log.push([numbers(gradInput), numbers(gradOutput)]),
  );
  const x = leaf(1);
  module.call(x).mul(2).add(module.call(x).mul(3)).backward();
  t.same(log, [
    ['pre', [3]],
    [[15], [3]],
    ['pre', [2]],
    [[10], [2]],
  ]);
  t.equal(x.grad?.item(), 25);
  t.equal(module.weight.grad?.item(), 5);
});

t.test('28. two forwards with one in the loss: one call', async (t) => {
  const log: unknown[] = [];
  const module = new Scale(5);
  module.registerFullBackwardHook((_module, gradInput) => void log.push(numbers(gradInput)));
  const unused = module.call(leaf(1));
  module.call(leaf(2)).mul(7).backward();
  t.same(log, [[35]]);
  unused.backward();
  t.same(log, [[35], [5]], 'the other graph is untouched');
});

t.test('29. an unused output of several: null slot in gradOutput', async (t) => {
  const log: unknown[] = [];
  const module = new Fn((x: Tensor) => [x.mul(2), x.mul(3), x.detach()]);
  module.registerFullBackwardPreHook((_module, gradOutput) => void log.push(numbers(gradOutput)));
  module.registerFullBackwardHook(
    (_module, gradInput, gradOutput) => void log.push(numbers(gradInput), numbers(gradOutput)),
  );
  module
    .call(leaf([1, 2]))[1]
    .sum()
    .backward();
  t.same(log, [[null, [1, 1], null], [[3, 3]], [null, [1, 1], null]]);
});

t.test('31. downstream detached: silent', async (t) => {
  const module = new Scale(2);
  module.registerFullBackwardPreHook(() => void t.fail('called'));
  module.registerFullBackwardHook(() => void t.fail('called'));
  const [x, weight] = [leaf(3), leaf(4)];
  module.call(x).detach().mul(weight).backward();
  t.equal(weight.grad?.item(), 6);
  t.equal(gradOf(x), null);
});

t.test('32. hooks are those of the forward pass: added later does not fire, removed later still does', async (t) => {
  const log: string[] = [];
  const module = new Scale(2);
  const early = module.registerFullBackwardHook(() => void log.push('early'));
  const y = module.call(leaf(1));
  module.registerFullBackwardHook(() => void log.push('late'));
  module.registerFullBackwardPreHook(() => void log.push('late pre'));
  early.remove();
  y.backward();
  t.same(log, ['early']);
  module.call(leaf(1)).backward();
  t.same(log, ['early', 'late pre', 'late']);

  const bare = new Scale(2);
  const z = bare.call(leaf(1));
  bare.registerFullBackwardHook(() => void t.fail('the module had no hook when it ran'));
  z.backward();
});

t.test('33. a hook that removes itself and a later one: the later still fires that time, neither after', async (t) => {
  const log: string[] = [];
  const module = new Scale(2);
  const first = module.registerFullBackwardHook(() => {
    log.push('first');
    first.remove();
    second.remove();
  });
  const second = module.registerFullBackwardHook(() => void log.push('second'));
  module.registerFullBackwardHook(() => void log.push('third'));
  module.call(leaf(1)).backward();
  t.same(log, ['first', 'second', 'third']);
  module.call(leaf(1)).backward();
  t.same(log, ['first', 'second', 'third', 'third']);
});

t.test(
  "34. residual relu(x) + x: the full hook sees the module's gradient, the legacy one the last add's",
  async (t) => {
    const log: unknown[] = [];
    const log2 = (_module: unknown, gradInput: Gradients, gradOutput: Gradients) =>
      void log.push([numbers(gradInput), numbers(gradOutput)]);
    const residual = () => new Fn((x: Tensor) => relu(x).add(x));
    const full = residual();
    full.registerFullBackwardHook(log2);
    full
      .call(leaf([1, -1]))
      .sum()
      .backward();
    t.same(log, [[[[2, 1]], [[1, 1]]]]);

    log.length = 0;
    const legacy = residual();
    legacy.registerBackwardHook(log2);
    const x = leaf([1, -1]);
    legacy.call(x).sum().backward();
    t.same(log, [
      [
        [
          [1, 1],
          [1, 1],
        ],
        [[1, 1]],
      ],
    ]);
    t.same(gradOf(x), [2, 1]);
  },
);

t.test('34. a legacy hook replaces the gradients of that last node, by an array of as many', async (t) => {
  const run = (replace: (grad: Tensor | null) => Gradients) => {
    const module = new Fn((x: Tensor) => relu(x));
    module.registerBackwardHook((_module, _gradInput, [grad]) => replace(grad?.mul(10) ?? null));
    const x = leaf([3, -1]);
    module.call(x).sum().backward();
    return gradOf(x);
  };
  t.same(
    run((grad) => [grad]),
    [10, 10],
  );
  t.throws(() => run((grad) => wrong(grad)), { name: 'HookError', message: /expected an array .*got a tensor/ });
  t.throws(() => run(() => []), {
    message: /legacy backward hook .*: invalid number of gradInput, got 0, but expected 1/,
  });
});

t.test('36. legacy and full on the same module: error', async (t) => {
  const message = /expected full or legacy backward hooks on a module, got both/;
  const full = new Scale(1);
  const handle = full.registerFullBackwardHook(() => null);
  t.throws(() => full.registerBackwardHook(() => null), { name: 'HookError', message });
  handle.remove();
  full.registerBackwardHook(() => null);
  t.throws(() => full.registerFullBackwardHook(() => null), { name: 'HookError', message });
  t.equal(full.hookCount, 1);
});
