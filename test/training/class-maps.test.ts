/** Class maps before the pooling, and the loss that keeps those of absent classes blank. */
import t from 'tap';
import { backward } from '../../src/autograd/backward.js';
import { gradcheck } from '../../src/autograd/gradcheck.js';
import { backendInfo, withBackend } from '../../src/backends/active.js';
import { cam } from '../../src/cam/cam.js';
import { Conv2d } from '../../src/nn/layers/conv.js';
import { Dropout } from '../../src/nn/layers/dropout.js';
import { Linear } from '../../src/nn/layers/linear.js';
import { AdaptiveAvgPool2d } from '../../src/nn/layers/pooling.js';
import { Flatten } from '../../src/nn/layers/resampling.js';
import { resnet } from '../../src/nn/models/resnet.js';
import { squeezenet1_1 } from '../../src/nn/models/squeezenet.js';
import { vgg } from '../../src/nn/models/vgg.js';
import { Sequential } from '../../src/nn/sequential.js';
import { sub } from '../../src/ops/arithmetic.js';
import { randn } from '../../src/ops/creation.js';
import { mean } from '../../src/ops/sum.js';
import { tidy } from '../../src/tensor/memory.js';
import { manualSeed } from '../../src/tensor/random.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { ClassMaps, pooledHead } from '../../src/training/class-maps.js';
import { settledStorages } from '../settled.js';

const LABELS = Int32Array.of(2, 0);

/** Pooling and a linear layer alone: the input is what is pooled. */
function head(channels = 4, classes = 3) {
  manualSeed(3);
  const linear = new Linear(channels, classes);
  return { linear, model: new Sequential(new AdaptiveAvgPool2d(1), new Flatten(), new Dropout(0.5), linear) };
}

t.test('which networks have such an end', async (t) => {
  const small = { cfg: [4, 'M', 4] as const, classes: 3 };
  const pooled = vgg({ ...small, avgpool: 1, hidden: [] });
  t.equal(pooledHead(pooled)?.pool, pooled.avgpool);
  t.equal(pooledHead(pooled)?.linear, pooled.classifier.get(0));
  const residual = resnet({ block: 'basic', layers: [1, 1, 1, 1], width: 4, classes: 3 });
  t.equal(pooledHead(residual)?.linear, residual.fc);
  const { model, linear } = head();
  t.equal(pooledHead(model)?.linear, linear, 'flattening and dropout lie between');
  for (const [name, other] of Object.entries({
    'two linear layers': vgg({ ...small, avgpool: 1, hidden: [5] }),
    'pooled to 2x2': vgg({ ...small, avgpool: 2, hidden: [] }),
    'a convolution instead': squeezenet1_1({ classes: 3 }),
    'a convolution after the pooling': new Sequential(new AdaptiveAvgPool2d(1), new Conv2d(4, 3, 1)),
    'nothing but a layer': new Linear(2, 2),
  })) {
    t.equal(pooledHead(other), null, name);
    t.throws(() => new ClassMaps(other), {
      name: 'ArgumentError',
      message:
        /^ClassMaps: expected a network that ends in global average pooling and one linear layer, got another \(/,
    });
  }
});

t.test('the loss, number by number', async (t) => {
  const { model, linear } = head();
  const x = randn([2, 4, 3, 5]);
  const values = x.dataSync();
  const weight = linear.weight.dataSync();
  // what is common to all classes changes no probability, and is left out
  const own = (c: number, k: number) => weight[4 * c + k] - (weight[k] + weight[4 + k] + weight[8 + k]) / 3;
  let wanted = 0;
  for (let n = 0; n < 2; n++) {
    for (let c = 0; c < 3; c++) {
      if (LABELS[n] === c) continue;
      for (let i = 0; i < 15; i++) {
        let seen = 0;
        for (let k = 0; k < 4; k++) seen += own(c, k) * values[(4 * n + k) * 15 + i];
        wanted += Math.max(seen, 0) ** 2 / (2 * 15);
      }
    }
  }
  const maps = new ClassMaps(model);
  t.throws(() => maps.absentLoss(LABELS), { message: 'absentLoss: call the model first' });
  model.call(x);
  const loss = maps.absentLoss(LABELS).item();
  t.ok(wanted > 0.1 && Math.abs(loss - wanted) < 1e-5 * wanted, `${loss}, by loops ${wanted}`);
  t.throws(() => maps.absentLoss(Int32Array.of(1)), {
    message: 'absentLoss: expected a label for each of 2 pictures, got 1',
  });
  t.equal(model.get(0).hookCount, 1);
  maps.dispose();
  t.equal(model.get(0).hookCount, 0, 'no hook is left');
});

t.test('its gradients', async (t) => {
  withBackend('reference64', () =>
    tidy(() => {
      const { model, linear } = head();
      const maps = new ClassMaps(model.eval());
      const leaves = [randn([2, 4, 2, 3]).requiresGrad_(), randn([3, 4]).requiresGrad_()];
      const loss = (features: Tensor, weight: Tensor) => {
        Object.assign(linear, { weight });
        model.call(features);
        return maps.absentLoss(LABELS);
      };
      t.ok(gradcheck(loss, leaves), 'of what is pooled and of the weights');
    }),
  );
});

t.test('what it keeps blank is what Grad-CAM shows', async (t) => {
  manualSeed(11);
  const model = vgg({ cfg: [6, 'M', 8], avgpool: 1, hidden: [], classes: 3 }).eval();
  const maps = new ClassMaps(model);
  const x = randn([1, 3, 8, 8]);
  const linear = pooledHead(model)?.linear;
  t.ok(linear);
  if (!linear) return;
  Object.assign(linear, { weight: sub(linear.weight, mean(linear.weight, 0, true)).detach() });
  model.call(x);
  // each class is in two of these three losses
  const absent = [0, 1, 2].map((label) => maps.absentLoss(Int32Array.of(label)).item());
  const all = (absent[0] + absent[1] + absent[2]) / 2;
  maps.dispose();
  let seen = 0;
  for (const classIndex of [0, 1, 2]) {
    const [{ raw }] = await cam(model, x, { layer: model.features.get(-1), classes: classIndex });
    const [map] = raw;
    const positions = map.width * map.height;
    const energy =
      map.data.reduce<number>((total, value) => total + Math.max(value * positions, 0) ** 2, 0) / positions;
    const wanted = all - absent[classIndex];
    t.ok(Math.abs(energy - wanted) <= 1e-5 * all, `class ${classIndex}: ${energy} of Grad-CAM, ${wanted} of the loss`);
    seen += energy;
  }
  t.ok(seen > 0, 'and it is not blank here');
});

t.test('nothing is left behind', async (t) => {
  const { model } = head();
  const maps = new ClassMaps(model);
  const x = randn([2, 4, 3, 3]);
  const before = await settledStorages();
  tidy(() => {
    model.call(x);
    backward(maps.absentLoss(LABELS));
    model.zeroGrad();
  });
  t.equal(backendInfo().storages, before);
});
