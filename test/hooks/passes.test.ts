/** Lines 37 to 40 of PyTorch's observed behaviour of hooks: partial and repeated passes. */
import t from 'tap';
import { grad } from '../../src/autograd/backward.js';
import { gradcheck, gradgradcheck } from '../../src/autograd/gradcheck.js';
import { isGradEnabled } from '../../src/autograd/grad-mode.js';
import { withBackend } from '../../src/backends/active.js';
import { tensor } from '../../src/ops/creation.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { Square, gradOf, leaf, linearOf, numbers } from './helpers.js';

/** Logs the values that the backward hooks of a module see. */
function watch(module: Square): string[] {
  const log: string[] = [];
  module.registerFullBackwardPreHook((_module, gradOutput) => void log.push(`pre ${numbers(gradOutput).join()}`));
  module.registerFullBackwardHook((_module, gradInput) => void log.push(`bwd ${numbers(gradInput).join()}`));
  return log;
}

t.test('37. grad(loss, [weight]): backward-pre fires, backward does not; grad(loss, [x]): both', async (t) => {
  const module = new Square();
  const log = watch(module);
  const x = leaf(2);
  const [weightGrad] = grad(module.call(x), [module.weight]);
  t.equal(weightGrad.item(), 4);
  t.same(log, ['pre 1']);
  const [xGrad] = grad(module.call(x), [x]);
  t.equal(xGrad.item(), 12);
  t.same(log, ['pre 1', 'pre 1', 'bwd 12']);
  t.equal(gradOf(x), null);
});

t.test('38. double backward: both fire once, on the first pass only', async (t) => {
  const module = new Square();
  const log = watch(module);
  const x = leaf(2);
  const [first] = grad(module.call(x), [x], null, { createGraph: true });
  t.equal(first.item(), 12);
  first.backward();
  t.same(log, ['pre 1', 'bwd 12']);
  t.equal(gradOf(x), 6);
  t.equal(gradOf(module.weight), 4);
});

t.test('37. what else grad() and backward(inputs) fire: only what leads to what was asked for', async (t) => {
  const log: string[] = [];
  const layer = linearOf([[2, 3]], [1]);
  layer.registerFullBackwardPreHook(() => void log.push('pre'));
  layer.registerFullBackwardHook(() => void log.push('bwd'));
  layer.weight.registerHook(() => void log.push('weight'));
  layer.weight.registerPostAccumulateGradHook(() => void log.push('post weight'));
  layer.bias?.registerHook(() => void log.push('bias'));
  const x = leaf([[1, 2]]);
  x.registerHook(() => void log.push('x'));
  const { weight, bias } = layer;
  const fired = (run: (y: Tensor) => unknown, input = x): string[] => {
    log.length = 0;
    run(layer.call(input));
    return [...log];
  };
  // all computed with PyTorch
  t.same(
    fired((y) => grad(y, [weight])),
    ['pre', 'weight'],
  );
  t.same(
    fired((y) => grad(y, [x])),
    ['pre', 'bwd', 'x'],
  );
  t.same(
    fired((y) => grad(y, [x, weight, ...(bias ? [bias] : [])])),
    ['pre', 'bias', 'weight', 'bwd', 'x'],
  );
  t.same(
    fired((y) => y.backward(null, { inputs: [weight] })),
    ['pre', 'weight', 'post weight'],
  );
  t.same(gradOf(bias ?? x), null);
  t.same(
    fired((y) => y.backward(null, { inputs: [x] })),
    ['pre', 'bwd', 'x'],
  );
  t.same(
    fired((y) => grad(y, [y])),
    [],
    'the output itself lies before the tap',
  );
  t.same(
    fired((y) => grad(y, [weight]), tensor([[1, 2]])),
    ['pre', 'bwd', 'weight'],
    'the input needs no gradient: the hook fires with gradOutput',
  );
  const inner = x.mul(1);
  inner.registerHook(() => void log.push('inner'));
  inner.retainGrad();
  t.same(
    fired((y) => grad(y, [inner]), inner),
    ['pre', 'bwd', 'inner'],
  );
  t.same(gradOf(inner), [[2, 3]], 'retainGrad works under grad() too');
});

t.test('38. the hooks see, and change, what is differentiated again', async (t) => {
  const module = new Square();
  const seen: unknown[] = [];
  module.registerFullBackwardHook((_module, [grad], [gradOutput]) => {
    seen.push([grad?.requiresGrad, gradOutput?.requiresGrad]);
    return [grad?.mul(10) ?? null];
  });
  const x = leaf(2);
  const [first] = grad(module.call(x), [x], null, { createGraph: true });
  t.equal(first.item(), 120);
  t.same(seen, [[true, false]]);
  first.backward();
  t.equal(gradOf(x), 60);
  t.equal(gradOf(module.weight), 40);
  t.equal(seen.length, 1);
});

t.test('38. a second pass that comes through the output again fires them again', async (t) => {
  const module = new Square();
  const log = watch(module);
  const x = leaf(2);
  const y = module.call(x);
  const [first] = grad(y.mul(y), [x], null, { createGraph: true });
  t.equal(first.item(), 2 * 12 * 12);
  t.same(log, ['pre 24', 'bwd 288']);
  first.backward();
  // d/dx of 4 w^2 x^3: along y, 2 y' = 24, and past it
  t.same(log.length, 4);
  t.equal(gradOf(x), 12 * 9 * 4);
});

t.test('38. hooks that replace nothing leave second derivatives as they are', async (t) => {
  withBackend('reference64', () => {
    const module = new Square();
    const log = watch(module);
    const x = leaf([0.5, -2]);
    t.ok(gradcheck((x) => module.call(x), [x]));
    t.ok(gradgradcheck((x) => module.call(module.call(x)), [x]));
    t.ok(log.length > 0);
  });
});

t.test('38. tensor hooks in a recorded pass are part of what is differentiated', async (t) => {
  const x = leaf(2);
  x.registerHook((g) => g.mul(5));
  const y = x.mul(x).mul(x);
  const calls: number[] = [];
  y.registerHook((g) => {
    calls.push(g.item());
    return g.mul(x);
  });
  const [first] = grad(y, [x], null, { createGraph: true });
  t.equal(first.item(), 120);
  t.equal(grad(first, [x])[0].item(), 900);
  t.same(calls, [1]);
});

t.test('39. inside a hook grad mode is off; with createGraph it is on', async (t) => {
  for (const createGraph of [false, true]) {
    const modes: boolean[] = [];
    const note = () => void modes.push(isGradEnabled());
    const module = new Square();
    module.registerFullBackwardPreHook(note);
    module.registerFullBackwardHook(note);
    const x = leaf(2);
    x.registerHook(note);
    module.call(x).backward(null, { createGraph });
    t.same(modes, [createGraph, createGraph, createGraph]);
    t.equal(isGradEnabled(), true, 'on again afterwards');
  }
});

t.test('40. retainGraph with two backwards: hooks fire both times', async (t) => {
  const module = new Square();
  const log = watch(module);
  const x = leaf(2);
  const y = module.call(x);
  y.backward(null, { retainGraph: true });
  y.backward();
  t.same(log, ['pre 1', 'bwd 12', 'pre 1', 'bwd 12']);
  t.equal(gradOf(x), 24);
});
