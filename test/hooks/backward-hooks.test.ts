/** Lines 15 to 26 of PyTorch's observed behaviour of hooks: the values that full backward hooks see and replace. */
import t from 'tap';
import { tensor } from '../../src/ops/creation.js';
import type { Gradients } from '../../src/tensor/grad-node.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { Fn, Scale, gradOf, leaf, linearOf, numbers, warningsOf, wrong } from './helpers.js';

interface Seen {
  gradInput: ReturnType<typeof numbers>;
  gradOutput: ReturnType<typeof numbers>;
}

/** Logs what a module's full backward hook sees. */
function watch<In extends unknown[], Out>(module: Fn<In, Out> | Scale): Seen[] {
  const seen: Seen[] = [];
  const hook = (_module: unknown, gradInput: Gradients, gradOutput: Gradients) =>
    void seen.push({ gradInput: numbers(gradInput), gradOutput: numbers(gradOutput) });
  module.registerFullBackwardHook(hook);
  return seen;
}

t.test('15. gradInput and gradOutput are always arrays', async (t) => {
  const one = new Scale(2);
  const seenOne = watch(one);
  one
    .call(leaf([1, 2]))
    .mul(3)
    .sum()
    .backward();
  t.same(seenOne, [{ gradInput: [[6, 6]], gradOutput: [[3, 3]] }]);

  const two = new Fn((a: Tensor, b: Tensor) => [a.mul(b), a.add(b)]);
  const seenTwo = watch(two);
  const [product, total] = two.call(leaf(3), leaf(4));
  product.mul(10).add(total).backward();
  t.same(seenTwo, [{ gradInput: [41, 31], gradOutput: [10, 1] }]);
});

t.test('16. a positional argument that is no tensor gives a null slot', async (t) => {
  const module = new Fn((factor: number, x: Tensor, name: string, y: Tensor) => {
    t.equal(name, 'a name');
    return x.mul(factor).add(y);
  });
  const seen = watch(module);
  module.call(5, leaf(1), 'a name', tensor(2)).backward();
  t.same(seen, [{ gradInput: [null, 5, null, 0], gradOutput: [1] }]);
});

t.test('16. a tensor argument without a gradient gives zeros beside one that has one', async (t) => {
  const module = new Fn((x: Tensor, unused: Tensor, constant: Tensor) => {
    t.equal(unused.requiresGrad, true);
    return x.mul(constant.detach());
  });
  const seen = watch(module);
  const [x, unused, constant] = [leaf([1, 2]), leaf([[3]]), tensor([4, 5])];
  module.call(x, unused, constant).sum().backward();
  t.same(seen, [{ gradInput: [[4, 5], [[0]], [0, 0]], gradOutput: [[1, 1]] }]);
  t.same(gradOf(unused), [[0]], 'the zeros flow on');
  t.equal(constant.grad, null);
});

t.test('16. without hooks there are no zeros', async (t) => {
  const module = new Fn((x: Tensor, _unused: Tensor) => x.mul(2));
  const [x, unused] = [leaf(1), leaf(3)];
  module.call(x, unused).backward();
  t.same([gradOf(x), gradOf(unused)], [2, null]);
});

t.test('17. a call without positional arguments gives gradInput = []', async (t) => {
  const weight = leaf([2, 3]);
  const module = new Fn<[], Tensor>(() => weight.mul(4));
  const seen = watch(module);
  module.call().sum().backward();
  t.same(seen, [{ gradInput: [], gradOutput: [[1, 1]] }]);
  t.same(gradOf(weight), [4, 4]);
});

t.test('18. the input needs no gradient: one call with gradInput [null], when gradOutput is ready', async (t) => {
  const log: string[] = [];
  const layer = linearOf([[2, 3]]);
  layer.registerFullBackwardHook(
    (_module, gradInput, gradOutput) => void log.push(JSON.stringify([numbers(gradInput), numbers(gradOutput)])),
  );
  layer.weight.registerHook(() => void log.push('weight'));
  layer
    .call(tensor([[5, 7]]))
    .mul(10)
    .sum()
    .backward();
  t.same(log, ['[[null],[[[10]]]]', 'weight']);
  t.same(gradOf(layer.weight), [[50, 70]]);
});

t.test('19. in that case returning a gradient is an error, returning nulls is not', async (t) => {
  const run = (returned: Gradients) => {
    const layer = linearOf([[2, 3]]);
    layer.registerFullBackwardHook(() => returned);
    layer
      .call(tensor([[5, 7]]))
      .sum()
      .backward();
    return gradOf(layer.weight);
  };
  t.throws(() => run([tensor([[1, 1]])]), {
    name: 'HookError',
    message: /expected null for every gradInput, since no input of this call requires a gradient.*requiresGrad_\(\)/,
  });
  t.same(run([null]), [[5, 7]]);
  t.throws(() => run(wrong(false)), { name: 'HookError', message: /got boolean false/ });
});

t.test('20. nothing needs a gradient: no call', async (t) => {
  const module = new Fn((x: Tensor) => x.mul(2));
  const seen = watch(module);
  module.registerFullBackwardPreHook(() => void t.fail('called'));
  const y = module.call(tensor([1, 2]));
  t.equal(y.requiresGrad, false);
  const weight = leaf(3);
  y.mul(weight).sum().backward();
  t.equal(weight.grad?.item(), 6);
  t.same(seen, []);
});

t.test("21. a replaced gradInput changes what flows upstream only, not the module's weight gradient", async (t) => {
  const [first, second] = [new Scale(2), new Scale(3)];
  second.registerFullBackwardHook((_module, [grad]) => [grad?.mul(100) ?? null]);
  const x = leaf(5);
  second.call(first.call(x)).backward();
  t.equal(second.weight.grad?.item(), 10);
  t.equal(first.weight.grad?.item(), 1500);
  t.equal(x.grad?.item(), 600);
});

t.test(
  "22. a pre-hook's replacement changes the weight gradients; the backward hook sees it as gradOutput",
  async (t) => {
    const module = new Scale(3);
    const seen = watch(module);
    module.registerFullBackwardPreHook((_module, [grad]) => [grad?.mul(10) ?? null]);
    module.registerFullBackwardPreHook((_module, [grad]) => [grad?.add(1) ?? null]);
    const x = leaf(5);
    module.call(x).backward();
    t.same(seen, [{ gradInput: [33], gradOutput: [11] }], 'pre-hooks chain');
    t.equal(module.weight.grad?.item(), 55);
    t.equal(x.grad?.item(), 33);
  },
);

t.test('23. wrong number of gradients: the error says both numbers', async (t) => {
  const backward = new Scale(2);
  backward.registerFullBackwardHook(function doubled(_module, [grad]) {
    return [grad, grad];
  });
  t.throws(() => backward.call(leaf(1)).backward(), {
    name: 'HookError',
    message: "full backward hook 'doubled': invalid number of gradInput, got 2, but expected 1",
  });
  const pre = new Scale(2);
  pre.registerFullBackwardPreHook(() => []);
  t.throws(() => pre.call(leaf(1)).backward(), { message: /invalid number of gradOutput, got 0, but expected 1/ });
});

t.test('24. wrong shape: the error gives both shapes', async (t) => {
  const backward = new Scale(2);
  backward.registerFullBackwardHook(() => [tensor([1, 2, 3])]);
  t.throws(
    () =>
      backward
        .call(leaf([[1, 2]]))
        .sum()
        .backward(),
    {
      name: 'HookError',
      message: /expected gradInput 0 of shape \[1,2\], got \[3\]/,
    },
  );
  const pre = new Scale(2);
  pre.registerFullBackwardPreHook(() => [tensor([1, 2, 3])]);
  t.throws(
    () =>
      pre
        .call(leaf([[1, 2]]))
        .sum()
        .backward(),
    { message: /gradOutput 0 of shape \[1,2\], got \[3\]/ },
  );

  const unused = new Fn((a: Tensor, b: Tensor) => a.mul(2).add(b.detach()));
  unused.registerFullBackwardHook((_module, [grad]) => [grad, tensor([1, 2, 3])]);
  t.throws(
    () =>
      unused
        .call(leaf([1, 2]), leaf([1, 2]))
        .sum()
        .backward(),
    { message: /expected .*shape \[2\], got \[3\]/ },
    'in the place of a null too',
  );
});

t.test('25. a bare tensor instead of an array is an error', async (t) => {
  const backward = new Scale(2);
  backward.registerFullBackwardHook((_module, [grad]) => wrong(grad));
  t.throws(
    () =>
      backward
        .call(leaf([1, 2]))
        .sum()
        .backward(),
    {
      name: 'HookError',
      message: /expected an array with one tensor or null for each gradInput or nothing, got a tensor of shape \[2\]/,
    },
  );
  const pre = new Scale(2);
  pre.registerFullBackwardPreHook((_module, [grad]) => wrong(grad));
  t.throws(
    () =>
      pre
        .call(leaf([1, 2]))
        .sum()
        .backward(),
    { message: /for each gradOutput or nothing, got a tensor/ },
  );
});

t.test('26. returning [null] leaves the gradient null upstream', async (t) => {
  const second = new Scale(3);
  second.registerFullBackwardHook(() => [null]);
  const [x, weight] = [leaf(5), leaf(2)];
  x.registerHook(() => void t.fail('called without a gradient'));
  second.call(x.mul(weight)).backward();
  t.equal(second.weight.grad?.item(), 10);
  t.same([gradOf(weight), gradOf(x)], [null, null]);

  const y = leaf(5);
  second.call(y).backward();
  t.equal(gradOf(y), null, 'a leaf right before it as well');
});

t.test('26. a module with hooks before it has null as gradOutput, and fills gradInput with zeros', async (t) => {
  const [first, second] = [new Scale(2), new Scale(3)];
  const seen = watch(first);
  const pre: unknown[] = [];
  first.registerFullBackwardPreHook((_module, gradOutput) => void pre.push(numbers(gradOutput)));
  second.registerFullBackwardHook(() => [null]);
  const x = leaf(5);
  second.call(first.call(x)).backward();
  t.equal(second.weight.grad?.item(), 10);
  t.same(pre, [[null]]);
  t.same(seen, [{ gradInput: [0], gradOutput: [null] }]);
  t.equal(gradOf(first.weight), null);
  t.equal(gradOf(x), 0);
});

t.test('26. a pre-hook that returns [null]: no gradient for the weight, zeros for the input', async (t) => {
  const module = new Scale(3);
  const seen = watch(module);
  module.registerFullBackwardPreHook(() => [null]);
  const x = leaf(5);
  module.call(x).backward();
  t.same(seen, [{ gradInput: [0], gradOutput: [null] }]);
  t.same([gradOf(module.weight), gradOf(x)], [null, 0]);
});

t.test('30. a dict output: a warning, and the hook never fires', async (t) => {
  const module = new Fn((x: Tensor) => ({ y: x.mul(2) }));
  const seen = watch(module);
  const x = leaf(3);
  let y: Tensor | undefined;
  const warnings = warningsOf(() => {
    ({ y } = module.call(x));
  });
  t.match(warnings, [/tensor or an array of tensors.*will not fire/]);
  t.equal(warnings.length, 1);
  y?.backward();
  t.same(seen, []);
  t.equal(x.grad?.item(), 2, 'the gradient flows all the same');
});
