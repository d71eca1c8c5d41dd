/** `cam()` with every method: known answers, batches, several layers, errors, and what stays behind. */
import t from 'tap';
import {
  Conv2d,
  Flatten,
  Linear,
  Module,
  ReLU,
  Sequential,
  backendInfo,
  cam,
  camMethodNames,
  cat,
  manualSeed,
  noGrad,
  randn,
  resizeMap,
  setWarningHandler,
  tensor,
  vgg,
  type CamMethodName,
  type Tensor,
} from '../../src/index.js';
import { settledStorages } from '../settled.js';
import { close, hooksOf } from './helpers.js';

/** Two channels of 2x2 through an identity (and a bias), then one linear layer: the score is sum(weight * A). */
function additive(weight: number[], bias = [0, 0]): Sequential {
  const [conv, linear] = [new Conv2d(2, 2, 1), new Linear(8, 2)];
  const set = (target: Tensor | null, values: number[]) =>
    target && noGrad(() => target.copy_(tensor(values, { shape: target.shape })));
  set(conv.weight, [1, 0, 0, 1]);
  set(conv.bias, bias);
  set(linear.weight, [...weight, ...weight.map((value) => -value)]);
  set(linear.bias, [0, 0]);
  return new Sequential(conv, new ReLU(), new Flatten(), linear).eval();
}

const picture = () =>
  tensor([
    [
      [
        [0, 1],
        [2, 4],
      ],
      [
        [4, 0],
        [0, 2],
      ],
    ],
  ]);
const rawOf = async (model: Sequential, method: CamMethodName, classes = 0) => {
  const [{ raw }] = await cam(model, picture(), { method, layer: model.get(1), classes });
  return raw[0].data;
};

t.test('Score-CAM: the softmax of what each channel alone shows', async (t) => {
  const model = additive([0.1, 0.1, 0.1, 0.1, 0, 0, 0, 0]);
  // masks [0, 1/4, 1/2, 1] and [1, 0, 0, 1/2]: scores 0.1 (1/4 + 1 + 4) and 0.1 * 2
  const first = 1 / (1 + Math.exp(0.2 - 0.525));
  const wanted = [4 * (1 - first), first, 2 * first, 4 * first + 2 * (1 - first)];
  close(t, await rawOf(model, 'score-cam'), wanted, 1e-6);
});

t.test('Ablation-CAM: the share of the score that goes with each channel', async (t) => {
  const model = additive([0.1, 0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.05]);
  // the score is 0.7 + 0.3
  const wanted = [1.2, 0.7, 1.4, 3.4];
  close(t, await rawOf(model, 'ablation-cam'), wanted, 1e-6);

  const warnings: string[] = [];
  const before = setWarningHandler((message) => warnings.push(message));
  t.teardown(() => setWarningHandler(before));
  close(t, await rawOf(model, 'ablation-cam', 1), wanted, 1e-6, 'a negative score: the same quotient');
  t.match(warnings, [/score of class 1 is negative \(-1\.00\)/]);
});

t.test('FullGrad: the input and every bias', async (t) => {
  const model = additive([0.1, 0.2, 0.3, 0.4, 0.1, 0.1, 0.1, 0.1], [0.5, 0]);
  // |g x| = [0, .2, .6, 1.6] and [.4, 0, 0, .2], |g b| = [.05, .1, .15, .2] and zeros; each to 0..1, added
  const [{ raw, mask }] = await cam(model, picture(), { method: 'full-grad', classes: 0 });
  close(t, raw[0].data, [0 + 1 + 0, 1 / 8 + 1 / 3, 3 / 8 + 2 / 3, 1 + 1 / 2 + 1], 1e-5);
  t.equal(mask.data[3], Math.max(...mask.data));
});

t.test('where the score is linear in the layer, the methods agree on what they have in common', async (t) => {
  const model = additive([0.1, 0.2, -0.3, 0.4, 0.1, 0, 0.1, -0.1]);
  const contributions = [0 + 0.4, 0.2 + 0, -0.6 + 0, 1.6 - 0.2];
  close(
    t,
    await rawOf(model, 'hires-cam'),
    contributions,
    1e-6,
    'HiResCAM: the contributions, which add up to the score',
  );
  close(t, await rawOf(model, 'grad-cam-elementwise'), [0.4, 0.2, 0, 1.6], 1e-6);
});

function network(): Module {
  manualSeed(11);
  return vgg({ cfg: [4, 'M', 6, 8], batchNorm: true, avgpool: 2, hidden: [7], classes: 5 })
    .eval()
    .requiresGrad_(false);
}

t.test('a batch, a batch size, a trainable model: the same maps', async (t) => {
  using model = network();
  const layer = model.getSubmodule('features.9');
  const x = randn([3, 3, 12, 12]);
  const classes = [4, 0, 2];
  for (const method of camMethodNames) {
    const together = await cam(model, x, { method, layer, classes, size: [20, 10] });
    t.same(
      together.map(({ classIndex, mask }) => [classIndex, mask.width, mask.height]),
      classes.map((index) => [index, 20, 10]),
      method,
    );
    model.requiresGrad_();
    for (const [n, index] of classes.entries()) {
      const [alone] = await cam(model, x.narrow(0, n, 1), { method, layer, classes: index, batchSize: 3 });
      const scale = Math.max(...alone.raw[0].data.map(Math.abs));
      close(t, together[n].raw[0].data, [...alone.raw[0].data], 1e-4 * scale, `${method}, sample ${n}`);
    }
    t.notOk(
      model.parameters().some((parameter) => parameter.grad),
      `${method}: parameters get no gradients`,
    );
    model.requiresGrad_(false);
  }
});

t.test('several layers: the mean of their masks; the top class unless one is named', async (t) => {
  using model = network();
  const layers = [model.getSubmodule('features.2'), model.getSubmodule('features.9')];
  const x = randn([1, 3, 12, 12]);
  const [both] = await cam(model, x, { method: 'layer-cam', layer: layers });
  const logits = await model.call(x).data();
  t.equal(both.classIndex, logits.indexOf(Math.max(...logits)));
  t.same(
    both.raw.map(({ width }) => width),
    [12, 6],
  );
  const masks = both.raw.map(({ data, width, height }) => {
    const positive = data.map((value) => Math.max(value, 0));
    const [min, max] = [Math.min(...positive), Math.max(...positive)];
    const unit = positive.map((value) => (value - min) / (max - min + 1e-7));
    return resizeMap(unit, width, height, 12, 12);
  });
  const mean = Array.from(masks[0], (value, i) => (value + masks[1][i]) / 2);
  const [min, max] = [Math.min(...mean), Math.max(...mean)];
  const wanted = mean.map((value) => (value - min) / (max - min + 1e-7));
  close(t, both.mask.data, wanted, 1e-5);
});

/** Joins what comes before the layer to what comes after it: by `cat` as a DenseNet does, by `add` as a ResNet does. */
class Around extends Module<[Tensor]> {
  readonly first = new Conv2d(3, 5, 3, { padding: 1 });
  readonly layer = new Conv2d(5, 5, 3, { padding: 1 });
  readonly relu = new ReLU();
  readonly last: Linear;

  constructor(readonly join: 'cat' | 'add') {
    super();
    this.last = new Linear((join === 'cat' ? 10 : 5) * 36, 3);
  }

  override forward(x: Tensor): Tensor {
    const before = this.first.call(x);
    const after = this.relu.call(this.layer.call(before));
    return this.last.call((this.join === 'cat' ? cat([before, after], 1) : before.add(after)).flatten(1));
  }
}

for (const join of ['cat', 'add'] as const) {
  t.test(`Ablation-CAM of a layer that something goes around, and joins again by ${join}`, async (t) => {
    manualSeed(12);
    using model = new Around(join);
    const x = randn([1, 3, 6, 6]);
    const scoreWith = (change: (values: Float32Array) => Float32Array) => {
      using _handle = model.relu.registerForwardHook((_module, _input, output) =>
        tensor(change(output.dataSync()), { shape: output.shape }),
      );
      return noGrad(() => model.call(x))
        .at(0, 1)
        .item();
    };
    let activation: Float32Array = new Float32Array();
    const score = scoreWith((values) => (activation = values));
    const wanted = new Array<number>(36).fill(0);
    for (let k = 0; k < 5; k++) {
      const left = scoreWith((values) => values.map((value, i) => (Math.floor(i / 36) === k ? 0 : value)));
      for (let i = 0; i < 36; i++) wanted[i] += ((score - left) / score) * activation[k * 36 + i];
    }
    const before = setWarningHandler(() => undefined);
    t.teardown(() => setWarningHandler(before));
    const [{ raw }] = await cam(model, x, { method: 'ablation-cam', layer: model.relu, classes: 1 });
    close(t, raw[0].data, wanted, 1e-4 * Math.max(...wanted.map(Math.abs)));
  });
}

t.test('progress, in samples times channels', async (t) => {
  using model = network();
  const layer = model.getSubmodule('features.9');
  for (const method of ['score-cam', 'ablation-cam'] as const) {
    const seen: string[] = [];
    const onProgress = (done: number, total: number) => seen.push(`${done}/${total}`);
    await cam(model, randn([2, 3, 8, 8]), { method, layer, classes: 1, batchSize: 5, onProgress });
    t.same(seen, ['5/16', '8/16', '13/16', '16/16'], method);
  }
});

t.test('nothing stays behind, errors included', async (t) => {
  using model = network();
  const layer = model.getSubmodule('features.9');
  const x = randn([2, 3, 8, 8]);
  const before = await settledStorages();
  for (const method of camMethodNames) {
    await cam(model, x, { method, layer });
    t.equal(backendInfo().storages, before, `${method}: storages`);
    for (const failing of [1, 2, 4]) {
      let calls = 0;
      using handle = model.getSubmodule('classifier.0').registerForwardHook(() => {
        if (++calls === failing) throw new Error('out of luck');
      });
      t.ok(handle);
      const outcome = cam(model, x, { method, layer, classes: 3, batchSize: 3 });
      if (failing === 1) await t.rejects(outcome, { message: 'out of luck' });
      else await outcome.catch(() => null);
      t.equal(backendInfo().storages, before, `${method}: storages after a failure in run ${failing}`);
    }
    t.equal(hooksOf(model), 0, `${method}: hooks`);
  }
});

t.test('bad input is told', async (t) => {
  using model = network();
  const layer = model.getSubmodule('features.9');
  const x = randn([2, 3, 8, 8]);
  const poisoned = tensor([NaN, ...new Array<number>(191).fill(0)], { shape: [1, 3, 8, 8] });
  const wrong = 'grad-cam+' as CamMethodName;
  await t.rejects(cam(model, x, { method: wrong, layer }), {
    message: /no method "grad-cam\+"; the nearest are grad-cam/,
  });
  await t.rejects(cam(model, x), { message: /^cam \(grad-cam\): expected at least one layer, got none/ });
  await t.rejects(cam(model, poisoned, { layer }), { message: 'cam: the input: expected finite numbers' });
  await t.rejects(cam(model, x, { layer, classes: [1, 2, 3] }), { message: /2 class numbers for a batch of 2, got 3/ });
  await t.rejects(cam(model, x.narrow(0, 0, 1).reshape([3, 8, 8]), { layer }), {
    message: /\[N,C,H,W\], got \[3,8,8\]/,
  });
  for (const method of camMethodNames) {
    if (method !== 'eigen-cam' && method !== 'fem') {
      await t.rejects(cam(model, x, { method, layer, classes: 5 }), { message: /numbers from 0 to 4, got 5/ }, method);
      await t.rejects(
        cam(model, x, { method, layer, classes: -1 }),
        { message: /numbers from 0 to 4, got -1/ },
        method,
      );
    }
    if (method === 'full-grad') continue;
    const stranger = new ReLU();
    await t.rejects(cam(model, x, { method, layer: stranger, classes: 0 }), {
      message: /not depend on the layer ReLU/,
    });
    await t.rejects(cam(model, x, { method, layer: model.getSubmodule('classifier.0'), classes: 0 }), {
      message: /cam: expected a layer that returns a map \[N,K,h,w\], got \[2,7\] from Linear/,
    });
  }
  await t.rejects(cam(model, x, { method: 'score-cam', layer, batchSize: 0 }), { message: /batchSize.*got 0/ });
  t.equal(hooksOf(model), 0);

  noGrad(() => model.parameters()[0].mul(NaN)).dispose();
  const first = model.parameters()[0];
  noGrad(() => first.copy_(first.mul(NaN)));
  for (const method of camMethodNames) {
    await t.rejects(cam(model, x, { method, layer, classes: 0 }), { message: /expected finite numbers/ }, method);
  }
});

t.test('a blank map is reported, and is 0', async (t) => {
  const warnings: string[] = [];
  const before = setWarningHandler((message) => warnings.push(message));
  t.teardown(() => setWarningHandler(before));
  const silent = additive([0, 0, 0, 0, 0, 0, 0, 0]);
  const against = additive([-1, -1, -1, -1, -1, -1, -1, -1]);
  for (const method of camMethodNames) {
    warnings.length = 0;
    const layer = silent.get(1);
    const [{ mask, blank }] = await cam(silent, picture(), { method, layer, classes: 0 });
    if (['eigen-cam', 'score-cam'].includes(method)) t.notOk(blank, `${method} needs no gradient`);
    else t.same([blank, [...mask.data], warnings.length], [true, [0, 0, 0, 0], 1], method);
  }
  await cam(against, picture(), { method: 'layer-cam', layer: against.get(1), classes: 0 });
  await cam(against, picture(), { method: 'hires-cam', layer: against.get(1), classes: 0 });
  t.match(warnings.slice(-2), [
    /LayerCAM: the map is blank, because it is zero everywhere/,
    /every weighted sum is negative/,
  ]);
});
