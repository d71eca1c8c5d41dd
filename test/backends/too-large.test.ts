/** Tensors that no memory holds are refused in the same words as those that do not fit at the moment. */
import t from 'tap';
import { backendNames, withBackend } from '../../src/backends/active.js';
import { Allocator } from '../../src/backends/wasm/allocator.js';
import { arange, ones, zeros } from '../../src/ops/creation.js';
import { expand } from '../../src/ops/expand.js';

const calls: [string, () => unknown][] = [
  ['6.4 GB', () => zeros([40_000, 40_000])],
  ['40 GB', () => zeros([100_000, 100_000])],
  ['a size that wraps at 2^32 blocks', () => zeros([2 ** 36 + 320])],
  ['more elements than whole numbers are exact', () => zeros([2 ** 30, 2 ** 30])],
  ['an infinite product', () => ones([1e200, 1e200])],
  ['a long range', () => arange(1e13)],
  ['a small tensor repeated', () => expand(ones([1]), [2 ** 20, 2 ** 20])],
];

for (const backend of backendNames) {
  t.test(`${backend}: too large`, async (t) => {
    for (const [name, run] of calls) {
      if (backend !== 'wasm' && name === '6.4 GB') continue;
      t.throws(
        () => withBackend(backend, run),
        {
          name: 'BackendError',
          message: /^\w+: out of memory: asked for \S+ bytes with \d+ bytes live .*; free tensors with tidy\(/,
        },
        name,
      );
    }
    t.same(withBackend(backend, () => zeros([3])).tolist(), [0, 0, 0], 'it goes on');
  });
}

t.test('the allocator has no room for more than 4 GiB, however far it may grow', async (t) => {
  const allocator = new Allocator(64, 128, (bytes) => Math.ceil(bytes / 64) * 64);
  for (const bytes of [2 ** 32 + 1, 2 ** 33, 2 ** 38 + 64, Infinity]) t.equal(allocator.allocate(bytes), null);
  t.equal(allocator.usedBlocks, 0);
  t.equal(allocator.allocate(2 ** 32), 64, '4 GiB are the most');
});
