/** Saving an optimiser in the middle of training and going on elsewhere: the same numbers to the last bit. */
import t from 'tap';
import { withBackend } from '../../src/backends/active.js';
import { Adam, AdamW } from '../../src/nn/optim/adam.js';
import type { OptimizerStateDict } from '../../src/nn/optim/optimizer-state.js';
import { SGD } from '../../src/nn/optim/sgd.js';
import { tensor } from '../../src/ops/creation.js';
import '../../src/ops/methods.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { candidate } from '../backends/under-test.js';

type Make = (params: Tensor[]) => Adam | SGD;
const start = () => [tensor([1, -2], { requiresGrad: true }), tensor([[0.3], [0.7]], { requiresGrad: true })];
const values = (params: Tensor[]) => params.map((p) => [...p.hostData()]);

function train(optimizer: Adam | SGD, params: Tensor[], from: number, to: number): void {
  for (let i = from; i < to; i++) {
    for (const p of params) p.grad = tensor([Math.sin(i), Math.cos(3 * i)]).reshape(p.shape);
    optimizer.step();
  }
}

const kinds: [Make, string[]][] = [
  [(params) => new SGD(params, { lr: 0.1, momentum: 0.9 }), ['momentum_buffer']],
  [(params) => new Adam(params, { lr: 0.1 }), ['step', 'exp_avg', 'exp_avg_sq']],
  [(params) => new AdamW(params, { lr: 0.1, amsgrad: true }), ['step', 'exp_avg', 'exp_avg_sq', 'max_exp_avg_sq']],
];

t.test('ten steps are four steps, saving, restoring, and six steps', async (t) => {
  for (const [make, names] of kinds) {
    const whole = start();
    train(make(whole), whole, 0, 10);

    const first = start();
    const before = make(first);
    train(before, first, 0, 4);
    before.paramGroups[0].lr = 0.1;
    const saved = before.stateDict();
    t.same(saved.paramGroups[0].params, [0, 1]);
    t.same(
      [...saved.state].map(([number, state]) => [number, Object.keys(state)]),
      [
        [0, names],
        [1, names],
      ],
    );

    const second = values(first).map((data, i) =>
      tensor(data, { requiresGrad: true }).reshape(first[i].shape).detach(),
    );
    for (const p of second) p.requiresGrad_();
    const after = make(second);
    after.paramGroups[0].lr = 99;
    after.loadStateDict(saved);
    t.equal(after.paramGroups[0].lr, 0.1);
    t.equal(after.paramGroups[0].params[0], second[0]);
    train(after, second, 4, 10);
    t.same(values(second), values(whole));
    train(before, first, 4, 10);
    t.same(values(first), values(whole), 'the first goes on by itself: nothing is shared');
  }
});

t.test('restoring frees what was there; a state of another backend is converted', async (t) => {
  const params = start();
  const optimizer = new Adam(params, { lr: 0.1 });
  train(optimizer, params, 0, 2);
  const live = () => candidate().info().storages;
  const elsewhere = withBackend('reference64', () => {
    const others = start();
    const other = new Adam(others, { lr: 0.5, betas: [0.5, 0.5] });
    train(other, others, 0, 3);
    return other.stateDict();
  });
  const before = live();
  optimizer.loadStateDict(elsewhere);
  t.equal(live(), before);
  const mean = optimizer.stateDict().state.get(0)?.exp_avg;
  t.ok(mean instanceof Tensor && mean.backend === params[0].backend);
  t.equal(optimizer.stateDict().state.get(0)?.step, 3);
  t.same(optimizer.paramGroups[0].betas, [0.5, 0.5]);
  optimizer.dispose();
  t.equal(live(), before - 4);
  t.equal(optimizer.stateDict().state.size, 0);
});

t.test('a state that does not fit is refused, and nothing has changed', async (t) => {
  const params = start();
  const optimizer = new SGD(params, { lr: 0.1, momentum: 0.9 });
  train(optimizer, params, 0, 1);
  const good = optimizer.stateDict();
  const wrong: [OptimizerStateDict, string][] = [
    [
      { ...good, paramGroups: [{ ...good.paramGroups[0], params: [0] }] },
      'optimizer: loadStateDict: expected groups of [2] parameters, got [1]',
    ],
    [{ ...good, state: new Map([[7, {}]]) }, 'optimizer: loadStateDict: no group has the parameter 7'],
    [
      { ...good, state: new Map([[0, { momentum_buffer: tensor([1]) }]]) },
      'optimizer: loadStateDict: expected momentum_buffer of parameter 0 of shape [2], got [1]',
    ],
  ];
  const before = good.state.get(1)?.momentum_buffer;
  for (const [state, message] of wrong) {
    t.throws(() => optimizer.loadStateDict(state), { name: 'ShapeError', message });
    t.equal(optimizer.stateDict().state.get(1)?.momentum_buffer, before);
  }
});
