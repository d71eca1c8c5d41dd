import t from 'tap';
import { createPicture, rgbToGray, swapRedBlue, toRgb } from '../../src/image/picture.js';

t.test('createPicture', async (t) => {
  t.same(createPicture(2, 3, 3).data, new Float32Array(18));
  const data = Float32Array.of(1, 0);
  t.equal(createPicture(2, 1, 1, data).data, data, 'the data is kept, not copied');
  t.throws(() => createPicture(2, 2, 3, data), {
    name: 'ShapeError',
    message: 'createPicture: expected 2x2x3 = 12 values, got 2',
  });
  t.throws(() => createPicture(-1, 2, 3), { name: 'ShapeError', message: /at least 1, got -1x2/ });
  // @ts-expect-error: what an untyped caller can do
  t.throws(() => createPicture(1, 1, 4), { name: 'ShapeError', message: /expected 1 or 3 channels, got 4/ });
});

t.test('toRgb repeats grey', async (t) => {
  t.same(toRgb(createPicture(2, 1, 1, Float32Array.of(0.25, 1))).data, Float32Array.of(0.25, 0.25, 0.25, 1, 1, 1));
  const rgb = createPicture(1, 1, 3);
  t.equal(toRgb(rgb), rgb);
});

t.test('swapRedBlue', async (t) => {
  const rgb = createPicture(2, 1, 3, Float32Array.of(0, 0.25, 0.5, 0.75, 1, 0.125));
  t.same(swapRedBlue(rgb).data, Float32Array.of(0.5, 0.25, 0, 0.125, 1, 0.75));
  t.same(rgb.data[0], 0);
  t.same(swapRedBlue(swapRedBlue(rgb)).data, rgb.data);
});

t.test('rgbToGray weighs as OpenCV does', async (t) => {
  const picture = createPicture(5, 1, 3, Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1, 1, 0.2, 0.4, 0.6));
  const gray = rgbToGray(picture);
  t.same([gray.width, gray.height, gray.channels], [5, 1, 1]);
  t.same(gray.data, Float32Array.of(0.299, 0.587, 0.114, 1, 0.2 * 0.299 + 0.4 * 0.587 + 0.6 * 0.114));
  t.equal(rgbToGray(gray), gray);
});
