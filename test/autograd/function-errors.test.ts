/** What goes wrong in functions with a backward rule of one's own: said in words, and nothing leaks. */
import t from 'tap';
import { FunctionContext } from '../../src/autograd/function-context.js';
import { AutogradFunction } from '../../src/autograd/function.js';
import { isGradEnabled } from '../../src/autograd/grad-mode.js';
import '../../src/hooks/tensor-hooks.js';
import { tensor } from '../../src/ops/creation.js';
import '../../src/ops/methods.js';
import { tidy } from '../../src/tensor/memory.js';
import type { NestedNumbers, Tensor } from '../../src/tensor/tensor.js';
import { candidate } from '../backends/under-test.js';

const leaf = (data: NestedNumbers): Tensor => tensor(data, { requiresGrad: true });
const live = (): number => candidate().info().storages;

t.test('what a wrong backward returns is said', async (t) => {
  const returning = (gradients: unknown): (() => void) => {
    class Wrong extends AutogradFunction {
      static forward(_ctx: FunctionContext, a: Tensor, _b: Tensor, _n: number): Tensor {
        return a.mul(2);
      }
      static backward(): never {
        return gradients as never;
      }
    }
    return () =>
      Wrong.apply(leaf([1, 2]), leaf(3), 4)
        .sum()
        .backward();
  };
  const one = tensor([1, 1]);
  const count = 'expected 3 gradients, one for each argument of forward (null where there is none), got';
  const cases: [unknown, string][] = [
    [one, `${count} 1`],
    [[one, null], `${count} 2`],
    [[one, null, null, one], `${count} 4`],
    [[one, 'x', null], 'expected a tensor or null as the gradient of argument 1, got string x'],
    [
      [one, null, one],
      'expected null (the argument is no tensor) as the gradient of argument 2, got a tensor of shape [2]',
    ],
    [[tensor([1, 2, 3]), null, null], 'expected a gradient of shape [2] for argument 0, got [3]'],
    [[one, one, null], 'expected a gradient of shape [] for argument 1, got [2]'],
    [Promise.resolve(one), `${count} 1`],
    [
      [Promise.resolve(one), null, null],
      'expected a tensor or null as the gradient of argument 0, got a Promise (backward cannot be async)',
    ],
  ];
  for (const [gradients, message] of cases) {
    t.throws(returning(gradients), { name: 'AutogradError', message: `backward of Wrong: ${message}` });
  }
  t.doesNotThrow(returning([one, null, null, null, undefined]), 'surplus nulls are let pass, as in PyTorch');
  t.doesNotThrow(returning([null, undefined, null]));
});

t.test('what a wrong forward does is said', async (t) => {
  class Async extends AutogradFunction {
    static async forward(_ctx: FunctionContext, x: Tensor): Promise<Tensor> {
      return x;
    }
    static backward(): null {
      return null;
    }
  }
  const apply = (definition: unknown): void => {
    AutogradFunction.apply.call(definition as ThisParameterType<typeof AutogradFunction.apply>, leaf(1));
  };
  t.throws(() => apply(Async), {
    name: 'AutogradError',
    message:
      'Async: expected forward to return a tensor or an array with tensors, got a Promise (forward cannot be async)',
  });
  class Saves extends AutogradFunction {
    static forward(ctx: FunctionContext, x: Tensor): Tensor {
      ctx.saveForBackward(x, 3 as never);
      return x.mul(1);
    }
    static backward(): null {
      return null;
    }
  }
  t.throws(() => Saves.apply(leaf(1)), {
    name: 'AutogradError',
    message: 'Saves: expected tensors in ctx.saveForBackward, got 3 at position 1; keep it as a property of ctx',
  });
});

t.test('an error in backward is the one that arrives, and the pass leaks nothing', async (t) => {
  const failure = new RangeError('in backward');
  class Throws extends AutogradFunction {
    static forward(ctx: FunctionContext, x: Tensor): Tensor {
      ctx.saveForBackward(x);
      return x.mul(2);
    }
    static backward(ctx: FunctionContext): never {
      ctx.savedTensors[0].exp();
      throw failure;
    }
  }
  const x = leaf([1, 2]);
  const before = live();
  tidy(() => t.throws(() => Throws.apply(x).sum().backward(), failure));
  t.equal(live(), before);
  t.equal(isGradEnabled(), true);
});
