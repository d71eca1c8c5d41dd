/** Training on a task small enough to be learnt in a test: that it learns, and what it does step by step. */
import t from 'tap';
import { backendInfo, setBackend } from '../../src/backends/active.js';
import { setThreads } from '../../src/backends/configure.js';
import { threadActivity } from '../../src/backends/wasm/wasm-backend.js';
import { tensor } from '../../src/ops/creation.js';
import { testBatches } from '../../src/training/batches.js';
import { ClassMaps } from '../../src/training/class-maps.js';
import { evaluate } from '../../src/training/evaluate.js';
import { channelStatistics, type LabelledImages } from '../../src/training/labelled-images.js';
import type { TrainSettings } from '../../src/training/settings.js';
import { TrainingRun } from '../../src/training/training-run.js';
import { dividingBackend, threadsOn } from '../backends/thread-helpers.js';
import { settledStorages } from '../settled.js';
import { bitsOf, noisyImages, plain, smallSettings } from './helpers.js';

const images = noisyImages(60, 1);

function finish(run: TrainingRun): TrainingRun {
  while (!run.finished) {
    while (!run.epochDone) run.learn();
    run.endEpoch();
  }
  return run;
}

t.test('colours are learnt', async (t) => {
  const before = await settledStorages();
  for (const [name, changes] of Object.entries<Partial<TrainSettings>>({
    'one-cycle, averaged': {},
    'cosine, not averaged': { schedule: 'cosine', average: 0 },
  })) {
    const run = new TrainingRun(smallSettings({ epochs: 12, ...changes }), images);
    const test = noisyImages(90, 2);
    const { accuracy: untrained } = await evaluate(run.averaged, test, run.statistics);
    finish(run);
    const { accuracy } = await evaluate(run.averaged, test, run.statistics);
    t.ok(untrained < 0.7, `${name}: ${untrained} at first`);
    t.ok(accuracy > 0.95, `${name}: ${accuracy} in the end`);
    const { history } = run;
    t.ok(history[11].loss < history[0].loss && history[11].accuracy > history[0].accuracy, 'the log shows it');
    t.equal(run.averaged === run.model, changes.average === 0);
    run.dispose();
  }
  t.equal(backendInfo().storages, before, 'nothing is left behind');
});

t.test('the map loss keeps the maps of absent classes blank', async (t) => {
  const labels = Int32Array.from(images.labels);
  const seen = async (mapLoss: number) => {
    using run = finish(new TrainingRun(smallSettings({ epochs: 20, mapLoss, average: 0 }), images));
    using maps = new ClassMaps(run.model.eval());
    const { side, count } = images;
    const [batch] = testBatches(images, run.statistics, count);
    const x = tensor(batch.images, { shape: [count, 3, side, side] });
    const { accuracy } = await evaluate(run.model, images, run.statistics);
    t.ok(accuracy > 0.95, `${accuracy} are right with a map loss of ${mapLoss}`);
    run.model.call(x);
    return maps.absentLoss(labels).item();
  };
  const [without, withLoss] = [await seen(0), await seen(1)];
  t.ok(withLoss < 0.2 * without, `${without} without, ${withLoss} with it`);
  const other = smallSettings({ model: { name: 'squeezenet1_1', options: { classes: 3 } } });
  t.throws(() => new TrainingRun(other, images), {
    name: 'ArgumentError',
    message: /^ClassMaps: .*--map-loss\) of 0$/,
  });
});

t.test('what each epoch tells', async (t) => {
  const run = new TrainingRun(smallSettings({ epochs: 2 }), images);
  t.same([run.epoch, run.step, run.finished, run.epochDone, run.share], [0, 0, false, false, 0]);
  t.same(run.statistics, channelStatistics(images));
  t.equal(run.batches.stepsPerEpoch, 3, '12 of 60 images are left over');
  const losses: number[] = [];
  const correct: number[] = [];
  for (let i = 1; i <= 3; i++) {
    const { loss: soFar, correct: right } = run.totals;
    run.learn();
    losses.push((run.totals.loss - soFar) / 16);
    correct.push(run.totals.correct - right);
    t.same([run.step, run.totals.images], [i, 16 * i]);
    t.ok(Math.abs(run.share - i / 6) < 1e-12);
  }
  t.ok(run.epochDone);
  t.ok(Math.abs(losses[0] - Math.log(3)) < 0.1, `as good as guessing at first: ${losses[0]}`);
  const record = run.endEpoch(0.75);
  t.ok(Math.abs(record.loss - (losses[0] + losses[1] + losses[2]) / 3) < 1e-12);
  t.equal(record.accuracy, (correct[0] + correct[1] + correct[2]) / 48);
  t.match(record, { epoch: 1, test: 0.75, lr: run.schedule.lastLr()[0] });
  t.same(run.history, [record]);
  t.same([run.epoch, run.step, run.totals.images, run.share], [1, 0, 0, 0.5]);
  for (let i = 0; i < 2; i++) run.learn();
  const [last] = run.schedule.lastLr();
  t.ok(Math.abs(last - 0.2 / 25 / 1e4) < 1e-12, `the last step is at almost no rate: ${last}`);
  run.learn();
  const second = run.endEpoch();
  t.equal(second.epoch, 2);
  t.notOk('test' in second, 'not measured');
  t.ok(run.finished);
  run.dispose();
});

t.test('the first step, against the formula: rates, momentum, decay of weights only, and the average', async (t) => {
  const steps = (changes: Partial<TrainSettings>, count = 1) => {
    const run = new TrainingRun(smallSettings({ augmentation: plain, ...changes }), images);
    const values = () => new Map([...run.model.stateDict()].map(([name, x]) => [name, [...x.dataSync()]]));
    const start = values();
    for (let i = 0; i < count; i++) run.learn();
    const end = values();
    const average = new Map([...run.averaged.stateDict()].map(([name, x]) => [name, [...x.dataSync()]]));
    run.dispose();
    return { start, end, average };
  };
  const decay = 0.25;
  for (const [schedule, lr] of [
    // one-cycle begins at 1/25 of the highest rate
    ['one-cycle', 0.2 / 25],
    ['cosine', 0.2],
  ] as const) {
    for (const momentum of [0, 0.9]) {
      const free = steps({ schedule, momentum, weightDecay: 0 });
      const decayed = steps({ schedule, momentum, weightDecay: decay });
      t.same([...decayed.start], [...free.start], 'from the same start');
      for (const [name, start] of free.start) {
        const [without, withDecay] = [free.end.get(name) ?? [], decayed.end.get(name) ?? []];
        const isWeight = ['features.0.weight', 'features.4.weight', 'classifier.0.weight'].includes(name);
        // Nesterov: the first direction is gradient + momentum * gradient
        const pull = isWeight ? lr * decay * (1 + momentum) : 0;
        const worst = start.reduce(
          (most, value, i) => Math.max(most, Math.abs(without[i] - withDecay[i] - pull * value)),
          0,
        );
        t.ok(isWeight ? worst < 3e-7 : worst === 0, `${schedule}, momentum ${momentum}: ${name} is off by ${worst}`);
      }
    }
  }
  // the decay of the average begins at (1 + t) / (10 + t), so that the first random weights are forgotten
  const { start, end, average } = steps({ average: 0.9 });
  for (const [name, own] of average) {
    const [from, to] = [start.get(name) ?? [], end.get(name) ?? []];
    const worst = own.reduce((most, value, i) => {
      const wanted = name.endsWith('num_batches_tracked') ? to[i] : 0.1 * from[i] + 0.9 * to[i];
      return Math.max(most, Math.abs(value - wanted));
    }, 0);
    t.ok(worst < 3e-7, `${name} of the average is off by ${worst}`);
  }
  const two = [steps({ average: 0.15 }, 1), steps({ average: 0.15 }, 2)];
  const weight = 'classifier.0.weight';
  const worst = (two[1].average.get(weight) ?? []).reduce((most, value, i) => {
    const wanted = 0.15 * (two[0].average.get(weight)?.[i] ?? NaN) + 0.85 * (two[1].end.get(weight)?.[i] ?? NaN);
    return Math.max(most, Math.abs(value - wanted));
  }, 0);
  t.ok(worst < 3e-7, `and ends at what was asked for: ${worst}`);
});

t.test('the seed decides, and nothing else', async (t) => {
  const bits = (changes: Partial<TrainSettings> = {}, some: LabelledImages = images) => {
    using run = finish(new TrainingRun(smallSettings({ epochs: 2, ...changes }), some));
    return bitsOf(run.averaged);
  };
  const first = bits();
  t.same(bits(), first, 'the same again');
  t.notSame(bits({ seed: 6 }), first);
  t.notSame(bits({}, noisyImages(60, 3)), first);
});

t.test('the same bits for any number of threads', async (t) => {
  const before = backendInfo();
  const backend = setBackend(dividingBackend());
  t.teardown(() => {
    setBackend('wasm');
    setThreads(before.threads);
  });
  const results: Record<string, unknown>[] = [];
  for (const threads of [1, 2, 3]) {
    await threadsOn(backend, threads);
    const parts = () => threadActivity(backend).taken.slice(1, threads);
    const taken = parts();
    using run = finish(new TrainingRun(smallSettings(), images));
    const losses = run.history.map(({ loss, accuracy }) => [loss, accuracy]);
    results.push({ model: bitsOf(run.model), averaged: bitsOf(run.averaged), losses });
    if (threads > 1)
      t.ok(
        parts().some((count, i) => count > (taken[i] ?? 0)),
        `${threads} threads have had work`,
      );
  }
  t.same(results[1], results[0], 'two');
  t.same(results[2], results[0], 'three');
});

t.test('a rate that is far too high', async (t) => {
  const before = await settledStorages();
  const run = new TrainingRun(smallSettings({ lr: 1e25 }), images);
  let weights: unknown[] = [];
  let steps = 0;
  const learn = () => {
    for (; steps < 9; steps++) {
      weights = run.model.parameters().map((x) => [...x.dataSync()]);
      if (run.epochDone) run.endEpoch();
      run.learn();
    }
  };
  t.throws(learn, { name: 'DivergedError', message: /^training diverged: the loss became (NaN|Infinity) in epoch / });
  t.ok(steps > 0, 'the first loss is a number');
  const [epoch, step] = [1 + Math.floor(steps / 3), 1 + (steps % 3)];
  let message = '';
  try {
    run.learn();
  } catch (error) {
    message = error instanceof Error ? error.message : '';
  }
  t.match(
    message,
    new RegExp(
      `in epoch ${epoch}, step ${step} of 3, at a learning rate of \\d\\.\\d+e\\+2\\d; start again with a lower --lr than 1e\\+25$`,
    ),
  );
  t.same(
    run.model.parameters().map((x) => [...x.dataSync()]),
    weights,
    'the weights are those from before that step',
  );
  t.equal(run.step, step - 1);
  run.dispose();
  t.equal(backendInfo().storages, before);
});
