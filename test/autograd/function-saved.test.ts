/** What custom functions save: until when, what may change it meanwhile, and that nothing else stays. */
import t from 'tap';
import { grad } from '../../src/autograd/backward.js';
import type { FunctionContext } from '../../src/autograd/function-context.js';
import { AutogradFunction } from '../../src/autograd/function.js';
import { noGrad } from '../../src/autograd/grad-mode.js';
import { tensor } from '../../src/ops/creation.js';
import '../../src/ops/methods.js';
import { tidy } from '../../src/tensor/memory.js';
import type { NestedNumbers, Tensor } from '../../src/tensor/tensor.js';
import { candidate } from '../backends/under-test.js';
import { Exp, Polynomial } from './custom-functions.js';

const leaf = (data: NestedNumbers): Tensor => tensor(data, { requiresGrad: true });
const gradOf = (x: Tensor): NestedNumbers | null => x.grad?.tolist() ?? null;
const live = (): number => candidate().info().storages;

t.test('saved tensors: freed with the graph, kept by retainGraph, checked for changes in place', async (t) => {
  const x = leaf([1, 2]);
  const y = Exp.apply(x).sum();
  y.backward(null, { retainGraph: true });
  y.backward();
  t.ok(Math.abs((x.grad?.hostData()[0] ?? 0) - 2 * Math.E) < 1e-5);
  t.throws(() => y.backward(), {
    name: 'AutogradError',
    message:
      'backward of Exp: its saved tensors were freed by an earlier backward pass (or by the end of a tidy scope); ' +
      'give that pass { retainGraph: true } to run backward through this graph a second time',
  });

  const a = tensor([2, 3]);
  const z = Polynomial.apply(a, x, 2, null);
  a.copy_(tensor([0, 0]));
  t.throws(() => z.sum().backward(), {
    message:
      /^backward of Polynomial: a tensor of shape \[2\] that it needs was changed in place: expected version 0, got version 1/,
  });

  class Constant extends AutogradFunction {
    static forward(_ctx: FunctionContext, x: Tensor): Tensor {
      return x.mul(4);
    }
    static backward(ctx: FunctionContext, grad: Tensor): Tensor {
      t.same(ctx.savedTensors, []);
      return grad.mul(4);
    }
  }
  const w = leaf(1);
  const c = Constant.apply(w);
  c.backward();
  c.backward();
  t.equal(gradOf(w), 8, 'one that saved nothing can run again, as in PyTorch');
});

t.test('a leaf that was saved without being an argument keeps its place in the graph', async (t) => {
  const hidden = leaf(3);
  class Hidden extends AutogradFunction {
    static forward(ctx: FunctionContext, x: Tensor): Tensor {
      ctx.saveForBackward(hidden);
      return x.mul(hidden.detach());
    }
    static backward(ctx: FunctionContext, grad: Tensor): Tensor {
      return grad.mul(ctx.savedTensors[0]);
    }
  }
  const x = leaf(2);
  const [first] = grad(Hidden.apply(x), [x], null, { createGraph: true });
  t.equal(grad(first, [hidden])[0].item(), 1);
});

t.test('memory: what forward made on the way is freed at once, what it saved with the graph', async (t) => {
  class Long extends AutogradFunction {
    static forward(ctx: FunctionContext, x: Tensor): Tensor {
      const [one, two, three] = [x.mul(2), x.mul(3), x.mul(4)];
      ctx.saveForBackward(two, x);
      return one.add(three);
    }
    static backward(ctx: FunctionContext, grad: Tensor): Tensor {
      const [two] = ctx.savedTensors;
      return grad.mul(two.exp());
    }
  }
  const x = leaf([1, 2]);
  const before = live();
  const y = Long.apply(x);
  t.equal(live(), before + 2, 'the output and one that was saved');
  using one = tensor([1, 1]);
  y.backward(one);
  t.equal(live(), before + 3, 'the output, the gradient, and the ones');
  for (const end of [y, x.grad]) end?.dispose();
  t.equal(live(), before + 1);
  tidy(() => void Long.apply(x));
  t.equal(live(), before + 1, 'a graph that nothing ran through goes with its scope');
  noGrad(() => Long.apply(x)).dispose();
  t.equal(live(), before + 1);

  class Throws extends AutogradFunction {
    static forward(ctx: FunctionContext, x: Tensor): Tensor {
      ctx.saveForBackward(x.mul(2));
      throw new RangeError('in forward');
    }
    static backward(): null {
      return null;
    }
  }
  t.throws(() => Throws.apply(x), { name: 'RangeError' });
  t.equal(live(), before + 1);
});
