import t from 'tap';
import { backendInfo, setBackend, tensor, useBackend, withBackend, type BackendName } from '../../src/index.js';

t.test('which backend new tensors are made on', async (t) => {
  t.equal(backendInfo().name, 'wasm', 'the default');
  t.equal((await useBackend('reference64')).dtype, 'float64');
  t.equal(tensor([1]).backend.name, 'reference64');
  setBackend('wasm');

  t.equal(
    withBackend('reference', () => tensor([1]).backend.name),
    'reference',
  );
  t.throws(() => withBackend('reference', () => tensor([[1], [2, 3]])), { name: 'ShapeError' });
  t.equal(backendInfo().name, 'wasm', 'restored, whatever happens');
  t.throws(() => withBackend('reference', () => Promise.resolve(1)), { message: /expected a synchronous function/ });
  t.equal(backendInfo().name, 'wasm');
});

t.test('a backend that does not exist', (t) => {
  const wrong = JSON.parse('"webgpu"') as BackendName;
  t.throws(() => setBackend(wrong), {
    name: 'ArgumentError',
    message: 'backend: expected one of wasm, reference, reference64, gpu, got "webgpu"',
  });
  t.end();
});

t.test('the gpu backend has to be started', async (t) => {
  t.throws(() => setBackend('gpu'), { name: 'BackendError', message: /await useBackend\('gpu'\) first/ });
  t.throws(() => tensor([1]).to('gpu'), { name: 'BackendError', message: /await useBackend\('gpu'\) first/ });
  t.equal(backendInfo().name, 'wasm');
});

t.test('moving a tensor copies its values, and its gradient moves back', (t) => {
  const x = withBackend('reference', () => tensor([1, 2, 3], { requiresGrad: true }));
  t.equal(x.to('reference'), x, 'where it is already: itself');
  const moved = x.to('wasm');
  t.equal(moved.backend.name, 'wasm');
  moved.mul(moved).sum().backward();
  t.equal(x.grad?.backend.name, 'reference');
  t.same(x.grad?.tolist(), [2, 4, 6]);
  t.end();
});
