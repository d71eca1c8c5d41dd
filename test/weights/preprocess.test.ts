import t from 'tap';
import { createPicture, type Picture } from '../../src/image/picture.js';
import { resize } from '../../src/image/resize.js';
import { pictureToDrawOn, preprocess, seenRegion } from '../../src/weights/preprocess.js';
import { parsePreprocess, preprocessPresets, type Preprocess } from '../../src/weights/preprocess-spec.js';
import { parseLabels } from '../../src/weights/labels.js';

/** Red is x, green is y, blue is 1/2: each pixel says where it comes from. */
function map(width: number, height: number): Picture {
  const data = new Float32Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data.set([x / width, y / height, 0.5], (y * width + x) * 3);
  }
  return createPicture(width, height, 3, data);
}

const plain: Preprocess = {
  size: 4,
  fit: 'stretch',
  method: 'area',
  order: 'RGB',
  range: 1,
  mean: [0, 0, 0],
  std: [1, 1, 1],
};
const pixel = ({ width, data }: Picture, x: number, y: number) => [
  ...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3),
];
const equal = (a: Picture, b: Picture) =>
  a.width === b.width && a.height === b.height && Buffer.from(a.data.buffer).equals(Buffer.from(b.data.buffer));
const near = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  a.length === b.length && Array.from(a).every((value, i) => Math.abs(value - b[i]) < 1e-6);

t.test('values, by hand', async (t) => {
  const picture = createPicture(2, 1, 3, Float32Array.of(0, 0.2, 1, 0.4, 0.6, 0.8));
  const spec: Preprocess = { ...plain, size: 1, fit: 'keep', mean: [0.1, 0.2, 0.3], std: [0.5, 0.25, 2] };
  const rgb = preprocess(picture, spec);
  t.same(rgb.input.shape, [1, 3, 1, 2]);
  t.ok(near(rgb.input.dataSync(), [-0.2, 0.6, 0, 1.6, 0.35, 0.25]), 'RGB');
  t.same(rgb.picture.data, picture.data);
  const bgr = preprocess(picture, { ...spec, order: 'BGR', range: 255, mean: [104, 117, 123], std: [1, 1, 1] });
  const expected = [255 - 104, 0.8 * 255 - 104, 0.2 * 255 - 117, 0.6 * 255 - 117, 0 - 123, 0.4 * 255 - 123];
  t.ok(
    bgr.input.dataSync().every((value, i) => Math.abs(value - expected[i]) < 1e-4),
    'BGR, 0..255',
  );
  t.same(bgr.picture.data, picture.data, 'the picture stays RGB');
  const grey = preprocess(createPicture(1, 1, 1, Float32Array.of(0.5)), { ...spec, fit: 'stretch' });
  t.ok(near(grey.input.dataSync(), [0.8, 1.2, 0.1]), 'grey');
});

t.test('a picture of the right size is not resampled', async (t) => {
  const picture = map(224, 224);
  for (const spec of [preprocessPresets.caffe, { ...preprocessPresets.imagenet, resize: 224 }]) {
    t.ok(equal(preprocess(picture, spec).picture, picture));
  }
  const high = map(32, 100);
  t.ok(equal(preprocess(high, preprocessPresets.cifar10).picture, high));
});

t.test('stretch', async (t) => {
  const picture = map(12, 8);
  const { input, picture: seen } = preprocess(picture, plain);
  t.same(input.shape, [1, 3, 4, 4]);
  t.same(seen, resize(picture, 4, 4, { method: 'area' }));
  t.same(seenRegion(picture, plain), { x: 0, y: 0, width: 12, height: 8 });
});

t.test('keep', async (t) => {
  const spec: Preprocess = { ...plain, fit: 'keep' };
  t.same(preprocess(map(13, 8), spec).input.shape, [1, 3, 4, 6], 'the longer side is cut to whole pixels');
  t.same(preprocess(map(8, 13), spec).input.shape, [1, 3, 6, 4]);
  t.same(preprocess(map(2, 2), spec).input.shape, [1, 3, 4, 4]);
});

t.test('crop: the middle, as torchvision cuts it', async (t) => {
  const picture = map(20, 8);
  const spec: Preprocess = { ...plain, fit: 'crop' };
  const { picture: seen } = preprocess(picture, spec);
  const whole = resize(picture, 10, 4, { method: 'area' });
  t.same([seen.width, seen.height], [4, 4]);
  t.same(pixel(seen, 0, 0), pixel(whole, 3, 0));
  t.same(pixel(seen, 3, 3), pixel(whole, 6, 3));
  t.same(seenRegion(picture, spec), { x: 6, y: 0, width: 8, height: 8 });

  const inner: Preprocess = { ...spec, resize: 8 };
  const { picture: cut } = preprocess(picture, inner);
  t.same(pixel(cut, 0, 0), pixel(picture, 8, 2), 'from a picture whose shorter side is resize already');
  t.same(pixel(cut, 3, 3), pixel(picture, 11, 5));
  t.same(seenRegion(picture, inner), { x: 8, y: 2, width: 4, height: 4 });

  const photo = preprocess(map(500, 375), preprocessPresets.imagenet);
  t.same(photo.input.shape, [1, 3, 224, 224]);
  t.same(seenRegion(map(500, 375), preprocessPresets.imagenet), { x: 86, y: 23, width: 328, height: 328 });
});

t.test('what grows is interpolated, by either method', async (t) => {
  const picture = map(2, 2);
  t.same(preprocess(picture, plain).picture, resize(picture, 4, 4, { method: 'linear' }));
  t.same(preprocess(picture, { ...plain, method: 'linear' }).picture, resize(picture, 4, 4));
});

t.test('the picture to draw on: what the network sees, at a size to look at', async (t) => {
  const size = (picture: Picture, spec: Preprocess) => {
    const { width, height } = pictureToDrawOn(picture, spec);
    return [width, height];
  };
  t.same(size(map(1280, 720), preprocessPresets.cifar10), [640, 360]);
  t.same(size(map(32, 32), preprocessPresets.cifar10), [224, 224]);
  t.same(size(map(300, 400), preprocessPresets.caffe), [300, 400]);
  t.same(size(map(512, 300), preprocessPresets.imagenet), [263, 263]);
  const picture = map(250, 300);
  t.ok(equal(pictureToDrawOn(picture, plain), picture), 'unchanged where it fits');
  const cropped = pictureToDrawOn(picture, { ...plain, fit: 'crop' });
  t.same([cropped.width, cropped.height], [250, 250]);
  t.same(pixel(cropped, 0, 0), pixel(picture, 0, 25));
});

t.test('a strip', async (t) => {
  const spec: Preprocess = { ...plain, fit: 'keep' };
  t.throws(() => preprocess(map(1, 33), spec), {
    name: 'ShapeError',
    message:
      'preprocess: expected a picture at most 32 times as long as wide, got 1x33; cut a part out of it, or use a preprocessing with fit "stretch"',
  });
  t.same(preprocess(map(1, 32), spec).input.shape, [1, 3, 128, 4]);
  t.same(preprocess(map(1, 33), plain).input.shape, [1, 3, 4, 4]);
});

t.test('presets', async (t) => {
  for (const [name, spec] of Object.entries(preprocessPresets)) {
    t.same(parsePreprocess(JSON.stringify(spec), name), spec, `${name} passes its own check`);
  }
});

t.test('a broken description', async (t) => {
  const refuses = (change: Record<string, unknown>, message: string) =>
    t.throws(() => parsePreprocess(JSON.stringify({ ...plain, ...change }), 'p.json'), {
      name: 'FormatError',
      message,
    });
  refuses({ size: 0 }, 'p.json: expected size to be a whole number from 1 to 4096, got 0');
  refuses({ size: '64' }, 'p.json: expected size to be a whole number from 1 to 4096, got "64"');
  refuses({ size: 5000 }, 'p.json: expected size to be a whole number from 1 to 4096, got 5000');
  refuses({ fit: 'squash' }, 'p.json: expected fit to be "stretch", "crop" or "keep", got "squash"');
  refuses({ method: 'cubic' }, 'p.json: expected method to be "area" or "linear", got "cubic"');
  refuses({ order: 'rgb' }, 'p.json: expected order to be "RGB" or "BGR", got "rgb"');
  refuses({ range: 256 }, 'p.json: expected range to be 1 or 255, got 256');
  refuses({ mean: [1, 2] }, 'p.json: expected mean to be three numbers, got [1,2]');
  refuses({ mean: [1, 2, null] }, 'p.json: expected mean to be three numbers, got [1,2,null]');
  refuses({ std: [1, 0, 1] }, 'p.json: expected std to be three numbers above 0, got [1,0,1]');
  refuses({ std: undefined }, 'p.json: expected std to be three numbers above 0, got nothing');
  refuses({ resise: 3 }, 'p.json: "resise" is not a field of a preprocessing; the nearest is resize');
  refuses(
    { resize: 8 },
    'p.json: expected resize with fit "crop" only, and at least size (4), got 8 with fit "stretch"',
  );
  refuses(
    { fit: 'crop', resize: 3 },
    'p.json: expected resize with fit "crop" only, and at least size (4), got 3 with fit "crop"',
  );
  t.throws(() => parsePreprocess('[1]', 'p'), {
    message: 'p: expected a JSON object with size, sizes, fit, resize, method, order, range, mean, std, got [1]',
  });
  t.throws(() => parsePreprocess('{', 'p'), {
    message: 'p: expected the JSON of a preprocessing, it cannot be parsed and begins with "{"',
  });
});

t.test('class names', async (t) => {
  t.same(parseLabels('a\nb, c\n', 'l'), ['a', 'b, c']);
  t.same(parseLabels('\ufeffa\r\n b \r\n\r\n', 'l'), ['a', 'b']);
  t.same(parseLabels(' ["a", "b\\nc"]', 'l'), ['a', 'b\nc']);
  t.throws(() => parseLabels('', 'l'), { message: 'l: expected class names, one a line or a JSON array, got none' });
  t.throws(() => parseLabels('[]', 'l'), { message: 'l: expected class names, one a line or a JSON array, got none' });
  t.throws(() => parseLabels('a\n\nb', 'l'), {
    message: 'l: expected a name for every class, that of class 1 is empty',
  });
  t.throws(() => parseLabels('["a", 1]', 'l'), { message: 'l: expected a JSON array of strings, got ["a",1]' });
});
