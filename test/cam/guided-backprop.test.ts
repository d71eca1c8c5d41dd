import t from 'tap';
import {
  Conv2d,
  Dropout,
  GuidedBackpropagation,
  Linear,
  ReLU,
  Sequential,
  backendInfo,
  guidedGradCam,
  createPicture,
  grad,
  inputGradient,
  manualSeed,
  normalizeGradient,
  randn,
  setWarningHandler,
  tensor,
  tidy,
  vgg,
} from '../../src/index.js';
import { settledStorages } from '../settled.js';

t.test('at each ReLU: active in the forward pass, and positive in the backward pass', async (t) => {
  // y = 2 relu(x0) - 3 relu(x1) + relu(x2): only x0 and x2 can pass, x2 only if it is positive
  const model = new Sequential(new ReLU(), new Conv2d(1, 1, [1, 3], { bias: false }));
  const conv = model.get(1);
  conv
    .parameters()[0]
    .requiresGrad_(false)
    .copy_(tensor([2, -3, 1], { shape: [1, 1, 1, 3] }));
  using gbp = new GuidedBackpropagation(model);
  const x = tensor([1, 1, -1], { shape: [1, 1, 1, 3] }).requiresGrad_();
  tidy(() => model.call(x).sum().backward());
  t.same(gbp.gradient?.dataSync(), Float32Array.of(2, 0, 0));
  t.equal((await gbp.rawImages())[0].channels, 1);
});

t.test('a second pass through a retained graph is guided too; after remove() none is', async (t) => {
  manualSeed(5);
  const model = vgg({ cfg: [4, 'M', 6], avgpool: 2, hidden: [8], classes: 3 }).eval();
  const x = randn([1, 3, 8, 8]);
  const fresh = tidy(() => {
    using gbp = new GuidedBackpropagation(model);
    model.call(x.detach().requiresGrad_()).at(0, 2).backward();
    return gbp.gradient?.dataSync();
  });
  const gbp = new GuidedBackpropagation(model);
  const input = x.detach().requiresGrad_();
  const logits = model.call(input);
  logits.at(0, 0).backward(null, { retainGraph: true });
  t.notSame(gbp.gradient?.dataSync(), fresh);
  logits.at(0, 2).backward(null, { retainGraph: true });
  t.same(gbp.gradient?.dataSync(), fresh);
  gbp.remove();
  const [unguided] = grad(logits.at(0, 2), [input]);
  const plain = (await inputGradient(model, x, 2))[0].data;
  t.same(Float32Array.from(plain).sort(), unguided.dataSync().sort(), 'the plain gradient');
});

t.test('normalised as the notes do it', (t) => {
  const values = Float32Array.from({ length: 1000 }, (_, i) => Math.sin(i) * 3 + 7);
  const normal = normalizeGradient(values);
  const mean = normal.reduce((a, b) => a + b, 0) / 1000;
  const deviation = Math.sqrt(normal.reduce((a, b) => a + (b - mean) ** 2, 0) / 1000);
  t.ok(Math.abs(mean - 0.5) < 1e-5 && Math.abs(deviation - 0.1) < 1e-5, `${mean}, ${deviation}`);
  t.same(normalizeGradient(new Float32Array(4).fill(3)), new Float32Array(4).fill(0.5), 'a constant is grey, not NaN');
  t.equal(Math.max(...normalizeGradient(Float32Array.from([...new Array<number>(99).fill(0), 1]))), 1, 'clipped');
  t.end();
});

t.test('all ReLUs, or those of features as in the notes', async (t) => {
  manualSeed(5);
  const model = vgg({ cfg: [4, 'M', 6], avgpool: 2, hidden: [8], classes: 3 }).eval();
  const x = randn([2, 3, 8, 8]);
  const gradient = (relus: 'all' | 'features') => {
    using gbp = new GuidedBackpropagation(model, [model.getSubmodule('features.0')], { relus });
    tidy(() => model.call(x.detach().requiresGrad_()).at(0, 1).backward());
    return gbp.gradient?.dataSync() ?? new Float32Array();
  };
  t.notSame(gradient('all'), gradient('features'));
  t.ok(
    gradient('all')
      .slice(192)
      .every((value) => value === 0),
    'the other sample gets none',
  );
});

t.test('misuse is told, and nothing stays behind', async (t) => {
  manualSeed(6);
  const model = vgg({ cfg: [4], avgpool: 1, hidden: [], classes: 3 }).eval();
  using withoutRelu = new Linear(2, 2);
  const before = await settledStorages();
  t.throws(() => new GuidedBackpropagation(withoutRelu), { message: /expected a model with ReLU modules/ });
  {
    using gbp = new GuidedBackpropagation(model);
    await t.rejects(gbp.image, { message: /expected a backward pass/ });
    t.throws(
      () =>
        tidy(() =>
          model
            .call(randn([1, 3, 6, 6]))
            .at(0, 0)
            .backward(),
        ),
      {
        message: /expected an input that requires a gradient/,
      },
    );
    model.zeroGrad();
  }
  t.equal(
    model.modules().reduce((n, m) => n + m.hookCount, 0),
    0,
  );
  t.equal(backendInfo().storages, before);
});

t.test('a model in training mode is warned about', (t) => {
  const warnings: string[] = [];
  const before = setWarningHandler((message) => warnings.push(message));
  t.teardown(() => setWarningHandler(before));
  new GuidedBackpropagation(new Sequential(new ReLU(), new Dropout(0.5))).remove();
  new GuidedBackpropagation(new Sequential(new ReLU(), new Dropout(0.5)).eval()).remove();
  t.equal(warnings.length, 1);
  t.match(warnings[0], /Dropout '1' is in training mode; call model\.eval\(\)/);
  t.end();
});

t.test('the plain gradient of a class per sample, against the weights of a linear model', async (t) => {
  const model = new Sequential(new Conv2d(3, 2, 2, { bias: false }));
  const weight = [...model.parameters()[0].dataSync()];
  class Flat extends Sequential {
    override forward(x: Parameters<Sequential['forward']>[0]) {
      return super.forward(x).flatten(1);
    }
  }
  const flat = new Flat(model);
  const [first, second] = await inputGradient(flat, randn([2, 3, 2, 2]), [0, 1]);
  const channelsLast = (k: number) =>
    Array.from({ length: 12 }, (_, i) => weight[k * 12 + (i % 3) * 4 + Math.floor(i / 3)]);
  t.same([...first.data], channelsLast(0));
  t.same([...second.data], channelsLast(1));
  t.notOk(model.parameters()[0].grad, 'parameters are left alone');
});

t.test('guided Grad-CAM is the product, with the mask enlarged', (t) => {
  const guided = createPicture(
    2,
    2,
    3,
    Float32Array.from({ length: 12 }, (_, i) => i + 1),
  );
  const mask = createPicture(1, 1, 1, Float32Array.of(0.5));
  t.same(
    [...guidedGradCam(guided, mask).data],
    Array.from({ length: 12 }, (_, i) => (i + 1) / 2),
  );
  t.end();
});
