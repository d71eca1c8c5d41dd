import t from 'tap';
import { applyColorMap, colorMaps, colorMapTable, isColorMapName } from '../../src/image/colormaps.js';
import { createPicture } from '../../src/image/picture.js';
import { golden, goldenNames } from './read-golden.js';

const bytesOf = (values: Float32Array) => Array.from(values, (value) => value * 255).map(Math.round);

t.test("the tables are OpenCV's, every byte", async (t) => {
  const names = goldenNames('colormap/').map((key) => key.slice('colormap/'.length));
  t.same([...colorMaps].sort(), names.sort());
  t.equal(colorMaps.length, 22);
  for (const name of colorMaps) {
    const expected = golden(`colormap/${name}`).values;
    t.same(bytesOf(colorMapTable(name)), expected, name);
    t.equal(colorMapTable(name)[5], Math.fround(expected[5] / 255), `${name} is divided by 255`);
  }
});

t.test('a mask takes the colour of trunc(255 * value)', async (t) => {
  const jet = golden('colormap/jet').values;
  const colour = (value: number) => bytesOf(applyColorMap(Float32Array.of(value), 'jet').data);
  const entry = (index: number) => jet.slice(3 * index, 3 * index + 3);
  for (let index = 0; index < 256; index++) {
    t.same(colour(Math.min((index + 0.999) / 255, 1)), entry(index), `just below step ${index + 1}`);
  }
  t.same(colour(0.5), entry(127), '127.5 truncates');
  t.same(colour(Math.fround(0.2)), entry(51), '0.2 * 255 is 51 in float32, as in NumPy');
  t.same(colour(-3), entry(0));
  t.same(colour(7), entry(255));
});

t.test('a picture keeps its size; jet is the default', async (t) => {
  const picture = applyColorMap(createPicture(2, 3, 1, Float32Array.of(0, 0.2, 0.4, 0.6, 0.8, 1)));
  t.match(
    { width: picture.width, height: picture.height, channels: picture.channels },
    { width: 2, height: 3, channels: 3 },
  );
  const jet = golden('colormap/jet').values;
  t.same(
    bytesOf(picture.data),
    [0, 51, 102, 153, 204, 255].flatMap((index) => jet.slice(3 * index, 3 * index + 3)),
  );
});

t.test('bad input', async (t) => {
  t.throws(() => applyColorMap(Float32Array.of(0, NaN), 'jet'), {
    name: 'ArgumentError',
    message: 'applyColorMap: the mask is NaN at index 1; expected 0..1',
  });
  t.throws(() => applyColorMap(createPicture(1, 1, 3), 'jet'), {
    name: 'ShapeError',
    message: 'applyColorMap: expected a mask with 1 channel, got 3',
  });
  const wrong = 'toString';
  t.notOk(isColorMapName(wrong));
  // @ts-expect-error: what an untyped caller can do
  t.throws(() => applyColorMap(Float32Array.of(0), wrong), {
    name: 'ArgumentError',
    message: /no colour map is called "toString"; there are autumn, bone, /,
  });
});
