import t from 'tap';
import { createPicture } from '../../src/image/picture.js';
import { resize, resizeMap, type ResizeMethod } from '../../src/image/resize.js';
import { golden, goldenNames } from './read-golden.js';

function maxDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  return Array.from(a).reduce((max, value, i) => Math.max(max, Math.abs(value - b[i])), 0);
}

t.test('linear is cv2.resize', async (t) => {
  const cases = goldenNames('resize/').filter((name) => name.endsWith('/in'));
  t.equal(cases.length, 6);
  for (const name of cases) {
    const { shape, values } = golden(name);
    const expected = golden(name.replace('/in', '/out'));
    const [newHeight, newWidth] = expected.shape;
    const out = resizeMap(Float32Array.from(values), shape[1], shape[0], newWidth, newHeight);
    t.ok(maxDifference(out, expected.values) <= 1e-5, `${name}: ${shape.join('x')} to ${expected.shape.join('x')}`);
  }
});

t.test('each channel is resized on its own', async (t) => {
  const red = Float32Array.of(0.1, 0.9, 0.4, 0.3, 0.7, 0.2);
  const blue = Float32Array.of(0.6, 0.5, 1, 0, 0.25, 0.75);
  const data = new Float32Array(18);
  red.forEach((value, i) => data.set([value, 0.5, blue[i]], 3 * i));
  for (const method of ['linear', 'area', 'nearest'] satisfies ResizeMethod[]) {
    const out = resize(createPicture(3, 2, 3, data), 2, 2, { method });
    const channel = (c: number) => out.data.filter((_, i) => i % 3 === c);
    t.same(channel(0), resizeMap(red, 3, 2, 2, 2, { method }), `${method} red`);
    t.ok(maxDifference(channel(1), [0.5, 0.5, 0.5, 0.5]) < 1e-7, `${method} green stays flat`);
    t.same(channel(2), resizeMap(blue, 3, 2, 2, 2, { method }), `${method} blue`);
  }
});

t.test('area averages what each new pixel covers', async (t) => {
  const wide = Float32Array.of(0, 3, 6, 9, 1, 4, 7, 10);
  t.ok(maxDifference(resizeMap(wide, 4, 2, 2, 1, { method: 'area' }), [2, 8]) < 1e-6, 'halves: means of 2x2 boxes');
  // New pixel 0 covers pixel 0 and half of pixel 1: (0 + 3/2) / 1.5; pixel 1 half of pixel 1 and pixel 2.
  const thirds = resizeMap(Float32Array.of(0, 3, 6), 3, 1, 2, 1, { method: 'area' });
  t.ok(maxDifference(thirds, [1, 5]) < 1e-6, 'three pixels to two');
  // cv2.resize(float32([[0, 3, 6, 9, 1, 4, 7]]), (3, 1), interpolation=cv2.INTER_AREA)
  const sevenths = resizeMap(Float32Array.of(0, 3, 6, 9, 1, 4, 7), 7, 1, 3, 1, { method: 'area' });
  t.ok(maxDifference(sevenths, [15 / 7, 41 / 7, 34 / 7]) < 1e-6, 'seven pixels to three');
  const checker = Float32Array.from({ length: 64 * 64 }, (_, i) => (i + (i >> 6)) % 2);
  const grey = resizeMap(checker, 64, 64, 16, 16, { method: 'area' });
  t.ok(maxDifference(grey, new Float32Array(256).fill(0.5)) < 1e-6, 'a checker board becomes grey, not stripes');
});

t.test('area where an axis grows is what INTER_AREA gives', async (t) => {
  // cv2.resize(float32([[0, 3, 6]]), (5, 1), interpolation=cv2.INTER_AREA)
  const grown = resizeMap(Float32Array.of(0, 3, 6), 3, 1, 5, 1, { method: 'area' });
  t.ok(maxDifference(grown, [0, 1, 3, 5, 6]) < 1e-5, String(grown));
  // cv2.resize(float32([[0, 3, 6, 9], [1, 4, 7, 10]]), (3, 3), interpolation=cv2.INTER_AREA)
  const mixed = resizeMap(Float32Array.of(0, 3, 6, 9, 1, 4, 7, 10), 4, 2, 3, 3, { method: 'area' });
  t.ok(maxDifference(mixed, [0.75, 4.5, 8.25, 1.25, 5, 8.75, 1.75, 5.5, 9.25]) < 1e-5, String(mixed));
});

t.test('nearest takes pixel floor(i * scale)', async (t) => {
  const three = Float32Array.of(1, 2, 3);
  t.same(resizeMap(three, 3, 1, 6, 1, { method: 'nearest' }), Float32Array.of(1, 1, 2, 2, 3, 3));
  t.same(resizeMap(three, 3, 1, 2, 1, { method: 'nearest' }), Float32Array.of(1, 2));
});

t.test('the same size is a copy', async (t) => {
  const data = Float32Array.of(0.1, 0.2);
  const out = resizeMap(data, 2, 1, 2, 1);
  t.same(out, data);
  t.not(out, data);
});

t.test('sizes that are none', async (t) => {
  const picture = createPicture(2, 2, 1);
  t.throws(() => resize(picture, 0, 5), { name: 'ShapeError', message: /resize: expected .* at least 1, got 0x5/ });
  t.throws(() => resize(picture, 2.5, 5), { name: 'ShapeError', message: /got 2\.5x5/ });
  t.throws(() => resizeMap(new Float32Array(5), 2, 2, 4, 4), {
    name: 'ShapeError',
    message: /expected 2x2 = 4 values, got 5/,
  });
});
