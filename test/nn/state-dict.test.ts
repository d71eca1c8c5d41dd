/** Loading weights: strict, with one error that lists everything, and nothing changed unless all fits. */
import t from 'tap';
import { withBackend } from '../../src/backends/active.js';
import { vgg } from '../../src/nn/models/vgg.js';
import { full, ones, tensor } from '../../src/ops/creation.js';
import '../../src/ops/methods.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { candidate } from '../backends/under-test.js';

const model = () => vgg({ cfg: [2, 'M'], batchNorm: true, avgpool: 1, hidden: [], classes: 3 });
const values = (state: Map<string, Tensor>) => [...state].map(([name, x]) => [name, x.tolist()]);
const sevens = () => new Map([...model().stateDict()].map(([name, x]) => [name, full(x.shape, 7)]));

t.test('stateDict gives the tensors themselves; loading copies values', async (t) => {
  const target = model();
  const own = target.stateDict();
  const source = sevens();
  t.same(target.loadStateDict(source), { missing: [], surplus: [] });
  t.same(values(target.stateDict()), values(source));
  for (const [name, x] of target.stateDict()) {
    t.equal(x, own.get(name), `${name} is the same tensor`);
    t.not(x.storage, source.get(name)?.storage);
  }
  t.ok(target.parameters().every((parameter) => parameter.requiresGrad && parameter.isLeaf));
  source.get('features.0.bias')?.copy_(tensor([0, 0]));
  t.same(target.stateDict().get('features.0.bias')?.tolist(), [7, 7]);
});

t.test('one error lists what is missing, surplus and misshapen; nothing was changed', async (t) => {
  const target = model();
  const before = values(target.stateDict());
  const state = sevens();
  state.delete('features.0.bias');
  state.delete('features.1.running_var');
  state.set('features.0.extra', ones([1]));
  state.set('fc.weight', ones([1]));
  state.set('classifier.0.weight', ones([2, 3]));
  state.set('features.1.weight', ones([2, 1]));
  t.throws(() => target.loadStateDict(state), {
    name: 'FormatError',
    message:
      "loadStateDict: expected the names and shapes of this model's stateDict(); " +
      'missing: features.0.bias, features.1.running_var; surplus: features.0.extra, fc.weight; ' +
      'wrong shape: features.1.weight (expected [2], got [2,1]), classifier.0.weight (expected [3,2], got [2,3])',
  });
  t.same(values(target.stateDict()), before);
});

t.test('not strict: loads what fits, says what did not; shapes must fit all the same', async (t) => {
  const target = model();
  const before = target.stateDict().get('features.0.bias')?.tolist();
  const state = sevens();
  state.delete('features.0.bias');
  state.set('fc.weight', ones([1]));
  t.same(target.loadStateDict(state, { strict: false }), { missing: ['features.0.bias'], surplus: ['fc.weight'] });
  t.same(target.stateDict().get('features.0.bias')?.tolist(), before);
  t.same(target.stateDict().get('classifier.0.bias')?.tolist(), [7, 7, 7]);
  state.set('classifier.0.bias', ones([2]));
  state.set('features.1.bias', full([2], 9));
  t.throws(() => target.loadStateDict(state, { strict: false }), {
    name: 'FormatError',
    message: /; wrong shape: classifier.0.bias \(expected \[3\], got \[2\]\)$/,
  });
  t.same(target.stateDict().get('features.1.bias')?.tolist(), [7, 7]);
});

t.test('files from before num_batches_tracked load', async (t) => {
  const state = sevens();
  state.delete('features.1.num_batches_tracked');
  const target = model();
  t.same(target.loadStateDict(state), { missing: [], surplus: [] });
  t.equal(target.stateDict().get('features.1.num_batches_tracked')?.item(), 0);
});

t.test('a state of another backend is converted, and nothing stays behind', async (t) => {
  const target = model();
  const state = withBackend('reference64', sevens);
  const before = candidate().info().storages;
  target.loadStateDict(state);
  t.equal(candidate().info().storages, before);
  t.same(values(target.stateDict()), values(state));
});

t.test('loading its own state changes nothing', async (t) => {
  const target = model();
  const before = values(target.stateDict());
  target.loadStateDict(target.stateDict());
  t.same(values(target.stateDict()), before);
});
