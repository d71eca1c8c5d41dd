/** SGD and the schedules, against PyTorch 2.13 in float64 and against the formulas. */
import t from 'tap';
import { backendNamed, withBackend } from '../../src/backends/active.js';
import { Linear } from '../../src/nn/layers.js';
import { CosineAnnealingLR, OneCycleLR, StepLR } from '../../src/nn/optim/schedules.js';
import { SGD, type SgdOptions } from '../../src/nn/optim/sgd.js';
import { tensor } from '../../src/ops/creation.js';
import '../../src/ops/methods.js';
import { tidy } from '../../src/tensor/memory.js';
import type { Tensor } from '../../src/tensor/tensor.js';

const close = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-12 * Math.max(1, Math.abs(b));
const parameter = (values: number[]): Tensor => tensor(values, { requiresGrad: true });

/** The parameter after each of three steps from [1, -2] with the same gradients. */
function path(options: Partial<SgdOptions> & { lr: number }): number[][] {
  return withBackend('reference64', () => {
    const p = parameter([1, -2]);
    const optimizer = new SGD([p], options);
    return [
      [1, 2],
      [3, -1],
      [0.5, 0.5],
    ].map((gradient) => {
      p.grad = tensor(gradient);
      optimizer.step();
      return [...p.hostData()];
    });
  });
}

t.test('SGD: three steps as in PyTorch', async (t) => {
  const cases: [Partial<SgdOptions> & { lr: number }, number[][]][] = [
    [
      { lr: 0.1 },
      [
        [0.9, -2.2],
        [0.6, -2.1],
        [0.55, -2.15],
      ],
    ],
    [
      { lr: 0.1, momentum: 0.9 },
      [
        [0.9, -2.2],
        [0.51, -2.28],
        [0.109, -2.402],
      ],
    ],
    [
      { lr: 0.1, momentum: 0.9, dampening: 0.5 },
      [
        [0.9, -2.2],
        [0.66, -2.33],
        [0.419, -2.472],
      ],
    ],
    [
      { lr: 0.1, momentum: 0.9, nesterov: true, weightDecay: 0.01 },
      [
        [0.8081, -2.3762],
        [0.15475461, -2.34206522],
        [-0.257822984759, -2.494032574082],
      ],
    ],
    [
      { lr: 0.1, weightDecay: 0.5 },
      [
        [0.85, -2.1],
        [0.5075, -1.895],
        [0.432125, -1.85025],
      ],
    ],
  ];
  for (const [options, expected] of cases) {
    const found = path(options);
    t.ok(
      expected.flat().every((value, i) => close(found.flat()[i], value)),
      `${JSON.stringify(options)}: ${JSON.stringify(found)}`,
    );
  }
});

t.test('parameter groups have options of their own', async (t) => {
  const [a, b, c] = [parameter([1]), parameter([1]), parameter([1])];
  const optimizer = new SGD([{ params: [a] }, { params: [b], lr: 0.5 }, { params: [c], weightDecay: 1 }], { lr: 0.25 });
  t.same(
    optimizer.paramGroups.map(({ lr, weightDecay }) => [lr, weightDecay]),
    [
      [0.25, 0],
      [0.5, 0],
      [0.25, 1],
    ],
  );
  for (const p of [a, b, c]) p.grad = tensor([1]);
  optimizer.step();
  t.same(
    [a, b, c].map((p) => p.item()),
    [0.75, 0.5, 0.5],
  );
});

t.test('parameters without a gradient stay, whatever the weight decay', async (t) => {
  const [a, b] = [parameter([1]), parameter([1])];
  const optimizer = new SGD([a, b], { lr: 0.5, weightDecay: 1 });
  a.grad = tensor([1]);
  optimizer.step();
  t.same([a.item(), b.item()], [0, 1]);
  optimizer.zeroGrad();
  t.same([a.grad, b.grad], [null, null]);
  optimizer.step();
  t.equal(a.item(), 0);
});

t.test('wrong options are errors', async (t) => {
  const p = [parameter([1])];
  const cases: [() => unknown, RegExp][] = [
    [() => new SGD([], { lr: 1 }), /optimizer: expected at least one parameter, got none/],
    [() => new SGD(p, { lr: -1 }), /SGD: expected a learning rate of at least 0, got -1/],
    [() => new SGD(p, { lr: NaN }), /at least 0, got NaN/],
    [() => new SGD(p, { lr: 1, nesterov: true }), /Nesterov needs a momentum above 0 and no dampening, got 0 and 0/],
    [() => new SGD(p, { lr: 1, nesterov: true, momentum: 0.9, dampening: 0.1 }), /got 0.9 and 0.1/],
    [() => new OneCycleLR(new SGD(p, { lr: 1 }), { maxLr: 1, totalSteps: 0 }), /totalSteps of at least 1, got 0/],
    [() => new SGD([...p, ...p], { lr: 1 }), /each parameter once/],
    [() => new SGD([p[0].mul(2)], { lr: 1 }), /expected leaves, .* got a tensor of shape \[1\]/],
  ];
  for (const [run, message] of cases) t.throws(run, { name: 'ShapeError', message });
});

t.test('training a line: y = 2x - 1 is found, and memory stays as it was', async (t) => {
  const live = () => backendNamed('wasm').info().storages;
  const layer = new Linear(1, 1);
  const optimizer = new SGD(layer.parameters(), { lr: 0.05, momentum: 0.9 });
  const x = tensor([[-1], [0], [1], [2]]);
  const y = tensor([[-3], [-1], [1], [3]]);
  const step = (): number =>
    tidy(() => {
      optimizer.zeroGrad();
      const error = layer.call(x).sub(y);
      const loss = error.mul(error).mean();
      loss.backward();
      optimizer.step();
      return loss.item();
    });
  const first = step();
  const before = live();
  for (let i = 0; i < 300; i++) step();
  t.equal(live(), before);
  t.ok(step() < 1e-8 && first > 1e-3, `the loss was ${first}`);
  t.ok(Math.abs(layer.weight.item() - 2) < 1e-4 && Math.abs((layer.bias?.item() ?? 0) + 1) < 1e-4);
  optimizer.dispose();
  t.equal(live(), before - 2, 'the velocities are gone');
});

/** The learning rates of two groups, at 0.1 and 0.01 to begin with, before and after each step. */
function rates(make: (optimizer: SGD) => { step(): void; lastLr(): number[] }, steps: number): number[][] {
  const groups = [{ params: [parameter([0])] }, { params: [parameter([0])], lr: 0.01 }];
  const optimizer = new SGD(groups, { lr: 0.1 });
  const schedule = make(optimizer);
  const found = [schedule.lastLr()];
  for (let i = 0; i < steps; i++) {
    schedule.step();
    found.push(optimizer.paramGroups.map(({ lr }) => lr));
  }
  return found;
}

function isClose(t: { ok(value: boolean, message: string): unknown }, found: number[][], expected: number[][]): void {
  t.ok(
    found.length === expected.length && expected.flat().every((value, i) => close(found.flat()[i], value)),
    JSON.stringify(found),
  );
}

t.test('StepLR and CosineAnnealingLR as in PyTorch, for each group from its own start', async (t) => {
  isClose(
    t,
    rates((optimizer) => new StepLR(optimizer, 2, 0.5), 5),
    [0.1, 0.1, 0.05, 0.05, 0.025, 0.025].map((lr) => [lr, lr / 10]),
  );
  isClose(
    t,
    rates((optimizer) => new StepLR(optimizer, 1), 2),
    [
      [0.1, 0.01],
      [0.01, 0.001],
      [0.001, 0.0001],
    ],
  );
  isClose(
    t,
    rates((optimizer) => new CosineAnnealingLR(optimizer, 4, 0.001), 5),
    [
      [0.1, 0.01],
      [0.0855017856687341, 0.008681980515339464],
      [0.0505, 0.0055],
      [0.0154982143312659, 0.0023180194846605367],
      [0.001, 0.001],
      [0.0154982143312659, 0.0023180194846605367],
    ],
  );
});

t.test('OneCycleLR as in PyTorch', async (t) => {
  const both = (values: number[]) => values.map((value) => [value, value]);
  isClose(
    t,
    rates((optimizer) => new OneCycleLR(optimizer, { maxLr: 1, totalSteps: 10 }), 9),
    both([
      ...[0.04, 0.52, 1, 0.9504846320134737, 0.8117456539497631, 0.6112620219362893],
      ...[0.38874197806371075, 0.18825834605023697, 0.049519367986526286, 4e-6],
    ]),
  );
  const options = { maxLr: 0.4, totalSteps: 7, pctStart: 0.5, divFactor: 10, finalDivFactor: 100 };
  isClose(
    t,
    rates((optimizer) => new OneCycleLR(optimizer, options), 6),
    both([
      ...[0.04, 0.16437694101250946, 0.36562305898749053, 0.38021357980690335],
      ...[0.24465968260447163, 0.07562673758862505, 0.0004],
    ]),
  );
  const noRise = rates((optimizer) => new OneCycleLR(optimizer, { maxLr: 1, totalSteps: 10, pctStart: 0.1 }), 9);
  t.equal(noRise[0][0], 1, 'a rise of one step begins at the top (PyTorch divides by zero)');
  t.ok(close(noRise[9][0], 4e-6));
  const short = (optimizer: SGD) => new OneCycleLR(optimizer, { maxLr: 1, totalSteps: 5 });
  const full = rates(short, 5);
  t.ok(
    close(full[5][0], 0.18825834605023686),
    'a loop of totalSteps optimiser steps ends with one more schedule step, as in PyTorch',
  );
  t.throws(() => rates(short, 6), { name: 'ShapeError', message: 'OneCycleLR: expected at most 5 steps, got 6' });
});
