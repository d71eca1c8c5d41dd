/** The tensor itself: shape, values in and out, leaves, errors. */
import { inspect } from 'node:util';
import t from 'tap';
import { backendNamed, backendNames, withBackend } from '../../src/backends/active.js';
import { fromHost, tensor } from '../../src/ops/creation.js';
import '../../src/ops/methods.js';
import { Tensor, commonBackend } from '../../src/tensor/tensor.js';

t.test('shape, size, ndim, numel', async (t) => {
  const x = tensor(new Float32Array(24), { shape: [2, 3, 4] });
  t.same(x.shape, [2, 3, 4]);
  t.same(x.size(), [2, 3, 4]);
  t.same([x.size(0), x.size(-1), x.size(1)], [2, 4, 3]);
  t.same([x.ndim, x.numel()], [3, 24]);
  t.throws(() => x.size(3), { name: 'ShapeError', message: 'size: expected a dimension from -3 to 2, got 3' });
  const scalar = tensor(5);
  t.throws(() => scalar.size(0), { name: 'ShapeError', message: /expected a tensor with dimensions, got a scalar/ });
  t.same([scalar.shape, scalar.ndim, scalar.numel()], [[], 0, 1]);
});

t.test('as text: toString and the console', async (t) => {
  t.equal(
    String(
      tensor([
        [1, -2],
        [1 / 3, NaN],
      ]),
    ),
    'tensor([[ 1.0000, -2.0000],\n        [ 0.3333,     nan]])',
  );
  t.equal(inspect(tensor(1e-7, { requiresGrad: true })), 'tensor(1.0000e-07, requires_grad=True)');
  t.equal(inspect([tensor([])]), '[ tensor([]) ]');
  const long = fromHost([2, 600], (host) => host.forEach((_, i) => (host[i] = (i % 600) + 1)));
  t.equal(
    long.toString(),
    'tensor([[  1.,   2.,   3.,  ..., 598., 599., 600.],\n        [  1.,   2.,   3.,  ..., 598., 599., 600.]])',
  );
  long.dispose();
  t.equal(long.toString(), 'tensor(freed, size=(2, 600))');
});

t.test('values come back as they went in, on every backend', async (t) => {
  for (const name of backendNames) {
    await withBackend(name, () =>
      tensor([
        [1.5, -2, 1e-30],
        [NaN, Infinity, -0],
      ]),
    )
      .data()
      .then((data) => {
        t.same(data, Float32Array.of(1.5, -2, 1e-30, NaN, Infinity, -0), `${name}: data()`);
      });
    const x = withBackend(name, () =>
      tensor([
        [
          [1, 2],
          [3, 4],
          [5, 6],
        ],
      ]),
    );
    t.same(
      x.tolist(),
      [
        [
          [1, 2],
          [3, 4],
          [5, 6],
        ],
      ],
      name,
    );
    t.same(x.dataSync(), Float32Array.of(1, 2, 3, 4, 5, 6));
    t.equal(x.backend, backendNamed(name));
  }
  const third = withBackend('reference64', () => tensor(1 / 3));
  t.equal(third.item(), 1 / 3, 'reference64 keeps float64');
  t.equal(third.dataSync()[0], Math.fround(1 / 3));
  t.equal(tensor(1 / 3).item(), Math.fround(1 / 3));
});

t.test('data is a copy', async (t) => {
  for (const name of backendNames) {
    const x = withBackend(name, () => tensor([1, 2]));
    x.dataSync().fill(9);
    x.hostData().fill(9);
    (await x.data()).fill(9);
    t.same(x.tolist(), [1, 2], name);
    const source = Float32Array.of(1, 2);
    const y = withBackend(name, () => tensor(source));
    source.fill(9);
    t.same(y.tolist(), [1, 2], name);
  }
});

t.test('empty tensors', async (t) => {
  t.same(tensor([]).shape, [0]);
  t.same(tensor([[], []]).shape, [2, 0]);
  t.same(tensor([[], []]).tolist(), [[], []]);
  t.equal(tensor([]).sum().item(), 0);
});

t.test('bad data is an error that says what was expected', async (t) => {
  const cases: [() => unknown, string | RegExp][] = [
    [
      () => tensor([[1, 2], [3]]),
      /tensor: expected evenly nested numbers of shape \[2,2\], got an uneven part at depth 1/,
    ],
    [() => tensor([1, [2]]), /uneven part at depth 1/],
    [() => tensor([[1], 2]), /uneven part at depth 1/],
    [() => tensor([1, 2, 3], { shape: [2, 2] }), 'tensor: expected 4 values for shape [2,2], got 3'],
    [() => tensor([1, 2], { shape: [-1] }), /sizes that are whole numbers of at least 0, got \[-1\]/],
    [
      () => fromHost([1.5], () => undefined),
      /fromHost: expected sizes that are whole numbers of at least 0, got \[1.5\]/,
    ],
    [() => new Tensor(tensor([1, 2]).storage.retain(), [3]), 'tensor: expected a shape of 2 elements, got [3]'],
  ];
  for (const [run, message] of cases) t.throws(run, { name: 'ShapeError', message });
});

t.test('item wants one element', async (t) => {
  t.equal(tensor([[7]]).item(), 7);
  t.throws(() => tensor([1, 2]).item(), {
    name: 'ShapeError',
    message: 'item: expected a tensor of one element, got shape [2]',
  });
});

t.test('leaves and detach', async (t) => {
  const x = tensor([1, 2], { requiresGrad: true });
  const y = x.mul(2);
  t.same([x.isLeaf, x.requiresGrad, y.isLeaf, y.requiresGrad], [true, true, false, true]);
  t.equal(y.node?.name, 'Affine');
  const d = y.detach();
  t.same([d.isLeaf, d.requiresGrad, d.node], [true, false, null]);
  t.equal(d.storage, y.storage, 'detach copies nothing');
  t.same(d.mul(3).requiresGrad, false);
  t.throws(() => y.requiresGrad_(false), { name: 'ShapeError', message: /only a leaf .*use detach\(\)/ });
  t.equal(x.requiresGrad_(false).mul(2).requiresGrad, false);
});

t.test('tensors of two backends do not mix', async (t) => {
  const a = tensor([1]);
  const b = withBackend('reference', () => tensor([2]));
  t.throws(() => a.add(b), {
    name: 'BackendError',
    message: 'add: expected all tensors on one backend, got wasm and reference; move one with tensor.to(backend)',
  });
  t.same(a.add(b.to('wasm')).tolist(), [3]);
  t.throws(() => commonBackend('cat', []), {
    name: 'ShapeError',
    message: 'cat: expected at least one tensor, got none',
  });
});

t.test('at selects as x[i, j] does', async (t) => {
  const x = tensor([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  t.equal(x.at(1, 2).item(), 6);
  t.same(x.at(-1).tolist(), [4, 5, 6]);
  t.throws(() => x.at(2), { name: 'ShapeError', message: /index from -2 to 1 for dimension 0 of \[2,3\], got 2/ });
  t.throws(() => x.at(0, 0, 0), { name: 'ShapeError', message: /at most 2 indices for shape \[2,3\], got 3/ });
});
