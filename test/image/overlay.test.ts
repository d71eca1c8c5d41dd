import t from 'tap';
import { blendHeat, maskPicture, overlayHeat } from '../../src/image/overlay.js';
import { createPicture } from '../../src/image/picture.js';

const image = createPicture(2, 1, 3, Float32Array.of(0.25, 0.5, 0.75, 0, 1, 0.5));
const heat = createPicture(2, 1, 3, Float32Array.of(1, 0, 0, 0.5, 0.25, 0));

t.test('overlayHeat: the sum over its largest value', async (t) => {
  t.same(overlayHeat(image, heat).data, Float32Array.of(1, 0.4, 0.6, 0.4, 1, 0.4));
  t.same(image.data[0], 0.25, 'the image is not written to');
});

t.test('overlayHeat: black stays black instead of 0 / 0', async (t) => {
  const black = createPicture(2, 1, 3);
  t.same(overlayHeat(black, black).data, new Float32Array(6));
});

t.test('a grey image counts as three equal channels', async (t) => {
  const grey = createPicture(2, 1, 1, Float32Array.of(0.5, 1));
  t.same(overlayHeat(grey, heat).data, Float32Array.of(1, 1 / 3, 1 / 3, 1, 1.25 / 1.5, 1 / 1.5));
});

t.test('blendHeat: alpha is the share of the heat', async (t) => {
  t.same(blendHeat(image, heat, 0).data, image.data);
  t.same(blendHeat(image, heat, 1).data, heat.data);
  t.same(blendHeat(image, heat, 0.25).data, Float32Array.of(0.4375, 0.375, 0.5625, 0.125, 0.8125, 0.375));
  t.same(blendHeat(image, heat).data, blendHeat(image, heat, 0.5).data);
});

t.test('maskPicture: image times mask', async (t) => {
  const mask = createPicture(2, 1, 1, Float32Array.of(0.5, 0));
  t.same(maskPicture(image, mask).data, Float32Array.of(0.125, 0.25, 0.375, 0, 0, 0));
});

t.test('bad input', async (t) => {
  const other = createPicture(1, 2, 3);
  t.throws(() => overlayHeat(image, other), {
    name: 'ShapeError',
    message: 'overlayHeat: expected pictures of the same size, got 2x1 and 1x2; use resize() on one of them',
  });
  t.throws(() => maskPicture(image, heat), { name: 'ShapeError', message: /expected a mask with 1 channel, got 3/ });
  for (const alpha of [-0.1, 1.5, NaN]) {
    t.throws(() => blendHeat(image, heat, alpha), {
      name: 'ArgumentError',
      message: new RegExp(`heat map\\), got ${alpha}`),
    });
  }
  const broken = createPicture(2, 1, 3, Float32Array.of(0, NaN, 0, 0, 0, 0));
  t.throws(() => overlayHeat(broken, heat), { name: 'ArgumentError', message: /expected finite values/ });
});
