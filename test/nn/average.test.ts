/** The moving average of a model, against its formula: parameters, running statistics and counters. */
import t from 'tap';
import * as init from '../../src/nn/init.js';
import { BatchNorm2d, Conv2d, Linear, ReLU } from '../../src/nn/layers.js';
import type { Module } from '../../src/nn/module.js';
import { updateAverage } from '../../src/nn/optim/average.js';
import { Sequential } from '../../src/nn/sequential.js';
import { randn } from '../../src/ops/creation.js';
import '../../src/ops/methods.js';
import { manualSeed } from '../../src/tensor/random.js';
import { tidy } from '../../src/tensor/memory.js';
import { candidate } from '../backends/under-test.js';

const made = () => new Sequential(new Conv2d(2, 3, 3), new BatchNorm2d(3), new ReLU());
type Values = Map<string, number[]>;

async function valuesOf(model: Module): Promise<Values> {
  const values: Values = new Map();
  for (const [name, x] of model.stateDict()) values.set(name, [...(await x.data())]);
  return values;
}

const counter = '1.num_batches_tracked';

/** Changes everything in a model: a forward pass in training mode, and other weights. */
function move(model: Module): void {
  tidy(() => {
    model.call(randn([4, 2, 5, 5]).mul(3));
    for (const parameter of model.parameters()) init.normal_(parameter);
  });
}

t.test('average <- decay * average + (1 - decay) * model, step after step', async (t) => {
  manualSeed(2);
  const [model, average] = [made(), made()];
  updateAverage(average, model, 0);
  t.same(await valuesOf(average), await valuesOf(model), 'a decay of 0 copies');
  const wanted = await valuesOf(average);
  for (const decay of [0.5, 0.9, 0.25, 0.999]) {
    move(model);
    const now = await valuesOf(model);
    updateAverage(average, model, decay);
    for (const [name, values] of wanted) {
      const own = now.get(name) ?? [];
      wanted.set(
        name,
        values.map((value, i) => (name === counter ? own[i] : decay * value + (1 - decay) * own[i])),
      );
    }
    const found = await valuesOf(average);
    for (const [name, values] of wanted) {
      const errors = values.map((value, i) => Math.abs(value - (found.get(name)?.[i] ?? NaN)) / Math.max(1, value));
      const worst = Math.max(...errors);
      t.ok(worst < 1e-6, `decay ${decay}: ${name} is off by ${worst}`);
    }
    t.same(await valuesOf(model), now, 'the model stays');
  }
  t.same(wanted.get(counter), [4]);
  t.same(
    average.parameters().map(({ requiresGrad, isLeaf, grad }) => [requiresGrad, isLeaf, grad]),
    average.parameters().map(() => [true, true, null]),
    'nothing is recorded',
  );
  for (const one of [model, average]) one.dispose();
});

t.test('the tensors stay what they are, and no memory is left behind', async (t) => {
  const [model, average] = [made(), made()];
  const live = () => candidate().info().storages;
  const [before, own] = [live(), [...average.stateDict().values()]];
  for (const decay of [0, 0.5]) updateAverage(average, model, decay);
  t.equal(live(), before);
  [...average.stateDict().values()].forEach((x, i) => t.equal(x, own[i]));
  for (const x of own) t.notOk([...model.stateDict().values()].some(({ storage }) => storage === x.storage));
  for (const one of [model, average]) one.dispose();
});

t.test('a model of another structure is refused, and nothing is changed', async (t) => {
  const average = made();
  const before = await valuesOf(average);
  const others: [Module, RegExp][] = [
    [new Sequential(new Conv2d(2, 3, 3), new ReLU()), /^updateAverage: .*missing: 1\.weight/],
    [
      new Sequential(new Conv2d(2, 3, 3), new BatchNorm2d(3), new ReLU(), new Linear(2, 2)),
      /surplus: 3\.weight, 3\.bias/,
    ],
    [
      new Sequential(new Conv2d(1, 3, 3), new BatchNorm2d(3)),
      /wrong shape: 0\.weight \(expected \[3,2,3,3\], got \[3,1,3,3\]\)/,
    ],
  ];
  for (const [other, message] of others) {
    t.throws(() => updateAverage(average, other, 0.5), { name: 'FormatError', message });
    other.dispose();
  }
  t.same(await valuesOf(average), before);
  average.dispose();
});
