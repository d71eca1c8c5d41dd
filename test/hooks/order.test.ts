/** Lines 1 to 6 of PyTorch's observed behaviour of hooks: in which order they fire. */
import t from 'tap';
import {
  registerModuleForwardHook,
  registerModuleForwardPreHook,
  registerModuleFullBackwardHook,
  registerModuleFullBackwardPreHook,
} from '../../src/nn/global-hooks.js';
import { Sequential } from '../../src/nn/sequential.js';
import { Tensor } from '../../src/tensor/tensor.js';
import type { AnyModule } from '../../src/nn/module.js';
import { Scale, gradOf, leaf, linearOf, numbers } from './helpers.js';

/** The full backward hooks of one module, logging. */
function logBackward(module: AnyModule, name: string, log: string[]): void {
  module.registerFullBackwardPreHook(() => void log.push(`bpre ${name}`));
  module.registerFullBackwardHook(() => void log.push(`bwd ${name}`));
}

t.test('1. one Linear with every hook, forward: global pre, pre, global forward, forward', async (t) => {
  const log: string[] = [];
  const layer = linearOf([[2]], [1]);
  using _forward = layer.registerForwardHook((_module, [x], y) => void log.push(`forward ${x.item()} ${y.item()}`));
  using _pre = layer.registerForwardPreHook((_module, [x]) => void log.push(`pre ${x.item()}`));
  {
    using _globalForward = registerModuleForwardHook((module) => void log.push(`global forward ${module === layer}`));
    using _globalPre = registerModuleForwardPreHook((module) => void log.push(`global pre ${module === layer}`));
    t.equal(layer.call(leaf([[3]])).item(), 7);
  }
  t.same(log, ['global pre true', 'pre 3', 'global forward true', 'forward 3 7']);
  layer.call(leaf([[3]]));
  t.same(log.slice(4), ['pre 3', 'forward 3 7'], 'a removed global hook is silent');
});

t.test('1. a global pre-hook replaces the arguments, a global hook the output', async (t) => {
  const layer = new Scale(2);
  using _pre = registerModuleForwardPreHook((_module, [x]) => (x instanceof Tensor ? x.add(1) : null));
  using _forward = registerModuleForwardHook((_module, _input, y) => (y instanceof Tensor ? y.mul(10) : null));
  t.equal(layer.call(leaf(3)).item(), 80);
});

t.test('2. its backward: y, global pre, pre, weight, post weight, global, backward, x, post x', async (t) => {
  const log: string[] = [];
  const layer = linearOf([[2, 3]]);
  const x = leaf([[5, 7]]);
  layer.registerFullBackwardHook(
    (_module, gradInput, gradOutput) =>
      void log.push(`backward ${JSON.stringify([numbers(gradInput), numbers(gradOutput)])}`),
  );
  layer.registerFullBackwardPreHook(
    (_module, gradOutput) => void log.push(`pre ${JSON.stringify(numbers(gradOutput))}`),
  );
  x.registerHook((grad) => void log.push(`x ${JSON.stringify(grad.tolist())}`));
  x.registerPostAccumulateGradHook((leaf) => void log.push(`post x ${JSON.stringify(gradOf(leaf))}`));
  layer.weight.registerHook((grad) => void log.push(`weight ${JSON.stringify(grad.tolist())}`));
  layer.weight.registerPostAccumulateGradHook((leaf) => void log.push(`post weight ${JSON.stringify(gradOf(leaf))}`));
  using _global = registerModuleFullBackwardHook(() => void log.push('global backward'));
  using _globalPre = registerModuleFullBackwardPreHook(() => void log.push('global pre'));
  const y = layer.call(x);
  y.registerHook((grad) => void log.push(`y ${JSON.stringify(grad.tolist())}`));
  t.equal(y.item(), 31);
  y.sum().mul(10).backward();
  t.same(log, [
    'y [[10]]',
    'global pre',
    'pre [[[10]]]',
    'weight [[50,70]]',
    'post weight [[50,70]]',
    'global backward',
    'backward [[[[20,30]]],[[[10]]]]',
    'x [[20,30]]',
    'post x [[20,30]]',
  ]);
});

t.test('3. nested Sequential, backward: the outer pair around the inner pairs, last first', async (t) => {
  const log: string[] = [];
  const model = new Sequential(new Scale(2), new Scale(3));
  logBackward(model, 'seq', log);
  logBackward(model.get(0), '0', log);
  logBackward(model.get(1), '1', log);
  const x = leaf([1, 2]);
  model.call(x).sum().backward();
  t.same(log, ['bpre seq', 'bpre 1', 'bwd 1', 'bpre 0', 'bwd 0', 'bwd seq']);
  t.same(gradOf(x), [6, 6]);
});

t.test('4. prepend: registered 0, 1 (prepend), 2, 4 (prepend) fires 4, 1, 0, 2, for every kind', async (t) => {
  const log: string[] = [];
  const module = new Scale(2);
  for (const [name, prepend] of [
    ['0', false],
    ['1', true],
    ['2', false],
    ['4', true],
  ] as const) {
    module.registerForwardPreHook(() => void log.push(`pre ${name}`), { prepend });
    module.registerForwardHook(() => void log.push(`forward ${name}`), { prepend });
    module.registerFullBackwardPreHook(() => void log.push(`bpre ${name}`), { prepend });
    module.registerFullBackwardHook(() => void log.push(`bwd ${name}`), { prepend });
  }
  module
    .call(leaf([1]))
    .sum()
    .backward();
  t.same(
    log,
    ['pre', 'forward', 'bpre', 'bwd'].flatMap((kind) => ['4', '1', '0', '2'].map((name) => `${kind} ${name}`)),
  );
});

t.test('5. the same function registered twice fires twice', async (t) => {
  const module = new Scale(1);
  const double = (_module: unknown, _input: unknown, output: ReturnType<Scale['forward']>) => output.mul(2);
  const first = module.registerForwardHook(double);
  module.registerForwardHook(double);
  const x = leaf(3);
  const count = { backward: 0 };
  const hook = () => void count.backward++;
  module.registerFullBackwardHook(hook);
  module.registerFullBackwardHook(hook);
  const y = module.call(x);
  t.equal(y.item(), 12);
  y.backward();
  t.equal(count.backward, 2);
  t.equal(x.grad?.item(), 4);
  first.remove();
  t.equal(module.call(x).item(), 6, 'removing one leaves the other');
});

t.test('6. calling forward directly bypasses hooks; eval mode does not', async (t) => {
  const log: string[] = [];
  const module = new Scale(2);
  module.registerForwardPreHook(() => void log.push('pre'));
  module.registerForwardHook(() => void log.push('forward'));
  logBackward(module, 'm', log);
  const x = leaf(3);
  module.forward(x).backward();
  t.same(log, []);
  t.equal(x.grad?.item(), 2);
  module.eval().call(x).backward();
  t.same(log, ['pre', 'forward', 'bpre m', 'bwd m']);
  t.equal(x.grad?.item(), 4);
});
