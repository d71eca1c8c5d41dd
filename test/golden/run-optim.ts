/**
 * optim.json: a linear classifier after some steps of each optimiser, the loss before each step, and learning-rate
 * schedules.
 */
import { backward } from '../../src/autograd/backward.js';
import { Adam, AdamW, type AdamOptions } from '../../src/nn/optim/adam.js';
import type { Optimizer } from '../../src/nn/optim/optimizer.js';
import { OneCycleLR } from '../../src/nn/optim/one-cycle.js';
import { CosineAnnealingLR, StepLR } from '../../src/nn/optim/schedules.js';
import { SGD } from '../../src/nn/optim/sgd.js';
import { stack } from '../../src/ops/cat.js';
import { crossEntropy } from '../../src/ops/cross-entropy.js';
import { zeros } from '../../src/ops/creation.js';
import { linear } from '../../src/ops/linear.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { tidy } from '../../src/tensor/memory.js';
import { Args } from './args.js';
import type { Run } from './backends.js';
import type { GoldenFile } from '../../src/testing/index.js';

interface OptimizerCase {
  readonly name: string;
  readonly optimizer: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly steps: number;
}

const optimizers: Readonly<Record<string, (params: Tensor[], args: Args) => Adam | SGD>> = {
  SGD: (params, args) =>
    new SGD(params, {
      lr: args.number('lr', 0.001),
      momentum: args.number('momentum', 0),
      dampening: args.number('dampening', 0),
      weightDecay: args.number('weight_decay', 0),
      nesterov: args.flag('nesterov'),
    }),
  Adam: (params, args) => new Adam(params, adamOptions(args, 0)),
  AdamW: (params, args) => new AdamW(params, adamOptions(args, 0.01)),
};

function adamOptions(args: Args, weightDecay: number): Partial<AdamOptions> {
  return {
    lr: args.number('lr', 0.001),
    betas: args.pair('betas', [0.9, 0.999]),
    eps: args.number('eps', 1e-8),
    weightDecay: args.number('weight_decay', weightDecay),
    amsgrad: args.flag('amsgrad'),
  };
}

/** With the arguments that make_goldens.py gives them; they are not in the JSON file. */
const schedules: Readonly<Record<string, (optimizer: Optimizer) => { step(): void }>> = {
  step: (optimizer) => new StepLR(optimizer, 3, 0.5),
  cosine: (optimizer) => new CosineAnnealingLR(optimizer, 10, 0.001),
  onecycle: (optimizer) => new OneCycleLR(optimizer, { maxLr: 0.4, totalSteps: 12 }),
};

export function runOptim(run: Run, file: GoldenFile): void {
  for (const c of file.meta<OptimizerCase[]>('cases')) {
    run.case(c.name, () => runOptimizer(run, file, c));
  }
  for (const [name, rates] of Object.entries(file.meta<Record<string, number[]>>('lr_schedules'))) {
    run.case(`schedule ${name}`, () => runSchedule(run, name, rates));
  }
}

function runOptimizer(run: Run, file: GoldenFile, c: OptimizerCase): void {
  const make = optimizers[c.optimizer];
  if (!make) throw new Error(`the runner has no optimizer ${c.optimizer}`);
  const [x, target, weight, bias] = ['x', 'target', 'weight0', 'bias0'].map((name) => file.tensor(name, run.backend));
  const args = new Args(c.args);
  const optimizer = make([weight.requiresGrad_(), bias.requiresGrad_()], args);
  args.end();
  const losses = Array.from({ length: c.steps }, () =>
    tidy(() => {
      optimizer.zeroGrad();
      const loss = crossEntropy(linear(x, weight, bias), target);
      backward(loss);
      optimizer.step();
      return loss.detach();
    }),
  );
  optimizer.zeroGrad();
  optimizer.dispose();
  run.close(`${c.name}: weight`, weight, file.get(`${c.name}/weight`));
  run.close(`${c.name}: bias`, bias, file.get(`${c.name}/bias`));
  run.close(`${c.name}: losses`, stack(losses), file.get(`${c.name}/losses`));
}

function runSchedule(run: Run, name: string, rates: readonly number[]): void {
  const make = schedules[name];
  if (!make) throw new Error('the runner has no schedule of this name');
  const optimizer = new SGD([zeros([1]).requiresGrad_()], { lr: 0.1, momentum: 0.9 });
  const schedule = make(optimizer);
  const values = rates.map((_, i) => {
    if (i > 0) schedule.step();
    return optimizer.paramGroups[0].lr;
  });
  const expected = { name, shape: [rates.length], values: Float64Array.from(rates) };
  run.close(`schedule ${name}`, { shape: [values.length], values }, expected, { ofLargest: 0, ofValue: 1e-12 });
}
