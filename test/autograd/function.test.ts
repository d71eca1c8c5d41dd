/** Custom functions. What PyTorch does in the same place was looked up by running it (2.13). */
import t from 'tap';
import { grad } from '../../src/autograd/backward.js';
import { FunctionContext } from '../../src/autograd/function-context.js';
import { AutogradFunction } from '../../src/autograd/function.js';
import { gradcheck, gradgradcheck } from '../../src/autograd/gradcheck.js';
import { isGradEnabled, noGrad } from '../../src/autograd/grad-mode.js';
import { withBackend } from '../../src/backends/active.js';
import '../../src/hooks/tensor-hooks.js';
import { tensor } from '../../src/ops/creation.js';
import '../../src/ops/methods.js';
import type { NestedNumbers, Tensor } from '../../src/tensor/tensor.js';
import { candidate } from '../backends/under-test.js';
import { Exp, Polynomial } from './custom-functions.js';

const leaf = (data: NestedNumbers): Tensor => tensor(data, { requiresGrad: true });
const gradOf = (x: Tensor): NestedNumbers | null => x.grad?.tolist() ?? null;
const live = (): number => candidate().info().storages;

t.test('forward and backward: one node, of the name of the class', async (t) => {
  const x = leaf([0, 1]);
  const y = Exp.apply(x);
  t.same([y.requiresGrad, y.isLeaf, y.node?.name], [true, false, 'Exp']);
  t.equal(y.node?.edges.length, 1);
  y.mul(3).sum().backward();
  t.ok(Math.abs((x.grad?.hostData()[1] ?? 0) - 3 * Math.E) < 1e-5);
  t.equal(x.grad?.hostData()[0], 3);
});

t.test('tensor and other arguments, gradients in their order, needsInputGrad', async (t) => {
  const [a, x, b] = [leaf([2, 3]), leaf([5, 7]), leaf([1, 1])];
  const y = Polynomial.apply(a, x, 2, b);
  t.same(y.tolist(), [51, 148]);
  y.sum().backward();
  t.same(
    [gradOf(a), gradOf(x), gradOf(b)],
    [
      [25, 49],
      [20, 42],
      [1, 1],
    ],
  );
  Polynomial.apply(a.detach(), x, 1, null).sum().backward();
  t.same(gradOf(x), [22, 45], 'an absent argument, and one that needs no gradient');

  const seen: (readonly boolean[])[] = [];
  class Needs extends AutogradFunction {
    static forward(ctx: FunctionContext, a: Tensor, _b: Tensor, _c: string): Tensor {
      seen.push(ctx.needsInputGrad);
      return a.mul(2);
    }
    static backward(ctx: FunctionContext, grad: Tensor) {
      seen.push(ctx.needsInputGrad);
      return [grad, grad, null];
    }
  }
  const constant = tensor([1, 1]);
  Needs.apply(a, constant, 'c').sum().backward();
  t.same(seen, [
    [true, false, false],
    [true, false, false],
  ]);
  t.equal(constant.grad, null, 'a gradient for a tensor that needs none is dropped');
});

t.test('forward runs without recording, backward is recorded with createGraph only', async (t) => {
  const modes: boolean[] = [];
  class Modes extends AutogradFunction {
    static forward(_ctx: FunctionContext, x: Tensor): Tensor {
      modes.push(isGradEnabled(), x.requiresGrad, x.mul(2).requiresGrad);
      return x.mul(2);
    }
    static backward(_ctx: FunctionContext, grad: Tensor): Tensor {
      modes.push(isGradEnabled());
      return grad.mul(2);
    }
  }
  const x = leaf(1);
  Modes.apply(x).backward();
  grad(Modes.apply(x), [x], null, { createGraph: true });
  t.same(modes, [false, true, false, false, false, true, false, true]);
});

t.test('nothing is recorded under noGrad, or if no argument needs a gradient', async (t) => {
  const x = leaf(1);
  for (const y of [noGrad(() => Exp.apply(x)), Exp.apply(tensor(1))]) {
    t.same([y.requiresGrad, y.node], [false, null]);
    t.ok(Math.abs(y.item() - Math.E) < 1e-6);
  }
  class Nested extends AutogradFunction {
    static forward(_ctx: FunctionContext, [x]: Tensor[]): Tensor {
      return x.mul(2);
    }
    static backward(): null {
      return null;
    }
  }
  t.equal(Nested.apply([x]).requiresGrad, false, 'tensors inside of arrays are not looked at');
});

t.test('a backward in ops is differentiable itself', async (t) => {
  const x = leaf(2);
  const [first] = grad(Exp.apply(x), [x], null, { createGraph: true });
  const [second] = grad(first, [x], null, { createGraph: true });
  const [third] = grad(second, [x]);
  for (const value of [first, second, third]) t.ok(Math.abs(value.item() - Math.E ** 2) < 1e-5);

  withBackend('reference64', () => {
    const [a, z, b] = [leaf([2, -3]), leaf([5, 0.7]), leaf([1, 1])];
    t.ok(gradcheck((a, z, b) => Polynomial.apply(a, z, 3, b), [a, z, b]));
    t.ok(gradgradcheck((a, z, b) => Polynomial.apply(a, z, 3, b), [a, z, b]));
    t.ok(gradgradcheck((z) => Exp.apply(z), [z]));
  });
});

t.test('gradcheck finds a wrong backward', async (t) => {
  class Wrong extends AutogradFunction {
    static forward(ctx: FunctionContext, x: Tensor): Tensor {
      ctx.saveForBackward(x);
      return x.mul(x);
    }
    static backward(ctx: FunctionContext, grad: Tensor): Tensor {
      return grad.mul(ctx.savedTensors[0]);
    }
  }
  withBackend('reference64', () =>
    t.throws(
      () => gradcheck((x) => Wrong.apply(x), [leaf([3])]),
      /expected 6\.\d+ \(numerical\), got 3 \(analytical\)|expected 5\.9\d+ \(numerical\), got 3/,
    ),
  );
});

class TwoOutputs extends AutogradFunction {
  static readonly seen: (NestedNumbers | null)[][] = [];

  static forward(ctx: FunctionContext, x: Tensor, materialize: boolean): Tensor[] {
    ctx.setMaterializeGrads(materialize);
    return [x.mul(2), x.mul(3)];
  }

  static backward(_ctx: FunctionContext, a: Tensor | null, b: Tensor | null) {
    TwoOutputs.seen.push([a?.tolist() ?? null, b?.tolist() ?? null]);
    if (a && b) return [a.mul(2).add(b.mul(3)), null];
    return [a?.mul(2) ?? b?.mul(3), undefined];
  }
}

t.test('several outputs: zeros for one without a gradient, or null if asked for', async (t) => {
  const x = leaf([1, 2]);
  const [a, b] = TwoOutputs.apply(x, true);
  t.same([a.tolist(), b.tolist(), a.requiresGrad, b.requiresGrad], [[2, 4], [3, 6], true, true]);
  a.mul(10).add(b).sum().backward();
  TwoOutputs.apply(x, true)[0].sum().backward();
  TwoOutputs.apply(x, false)[1].sum().backward();
  t.same(TwoOutputs.seen, [
    [
      [10, 10],
      [1, 1],
    ],
    [
      [1, 1],
      [0, 0],
    ],
    [null, [1, 1]],
  ]);
  t.same(gradOf(x), [23 + 2 + 3, 23 + 2 + 3]);
});

t.test('markNonDifferentiable: that output requires no gradient', async (t) => {
  class WithSign extends AutogradFunction {
    static forward(ctx: FunctionContext, x: Tensor): [Tensor, Tensor, string] {
      const sign = x.sign();
      ctx.markNonDifferentiable(sign);
      return [x.abs(), sign, 'a label'];
    }
    static backward(_ctx: FunctionContext, grad: Tensor, forSign: Tensor, label: unknown): Tensor {
      t.same([forSign.tolist(), label], [[0, 0], null]);
      return grad.mul(5);
    }
  }
  const x = leaf([-1, 2]);
  const [magnitude, sign, label] = WithSign.apply(x);
  t.same([magnitude.requiresGrad, sign.requiresGrad, sign.tolist(), label], [true, false, [-1, 1], 'a label']);
  magnitude.sum().backward();
  t.same(gradOf(x), [5, 5]);

  class Only extends AutogradFunction {
    static forward(ctx: FunctionContext, x: Tensor): Tensor {
      const sign = x.sign();
      ctx.saveForBackward(x);
      ctx.markNonDifferentiable(sign);
      return sign;
    }
    static backward(): null {
      return null;
    }
  }
  const before = live();
  const only = Only.apply(x);
  t.same([only.requiresGrad, only.node], [false, null]);
  only.dispose();
  t.equal(live(), before);
});

t.test('an argument that forward returns as it is gets the gradient of backward', async (t) => {
  class Reverse extends AutogradFunction {
    static forward(_ctx: FunctionContext, x: Tensor): Tensor {
      return x;
    }
    static backward(_ctx: FunctionContext, grad: Tensor): Tensor {
      return grad.mul(-7);
    }
  }
  const x = leaf([1, 2]);
  const y = Reverse.apply(x);
  t.not(y, x);
  t.equal(y.storage, x.storage);
  y.sum().backward();
  t.same(gradOf(x), [-7, -7]);
  t.equal(x.isLeaf, true);
});

t.test('onceDifferentiable: first derivatives as ever, a second one is an error', async (t) => {
  class Square extends AutogradFunction {
    static override readonly onceDifferentiable = true;

    static forward(ctx: FunctionContext, x: Tensor): Tensor {
      ctx.saveForBackward(x);
      return x.mul(x);
    }
    static backward(ctx: FunctionContext, grad: Tensor): Tensor {
      t.equal(isGradEnabled(), false);
      return grad.mul(ctx.savedTensors[0]).mul(2);
    }
  }
  const x = leaf(3);
  Square.apply(x).backward();
  t.equal(gradOf(x), 6);
  const [first] = grad(Square.apply(x).mul(5), [x], null, { createGraph: true });
  t.equal(first.item(), 30);
  const message =
    'backward of Square: expected one derivative only, since it is marked as onceDifferentiable, got a second; ' +
    'write its backward in recorded ops and leave the mark out';
  t.throws(() => grad(first, [x]), { name: 'AutogradError', message });
  t.throws(() => first.mul(x).backward(), { message });
});

t.test('hooks see its gradients as those of any op', async (t) => {
  const log: unknown[] = [];
  const x = leaf([0, 0]);
  const y = Exp.apply(x);
  y.registerHook((g) => {
    log.push(g.tolist());
    return g.mul(2);
  });
  x.registerHook((g) => void log.push(g.tolist()));
  y.sum().backward();
  t.same(log, [
    [1, 1],
    [2, 2],
  ]);
});
