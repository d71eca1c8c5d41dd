/**
 * Lines 37 to 41 and 43 to 46 of PyTorch's observed behaviour of hooks: partial and repeated passes, errors, handles.
 */
import t from 'tap';
import { grad } from '../../src/autograd/backward.js';
import { isGradEnabled } from '../../src/autograd/grad-mode.js';
import { Module } from '../../src/nn/module.js';
import { RemovableHandle } from '../../src/hooks/handle.js';
import { Parameter } from '../../src/nn/parameter.js';
import { Sequential } from '../../src/nn/sequential.js';
import { tensor } from '../../src/ops/creation.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { Scale, gradOf, leaf, numbers } from './helpers.js';

/** y = weight x^2 */
class Square extends Module<[Tensor]> {
  readonly weight = new Parameter(tensor(3));

  override forward(x: Tensor): Tensor {
    return x.mul(x).mul(this.weight);
  }
}

/** Logs the values that the backward hooks of a module see. */
function watch(module: Square): string[] {
  const log: string[] = [];
  module.registerFullBackwardPreHook((_module, gradOutput) => void log.push(`pre ${numbers(gradOutput).join()}`));
  module.registerFullBackwardHook((_module, gradInput) => void log.push(`bwd ${numbers(gradInput).join()}`));
  return log;
}

t.test('37 grad(loss, [weight]): backward-pre fires, backward does not; grad(loss, [x]): both', async (t) => {
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

t.test('38 double backward: both fire once, on the first pass only', async (t) => {
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

t.test('39 inside a hook grad mode is off; with createGraph it is on', async (t) => {
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

t.test('40 retainGraph with two backwards: hooks fire both times', async (t) => {
  const module = new Square();
  const log = watch(module);
  const x = leaf(2);
  const y = module.call(x);
  y.backward(null, { retainGraph: true });
  y.backward();
  t.same(log, ['pre 1', 'bwd 12', 'pre 1', 'bwd 12']);
  t.equal(gradOf(x), 24);
});

t.test('41 a throw in a backward hook: same error, downstream has its gradients, a retry fails', async (t) => {
  const log: string[] = [];
  const failure = new RangeError('from the hook');
  const [first, second] = [new Square(), new Square()];
  first.registerFullBackwardHook(() => void log.push('first'));
  second.registerFullBackwardHook(() => void log.push('second'));
  const failing = second.registerFullBackwardHook(() => {
    throw failure;
  });
  const x = leaf(2);
  const y = new Sequential(first, second).call(x);
  let caught: unknown;
  try {
    y.backward();
  } catch (error) {
    caught = error;
  }
  t.equal(caught, failure);
  t.same(log, ['second']);
  t.equal(gradOf(second.weight), 144);
  t.equal(gradOf(first.weight), null);
  t.equal(gradOf(x), null);
  t.equal(isGradEnabled(), true);
  failing.remove();
  t.throws(() => y.backward(), {
    name: 'AutogradError',
    message: /freed by an earlier backward pass.*retainGraph: true/,
  });
});

t.test('43 remove() is idempotent and safe after the module is gone', async (t) => {
  const module = new Scale(2);
  const once = module.registerForwardHook((_module, _input, y) => y.add(1));
  module.registerForwardHook((_module, _input, y) => y.add(10));
  t.equal(module.hookCount, 2);
  once.remove();
  once.remove();
  t.equal(module.hookCount, 1);
  t.equal(module.call(tensor(1)).item(), 12, 'the other hook is still there');
  const gone = new Scale(2);
  const handle = gone.registerFullBackwardHook(() => null);
  gone.dispose();
  handle.remove();
  t.equal(gone.hookCount, 0);

  const x = leaf(1);
  const onTensor = x.registerHook((g) => g.mul(2));
  x.dispose();
  onTensor.remove();
  onTensor.remove();
});

t.test('44 used as a scope the handle removes even on throw', async (t) => {
  const module = new Scale(2);
  t.throws(
    () => {
      using handle = module.registerForwardHook((_module, _input, y) => y.add(1));
      t.type(handle, RemovableHandle);
      t.equal(module.call(tensor(1)).item(), 3);
      throw new Error('on the way');
    },
    { message: 'on the way' },
  );
  t.equal(module.hookCount, 0);
  t.equal(module.call(tensor(1)).item(), 2);
});

t.test('45 forward hooks are a live list: removed on the way is skipped, added on the way waits', async (t) => {
  const log: string[] = [];
  const module = new Scale(2);
  const handles: RemovableHandle[] = [];
  handles.push(
    module.registerForwardHook(() => {
      log.push('first');
      handles.forEach((handle) => handle.remove());
      module.registerForwardHook(() => void log.push('added'));
    }),
    module.registerForwardHook(() => void log.push('removed')),
  );
  module.registerForwardHook(() => void log.push('last'));
  module.call(tensor(1));
  t.same(log, ['first', 'last']);
  log.length = 0;
  module.call(tensor(1));
  t.same(log, ['last', 'added']);
});

t.test('45 tensor hooks likewise', async (t) => {
  const log: string[] = [];
  const x = leaf(1);
  const handles: RemovableHandle[] = [];
  handles.push(
    x.registerHook(() => {
      log.push('first');
      handles.forEach((handle) => handle.remove());
      x.registerHook(() => void log.push('added'));
    }),
    x.registerHook(() => void log.push('removed')),
  );
  x.registerHook(() => void log.push('last'));
  x.mul(2).backward();
  t.same(log, ['first', 'last']);
  log.length = 0;
  x.mul(2).backward();
  t.same(log, ['last', 'added']);
});

t.test('46 stateDict omits hooks', async (t) => {
  const module = new Square();
  watch(module);
  module.registerForwardHook(() => null);
  t.same([...module.stateDict().keys()], ['weight']);
  const other = new Square();
  other.loadStateDict(module.stateDict());
  t.equal(other.hookCount, 0);
});
