/** Explanations leave nothing on the GPU, many input sizes do not fill it with compiled kernels, and a full one is told of. */
import t from 'tap';
import {
  backendInfo,
  createPicture,
  GradCam,
  manualSeed,
  noGrad,
  randn,
  relu,
  tensor,
  tidy,
  vgg,
} from '../../src/index.js';
import { setBackend } from '../../src/backends/active.js';
import { liveGpuObjects, pretendNoRoom } from './gpu-objects.js';
import { started } from './started.js';

const { device, active } = started();
setBackend(device);
t.teardown(() => setBackend(active));

const network = () => {
  manualSeed(3);
  return vgg({ cfg: [8, 'M', 12, 'M', 16], batchNorm: true, avgpool: 1, hidden: [10], classes: 5 })
    .eval()
    .requiresGrad_(false);
};

/** What must stay the same: exactly, and at most. */
const counts = () => {
  const { storages, bytes, kernels = 0, arrays = 0 } = backendInfo();
  const { textures, buffers, programs } = liveGpuObjects();
  return { exactly: { storages, bytes }, atMost: { kernels, arrays, textures, buffers, programs } };
};

t.test('500 explanations: storages, bytes and what is alive on the GPU as after the first ones', async (t) => {
  using model = network();
  using x = randn([1, 3, 32, 32]);
  const layer = model.getSubmodule('features.10');
  const picture = createPicture(32, 32, 3, new Float32Array(32 * 32 * 3).fill(0.4));
  const maps = new Set<string>();
  let early = counts();
  for (let i = 1; i <= 500; i++) {
    using cam = new GradCam([layer], [32, 32]);
    tidy(() =>
      model
        .call(x)
        .at(0, i % 5)
        .backward(),
    );
    const { raw } = await cam.calCam(picture);
    maps.add(raw[0].data.join());
    if (i === 10) early = counts();
  }
  const late = counts();
  t.equal(maps.size, 5, 'five classes, five maps, each a hundred times the same');
  t.same(late.exactly, early.exactly);
  for (const [what, before] of Object.entries(early.atMost)) {
    const after: number | undefined = Object.entries(late.atMost).find(([name]) => name === what)?.[1];
    t.ok(after !== undefined && after <= before, `${what}: ${before} after 10, ${after} after 500`);
  }
  t.ok(early.atMost.kernels > 0 && early.atMost.textures + early.atMost.buffers > 0, 'it ran on the GPU');
});

t.test('50 input sizes: compiled kernels do not pile up', async (t) => {
  using model = network();
  let [most, halfway, programs] = [0, 0, 0];
  for (let i = 0; i < 50; i++) {
    using logits = tidy(() => noGrad(() => model.call(randn([1, 3, 20 + i, 30 + i]))));
    const data = await logits.data();
    t.ok(data.length === 5 && data.every(Number.isFinite), `size ${i}: five numbers`);
    most = Math.max(most, backendInfo().kernels ?? 0);
    if (i === 24) [halfway, programs] = [most, liveGpuObjects().programs];
  }
  t.ok(halfway > 50, `${halfway} kernels after 25 sizes`);
  t.ok(most <= halfway, `at most ${most} kernels in the second half`);
  t.ok(liveGpuObjects().programs <= programs, `${programs} programs, then ${liveGpuObjects().programs}`);
});

t.test('a GPU without room for a result: an error when it is read, and the next ones are right again', async (t) => {
  using x = tensor(new Float32Array(4000).fill(2));
  // the kernel is compiled, and these arrays stay in use: the next result needs one of its own
  using before = relu(x);
  await before.data();
  pretendNoRoom();
  using without = relu(x);
  await t.rejects(without.data(), { name: 'BackendError', message: /^gpu: the device ran out of memory.*tidy\(/ });
  using after = relu(x);
  t.ok((await after.data()).every((value) => value === 2));
});
