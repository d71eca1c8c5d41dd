/** linspace, eye, the like-relatives and the seeded random tensors. */
import t from 'tap';
import { ShapeError } from '../../src/errors.js';
import { eye, fullLike, linspace, rand, randn, zeros } from '../../src/ops/creation.js';
import { randint, randLike, randnLike, randperm } from '../../src/ops/random.js';
import { manualSeed, RandomGenerator } from '../../src/tensor/random.js';
import { near, onEveryBackend } from './values.js';

onEveryBackend(t, 'linspace reaches both ends', (t) => {
  t.strictSame(linspace(-1, 2, 7).tolist(), [-1, -0.5, 0, 0.5, 1, 1.5, 2]);
  t.strictSame(linspace(2, -1, 4).tolist(), [2, 1, 0, -1]);
  t.strictSame(linspace(1, 2, 1).tolist(), [1]);
  t.strictSame(linspace(0, 1, 0).tolist(), []);
  const [first, , last] = linspace(0.1, 0.7, 3).dataSync();
  near(t, [first, last], [Math.fround(0.1), Math.fround(0.7)], 'ends');
  t.throws(() => linspace(0, 1, 1.5), new ShapeError('linspace: expected a whole number of steps, got 1.5'));
});

onEveryBackend(t, 'eye and fullLike', (t) => {
  t.strictSame(eye(2).tolist(), [
    [1, 0],
    [0, 1],
  ]);
  t.strictSame(eye(2, 3).tolist(), [
    [1, 0, 0],
    [0, 1, 0],
  ]);
  t.strictSame(eye(3, 1).tolist(), [[1], [0], [0]]);
  t.strictSame(fullLike(zeros([1, 2]), 7).tolist(), [[7, 7]]);
});

onEveryBackend(t, 'manualSeed makes every random tensor repeatable', (t) => {
  const shape = zeros([3, 2]);
  const draw = () => [randperm(7), randint(-2, 3, [9]), randLike(shape), randnLike(shape)].map((x) => x.tolist());
  manualSeed(3);
  const first = draw();
  t.notSame(draw(), first, 'the sequence goes on');
  manualSeed(3);
  t.strictSame(draw(), first);
  t.strictSame(randLike(shape, new RandomGenerator(5)).tolist(), rand([3, 2], new RandomGenerator(5)).tolist());
  t.strictSame(randnLike(shape, new RandomGenerator(5)).tolist(), randn([3, 2], new RandomGenerator(5)).tolist());
});

onEveryBackend(t, 'randperm and randint hold what they promise', (t) => {
  const order = [...randperm(50, new RandomGenerator(1)).dataSync()];
  t.notSame(order, [...order.keys()], 'not in order');
  t.strictSame(
    order.sort((a, b) => a - b),
    [...order.keys()],
  );
  const dice = [...randint(1, 7, [600], new RandomGenerator(1)).dataSync()];
  for (let face = 1; face <= 6; face++) {
    const count = dice.filter((value) => value === face).length;
    t.ok(count > 60 && count < 140, `${face} came ${count} times of 600`);
  }
  t.ok(
    dice.every((value) => value >= 1 && value <= 6 && Number.isInteger(value)),
    'nothing else came',
  );
  t.strictSame(randperm(0).shape, [0]);
  t.throws(() => randint(3, 3, [2]), new ShapeError('randint: expected whole numbers low < high, got 3 and 3'));
  t.throws(() => randperm(-1), new ShapeError('randperm: expected a whole number from 0 on, got -1'));
});
