import t from 'tap';
import {
  backendInfo,
  createPicture,
  cam,
  explain,
  isCamMethod,
  manualSeed,
  methodNames,
  randn,
  tensor,
  vgg,
  type Module,
  type VGG,
} from '../../src/index.js';
import { settledStorages } from '../settled.js';

const hooks = (model: Module) => model.modules().reduce((count, module) => count + module.hookCount, 0);
const picture = createPicture(24, 24, 3, new Float32Array(24 * 24 * 3).fill(0.4));

function frozen(): VGG {
  manualSeed(7);
  const model = vgg({ cfg: [4, 'M', 8], batchNorm: true, avgpool: 1, hidden: [], classes: 5 }).eval();
  return model.requiresGrad_(false);
}

const lastRelu = (model: VGG): Module => model.getSubmodule('features.6');

t.test('every method for every class, in order, and nothing left behind', async (t) => {
  using model = frozen();
  const layer = lastRelu(model);
  using x = randn([1, 3, 24, 24]);
  const before = await settledStorages();
  const steps: string[] = [];
  const result = await explain(model, x, picture, {
    layer,
    classes: [3, 1],
    onStep: (done, total, step) => steps.push(`${done}/${total} ${step}`),
  });
  t.same(
    result.explanations.map((e) => [e.classIndex, e.method]),
    [3, 1].flatMap((c) => ['grad-cam', 'guided-backprop', 'guided-grad-cam', 'gradient'].map((m) => [c, m])),
  );
  t.same(steps.length, 6);
  t.equal(steps[0], '0/6 Grad-CAM');
  t.same(result.captured[0].shape, [8, 12, 12]);
  t.equal(backendInfo().storages, before);
  t.equal(hooks(model), 0);
  const total = result.probabilities.reduce((a, b) => a + b, 0);
  t.ok(Math.abs(total - 1) < 1e-5);
  model.requiresGrad_();
  const trainable = await explain(model, x, picture, { layer, classes: [3] });
  t.same(trainable.explanations[0].raw.data, result.explanations[0].raw.data, 'not frozen: the same map');
  t.notOk(
    model.parameters().some((parameter) => parameter.grad),
    'and no gradients in the parameters',
  );
  const only = await explain(model, x, picture, { layer, methods: ['guided-grad-cam'] });
  t.same(
    only.explanations.map((e) => e.method),
    ['guided-grad-cam'],
  );
  t.equal(only.explanations[0].classIndex, result.logits.indexOf(Math.max(...result.logits)), 'the top class');
  const product = result.explanations.find((e) => e.classIndex === only.explanations[0].classIndex);
  if (product)
    t.same(only.explanations[0].raw.data, result.explanations[result.explanations.indexOf(product) + 2].raw.data);
});

t.test('every method there is: in order, as it is alone, with its progress', async (t) => {
  using model = frozen();
  const layer = lastRelu(model);
  using x = randn([1, 3, 24, 24]);
  const big = createPicture(40, 30, 3, new Float32Array(40 * 30 * 3).fill(0.4));
  const before = await settledStorages();
  const steps: string[] = [];
  const shares = new Map<string, number[]>();
  const { explanations } = await explain(model, x, big, {
    layer,
    classes: [2],
    methods: [...methodNames].reverse(),
    onStep: (done, total, step, classIndex, share) => {
      if (share === 0) steps.push(`${done}/${total} ${step} ${classIndex}`);
      else shares.set(step, [...(shares.get(step) ?? []), share]);
    },
  });
  t.same(
    explanations.map(({ method }) => method),
    methodNames,
  );
  // Grad-CAM, guided backpropagation and the gradient serve four
  t.equal(steps.length, methodNames.length - 1);
  t.equal(steps[0], '0/16 Grad-CAM 2');
  t.equal(steps.at(-1), '15/16 occlusion 2');
  t.same([...shares.keys()], ['Score-CAM', 'Ablation-CAM', 'integrated gradients', 'occlusion']);
  for (const [step, parts] of shares) {
    t.equal(parts.at(-1), 1, `${step} ends`);
    t.same([...parts].sort(), parts, `${step} goes on`);
  }
  for (const { method, mask, raw, image, blank } of explanations) {
    t.notOk(blank, method);
    t.ok(
      [...image.data, ...raw.data].every((value) => Number.isFinite(value)),
      `${method}: finite`,
    );
    if (isCamMethod(method) && method !== 'grad-cam') {
      const [alone] = await cam(model, x, { method, layer, classes: 2, size: [40, 30] });
      t.same(mask?.data, alone.mask.data, `${method}: the mask`);
      t.same(raw.data, alone.raw[0].data, `${method}: raw`);
    }
    if (mask) t.same([mask.width, mask.height, image.width, image.height], [40, 30, 40, 30], `${method}: sizes`);
    else t.same([image.width, raw.width], [24, 24], `${method}: sizes`);
  }
  t.equal(explanations.filter(({ mask }) => mask).length, methodNames.length - 4);
  t.equal(backendInfo().storages, before);
  t.equal(hooks(model), 0);

  const rgb = explanations.find(({ method }) => method === 'integrated-gradients');
  const bgr = await explain(model, x, big, { layer, classes: [2], methods: ['integrated-gradients'], order: 'BGR' });
  t.equal(bgr.explanations[0].raw.data[0], rgb?.raw.data[2], 'true colours');
});

t.test('bad input is told, and leaves nothing behind', async (t) => {
  using model = frozen();
  const layer = lastRelu(model);
  using x = randn([1, 3, 24, 24]);
  using poisoned = tensor([NaN, ...new Array<number>(24 * 24 * 3 - 1).fill(0)], { shape: [1, 3, 24, 24] });
  const before = await settledStorages();
  await t.rejects(explain(model, poisoned, picture, { layer }), {
    message: /explain: the input: expected finite numbers/,
  });
  await t.rejects(explain(model, x, picture, { layer, classes: [5] }), { message: /class numbers from 0 to 4, got 5/ });
  await t.rejects(explain(model, x, picture, { layer: model.getSubmodule('classifier') }), {
    message: /expected a layer that returns a map \[N,K,h,w\], got \[1,5\]/,
  });
  using stranger = frozen();
  await t.rejects(explain(model, x, picture, { layer: lastRelu(stranger) }), {
    message: /does not depend on the layer/,
  });
  t.equal(hooks(model), 0);
  t.equal(backendInfo().storages, before + stranger.stateDict().size);
});
