/** Gradients that come from the user, set as `grad`, given to backward or returned by hooks: what does not fit is refused. */
import t from 'tap';
import { accumulate, addGradients } from '../../src/autograd/accumulate.js';
import { grad } from '../../src/autograd/backward.js';
import { AutogradFunction } from '../../src/autograd/function.js';
import { withBackend } from '../../src/backends/active.js';
import '../../src/hooks/tensor-hooks.js';
import { Linear } from '../../src/nn/layers.js';
import { ones, tensor, zeros } from '../../src/ops/creation.js';
import '../../src/ops/methods.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { candidateName } from '../backends/under-test.js';

const leaf = (): Tensor => tensor([1, 2, 3], { requiresGrad: true });
/** Three numbers on the reference backend, where the rest is on the one under test. */
const elsewhere = (...shape: number[]): Tensor => withBackend('reference', () => ones(shape));
const mixed = (op: string, [one, other]: [string, string] = [candidateName, 'reference']) => ({
  name: 'BackendError',
  message: `${op}: expected all tensors on one backend, got ${one} and ${other}; move one with tensor.to(backend)`,
});

t.test('x.grad takes a tensor of its shape and backend, or null', async (t) => {
  const x = leaf();
  // plain JavaScript can set anything
  const set = (value: unknown) => () => Object.assign(x, { grad: value });
  t.throws(set(ones([1])), { name: 'ShapeError', message: 'grad: expected a gradient of shape [3], got [1]' });
  t.throws(set(ones([1, 3])), { name: 'ShapeError', message: 'grad: expected a gradient of shape [3], got [1,3]' });
  t.throws(set(3), { name: 'ShapeError', message: 'grad: expected a tensor or null, got 3' });
  t.throws(set([1, 2, 3]), { name: 'ShapeError', message: 'grad: expected a tensor or null, got an array of 3' });
  t.throws(set(x), { name: 'ShapeError', message: /another tensor as the gradient, got the tensor itself/ });
  t.throws(set(elsewhere(3)), mixed('grad'));
  t.equal(x.grad, null, 'nothing that was refused is there');

  x.grad = tensor([1, 1, 1]);
  x.mul(2).sum().backward();
  t.same(x.grad?.tolist(), [3, 3, 3], 'backward adds to what was set');
  set(undefined)();
  t.equal(x.grad, null);
});

t.test('gradients are added only where they are of one shape and backend', async (t) => {
  const message = 'backward: expected gradients of one shape, [3], got [1]';
  t.throws(() => addGradients(zeros([3]), zeros([1])), { name: 'ShapeError', message });
  t.throws(() => addGradients(zeros([3]), elsewhere(3)), mixed('backward'));
  const x = leaf();
  t.throws(() => accumulate(x, zeros([1])), {
    name: 'ShapeError',
    message: /grad: expected a gradient of shape \[3\]/,
  });
  accumulate(x, zeros([3]));
  t.throws(() => accumulate(x, zeros([1])), { name: 'ShapeError', message });
});

t.test('the gradient of an output', async (t) => {
  const y = leaf().mul(2);
  t.throws(() => y.backward(elsewhere(3)), mixed('backward'));
  t.throws(() => grad(y, [leaf()], elsewhere(3)), { name: 'BackendError' });
  const given: { value: unknown } = { value: 3 };
  t.throws(() => y.backward(given.value as Tensor), {
    name: 'ShapeError',
    message: 'backward: expected a tensor or null as the gradient, got 3',
  });
});

t.test('what hooks return', async (t) => {
  const x = leaf();
  x.registerHook(function moved() {
    return elsewhere(3);
  });
  t.throws(() => x.mul(2).sum().backward(), mixed("tensor hook 'moved'", ['reference', candidateName]));

  const layer = new Linear(2, 2);
  const input = ones([1, 2]).requiresGrad_();
  const run = (): void => layer.call(input).sum().backward();
  const pre = layer.registerFullBackwardPreHook(() => [elsewhere(1, 2)]);
  t.throws(run, {
    name: 'BackendError',
    message: new RegExp(`full backward pre-hook .* got reference and ${candidateName}`),
  });
  pre.remove();
  layer.registerFullBackwardHook(() => [elsewhere(1, 2)]);
  t.throws(run, {
    name: 'BackendError',
    message: new RegExp(`full backward hook .* got reference and ${candidateName}`),
  });
});

t.test('what a custom function returns', async (t) => {
  class Moved extends AutogradFunction {
    static forward = (_ctx: unknown, x: Tensor): Tensor => x.mul(2);
    static backward = (): Tensor => elsewhere(3);
  }
  t.throws(() => Moved.apply(leaf()).sum().backward(), {
    name: 'BackendError',
    message:
      `backward of Moved: expected a gradient on the backend ${candidateName} for argument 0, got one on reference; ` +
      'move it with tensor.to(backend)',
  });
});
