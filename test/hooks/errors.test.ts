/** Lines 41 and 42 of PyTorch's observed behaviour of hooks: hooks that throw, and backward passes inside of hooks. */
import t from 'tap';
import { enableGrad, isGradEnabled } from '../../src/autograd/grad-mode.js';
import { Sequential } from '../../src/nn/sequential.js';
import { ReLU } from '../../src/nn/layers.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { Square, gradOf, leaf, linearOf, numbers } from './helpers.js';

t.test('41. a throw in a backward hook: same error, downstream has its gradients, a retry fails', async (t) => {
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

/** Two squares, the second of which has a hook that throws, and what a backward pass leaves. */
function failing(register: (second: Square, fail: () => never) => unknown) {
  const failure = new RangeError('from the hook');
  const [first, second] = [new Square(), new Square()];
  const x = leaf(2);
  register(second, () => {
    throw failure;
  });
  const y = new Sequential(first, second).call(x);
  const run = (): unknown => {
    try {
      y.backward();
    } catch (error) {
      return error;
    }
    return null;
  };
  return { run, failure, gradients: () => [second.weight, first.weight, x].map(gradOf) };
}

t.test('41. a throw in a pre-hook: nothing has its gradient, and a retry calls the hook again', async (t) => {
  const { run, failure, gradients } = failing((second, fail) => second.registerFullBackwardPreHook(fail));
  t.equal(run(), failure);
  t.same(gradients(), [null, null, null]);
  t.equal(run(), failure);
});

t.test("41. a throw in a weight's hook, or after its accumulation", async (t) => {
  const onWeight = failing((second, fail) => second.weight.registerHook(fail));
  t.equal(onWeight.run(), onWeight.failure);
  t.same(onWeight.gradients(), [null, null, null]);
  t.match(onWeight.run(), { name: 'AutogradError', message: /retainGraph/ });

  const after = failing((second, fail) => second.weight.registerPostAccumulateGradHook(fail));
  t.equal(after.run(), after.failure);
  t.same(after.gradients(), [144, null, null], 'it has accumulated');
});

t.test('41. a throw in a hook on a tensor: its node has not run, and once the hook is gone it can', async (t) => {
  const x = leaf(2);
  const y = x.mul(x);
  const handle = y.registerHook(() => {
    throw new RangeError('from the hook');
  });
  t.throws(() => y.backward(), { name: 'RangeError' });
  t.equal(gradOf(x), null);
  handle.remove();
  y.backward();
  t.equal(gradOf(x), 4);
});

t.test('41. a throw in a recorded pass leaves recording as it was', async (t) => {
  const { run, failure } = failing((second, fail) => second.registerFullBackwardHook(fail));
  t.equal(
    enableGrad(() => run()),
    failure,
  );
  t.equal(isGradEnabled(), true);
});

t.test('41. a backward pass inside of a hook is a pass of its own', async (t) => {
  const [x, other] = [leaf(2), leaf(3)];
  x.registerHook(() => {
    t.equal(isGradEnabled(), false);
    enableGrad(() => other.mul(other).backward());
    t.equal(isGradEnabled(), false);
  });
  x.mul(x).backward();
  t.same([gradOf(x), gradOf(other)], [4, 6]);

  const same = leaf(2);
  const y = same.mul(same);
  y.registerHook(() => enableGrad(() => same.mul(3).backward()));
  y.backward();
  t.equal(gradOf(same), 7, 'both passes accumulate into the same leaf');
});

t.test('41. a backward pass inside of a hook, through the same graph', async (t) => {
  const run = (retainGraph: boolean): [Tensor, Tensor] => {
    const x = leaf(2);
    const y = x.mul(x);
    let inside = false;
    y.registerHook(() => {
      if (inside) return;
      inside = true;
      y.backward(null, { retainGraph });
    });
    return [x, y];
  };
  const [x, y] = run(true);
  y.backward();
  t.equal(gradOf(x), 8);
  const [once, freed] = run(false);
  t.throws(() => freed.backward(), { name: 'AutogradError', message: /retainGraph/ });
  t.equal(gradOf(once), 4, 'the inner pass freed what the outer one needed');
});

t.test('42. inplace is accepted, printed and ignored: hooks before and on that ReLU work', async (t) => {
  // differs by design: PyTorch raises an error for each of the two hooks
  const model = new Sequential(linearOf([[1], [-1]], [0, 0]), new ReLU({ inplace: true }));
  t.match(model.toString(), /ReLU\(inplace=True\)/);
  const log: unknown[] = [];
  for (const module of [model.get(0), model.get(1)]) {
    module.registerFullBackwardHook((_module, gradInput, gradOutput) => {
      log.push([numbers(gradInput), numbers(gradOutput)]);
    });
  }
  const before: Tensor[] = [];
  model.get(0).registerForwardHook((_module, _input, output) => void before.push(output));
  const x = leaf([[3]]);
  const y = model.call(x);
  t.same([before[0].tolist(), y.tolist()], [[[3, -3]], [[3, 0]]], 'the input of the ReLU is unchanged');
  y.sum().backward();
  t.same(log, [
    [[[[1, 0]]], [[[1, 1]]]],
    [[[[1]]], [[[1, 0]]]],
  ]);
  t.same(gradOf(x), [[1]]);
  t.same([...new ReLU({ inplace: true }).stateDict().keys()], [...new ReLU().stateDict().keys()]);
});
