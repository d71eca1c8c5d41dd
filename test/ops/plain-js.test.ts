/**
 * Calls that TypeScript refuses and plain JavaScript makes: the op (or method) says in its own name what it wants instead,
 * and none fails inside, or computes with what is no number.
 */
import t from 'tap';
import * as backlight from '../../src/index.js';
import { BacklightError } from '../../src/errors.js';
import { opCases, withoutGradient } from './op-cases.js';

/** A public function by its name, its types forgotten. */
function call(name: string, ...args: unknown[]): unknown {
  const run: unknown = Reflect.get(backlight, name);
  if (typeof run !== 'function') throw new Error(`there is no function called ${name}`);
  return Reflect.apply(run, undefined, args);
}

function errorOf(run: () => unknown): unknown {
  try {
    run();
    return 'nothing was thrown';
  } catch (error) {
    return error;
  }
}

/** Ops whose first argument is no tensor: they make tensors, or take a list of them or indices. */
const takesOther = new Set([
  ...['tensor', 'full', 'zeros', 'ones', 'arange', 'rand', 'randn', 'randint', 'randperm', 'linspace', 'eye'],
  ...['cat', 'stack', 'oneHot'],
]);
const notTensors: readonly unknown[] = [undefined, null, 'a', [1, 2], { shape: [3] }];
const names = [...Object.keys(opCases), ...Object.keys(withoutGradient)].filter((name) => name in backlight);

for (const name of names.filter((name) => !takesOther.has(name))) {
  t.test(`${name} of what is no tensor`, async (t) => {
    for (const value of notTensors) {
      const error = errorOf(() => call(name, value));
      t.ok(error instanceof BacklightError && error.message.startsWith(`${name}: expected `), String(error));
    }
  });
}

t.test('a second tensor that is none', async (t) => {
  const x = backlight.zeros([2, 2]);
  const binary = ['add', 'sub', 'mul', 'div', 'pow', 'maximum', 'minimum', 'eq', 'ne', 'lt', 'le', 'gt', 'ge'];
  const products = ['matmul', 'mm', 'bmm', 'mv', 'dot', 'outer', 'linear', 'conv1d', 'conv2d', 'convTranspose2d'];
  const losses = ['mseLoss', 'l1Loss', 'smoothL1Loss', 'huberLoss', 'binaryCrossEntropy', 'klDiv'];
  for (const name of [...binary, ...products, ...losses, 'binaryCrossEntropyWithLogits', 'crossEntropy', 'nllLoss']) {
    for (const value of [undefined, null, 'a', {}]) {
      const error = errorOf(() => call(name, x, value));
      t.ok(error instanceof BacklightError && error.message.startsWith(`${name}: expected `), String(error));
    }
  }
});

t.test('a second argument of the wrong kind never fails inside', async (t) => {
  // random generators are objects of the user's: what they lack is JavaScript's to tell
  const others = names.filter((name) => !['randLike', 'randnLike'].includes(name));
  for (const shape of [
    [2, 2],
    [1, 2, 4, 4],
  ]) {
    for (const name of others) {
      for (const value of [undefined, 'a', {}, -1.5, NaN, [NaN], ['a'], [null]]) {
        const run = () => backlight.tidy(() => void call(name, backlight.ones(shape), value));
        const error = errorOf(run);
        const good = typeof error === 'string' || error instanceof BacklightError;
        if (!good) t.fail(`${name} of ${shape.join('x')} and ${JSON.stringify(value)}: ${String(error)}`);
      }
    }
  }
  t.ok(others.length > 100, 'all ops were tried');
  t.same(
    backlight
      .ones([2])
      .sum(null as unknown as undefined)
      .item(),
    2,
    'null is no dimension',
  );
});

t.test('single calls, each with what it says', async (t) => {
  const x = backlight.zeros([2, 2]);
  const layer = new backlight.ReLU();
  const cases: [() => unknown, string][] = [
    [() => call('add', x, null), 'add: expected a tensor or a number, got null'],
    [() => call('add', 1, 2), 'add: expected at least one tensor, got two numbers'],
    [() => call('pow', 1, 2), 'pow: expected at least one tensor, got two numbers'],
    [() => call('relu', 3), 'relu: expected a tensor, got 3'],
    [() => call('matmul', x, 3), 'matmul: expected tensors, got 3'],
    [() => call('cat', [x, 3]), 'cat: expected tensors, got 3'],
    [() => call('stack', [3, x]), 'stack: expected tensors, got 3'],
    [() => call('zeros', 2, 3), 'zeros: expected a list of sizes, as [2, 3], got 2'],
    [() => call('rand', 2), 'rand: expected a list of sizes, as [2, 3], got 2'],
    [() => call('reshape', x, 4), 'reshape: expected a list of sizes, as [2, 3], got 4'],
    [() => call('permute', x, 1, 0), 'permute: expected a list of dimensions, as [2, 3], got 1'],
    [() => call('expand', x, 4, 2), 'expand: expected a list of sizes, as [2, 3], got 4'],
    [() => call('repeat', x, 2), 'repeat: expected a list of times, as [2, 3], got 2'],
    [() => call('pad', x, 1), 'pad: expected a list of amounts, as [2, 3], got 1'],
    [() => call('sum', x, 'a'), 'sum: expected a list of dimensions, as [2, 3], got a'],
    [() => call('cat', x, x), 'cat: expected a list of tensors, got a tensor of shape [2,2]'],
    [() => call('cat', [x, null]), 'cat: expected tensors, got null'],
    [() => call('indexSelect', x, 0, 1), 'indexSelect: expected indices as a tensor or a list, got 1'],
    [
      () => call('maxPool2d', x.reshape([1, 2, 2])),
      'maxPool2d: kernelSize: expected a whole number of at least 1, or two of them, got undefined',
    ],
    [() => call('full', [2], 'a'), 'full: expected a number as the value, got "a"'],
    [() => call('fullLike', x, null), 'fullLike: expected a number as the value, got null'],
    [() => call('arange'), 'arange: expected finite numbers, got undefined'],
    [() => call('arange', '3'), 'arange: expected finite numbers, got "3"'],
    [
      () => call('interpolate', x.reshape([1, 1, 2, 2])),
      'interpolate: expected either size or scaleFactor, got neither',
    ],
    [() => call('where', 1, x, x), 'where: expected a tensor as the condition, got 1'],
    [() => call('where', x, x, null), 'where: expected a tensor or a number, got null'],
    [() => call('clamp', x, 'a'), 'clamp: expected a tensor or a number, got "a"'],
    [() => call('norm', x, 'nuc'), 'norm: expected a number or \'fro\' as p, got "nuc"'],
    [() => call('oneHot', 'a', 2), 'oneHot: expected indices as a tensor, a list or one number, got "a"'],
    [() => call('conv2d', x.reshape([1, 1, 2, 2]), x.reshape([1, 1, 2, 2]), 3), 'conv2d: expected tensors, got 3'],
    [
      () => Reflect.apply(layer.registerForwardHook, layer, [3]),
      'registerForwardHook: expected a function as the hook, got 3',
    ],
    [
      () => Reflect.apply(layer.registerFullBackwardHook, layer, []),
      'registerFullBackwardHook: expected a function as the hook, got undefined',
    ],
    [
      () => call('registerModuleForwardPreHook', {}),
      'registerModuleForwardPreHook: expected a function as the hook, got an object',
    ],
    [
      () => Reflect.apply(x.registerHook, backlight.ones([2]).requiresGrad_(), [x]),
      'registerHook: expected a function as the hook, got a tensor of shape [2,2]',
    ],
  ];
  for (const [run, message] of cases) {
    const error = errorOf(run);
    t.ok(error instanceof BacklightError, String(error));
    t.equal(error instanceof Error && error.message, message);
  }
  t.equal(layer.hookCount, 0, 'nothing that was refused is registered');
});
