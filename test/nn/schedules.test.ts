/** Learning-rate schedules, against PyTorch 2.13 in float64. */
import t from 'tap';
import { Adam, AdamW } from '../../src/nn/optim/adam.js';
import { OneCycleLR, type OneCycleOptions } from '../../src/nn/optim/one-cycle.js';
import type { Schedule } from '../../src/nn/optim/schedule.js';
import {
  CosineAnnealingLR,
  CosineAnnealingWarmRestarts,
  ExponentialLR,
  LambdaLR,
  LinearLR,
  MultiStepLR,
  StepLR,
} from '../../src/nn/optim/schedules.js';
import { Optimizer } from '../../src/nn/optim/optimizer.js';
import { SGD } from '../../src/nn/optim/sgd.js';
import { tensor } from '../../src/ops/creation.js';
import '../../src/ops/methods.js';
import type { Tensor } from '../../src/tensor/tensor.js';

const close = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-12 * Math.max(1, Math.abs(b));
const parameter = (values: number[]): Tensor => tensor(values, { requiresGrad: true });
/** Two groups, the second with a learning rate of 0.01. */
const groups = () => [{ params: [parameter([0])] }, { params: [parameter([0])], lr: 0.01 }];

/** The learning rates of two groups, at 0.1 and 0.01 to begin with, before and after each step. */
function rates(make: (optimizer: SGD) => Schedule, steps: number): number[][] {
  const schedule = make(new SGD(groups(), { lr: 0.1 }));
  const found = [schedule.lastLr()];
  for (let i = 0; i < steps; i++) {
    schedule.step();
    found.push(schedule.lastLr());
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

t.test('MultiStepLR, ExponentialLR, LambdaLR, LinearLR and warm restarts as in PyTorch', async (t) => {
  const scaled = (values: number[], shares = [1, 0.1]) => values.map((value) => shares.map((share) => value * share));
  isClose(
    t,
    rates((o) => new MultiStepLR(o, [1, 3, 3], 0.5), 5),
    scaled([0.1, 0.05, 0.05, 0.0125, 0.0125, 0.0125]),
  );
  isClose(
    t,
    rates((o) => new ExponentialLR(o, 0.5), 3),
    scaled([0.1, 0.05, 0.025, 0.0125]),
  );
  isClose(
    t,
    rates((o) => new LambdaLR(o, [(n) => 1 / (n + 1), (n) => 0.5 ** n]), 3),
    [
      [0.1, 0.01],
      [0.05, 0.005],
      [0.1 / 3, 0.0025],
      [0.025, 0.00125],
    ],
  );
  isClose(
    t,
    rates((o) => new LambdaLR(o, (n) => n / 2), 3),
    scaled([0, 0.05, 0.1, 0.15]),
  );
  isClose(
    t,
    rates((o) => new LinearLR(o, { startFactor: 0.25, endFactor: 0.75, totalIters: 4 }), 5),
    scaled([0.025, 0.0375, 0.05, 0.0625, 0.075, 0.075]),
  );
  isClose(
    t,
    rates((o) => new LinearLR(o), 6),
    scaled([1 / 30, 0.14 / 3, 0.06, 0.22 / 3, 0.26 / 3, 0.1, 0.1]),
  );
  isClose(
    t,
    rates((o) => new CosineAnnealingWarmRestarts(o, 2, { tMult: 2, etaMin: 0.001 }), 7),
    [
      [0.1, 0.01],
      [0.0505, 0.0055],
      [0.1, 0.01],
      [0.0855017856687341, 0.008681980515339464],
      [0.0505, 0.0055],
      [0.0154982143312659, 0.0023180194846605367],
      [0.1, 0.01],
      [0.0962320368593087, 0.009657457896300792],
    ],
  );
  isClose(
    t,
    rates((o) => new CosineAnnealingWarmRestarts(o, 3), 4),
    scaled([0.1, 0.075, 0.025, 0.1, 0.075]),
  );
});

/** Learning rate and momentum of both groups, before and after each step. */
function cycle(optimizer: Adam | SGD, options: OneCycleOptions): number[][] {
  const schedule = new OneCycleLR(optimizer, options);
  return Array.from({ length: options.totalSteps ?? 0 }, (_, i) => {
    if (i > 0) schedule.step();
    const momenta = optimizer.paramGroups.map((group) => ('betas' in group ? group.betas[0] : group.momentum));
    return schedule.lastLr().flatMap((lr, g) => [lr, momenta[g]]);
  });
}

t.test('OneCycleLR: epochs and steps for each, and a cycle that only rises', async (t) => {
  const six = (options: Partial<OneCycleOptions>) =>
    rates((optimizer) => new OneCycleLR(optimizer, { maxLr: 1, ...options }), 5);
  t.same(six({ epochs: 2, stepsPerEpoch: 3 }), six({ totalSteps: 6 }));
  t.same(six({ epochs: 9, stepsPerEpoch: 9, totalSteps: 6 }), six({ totalSteps: 6 }), 'totalSteps comes first');
  const rising = [0.04, 0.1805887450304573, 0.52, 0.8594112549695427, 1, 1];
  isClose(
    t,
    six({ totalSteps: 5, pctStart: 1 }),
    rising.map((lr) => [lr, lr]),
  );
});

t.test('OneCycleLR moves the momentum the other way round', async (t) => {
  const momenta = [
    ...[0.95, 0.9, 0.85, 0.854951556604879, 0.8688255099070633, 0.8888739533021842],
    ...[0.9111260466978157, 0.9311744900929366, 0.945048443395121, 0.95],
  ];
  const sgd = cycle(new SGD(groups(), { lr: 0.1, momentum: 0.9 }), { maxLr: 1, totalSteps: 10 });
  isClose(
    t,
    sgd.map(([, first, , second]) => [first, second]),
    momenta.map((momentum) => [momentum, momentum]),
  );
  const adam = new AdamW(groups(), { lr: 0.1, betas: [0.5, 0.7] });
  const options = { baseMomentum: 0.8, maxMomentum: 0.9, pctStart: 0.4, threePhase: true } as const;
  const found = cycle(adam, { maxLr: [1, 2], totalSteps: 10, annealStrategy: 'linear', ...options });
  const expected = [
    [0.04, 0.9],
    [0.36, 2.6 / 3],
    [0.68, 2.5 / 3],
    [1, 0.8],
    [0.68, 2.5 / 3],
    [0.36, 2.6 / 3],
    [0.04, 0.9],
    [0.026668, 0.9],
    [0.013336, 0.9],
    [4e-6, 0.9],
  ];
  isClose(
    t,
    found,
    expected.map(([lr, momentum]) => [lr, momentum, 2 * lr, momentum]),
  );
  t.same(
    adam.paramGroups.map(({ betas }) => betas[1]),
    [0.7, 0.7],
    'the second beta stays',
  );

  const still = cycle(new SGD(groups(), { lr: 0.1, momentum: 0.9 }), {
    ...{ maxLr: 1, totalSteps: 6, cycleMomentum: false, threePhase: true },
  });
  const lrs = [...[0.04, 0.8594112549695426, 0.03864957964362831, 0.025474712475461514, 0.007950512541687634, 4e-6]];
  isClose(
    t,
    still,
    lrs.map((lr) => [lr, 0.9, lr, 0.9]),
  );
});

t.test('the state of a schedule: another one goes on from there', async (t) => {
  const make = () => {
    const optimizer = new SGD(groups(), { lr: 0.1, momentum: 0.9 });
    return { optimizer, schedule: new OneCycleLR(optimizer, { maxLr: 1, totalSteps: 10 }) };
  };
  const [one, other] = [make(), make()];
  for (let i = 0; i < 4; i++) one.schedule.step();
  const state: unknown = JSON.parse(JSON.stringify(one.schedule.stateDict()));
  t.same(state, { lastEpoch: 4, baseLrs: [0.1, 0.01] });
  other.schedule.loadStateDict(one.schedule.stateDict());
  const now = ({ optimizer }: typeof one) => optimizer.paramGroups.map(({ lr, momentum }) => [lr, momentum]);
  t.same(now(other), now(one));
  one.schedule.step();
  other.schedule.step();
  t.same(now(other), now(one));
});

/** An optimiser without momentum or betas. */
class Plain extends Optimizer {
  protected override update(): void {
    throw new Error('not used');
  }
}

t.test('options of schedules that make no sense', async (t) => {
  const optimizer = new SGD(groups(), { lr: 0.1 });
  const plain = new Plain(groups(), { lr: 0.1 });
  const cases: [() => unknown, RegExp][] = [
    [() => new OneCycleLR(optimizer, { maxLr: 1, totalSteps: 0 }), /totalSteps of at least 1, got 0/],
    [() => new OneCycleLR(optimizer, { maxLr: 1, totalSteps: 2, pctStart: 2 }), /a pctStart from 0 to 1, got 2/],
    [() => new OneCycleLR(optimizer, { maxLr: [1], totalSteps: 2 }), /expected one maxLr, or 2 for as many/],
    [() => new OneCycleLR(plain, { maxLr: 1, totalSteps: 2 }), /with momentum or betas, got one without/],
    [() => new LambdaLR(optimizer, [() => 1]), /LambdaLR: expected one function, or 2 for .*, got 1/],
    [() => new OneCycleLR(optimizer, { maxLr: 1 }), /totalSteps, or epochs and stepsPerEpoch .* got epochs undefined/],
    [() => new OneCycleLR(optimizer, { maxLr: 1, epochs: 2 }), /got epochs 2 and stepsPerEpoch undefined/],
    [
      () => new OneCycleLR(optimizer, { maxLr: 1, epochs: 2, stepsPerEpoch: 1.5 }),
      /got epochs 2 and stepsPerEpoch 1.5/,
    ],
    [() => new LinearLR(optimizer, { startFactor: 0 }), /a startFactor above 0 and at most 1, got 0/],
    [() => new LinearLR(optimizer, { startFactor: 1.5 }), /a startFactor above 0 and at most 1, got 1.5/],
    [() => new LinearLR(optimizer, { endFactor: -0.1 }), /an endFactor from 0 to 1, got -0.1/],
    [() => new LinearLR(optimizer, { endFactor: 2 }), /an endFactor from 0 to 1, got 2/],
    [() => new LinearLR(optimizer, { totalIters: 0 }), /totalIters above 0, got 0/],
    [() => new CosineAnnealingWarmRestarts(optimizer, 2, { tMult: 1.5 }), /tMult to be a whole number .*, got 1.5/],
  ];
  for (const [run, message] of cases) t.throws(run, { name: 'ShapeError', message });
  t.doesNotThrow(() => new OneCycleLR(plain, { maxLr: 1, totalSteps: 2, cycleMomentum: false }));
  const schedule = new StepLR(optimizer, 1);
  optimizer.addParamGroup({ params: [parameter([0])] });
  t.throws(() => schedule.step(), {
    name: 'ShapeError',
    message:
      'StepLR: expected the 2 parameter groups that were there at first, got 3; make the schedule after addParamGroup',
  });
});
