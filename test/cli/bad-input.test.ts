import t from 'tap';
import { createPicture } from '../../src/image/picture.js';
import { encodePng } from '../../src/image/png.js';
import { setWarningHandler } from '../../src/warnings.js';
import { chunk, concat, ihdr, latin1, pngSignature } from '../image/raw-png.js';
import { cases, explain } from './bad-cases.js';
import { namesIn, run, testPicture, workplace } from './harness.js';

const good = encodePng(testPicture());
const flags = ['--weights', 'weights.safetensors'];

cases('pictures', {
  'a text file named .png': {
    argv: explain('text.png'),
    files: { 'text.png': 'I am text, whatever my name says' },
    message: 'backlight: text.png is not an image that can be read; expected a PNG or JPEG file, got text that begins',
  },
  'a truncated PNG': {
    argv: explain('cut.png'),
    files: { 'cut.png': good.subarray(0, 200) },
    message:
      'backlight: cut.png is a truncated PNG: it stops after 200 bytes, before its end (IEND chunk); copy or download it again',
  },
  'a header of 60000x60000': {
    argv: explain('huge.png'),
    files: { 'huge.png': concat(pngSignature, ihdr(60000, 60000), chunk('IDAT', latin1('x')), chunk('IEND')) },
    message:
      'huge.png says that it is 60000x60000 = 3600000000 pixels, more than the limit of 50000000; if you trust the file, raise maxPixels (command line: --max-pixels)',
  },
  'the same with a raised limit': {
    argv: explain('huge.png', '--max-pixels', '4e9'),
    files: { 'huge.png': concat(pngSignature, ihdr(60000, 60000), chunk('IDAT', latin1('x')), chunk('IEND')) },
    message: 'huge.png is a damaged PNG: its pixels cannot be unpacked',
  },
  'a lowered limit': {
    argv: explain('picture.png', '--max-pixels', '319'),
    message: 'picture.png says that it is 20x16 = 320 pixels, more than the limit of 319',
  },
  'an empty file': {
    argv: explain('empty.png'),
    files: { 'empty.png': '' },
    message: 'backlight: empty.png is empty (0 bytes); expected a PNG or JPEG file',
  },
  'a missing file': {
    argv: explain('absent.png'),
    message: 'backlight: absent.png: there is no such file; expected a PNG or JPEG file, check the path',
  },
  'a file as a folder': {
    argv: explain('picture.png/cat.png'),
    message: 'backlight: picture.png/cat.png: there is no such file',
  },
  'a directory': {
    argv: explain('folder'),
    files: { folder: {} },
    message: 'backlight: folder: it is a directory; expected a PNG or JPEG file',
  },
  'one missing among several, before anything is done': {
    argv: ['explain', 'picture.png', 'absent.png', ...flags],
    message: 'backlight: absent.png: there is no such file',
  },
  'a picture much longer than wide': {
    argv: explain('strip.png'),
    files: { 'strip.png': encodePng(createPicture(1, 100, 3)) },
    message:
      'backlight: strip.png: preprocess: expected a picture at most 32 times as long as wide, got 1x100; cut a part out of it',
  },
  'an empty name': {
    argv: explain(''),
    message: 'backlight: expected a PNG or JPEG file, got an empty name',
  },
  'no picture': {
    argv: ['explain', ...flags],
    message: "backlight: missing required argument 'image'; see --help",
  },
});

cases('names', {
  class: {
    argv: explain('picture.png', '--class', 'frig'),
    message: 'backlight: --class: no class is called "frig"; the nearest are frog, ',
  },
  'one class among several': {
    argv: explain('picture.png', '--class', 'frog, zebra'),
    message: 'backlight: --class: no class is called "zebra"; the nearest are ',
  },
  'an ambiguous class': {
    argv: explain('picture.png', '--class', 'o'),
    message: '--class: "o" fits 2 classes: 2 dog, 3 frog; give one of these numbers, or the whole name',
  },
  'a class number': {
    argv: explain('picture.png', '--class', '4'),
    message: '--class: expected a class number from 0 to 3, got 4',
  },
  'a class number below 0': {
    argv: explain('picture.png', '--class=-1'),
    message: '--class: expected a class number from 0 to 3, got -1',
  },
  'too many top classes': {
    argv: explain('picture.png', '--class', 'top:5'),
    message: '--class: expected top: with a number from 1 to 4, as in top:3, got "top:5"',
  },
  'no top class': { argv: explain('picture.png', '--class', 'top:0'), message: 'a number from 1 to 4' },
  'an empty class': { argv: explain('picture.png', '--class', ''), message: 'no class is called ""' },
  layer: {
    argv: explain('picture.png', '--layer', 'featurs.5'),
    message: '--layer: no layer is called "featurs.5"; the nearest are features.5, ',
  },
  'the whole network as a layer': {
    argv: explain('picture.png', '--layer', ''),
    message: '--layer: no layer is called ""',
  },
  'a layer without a map': {
    argv: explain('picture.png', '--layer', 'classifier.0'),
    message:
      '--layer: expected a layer that returns a map [N,K,h,w] of more than one place, but classifier.0 (Linear) returns [1,4]; choose one before it, such as features.6',
  },
  'a layer with a map of one place': {
    argv: explain('picture.png', '--layer', 'avgpool'),
    message: 'but avgpool (AdaptiveAvgPool2d) returns [1,8,1,1]; choose one before it, such as features.6',
  },
  method: {
    argv: explain('picture.png', '--method', 'gradcam'),
    message:
      '--method: there is no "gradcam"; the nearest are grad-cam, xgrad-cam, grad-cam++ ("backlight methods" lists all)',
  },
  'an empty method': { argv: explain('picture.png', '--method', ','), message: '--method: expected one of grad-cam, ' },
  colormap: {
    argv: explain('picture.png', '--colormap', 'jett'),
    message: '--colormap: there is no "jett"; the nearest are jet, hot, bone ("backlight methods" lists all)',
  },
  backend: {
    argv: explain('picture.png', '--backend', 'wsam'),
    message: '--backend: there is no "wsam"; expected wasm, reference, reference64',
  },
  model: {
    argv: explain('picture.png', '--model', 'vgg_16'),
    message: '--model: there is no network called "vgg_16"; the nearest are vgg16, ',
  },
  'a model without weights': {
    argv: ['explain', 'picture.png', '--model', 'vgg16'],
    message: '--model: expected --weights with it: which file holds the weights of vgg16?',
  },
  'a misspelt model without weights': {
    argv: ['explain', 'picture.png', '--model', 'vgg_16'],
    message: '--model: there is no network called "vgg_16"; the nearest are vgg16, ',
  },
  'an empty name of weights': {
    argv: ['explain', 'picture.png', '--weights', ''],
    message: 'backlight: expected a safetensors file of weights, got an empty name',
  },
  preprocessing: {
    argv: explain('picture.png', '--preprocess', 'imgnet'),
    message: '--preprocess: expected imagenet, caffe, cifar10 or a .json file, got "imgnet"; the nearest is imagenet',
  },
  command: { argv: ['explian'], message: "backlight: unknown command 'explian' (Did you mean explain?); see --help" },
  option: {
    argv: explain('picture.png', '--clas', 'cat'),
    message: "backlight: unknown option '--clas' (Did you mean --class?); see --help",
  },
  'an option without its value': {
    argv: explain('picture.png', '--class'),
    message: "backlight: option '--class <class>' argument missing; see --help",
  },
  'alpha above 1': {
    argv: explain('picture.png', '--alpha', '1.5'),
    message: '--alpha: expected a number from 0 (only the picture) to 1 (only the heat map), got "1.5"',
  },
  'alpha that is no number': { argv: explain('picture.png', '--alpha', 'half'), message: /--alpha: .* got "half"/ },
  'a negative number of pixels': {
    argv: explain('picture.png', '--max-pixels=-1'),
    message: '--max-pixels: expected a whole number of at least 1, got "-1"',
  },
  '--out that is a file': {
    argv: explain('picture.png', '--out', 'picture.png'),
    message: /--out: expected a folder \(it is made if there is none\), but .*picture\.png is a file; name another/,
  },
  '--out below a file': {
    argv: explain('picture.png', '--out', 'picture.png/deep/er'),
    message: /--out: expected a folder .*picture\.png is a file/,
  },
  'an empty --out': {
    argv: explain('picture.png', '--out', ''),
    message: 'backlight: --out: expected a folder, got an empty name; "." is the current one',
  },
  'an empty --dump': {
    argv: explain('picture.png', '--dump', ''),
    message: 'backlight: --dump: expected a folder, got an empty name',
  },
  '--dump that is a file': {
    argv: explain('picture.png', '--dump', 'picture.png'),
    message: /--dump: expected a folder/,
  },
});

cases('other files', {
  'too few labels': {
    argv: explain('picture.png', '--labels', 'labels.txt'),
    files: { 'labels.txt': 'cat\ndog\nfrog\n' },
    message: 'backlight: labels (command line: --labels): expected 4, one for each class of vgg, got 3',
  },
  'an empty label': {
    argv: explain('picture.png', '--labels', 'labels.txt'),
    files: { 'labels.txt': 'cat\n\ndog\nfrog\n' },
    message: 'labels.txt: expected a name for every class, that of class 1 is empty',
  },
  'labels that are no text': {
    argv: explain('picture.png', '--labels', 'picture.png'),
    message: 'picture.png: expected class names as text in UTF-8',
  },
  'broken preprocessing': {
    argv: explain('picture.png', '--preprocess', 'p.json'),
    files: { 'p.json': '{"size": 64,' },
    message: 'p.json: expected the JSON of a preprocessing, it cannot be parsed',
  },
  'a misspelt field': {
    argv: explain('picture.png', '--preprocess', 'p.json'),
    files: { 'p.json': '{"siez": 64}' },
    message: 'p.json: "siez" is not a field of a preprocessing; the nearest is size',
  },
  'a broken model file': {
    argv: explain('picture.png', '--model', 'm.json'),
    files: { 'm.json': '{"name": vgg}' },
    message: 'm.json: expected JSON, it cannot be parsed',
  },
  'an option that the model does not have': {
    argv: ['layers', '--model', 'm.json'],
    files: { 'm.json': '{"name": "vgg11", "options": {"cfg": [8]}}' },
    message: 'm.json: vgg11 has no option "cfg"; it takes avgpool, hidden, classes, dropout',
  },
  'an excess argument': { argv: ['classes', 'cat'], message: /too many arguments for 'classes'.* got 1; see --help$/ },
});

t.test('a failure in the second picture leaves the first whole, and nothing of the second', async (t) => {
  const cwd = await workplace(t, { 'cut.png': good.subarray(0, 200) });
  const { code, err } = await run(cwd, [
    'explain',
    'picture.png',
    'cut.png',
    ...flags,
    '--class',
    '0',
    '--method',
    'grad-cam',
  ]);
  t.equal(code, 2);
  t.match(err, /^backlight: cut\.png is a truncated PNG[^\n]*\n$/);
  t.same(namesIn(cwd, 'out'), ['picture-cat-grad-cam.png', 'picture-cat-mask.png', 'picture-sheet.png']);
});

t.test('a file that cannot be written leaves none of its picture', async (t) => {
  const cwd = await workplace(t, { out: { 'picture-sheet.png': {} } });
  const { code, err } = await run(cwd, ['explain', 'picture.png', ...flags]);
  t.equal(code, 2);
  t.match(err, /^backlight: out.picture-sheet\.png: it cannot be written: there is a folder of that name[^\n]*\n$/);
  t.same(namesIn(cwd, 'out'), ['picture-sheet.png']);
});

t.test('warnings go back to where they went', async (t) => {
  const mine = (message: string): void => void t.fail(message);
  const before = setWarningHandler(mine);
  const cwd = await workplace(t);
  await run(cwd, ['explain', 'picture.png', ...flags, '--class', 'nothing']);
  t.equal(setWarningHandler(before), mine);
});
