/** Starting the GPU backend and its memory, on the devices that Node has: none, unless GPU.js' CPU mode is allowed. */
import t from 'tap';
import {
  backendInfo,
  Conv2d,
  createPicture,
  explain,
  manualSeed,
  noGrad,
  randn,
  setBackend,
  tensor,
  tidy,
  useBackend,
  vgg,
  zeros,
} from '../../src/index.js';
import type { GpuOptions } from '../../src/backends/gpu/start.js';
import { closeness } from '../../src/testing/index.js';

t.test('refuses where GPU.js has no GPU, and says what to use', async (t) => {
  const before = backendInfo().name;
  await t.rejects(useBackend('gpu'), {
    name: 'BackendError',
    message:
      /^gpu: expected a GPU for GPU\.js, got none .*useBackend\('wasm'\); useBackend\('gpu', \{ allowSoftware: true \}\)/,
  });
  await t.rejects(useBackend('gpu', { mode: 'webgl2' }), { name: 'BackendError', message: /WebGL 2/ });
  await t.rejects(useBackend('gpu', { mode: 'webgpu' }), { name: 'BackendError', message: /WebGPU with an adapter/ });
  await t.rejects(useBackend('gpu', { mode: 'cpu' }), { name: 'BackendError', message: /CPU mode was asked for/ });
  await t.rejects(useBackend('gpu', JSON.parse('{"mode":"cuda"}') as GpuOptions), {
    name: 'ArgumentError',
    message: 'gpu: expected a mode of webgl2, webgpu, cpu, got "cuda"',
  });
  t.equal(backendInfo().name, before, 'and nothing was chosen');
});

t.test('in the CPU mode', async (t) => {
  const twice = [0, 1].map(async () => {
    const info = await useBackend('gpu', { mode: 'cpu', allowSoftware: true });
    using x = zeros([1]);
    return { info, backend: x.backend };
  });
  const [{ info, backend }, second] = await Promise.all(twice);
  t.equal(second.backend, backend, 'who asks twice at once gets the same');
  t.match(info, { name: 'gpu', dtype: 'float32', mode: 'cpu', kernelClass: 'CPUKernel', storages: 0, arrays: 0 });
  t.same(await useBackend('gpu', { allowSoftware: true }), info, 'it is started once');

  await t.test('a tensor of another backend is refused', async (t) => {
    const foreign = setBackend('wasm').create(2);
    setBackend('gpu');
    const own = tensor([1, 2]);
    const dims = { shape: [2], aStrides: [1], bStrides: [1] };
    t.throws(() => own.backend.binary('add', own.live(), foreign, dims), {
      name: 'BackendError',
      message: /expected a tensor of the gpu backend, got one of wasm/,
    });
    foreign.release();
    const { storage } = own;
    own.dispose();
    t.throws(() => storage.backend.unary('neg', storage), { name: 'BackendError', message: /memory was freed/ });
  });

  await t.test('values move to it and back, with their gradient', async (t) => {
    setBackend('wasm');
    const x = tensor([1, -2, 3], { requiresGrad: true });
    const moved = x.to('gpu');
    t.equal(moved.backend.name, 'gpu');
    const out = moved.relu().sum();
    out.backward();
    t.same(x.grad?.tolist(), [1, 0, 1]);
    t.equal(out.to('wasm').item(), 4);
    setBackend('gpu');
  });

  await t.test('changes in place reach every form of a tensor', async (t) => {
    const weight = randn([3, 2, 3, 3]);
    const x = randn([1, 2, 5, 5]);
    const layer = new Conv2d(2, 3, 3, { bias: false });
    noGrad(() => {
      layer.weight.copy_(weight);
      const first = layer.call(x).dataSync();
      layer.weight.copy_(weight.mul(2));
      const second = layer.call(x).dataSync();
      first.forEach((value, i) => t.ok(Math.abs(second[i] - 2 * value) <= 1e-6 * Math.abs(value) + 1e-6));
      layer.weight.copy_(zeros([3, 2, 3, 3]));
      t.ok(
        layer
          .call(x)
          .dataSync()
          .every((value) => value === 0),
      );
    });
  });

  await t.test('explanations are those of the wasm backend, and leave nothing behind', async (t) => {
    const picture = createPicture(16, 16, 3, new Float32Array(16 * 16 * 3).fill(0.4));
    const run = async () => {
      manualSeed(7);
      using model = vgg({ cfg: [4, 'M', 8], batchNorm: true, avgpool: 1, hidden: [], classes: 5 }).eval();
      using x = randn([1, 3, 16, 16]);
      const layer = model.getSubmodule('features.6');
      const { explanations } = await explain(model, x, picture, { layer, classes: [3, 1] });
      return explanations.map(({ raw }) => raw.data);
    };
    setBackend('wasm');
    const wanted = await run();
    setBackend('gpu');
    const counts = [];
    for (let i = 0; i < 3; i++) {
      const found = await run();
      found.forEach((map, k) => {
        const report = closeness(map, wanted[k], { tolerance: { ofLargest: 1e-4, ofValue: 1e-3 } });
        t.ok(report.close, report.message);
      });
      const { storages, arrays, bytes, kernels } = backendInfo();
      counts.push({ storages, arrays, bytes, kernels });
    }
    t.same(counts[2], counts[1], 'storages, arrays, bytes and kernels as after the one before');
    t.equal(counts[2].storages, counts[0].storages);
  });

  await t.test('many sizes keep the cache of kernels bounded', async (t) => {
    for (let size = 1; size <= 400; size++)
      tidy(
        () =>
          void zeros([size * 4])
            .neg()
            .dataSync(),
      );
    const { kernels } = backendInfo();
    t.ok(kernels !== undefined && kernels <= 256, `${kernels} kernels`);
  });
});
