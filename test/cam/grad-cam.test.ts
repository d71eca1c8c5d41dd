import t from 'tap';
import {
  ArgumentError,
  Conv2d,
  GradCam,
  GuidedBackpropagation,
  HookError,
  Linear,
  Module,
  ReLU,
  Sequential,
  backendInfo,
  classScore,
  createPicture,
  manualSeed,
  noGrad,
  randn,
  setWarningHandler,
  tensor,
  tidy,
  vgg,
  withBackend,
  type Picture,
  type Tensor,
} from '../../src/index.js';
import { backendNamed } from '../../src/backends/active.js';
import { candidate } from '../backends/under-test.js';
import { settledStorages } from '../settled.js';

/**
 * The model of Captum's tests: one channel in, two out, weights 1, biases -50 and -75; class 0 sees both with weights
 * of 1.
 */
class Small extends Module<[Tensor]> {
  readonly conv1 = new Conv2d(1, 2, 3);
  readonly relu1 = new ReLU();
  readonly fc1 = new Linear(8, 4);
  readonly relu2 = new ReLU();

  constructor() {
    super();
    const set = (target: Tensor, values: number[]) =>
      noGrad(() => target.copy_(tensor(values, { shape: target.shape, backend: target.backend })));
    set(this.conv1.weight, new Array<number>(18).fill(1));
    if (this.conv1.bias) set(this.conv1.bias, [-50, -75]);
    set(
      this.fc1.weight,
      Array.from({ length: 32 }, (_, i) => (i % 8 < 5 ? 1 : -1)),
    );
    if (this.fc1.bias) set(this.fc1.bias, [0, 0, 0, 0]);
  }

  override forward(x: Tensor): Tensor {
    const features = this.relu1.call(this.conv1.call(x));
    return this.relu2.call(this.fc1.call(features.flatten(1)));
  }
}

const sixteen = () =>
  tensor(
    Array.from({ length: 16 }, (_, i) => i),
    { shape: [1, 1, 4, 4] },
  );
const grey = (size: number): Picture => createPicture(size, size, 3, new Float32Array(size * size * 3).fill(0.5));

t.test('a small model with known answers', async (t) => {
  for (const backend of [backendNamed('reference'), candidate()]) {
    const model = withBackend(backend, () => new Small());
    const run = async (layer: Module) => {
      using cam = new GradCam([layer]);
      withBackend(backend, () => tidy(() => model.call(sixteen().requiresGrad_()).at(0, 0).backward()));
      return (await cam.calCam(grey(4))).raw[0];
    };
    t.same([...(await run(model.conv1)).data], [11.25, 13.5, 20.25, 22.5], `${backend.name}: conv1`);
    t.same([...(await run(model.relu1)).data], [0, 4, 28, 32.5], `${backend.name}: relu1`);
    model.dispose();
  }
});

t.test('several layers come in forward order, each overlaid on the original picture', async (t) => {
  manualSeed(1);
  const model = vgg({ cfg: [4, 'M', 8], avgpool: 1, hidden: [], classes: 3 }).eval();
  const [first, last] = [model.getSubmodule('features.1'), model.getSubmodule('features.4')];
  const x = randn([1, 3, 8, 8]);
  const explain = async (layers: Module[]) => {
    using cam = new GradCam(layers, [16, 16]);
    tidy(() => model.call(x).at(0, 1).backward());
    return cam.calCam(grey(16));
  };
  const both = await explain([last, first]);
  t.same(
    both.raw.map((raw) => raw.width),
    [8, 4],
  );
  t.same(
    both.masks.map((mask) => mask.width),
    [16, 16],
  );
  const alone = await explain([last]);
  t.same(both.images[1].data, alone.images[0].data, 'the second overlay does not carry the first');
  t.same(both.masks[1].data, alone.masks[0].data);
});

t.test('of two backward passes through one retained graph the latest counts', async (t) => {
  manualSeed(1);
  const model = vgg({ cfg: [4, 'M', 8], avgpool: 1, hidden: [], classes: 3 }).eval();
  const x = randn([1, 3, 8, 8]);
  using cam = new GradCam([model.getSubmodule('features.4')]);
  tidy(() => model.call(x).at(0, 2).backward());
  const [wanted] = cam.bh.map((gradient) => gradient.dataSync());
  tidy(() => {
    const logits = model.call(x);
    logits.at(0, 1).backward(null, { retainGraph: true });
    t.notSame(cam.bh[0].dataSync(), wanted);
    logits.at(0, 2).backward();
  });
  t.same(
    cam.bh.map((gradient) => gradient.dataSync()),
    [wanted],
  );
});

t.test('a batch with a class per sample gives what each sample gives alone', async (t) => {
  manualSeed(2);
  const model = vgg({ cfg: [6, 'M', 8], avgpool: 1, hidden: [5], classes: 4 }).eval();
  const batch = randn([3, 3, 8, 8]);
  const classes = [2, 0, 3];
  using cam = new GradCam([model.getSubmodule('features.4')], [8, 8]);
  tidy(() => classScore(model.call(batch), classes).backward());
  const together = await cam.calCam([grey(8), grey(8), grey(8)]);
  for (const [n, classIndex] of classes.entries()) {
    tidy(() =>
      model
        .call(batch.narrow(0, n, 1))
        .at(0, classIndex)
        .backward(),
    );
    const alone = await cam.calCam(grey(8));
    const worst = Math.max(...alone.raw[0].data.map((value, i) => Math.abs(value - together[n].raw[0].data[i])));
    const scale = Math.max(...alone.raw[0].data.map(Math.abs));
    t.ok(worst <= 1e-5 * scale, `sample ${n}: off by ${worst} of ${scale}`);
  }
});

t.test('a frozen model starts the graph at the layer', async (t) => {
  manualSeed(3);
  const model = vgg({ cfg: [4, 'M', 8], avgpool: 1, hidden: [], classes: 3 }).eval();
  const x = randn([1, 3, 8, 8]);
  const layer = model.getSubmodule('features.3');
  const once = async () => {
    using cam = new GradCam([layer]);
    tidy(() => model.call(x).at(0, 2).backward());
    return (await cam.calCam(grey(8))).raw[0].data;
  };
  const trainable = await once();
  t.ok(model.getSubmodule('features.0').parameters()[0].grad, 'backward went through the whole network');
  model.zeroGrad();
  model.requiresGrad_(false);
  t.same(await once(), trainable);
  t.notOk(model.parameters().some((p) => p.grad));
});

t.test('options: colour order, mask instead of heat map, alpha', async (t) => {
  manualSeed(4);
  const model = vgg({ cfg: [4], avgpool: 1, hidden: [], classes: 2 }).eval();
  const x = randn([1, 3, 6, 6]);
  const picture = createPicture(
    6,
    6,
    3,
    Float32Array.from({ length: 108 }, (_, i) => (i % 7) / 7),
  );
  using cam = new GradCam([model.getSubmodule('features.0')], [6, 6]);
  const run = async (options = {}) => {
    tidy(() => model.call(x).at(0, 0).backward());
    return cam.calCam(picture, options);
  };
  const rgb = (await run()).images[0].data;
  const bgr = (await run({ rgbOrBgr: false })).images[0].data;
  t.notSame(rgb, bgr, 'the colour order is obeyed');
  t.equal(Math.max(...rgb), 1, 'divided by its maximum');

  const masked = await run({ useHeatmap: false });
  t.ok(
    masked.images[0].data.every(
      (v, i) => Math.abs(v - picture.data[i] * masked.masks[0].data[Math.floor(i / 3)]) < 1e-7,
    ),
  );
  t.same((await run({ alpha: 0 })).images[0].data, picture.data, 'alpha 0 is the picture');
});

t.test('a blank map is reported with the likely reason, and is 0, not NaN', async (t) => {
  const model = new Small();
  const warnings: string[] = [];
  const before = setWarningHandler((message) => warnings.push(message));
  t.teardown(() => setWarningHandler(before));
  using cam = new GradCam([model.relu1]);
  tidy(() =>
    model
      .call(tensor(new Float32Array(16), { shape: [1, 1, 4, 4] }))
      .at(0, 0)
      .backward(),
  );
  const { masks, blank } = await cam.calCam(grey(2));
  t.same(blank, [true]);
  t.same([...masks[0].data], [0, 0, 0, 0]);
  t.match(warnings, [/blank.*every gradient at this layer is zero/]);
});

t.test('NaN in the weights is an error that says where to look', async (t) => {
  const model = new Small();
  noGrad(() => model.conv1.weight.copy_(tensor(new Array<number>(18).fill(NaN), { shape: [2, 1, 3, 3] })));
  using cam = new GradCam([model.conv1]);
  tidy(() => model.call(sixteen()).at(0, 0).backward());
  await t.rejects(cam.calCam(grey(4)), { message: /Conv2d: expected finite numbers, got NaN or infinity/ });
});

t.test('misuse is told', async (t) => {
  const model = new Small();
  t.throws(() => new GradCam([]), { message: /^GradCam: expected at least one layer, got none/ });
  // @ts-expect-error a name instead of a module, as plain JavaScript lets one write
  t.throws(() => new GradCam(['features.0']), {
    name: 'ArgumentError',
    message: /got the name 'features.0'; take model.getSubmodule\('features.0'\)$/,
  });
  {
    using cam = new GradCam([model.conv1]);
    await t.rejects(cam.calCam(grey(4)), ArgumentError);
    tidy(() => noGrad(() => model.call(sixteen())).dispose());
    await t.rejects(
      cam.calCam(grey(4)),
      { message: /expected a forward and a backward pass/ },
      'noGrad is not captured',
    );
    tidy(() => model.call(sixteen()).at(0, 0).backward());
    await t.rejects(cam.calCam([grey(4), grey(4)]), { message: /expected 1 pictures for a batch of 1, got 2/ });
  }
  {
    using _cam = new GradCam([model.fc1]);
    t.throws(() => tidy(() => void model.call(sixteen())), HookError);
  }
  t.equal(
    model.modules().reduce((n, m) => n + m.hookCount, 0),
    0,
    'no hook stays',
  );
});

t.test('only the latest pass counts, and nothing stays in memory', async (t) => {
  const model = new Sequential(new Conv2d(3, 4, 3), new ReLU(), new Conv2d(4, 2, 6)).requiresGrad_(false);
  const head = (x: Tensor) => model.call(x).flatten(1);
  const x = randn([1, 3, 8, 8]);
  const before = await settledStorages();
  const cam = new GradCam([model.get(1)]);
  tidy(() => head(x).at(0, 0).backward());
  tidy(() => head(x.mul(2)).at(0, 1).backward());
  t.equal(cam.fh.length, 1);
  t.equal(cam.bh.length, 1);
  await cam.calCam(grey(8));
  t.equal(backendInfo().storages, before, 'after calCam');
  tidy(() => head(x).at(0, 0).backward());
  cam.remove();
  t.equal(backendInfo().storages, before, 'after remove');
});

t.test('a forward pass that no backward pass followed is freed by calCam', async (t) => {
  const model = vgg({ cfg: [4, 'M'], avgpool: 1, hidden: [], classes: 2 }).eval();
  using cam = new GradCam([model.features.get(0)]);
  const x = randn([1, 3, 8, 8]);
  const before = await settledStorages();
  tidy(() => void model.call(x));
  tidy(() => void model.call(x).at(0, 1).backward());
  await cam.calCam(grey(8));
  model.zeroGrad();
  t.equal(backendInfo().storages, before);
});

t.test('a layer that cannot be hooked: no hook is left behind', async (t) => {
  const [first, second] = [new ReLU(), new ReLU()];
  second.registerBackwardHook(() => null);
  const counts = () => [first.hookCount, second.hookCount];
  t.throws(() => new GradCam([first, second]), HookError);
  t.same(counts(), [0, 1]);
  t.throws(() => new GuidedBackpropagation(new Sequential(first, second)), HookError);
  t.same(counts(), [0, 1]);
});

t.test('a layer that returns several tensors is an error that says what is expected', async (t) => {
  class Pair extends Module {
    override forward(x: Tensor): Tensor {
      return x;
    }
  }
  const pair = new Pair();
  pair.registerForwardHook((_module, _input, output) => Object.assign([output, output]));
  using cam = new GradCam([pair]);
  t.throws(() => pair.call(randn([1, 1, 2, 2])), {
    name: 'HookError',
    message: /expected a layer that returns a map \[N,K,h,w\], got no single tensor from Pair/,
  });
  t.same(cam.fh, []);
});
