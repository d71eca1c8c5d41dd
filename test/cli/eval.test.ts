/** `backlight eval` with a network that is known: it sees four colours, each in a map of its own. */
import t from 'tap';
import { backendInfo } from '../../src/backends/active.js';
import { noGrad } from '../../src/autograd/grad-mode.js';
import type { EvalReport } from '../../src/cli/eval-run.js';
import { decodeImage } from '../../src/image/decode.js';
import type { Module } from '../../src/nn/module.js';
import { assign } from '../../src/ops/assign.js';
import { tensor } from '../../src/ops/creation.js';
import { gridMethods, type GridScore } from '../../src/training/grid-game.js';
import { buildModel, type ModelSpec } from '../../src/weights/model-registry.js';
import type { Preprocess } from '../../src/weights/preprocess-spec.js';
import { modelMetadata, stateToSafetensors } from '../../src/weights/save-model.js';
import { settledStorages } from '../settled.js';
import { cases } from './bad-cases.js';
import { bytesOf, namesIn, run, workplace, type Fixtures } from './harness.js';
import { colourPng, pictureFolders, type Colour } from './picture-data.js';

const spec: ModelSpec = { name: 'vgg', options: { cfg: [4], avgpool: 1, hidden: [], classes: 4 } };
const labels = ['red', 'green', 'blue', 'yellow'];
const preprocess: Preprocess = {
  ...{ size: 16, fit: 'crop', method: 'area', order: 'RGB', range: 1 },
  ...{ mean: [0, 0, 0], std: [1, 1, 1] },
};
const pure: Readonly<Record<string, Colour>> = {
  red: [1, 0, 0],
  green: [0, 1, 0],
  blue: [0, 0, 1],
  yellow: [1, 1, 0],
};

function set(target: Module, values: readonly (readonly number[])[]): void {
  target.parameters().forEach((parameter, i) => {
    using value = tensor([...values[i]], { shape: parameter.shape });
    noGrad(() => assign(parameter, value));
  });
}

/** 3x3 kernels that look at the pixel in the middle only; `strength` times the mean of each map is its class's logit. */
async function weights(
  strength = 20,
  change = (metadata: Record<string, string>): Record<string, string> => metadata,
): Promise<Uint8Array> {
  using model = buildModel(spec);
  const filters = [
    [1, -1, -1],
    [-1, 1, -1],
    [-1, -1, 1],
    [1, 1, -1],
  ];
  const kernels = filters.flatMap((row) => row.flatMap((value) => [0, 0, 0, 0, value, 0, 0, 0, 0]));
  const head = Array.from({ length: 16 }, (_, i) => (i % 5 === 0 ? strength : 0));
  set(model, [kernels, [0, 0, 0, -1.5], head, [0, 0, 0, 0]]);
  return await stateToSafetensors(model, change(modelMetadata({ model: spec, labels, preprocess })));
}

/** Three pictures of each colour; one red one is green instead, and `wrong` is put into its folder. */
const pictures = (): Fixtures => {
  const all = Object.fromEntries(
    labels.map((name) => [
      name,
      Object.fromEntries([0, 1, 2].map((i) => [`${i}.png`, colourPng(pure[name], { width: 16, height: 16 + 4 * i })])),
    ]),
  );
  return { ...all, red: { ...all.red, '2.png': colourPng(pure.green, { width: 16, height: 16 }) } };
};

const argv = (...more: string[]) => ['eval', '--data', 'pictures', '--weights', 'four.safetensors', ...more];

async function report(cwd: string, args: readonly string[]): Promise<EvalReport> {
  const { code, out, err } = await run(cwd, [...args, '--json']);
  t.equal(code, 0, err);
  return JSON.parse(out) as EvalReport;
}

t.test('accuracy, confusion and calibration; no game with --mosaics 0', async (t) => {
  const broken = { ...pictures(), blue: { ...(pictures().blue as Fixtures), 'x.png': 'no picture' } };
  const cwd = await workplace(t, { 'four.safetensors': await weights(), pictures: broken });
  const before = { storages: await settledStorages(), names: namesIn(cwd) };
  const found = await report(cwd, argv('--mosaics', '0'));
  t.equal(backendInfo().storages, before.storages, 'nothing is left behind');
  t.same(namesIn(cwd), before.names);
  t.match(found, { weights: 'four.safetensors', data: { kind: 'folder', path: 'pictures', side: 16 }, count: 12 });
  t.equal(found.accuracy, 11 / 12);
  t.same(found.perClass, { red: 2 / 3, green: 1, blue: 1, yellow: 1 });
  t.same(found.labels, labels, 'in the order of the weight file, not of the alphabet');
  t.same(found.confusion, [
    [2, 1, 0, 0],
    [0, 3, 0, 0],
    [0, 0, 3, 0],
    [0, 0, 0, 3],
  ]);
  // logits: 20 for red, green and blue; 10 for yellow; 0 for the others
  const [sure, less] = [20, 10].map((logit) => Math.exp(logit) / (Math.exp(logit) + 3));
  const loss = -(8 * Math.log(sure) + 3 * Math.log(less) + Math.log((1 - sure) / 3)) / 12;
  t.ok(Math.abs(found.loss - loss) < 1e-6, `loss ${found.loss}, ${loss}`);
  t.match(found.calibration.bins, [{ count: 12, accuracy: 11 / 12 }]);
  const confidence = (9 * sure + 3 * less) / 12;
  t.ok(Math.abs(found.calibration.error - Math.abs(11 / 12 - confidence)) < 1e-6);
  t.equal(found.gridGame, null);
  t.equal(found.skipped.length, 1);
  t.match(found.skipped[0], /^pictures\/blue\/x\.png is not an image that can be read/);
});

t.test('the grid game, and a picture of it', async (t) => {
  const cwd = await workplace(t, { 'four.safetensors': await weights(), pictures: pictures() });
  const before = await settledStorages();
  const { gridGame } = await report(cwd, argv('--mosaics', '20', '--picture', 'out/mosaics.png'));
  t.equal(backendInfo().storages, before, 'nothing is left behind');
  if (!gridGame) throw new Error('it was not played');
  t.equal(gridGame.layer, 'features.1');
  for (const method of gridMethods) t.same(gridGame[method], { pointing: 1, energy: 1, n: 20 }, method);
  t.same(Object.keys(gridGame).sort(), [...gridMethods, 'layer', 'random'].sort());
  const scores: GridScore[] = gridMethods.map((method) => gridGame.random[method]);
  for (const { pointing, energy, n } of scores) {
    t.equal(n, 20);
    t.ok(pointing >= 0 && pointing < 1 && energy >= 0 && energy < 0.9, `random: ${pointing}, ${energy}`);
  }
  t.ok(
    scores.some(({ energy }) => energy > 0),
    'random weights are not blank',
  );
  t.same((await report(cwd, argv('--mosaics', '20'))).gridGame, gridGame, 'the same again');
  t.equal((await report(cwd, argv('--mosaics', '3', '--layer', 'features.0'))).gridGame?.layer, 'features.0');

  t.same(namesIn(cwd, 'out'), ['mosaics.png']);
  const sheet = decodeImage(bytesOf(cwd, 'out', 'mosaics.png'));
  t.equal(sheet.width, 16 + 5 * (192 + 16), 'the mosaic and four maps in a row');
  t.ok(sheet.height > 4 * 192 && sheet.height < 4 * (192 + 80), `four mosaics: ${sheet.height}`);
  // the first mosaic's cells are of four colours
  const at = (x: number, y: number) =>
    [0, 1, 2].map((c) => Math.round(sheet.data[3 * (y * sheet.width + x) + c])).join('');
  const rows = Array.from({ length: sheet.height - 97 }, (_, y) =>
    [at(16 + 48, y), at(16 + 144, y), at(16 + 48, y + 96), at(16 + 144, y + 96)].sort().join(),
  );
  t.ok(rows.includes('001,010,100,110'), 'red, green, blue and yellow');
});

t.test('as text', async (t) => {
  const cwd = await workplace(t, { 'four.safetensors': await weights(), pictures: pictures() });
  const { code, out, err } = await run(cwd, argv('--mosaics', '8'));
  t.equal(code, 0);
  t.equal(err, '');
  const lines = out.split('\n').map((line) => line.replace(/ {2,}/g, '  ').trim());
  for (const line of [
    'four.safetensors on pictures: 12 images of 16x16',
    'red  66.67 %  2  1  0  0',
    'yellow  100.00 %  0  0  0  3',
    'grid game, 8 mosaics, layer features.1 (chance 25 %)',
  ]) {
    t.ok(lines.includes(line), line);
  }
  t.match(out, /^accuracy 91\.67 %, loss \d\.\d{4}, expected calibration error 8\.\d\d %$/m);
  t.match(out, /^Grad-CAM +100\.00 % +100\.00 % +\d+\.\d\d % +\d+\.\d\d %$/m);
  t.notMatch(out, '\u001b', 'no colours where there is no terminal');
  const shown = await run(cwd, argv('--mosaics', '8'), { terminal: 8 });
  t.match(shown.err, 'classifying, 12 of 12 images');
  t.match(shown.err, 'grid game, random weights: 8 of 8 mosaics');
  const none = await run(cwd, argv('--mosaics', '0'));
  t.notMatch(none.out, 'grid game');
});

t.test('some of the classes, at another size', async (t) => {
  const { red, blue } = pictures();
  const cwd = await workplace(t, { 'four.safetensors': await weights(), pictures: { red, blue } });
  const found = await report(cwd, argv('--mosaics', '0', '--size', '24'));
  t.equal(found.data.side, 24);
  t.same(found.perClass, { red: 2 / 3, green: null, blue: 1, yellow: null }, 'no images, no share');
  t.equal(found.confusion[2][2], 3, 'blue is still class 2');
  t.match((await run(cwd, argv('--mosaics', '0'))).out, /^green +- +0 /m);
});

const files = { 'four.safetensors': await weights(), pictures: pictures() };

cases('what it cannot measure', {
  'images of other classes': {
    argv: ['eval', '--data', 'pictures', '--weights', 'four.safetensors'],
    files: { ...files, pictures: pictureFolders(2, 1, { ...pure, pink: [1, 0.5, 0.5] }) },
    message: 'pictures: expected subfolders named after the classes (red, green, blue, yellow), got also pink',
  },
  'no images': {
    argv: ['eval', '--data', 'nowhere', '--weights', 'four.safetensors'],
    files,
    message: /--data: nowhere is no folder; for CIFAR-10 run "npm run data"/,
  },
  'a network that is not sure': {
    argv: argv('--mosaics', '5'),
    files: { ...files, 'four.safetensors': await weights(2) },
    message:
      /^backlight: grid game: expected at least 4 classes .* got 0; train .*, or skip the game with --mosaics 0$/,
  },
  'a network for BGR': {
    argv: argv(),
    files: {
      ...files,
      'four.safetensors': await weights(20, (metadata) => ({
        ...metadata,
        preprocess: JSON.stringify({ ...preprocess, order: 'BGR' }),
      })),
    },
    message: 'four.safetensors: expected a network that takes RGB, as this command feeds it, got one that takes BGR',
  },
  'a network whose preprocessing nobody knows': {
    argv: argv(),
    files: { ...files, 'four.safetensors': await weights(20, ({ preprocess: _unknown, ...rest }) => rest) },
    message: /four\.safetensors: the file does not say how pictures are prepared .* give --preprocess imagenet/,
  },
  'a layer that is not there': {
    argv: argv('--layer', 'features.9'),
    files,
    message: '--layer: no layer is called "features.9"',
  },
  'a picture of no mosaics': {
    argv: argv('--mosaics', '0', '--picture', 'x.png'),
    files,
    message: '--picture: it shows mosaics, but --mosaics is 0; leave one of them out',
  },
  'a picture that cannot be written': {
    argv: argv('--picture', 'picture.png/x.png'),
    files,
    message: /--picture: expected a folder .*picture\.png is a file/,
  },
  'a number of mosaics that is none': {
    argv: argv('--mosaics', '1.5'),
    files,
    message: '--mosaics: expected a whole number from 0 to 1000000, got "1.5"',
  },
  'a size that is none': {
    argv: argv('--size', '4'),
    files,
    message: '--size: expected a whole number from 8 to 1024, got "4"',
  },
});
