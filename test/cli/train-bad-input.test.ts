/** Options and folders that `backlight train` cannot work with. */
import { cases, type Case } from './bad-cases.js';
import { weightFile } from './harness.js';
import { colourPng, colours, pictureFolders } from './picture-data.js';

const files = { pictures: pictureFolders(3) };

/** With pictures that are fine, so that the option is what is wrong. */
const bad = (option: string, value: string, message: string | RegExp): [string, Case] => [
  `${option} ${value}`,
  { argv: ['train', '--data', 'pictures', '--size', '8', option, value], files, message },
];

const whole = (option: string, low: number, high: number, value: string) =>
  bad(option, value, `${option}: expected a whole number from ${low} to ${high}, got "${value}"`);
const between = (option: string, meaning: string, value: string) =>
  bad(option, value, `${option}: expected ${meaning}, got "${value}"`);
const positive = (option: string, value: string) =>
  bad(option, value, `${option}: expected a whole number of at least 1, got "${value}"`);

cases(
  'values of options',
  Object.fromEntries([
    positive('--epochs', '0'),
    positive('--epochs', '1.5'),
    whole('--batch', 2, 65536, '1'),
    between('--lr', 'a learning rate above 0', '0'),
    between('--lr', 'a learning rate above 0', 'fast'),
    between('--lr', 'a learning rate above 0', ''),
    bad('--schedule', 'linear', '--schedule: there is no "linear"; expected one-cycle, cosine'),
    between('--weight-decay', 'a number from 0 to 1', '-0.1'),
    between('--label-smoothing', 'a share from 0 to 1', '2'),
    between('--map-loss', 'a weight from 0 to 1000', '-1'),
    between('--average', 'a decay from 0 up to but without 1', '1'),
    whole('--crop', 0, 512, '-1'),
    whole('--cutout', 0, 512, '1.5'),
    between('--zoom', 'a factor from 1 to 8', '0.5'),
    between('--zoom-share', 'a share from 0 to 1', '30%'),
    whole('--seed', 0, 4294967295, '-1'),
    whole('--size', 8, 1024, '7'),
    between('--hold-out', 'a share from 0 to 0.9', '1'),
    positive('--test-every', '0'),
    positive('--threads', 'two'),
    bad('--threads', '65', 'setThreads: expected a whole number from 1 to 64, got 65'),
    bad('--cfg', '4,X,8', /^backlight: --cfg: expected cfg to be a list of channel numbers and "M" for pooling/),
    bad('--cfg', '', /^backlight: --cfg: expected cfg to be a list/),
    bad('--model', 'vgg12', /^backlight: --model: there is no network called "vgg12"; the nearest are vgg11/),
    bad('--model', 'no.json', 'no.json: there is no such file'),
    bad('--crop', '8', "TrainingBatches: expected crop below and cutout up to the images' 8 pixels, got 8 and 8"),
    bad('--out', '', '--out: expected a folder, got an empty name'),
    bad('--out', 'picture.png', /--out: expected a folder .*picture\.png is a file; name another/),
    bad('--epoch', '3', "unknown option '--epoch'"),
  ]),
);

const model = (options: object) => JSON.stringify({ name: 'vgg', options: { cfg: [4], ...options } });

cases('networks', {
  'with other classes': {
    argv: ['train', '--data', 'pictures', '--size', '8', '--model', 'm.json'],
    files: { ...files, 'm.json': model({ classes: 10 }) },
    message: '--model: m.json has 10 classes, the images have 3; leave "classes" out',
  },
  'without maps to keep blank': {
    argv: ['train', '--data', 'pictures', '--size', '32', '--model', 'squeezenet1_1', '--map-loss', '0.1'],
    files,
    message:
      'ClassMaps: expected a network that ends in global average pooling and one linear layer, got another ' +
      '(SqueezeNet); train it with a mapLoss (--map-loss) of 0',
  },
  'that are none': {
    argv: ['train', '--data', 'pictures', '--size', '8', '--model', 'm.json'],
    files: { ...files, 'm.json': model({ width: 10 }) },
    message: 'm.json: vgg has no option "width"',
  },
});

const howToGet =
  'for CIFAR-10 run "npm run data" in a clone of Backlight, or download cifar-10-binary.tar.gz from ' +
  'https://www.cs.toronto.edu/~kriz/cifar.html, unpack it and name the folder with --data; ' +
  'for pictures of your own name a folder with one subfolder a class';
const data = (folder: string, ...more: string[]) => ['train', '--data', folder, '--size', '8', ...more];
const picture = colourPng(colours.red);

cases('folders', {
  'that is not there': { argv: data('nowhere'), message: `--data: nowhere is no folder; ${howToGet}` },
  'that is a file': { argv: data('picture.png'), message: `--data: picture.png is no folder; ${howToGet}` },
  'without a name': { argv: data(''), message: '--data: expected a folder, got an empty name; "." is the current one' },
  'without subfolders': {
    argv: data('flat'),
    files: { flat: { 'a.png': picture, 'b.png': picture } },
    message: `--data: flat: expected at least two subfolders, one a class, got no subfolder; ${howToGet}`,
  },
  'with one class': {
    argv: data('one'),
    files: { one: { red: { 'a.png': picture, 'b.png': picture } } },
    message: '--data: one: expected at least two subfolders, one a class, got one subfolder only, "red"',
  },
  'with a class without pictures': {
    argv: data('some'),
    files: { some: { ...pictureFolders(2), void: {} } },
    message:
      'some/void: expected PNG or JPEG files of the class "void", found none that can be read; put some in, or remove',
  },
  'with a class of broken pictures': {
    argv: data('some'),
    files: { some: { ...pictureFolders(2), void: { 'cut.png': picture.subarray(0, 40) } } },
    message:
      /some\/void: expected PNG or JPEG files of the class "void", found none that can be read: some\/void\/cut\.png is a truncated PNG/,
  },
  'with a class of one picture': {
    argv: data('some'),
    files: { some: { ...pictureFolders(2), lonely: { 'a.png': picture } } },
    message:
      '--data: expected at least two pictures of each class, one of them to test on, got one of "lonely"; add some, or name a folder with --test',
  },
  'with pictures much longer than wide': {
    argv: data('some'),
    files: { some: { ...pictureFolders(2), long: { 'a.png': colourPng(colours.red, { width: 99, height: 3 }) } } },
    message:
      /found none that can be read: some\/long\/a\.png: expected a picture at most 32 times as long as wide, got 99x3/,
  },
  'to test on, with other classes': {
    argv: data('pictures', '--test', 'test'),
    files: { ...files, test: { red: { 'a.png': picture }, pink: { 'a.png': picture } } },
    message: 'test: expected subfolders named after the classes (blue, green, red), got also pink',
  },
  'to test on, without classes': {
    argv: data('pictures', '--test', 'test'),
    files: { ...files, test: { 'a.png': picture } },
    message: 'test: expected subfolders named after the classes (blue, green, red), got none',
  },
  'to test on, that is not there': {
    argv: data('pictures', '--test', 'test'),
    files,
    message: 'test: expected a folder, it cannot be read',
  },
});

const batch = new Uint8Array(2 * 3073);

cases("CIFAR-10's files", {
  'with another MD5': {
    argv: data('cifar'),
    files: { cifar: { 'data_batch_1.bin': batch } },
    message:
      /^backlight: cifar\/data_batch_1\.bin: expected the published file, whose MD5 begins with 5dd7e06a, got [0-9a-f]{32}; download it again$/,
  },
  'to test on, with another MD5': {
    argv: ['eval', '--data', 'cifar', '--weights', 'weights.safetensors'],
    files: { cifar: { 'test_batch.bin': batch } },
    message: 'cifar/test_batch.bin: expected the published file, whose MD5 begins with 803d5f7f, got',
  },
});

cases('--resume', {
  'without a checkpoint': {
    argv: ['train', '--resume', '--data', 'pictures'],
    files,
    message:
      'training/checkpoint.safetensors: there is no such file; expected the checkpoint of a run to go on with, check the path',
  },
  'with weights in place of a checkpoint': {
    argv: ['train', '--resume', '--data', 'pictures', '--out', '.'],
    files: { ...files, 'checkpoint.safetensors': await weightFile() },
    message:
      'checkpoint.safetensors: expected a checkpoint of backlight train, got other safetensors (format "backlight")',
  },
});
