/** A GPU that goes away: every way to a tensor's values ends in an error that says how to go on, nothing hangs, and a new start works. */
import t from 'tap';
import { setBackend, useBackend, withBackend } from '../../src/backends/active.js';
import { tensor } from '../../src/ops/creation.js';
import { relu } from '../../src/ops/relu.js';
import { contexts, devices } from './gpu-objects.js';
import { started } from './started.js';

const { device, mode, readsAtOnce } = started();
setBackend(device);

const lost = { name: 'BackendError', message: /^gpu: .*(lost|gone).*useBackend\(/ };

/** Takes the GPU away from the page, as a driver that resets does. */
function loseGpu(): void {
  if (readsAtOnce) for (const gl of contexts) gl.getExtension('WEBGL_lose_context')?.loseContext();
  else for (const device of devices) device.destroy();
}

/** A promise that is settled within some seconds, or an error that says that it hangs. */
async function soon<T>(promise: Promise<T>): Promise<T> {
  const late = new Promise<never>((_, reject) => setTimeout(() => reject(new Error('it hangs')), 20_000));
  return Promise.race([promise, late]);
}

t.test('losing the GPU', async (t) => {
  // GPU.js has made one more to see what it can do
  t.ok(contexts.length + devices.length > 0, 'it is known what to lose');
  const x = tensor([1, -2, 3]);
  const y = relu(x);
  t.same([...(await y.data())], [1, 0, 3], 'before');
  const z = relu(y);
  const pending = z.data();
  loseGpu();
  // it was on its way: it may still come, and if so rightly
  const first = await soon(pending).then((data) => [...data].join(), String);
  t.ok(first === '1,0,3' || /^BackendError: gpu: /.test(first), `what was on its way: ${first}`);
  // the loss is told to the page by an event
  await new Promise((resolve) => setTimeout(resolve, 500));

  await t.rejects(soon(y.data()), lost, 'data() of a tensor that was there');
  if (readsAtOnce) t.throws(() => y.dataSync(), lost, 'dataSync()');
  const later = async (): Promise<Float32Array> => relu(relu(y)).data();
  await t.rejects(soon(later()), lost, 'an op, and its data()');
  const fresh = async (): Promise<Float32Array> => relu(tensor([4, -5])).data();
  await t.rejects(soon(fresh()), lost, 'a new tensor');
  t.same(
    withBackend('reference', () => relu(tensor([4, -5])).tolist()),
    [4, 0],
    'other backends go on',
  );
  y.dispose();
  z.dispose();
});

t.test('starting anew', async (t) => {
  await soon(useBackend('gpu', { mode }));
  t.same([...(await soon(relu(tensor([4, -5])).data()))], [4, 0]);
});
